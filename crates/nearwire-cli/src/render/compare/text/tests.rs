use snapbox::{assert_data_eq, file};

use super::*;

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn longest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
}

#[test]
fn one_contender_gets_a_table_and_a_sentence() {
    let document = samples::document("nearwire:socket", &[("qt6", 1.06)]);
    assert_data_eq!(plain(&everything(&document)), file!["one.txt"].raw());
}

#[test]
fn several_contenders_get_a_table_each_and_a_ranking() {
    let document =
        samples::document("nearwire:socket", &[("qt6", 1.56), ("ring", 0.02), ("python-asyncio", 40.0)]);
    assert_data_eq!(plain(&everything(&document)), file!["several.txt"].raw());
}

#[test]
fn what_is_missing_and_what_is_doubted_is_said() {
    assert_data_eq!(plain(&everything(&samples::doubtful())), file!["doubtful.txt"].raw());
    assert_data_eq!(plain(&everything(&samples::nothing())), file!["nothing.txt"].raw());
}

#[test]
fn lines_fit_but_for_the_command() {
    let mut document =
        samples::document("nearwire:socket", &[("qt6", 350.0), ("a rather long name of a program", 0.003)]);
    document.status = "word ".repeat(60);
    for case in &mut document.cases {
        (case.connections, case.chunk_size) = (10_000, 100_000_000);
    }
    let text = plain(&everything(&document));
    assert!(longest(&text) <= WIDTH, "{text}");
}

#[test]
fn names_cannot_steer_the_terminal() {
    let mut document = samples::document(samples::HOSTILE, &[(samples::HOSTILE, 1.5), ("qt6", 1.2)]);
    document.status = "\u{1b}[2J".to_owned();
    let text = plain(&everything(&document));
    assert!(!text.chars().any(|character| character.is_control() && character != '\n'), "{text}");
    assert!(!everything(&document).contains("\u{1b}[31m\u{1b}"), "{text}");
    assert!(text.contains(r"\u{1b}[31m\n\u{202e}"), "{text}");
}

#[test]
fn a_program_can_be_compared_with_itself() {
    let document = samples::document("nearwire", &[("nearwire", 1.0), ("nearwire", 2.0)]);
    let view = View::new(&document);
    let ratios: Vec<f64> =
        view.contenders.iter().filter_map(|contender| contender.cases.first()?.ratio).collect();
    assert_eq!(ratios, [1.0, 2.0]);
    let key = *view.keys.first().unwrap();
    let times: Vec<f64> = view.sides().filter_map(|side| view.measured(side, key)?.median_ns()).collect();
    assert_eq!(times, [260e6, 260e6, 520e6]);
}

#[test]
fn the_favoured_side_has_a_colour() {
    let text = everything(&samples::document("nearwire", &[("qt6", 2.0), ("ring", 0.5)]));
    assert!(text.contains("\u{1b}[32mA faster"), "{text}");
    assert!(text.contains("\u{1b}[31mC faster"), "{text}");
}

#[test]
fn an_earlier_run_is_named() {
    let mut document = samples::document("nearwire", &[("nearwire", 1.5)]);
    document.settings.baseline = Some("old\u{7}.json".to_owned());
    let heading = heading(&document);
    assert!(heading.contains("compared with an earlier run: old\\u{7}.json"), "{heading}");
    assert!(!heading.contains("ABBA"), "{heading}");
}
