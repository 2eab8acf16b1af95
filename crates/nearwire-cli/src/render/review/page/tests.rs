use snapbox::{assert_data_eq, file};

use super::super::samples;
use super::*;

#[test]
fn a_page_has_headings_lists_and_code() {
    let page = crate::render::text::plain(&for_terminal(samples::QT_ACCESS.page, 80));
    assert_data_eq!(page, file!["page.txt"].raw());
}

#[test]
fn headings_are_bold() {
    assert_eq!(for_terminal("# One\ntwo\n", 80), "\u{1b}[1mOne\u{1b}[0m\n\ntwo\n");
}

#[test]
fn an_empty_page_is_empty() {
    assert_eq!(for_terminal("", 80), "");
}
