use super::*;
use crate::render::compare::text::samples;

fn lines(document: &Document) -> Vec<Vec<String>> {
    let text = results(document).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn each_case_of_each_contender_is_a_line() {
    let lines = lines(&samples::document("nearwire", &[("qt6", 1.5), ("ring", 0.5)]));
    assert_eq!(lines.len(), 1 + 2 * 4);
    assert_eq!(lines[0], HEADS);
    let first = [
        "pingpong",
        "10",
        "1",
        "50000",
        "nearwire",
        "qt6",
        "1.5",
        "1.455",
        "1.56",
        "0.99",
        "1.02",
        "faster",
        "",
        "20",
        "1",
        "0.00002",
        "0.00008",
        "260000000",
        "390000000",
    ];
    assert_eq!(lines[1], first);
}

#[test]
fn the_unknown_is_empty() {
    let lines = lines(&samples::doubtful());
    let last = &lines[4];
    assert_eq!(last[6..11], ["", "", "", "", ""]);
    assert_eq!(last[17..], ["", ""]);
    assert_eq!(lines[1][12], "few_pairs");
}

#[test]
fn names_cannot_steer_a_terminal() {
    let text = results(&samples::document(samples::HOSTILE, &[(samples::HOSTILE, 1.5)])).unwrap();
    assert!(!text.chars().any(|character| character.is_control() && character != '\n'), "{text}");
    assert_eq!(text.lines().count(), 1 + 4);
}
