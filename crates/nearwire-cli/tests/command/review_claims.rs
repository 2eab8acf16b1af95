//! A written review held against code: exit codes, wrong input, and where the answers go.

use snapbox::{assert_data_eq, file};

use crate::support::Home;

const CODE: &str =
    "#define LIMIT 8\nint main(void)\n{\n    char text[9];\n    gets(text);\n    return 0;\n}\n";
const REVIEW: &str = "1. `main` calls `gets`. Remove the call to `gets` in `main`.\n2. `LIMIT` is 9.\n";

fn home() -> Home {
    let home = Home::new();
    std::fs::write(home.path().join("a.c"), CODE).unwrap();
    std::fs::write(home.path().join("report.md"), REVIEW).unwrap();
    home
}

#[test]
fn claims_that_do_not_hold_are_no_failure() {
    let output = home().run(&["review", "claims", "report.md", "--source", "a.c"]);
    assert_eq!((output.code(), output.stderr.as_str()), (Some(0), ""), "{output:?}");
    assert!(output.stdout.contains("does not hold · LIMIT is the constant 8 a.c:1"), "{}", output.stdout);
    assert!(output.stdout.contains("holds · gets is called once in main a.c:5"), "{}", output.stdout);
    assert!(!output.stdout.contains('\u{1b}'));
}

#[test]
fn answers_go_where_they_are_wanted() {
    let home = home();
    let json =
        home.run(&["review", "claims", "report.md", "--source", ".", "--json", "--export", "out.md"]).json();
    assert_eq!(json["schema"], "nearwire.claims/1");
    assert_eq!(json["counts"]["does_not_hold"], 1);
    let exported = std::fs::read_to_string(home.path().join("out.md")).unwrap();
    assert!(exported.contains("- **does not hold**: LIMIT is the constant 8"), "{exported}");
}

#[test]
fn what_cannot_be_read_is_the_users_fault() {
    let home = home();
    for arguments in [
        &["nothing.md", "--source", "a.c"][..],
        &["report.md", "--source", "nothing.c"],
        &["report.md", "--source", "report.md/below"],
        &["report.md"],
        &["report.md", "--source", "a.c", "--export", "out.sarif"],
    ] {
        let output = home.run(&[&["review", "claims"], arguments].concat());
        let is_wrong = matches!(output.code(), Some(2 | 3));
        assert!(is_wrong && output.stdout.is_empty() && !output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn a_review_of_any_bytes_is_read() {
    let home = home();
    let bytes: Vec<u8> = (0..=255_u8).cycle().take(100_000).collect();
    std::fs::write(home.path().join("bytes.md"), bytes).unwrap();
    let output = home.run(&["review", "claims", "bytes.md", "--source", "a.c"]);
    assert_eq!(output.code(), Some(0), "{}", output.stderr);
    std::fs::write(home.path().join("long.md"), "`LIMIT` is 8. ".repeat(200_000)).unwrap();
    let output = home.run(&["review", "claims", "long.md", "--source", "a.c"]);
    assert_eq!(output.code(), Some(3), "{}", output.stderr);
    assert!(output.stdout.contains("the review beyond its first 1 MiB"), "{}", output.stdout);
}

#[test]
fn the_help_is_as_it_was_read() {
    let output = home().run(&["review", "claims", "--help"]);
    assert_eq!(output.code(), Some(0));
    assert!(output.stdout.lines().all(|line| line.chars().count() <= 80), "{}", output.stdout);
    assert_data_eq!(output.stdout, file!["snapshots/help-review-claims.txt"].raw());
}
