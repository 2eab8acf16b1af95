use nearwire_review::claims;
use nearwire_review::source::lower;
use nearwire_review::source::model::Language;
use nearwire_review::source::program::Program;
use snapbox::{assert_data_eq, file};

use super::*;

const CODE: &str = "#define LIMIT 8\nstatic int used;\nint main(void)\n{\n    gets(0);\n    return 0;\n}\n";

fn report(text: &str) -> ClaimsReport {
    let file = lower::file("a.c".into(), Language::C, CODE.as_bytes()).unwrap();
    claims::review(text, &Program::of(vec![file]))
}

const REVIEW: &str = "1. **Input**: `main` calls `gets`. Remove the call to `gets` in `main`.\n\
    2. `LIMIT` is 9.\n3. The code does not follow the naming conventions.\n";

fn text(width: usize) -> String {
    crate::render::text::plain(&results(&report(REVIEW), ClaimsFormat::Text, width).unwrap())
}

#[test]
fn text_says_what_holds_and_where() {
    let text = text(80);
    assert!(text.starts_with("Held against 1 file (7 lines): 3 statements, 3 claims\n"), "{text}");
    assert!(text.contains(" 1. Input "), "{text}");
    assert!(text.contains("holds · gets is called once in main a.c:5"), "{text}");
    assert!(text.contains("the fix would change this"), "{text}");
    assert!(text.contains("does not hold · LIMIT is the constant 8 a.c:1"), "{text}");
    let end = "Of its statements, 1 does not hold, 1 holds, 1 cannot be decided.\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn no_line_is_wider_than_asked() {
    for width in [80, 120] {
        assert!(text(width).lines().all(|line| line.chars().count() <= width), "{}", text(width));
    }
}

#[test]
fn what_steers_a_terminal_is_escaped() {
    let report =
        report("1. `\u{1b}[31mmain` calls `gets`, which is \u{202e}bad.\n2. \u{1b}]0;x\u{7} `LIMIT` is 9.\n");
    for format in [ClaimsFormat::Text, ClaimsFormat::Json, ClaimsFormat::Markdown] {
        let text = plain_results(&report, format).unwrap();
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}");
    }
}

#[test]
fn markdown_of_a_review_stays_text() {
    let report =
        report("1. `LIMIT` is 9 <script>alert(1)</script> [x](http://y) @someone.\n2. `LIMIT` is 9.\n");
    let text = results(&report, ClaimsFormat::Markdown, 100).unwrap();
    assert!(!text.contains("<script>"), "{text}");
    assert!(text.contains("- **does not hold**: LIMIT is the constant 8 (`a.c:1`)"), "{text}");
}

/// The schema in the documentation is made from the types that make the JSON: run with `SNAPSHOTS=overwrite` to renew it.
#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(json::Document)).unwrap() + "\n";
    assert_data_eq!(schema, file!["../../../../../../docs/nearwire.claims-1.schema.json"].raw());
}

#[test]
fn json_has_the_places() {
    let text = results(&report(REVIEW), ClaimsFormat::Json, 100).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema"], "nearwire.claims/1");
    assert_eq!(json["counts"]["does_not_hold"], 1);
    assert_eq!(json["statements"][0]["claims"][0]["answer"], "holds");
    assert_eq!(json["statements"][0]["claims"][0]["shown"][0]["line"], 5);
    assert_eq!(json["statements"][0]["fixes"][0]["effect"], "applies");
}
