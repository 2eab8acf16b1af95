use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use snapbox::assert_data_eq;

use super::*;
use crate::render::review::samples;

#[test]
fn a_report_is_a_summary_and_sections() {
    assert_data_eq!(results(&samples::mixed(), &samples::context(80)), snapbox::file!["mixed.md"].raw());
}

#[test]
fn an_endpoint_has_no_code() {
    let text = results(&samples::endpoint(), &samples::context(80));
    assert!(text.contains("`/tmp/app.sock` · `sock-mode`"), "{text}");
    assert!(!text.contains("```\n\n- seen"), "{text}");
}

/// Text of what means something in Markdown.
const HARSH: &str = "[a-z`@#$:/.<>!&_*~|()\\[\\]\\\\ \\-\u{202e}\u{1b}]{0,40}";

/// Text where GitHub looks for links and mentions: all but code.
fn prose_of(markdown: &str) -> String {
    let mut is_block = false;
    let mut text = String::new();
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_block = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => is_block = false,
            Event::Text(part) if !is_block => text += &part,
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://cwe.mitre.org/"), "{dest_url}");
            }
            Event::Start(Tag::Image { .. } | Tag::HtmlBlock) | Event::Html(_) | Event::InlineHtml(_) => {
                panic!("{event:?} in {markdown}")
            }
            _ => {}
        }
    }
    text
}

#[test]
fn foreign_text_stays_text() {
    let markdown = results(&samples::hostile(), &samples::context(80));
    let prose = prose_of(&markdown);
    for mark in ["@everyone", "#1", "www.", "://", "\u{1b}", "\u{202e}", "\u{9b}"] {
        assert!(!prose.contains(mark), "{mark} in {prose}");
    }
    assert!(!markdown.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{markdown}");
    // Nothing has swallowed what follows.
    let headings: Vec<_> = markdown.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(headings.len(), 5, "{markdown}");
    assert!(prose.contains("Not seen by this review"), "{prose}");
}

proptest! {
    #[test]
    fn no_text_becomes_more_than_text(text in HARSH, tail in ".{0,10}") {
        let text = printable(&(text + &tail));
        let prose = prose_of(&format!("- seen: {}\n\n## Next\n", prose(&text)));
        prop_assert!(prose.ends_with("Next"), "{}", prose);
        for mark in ["@", "://", "www.", "$"] {
            prop_assert!(!prose.contains(mark), "{}", prose);
        }
        let block = block("c", &[&text, "```"]);
        prop_assert_eq!(prose_of(&format!("{block}end")), "end");
    }
}

#[test]
fn code_in_a_sentence_becomes_code() {
    assert_eq!(prose("`a_b` is <x> of a_b"), r"`a_b` is \<x\> of a\_b");
    assert_eq!(prose("half `a_b"), r"half \`a\_b");
    assert_eq!(prose("ask @me or a@b.c"), "ask `@me` or `a@b.c`");
    assert_eq!(code("`"), "`` ` ``");
}
