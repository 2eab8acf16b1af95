use snapbox::{assert_data_eq, file};

use super::*;
use crate::render::review::samples;

const CHECKS: [&Check; 4] =
    [&samples::QT_ACCESS, &samples::PEER_AUTH, &samples::SOCK_MODE, &samples::LIVE_UNLINK];

#[test]
fn checks_stand_in_a_table_by_pillar() {
    let table = crate::render::text::plain(&table(&CHECKS, 100));
    assert_data_eq!(table, file!["table.txt"].raw());
}

#[test]
fn a_check_has_a_page() {
    let page = crate::render::text::plain(&page(&samples::QT_ACCESS, 100));
    assert!(page.starts_with("Anyone can connect\n\n"), "{page}");
    assert!(page.contains("\n\npillar    CWE-284 Improper Access Control\nweakness  CWE-276 "), "{page}");
    assert!(page.contains("\nrun it    nearwire review source --check qt-access PATH\n"), "{page}");
}

#[test]
fn a_table_in_markdown_has_a_line_for_each() {
    let table = markdown_table(&CHECKS);
    assert_eq!(table.lines().count(), 6);
    assert!(table.lines().all(|line| line.matches('|').count() == 8), "{table}");
}

/// The schema in the documentation is made from the types that make the JSON: run with `SNAPSHOTS=overwrite` to renew it.
#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(Document)).unwrap() + "\n";
    assert_data_eq!(schema, file!["../../../../../../docs/nearwire.checks-1.schema.json"].raw());
}
