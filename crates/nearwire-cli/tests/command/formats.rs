//! The formats of results, on stdout and in files.

use crate::support::Home;

const SMALL: [&str; 7] = ["exchange", "--connections", "1,2", "--chunk-size", "10", "--iterations", "20"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SMALL[..], more].concat()
}

#[test]
fn the_json_has_what_its_schema_says() {
    let home = Home::new();
    let document = home.run(&with(&["--json"])).json();
    assert_eq!(document["schema"], "nearwire.exchange/1");
    assert!(document["machine"]["kernel"].is_string());
    assert_eq!(document["planned_cases"], 2);
    let case = &document["cases"][0];
    for field in ["connections", "chunk_size", "iterations", "bytes", "elapsed_ns"] {
        assert!(case[field].is_u64(), "{field} in {case}");
    }
    for field in ["min", "p50", "p90", "p99", "max"] {
        assert!(case["rtt_ns"][field].is_u64(), "{field} in {case}");
    }
    assert!(case["rtt_ns"]["p999"].is_null(), "20 round trips are too few for a p99.9");
    assert_eq!(
        (&case["case"], &case["status"], &case["verified"]),
        (&"exchange".into(), &"ok".into(), &true.into())
    );
}

#[test]
fn whoever_shall_not_spin_does_not() {
    let home = Home::new();
    let document = home.run(&with(&["--json", "--counters", "--spin", "off"])).json();
    assert_eq!(document["settings"]["spin_ns"], 0);
    let case = &document["cases"][1];
    for side in ["client", "server"] {
        assert_eq!(
            (&case[side]["spun_ns"], &case["counters"][side]["yields"]),
            (&0.into(), &0.into()),
            "{case}"
        );
    }
    assert_eq!(home.run(&with(&["--json"])).json()["settings"]["spin_ns"], 50_000);
}

#[test]
fn csv_has_a_line_for_each_case() {
    let home = Home::new();
    let output = home.run(&with(&["--format", "csv"]));
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", output.stdout);
    assert!(lines[0].starts_with("case,connections,chunk_size,iterations,chunks,bytes,elapsed_ns"));
    assert!(
        lines[2].starts_with("exchange,2,10,20,20,200,") && lines[2].ends_with(",true,ok"),
        "{}",
        lines[2]
    );
}

#[test]
fn an_export_has_the_format_of_its_ending_whatever_is_printed() {
    let home = Home::new();
    let output = home.run(&with(&["--export", "results.json", "-q"]));
    assert_eq!(output.code(), Some(0), "{output:?}");
    assert_eq!(output.stdout.lines().count(), 3, "the bare table: {}", output.stdout);
    let text = std::fs::read_to_string(home.path().join("results.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["cases"].as_array().unwrap().len(), 2);
    assert_eq!(home.run(&with(&["--json", "--export", "results.txt"])).code(), Some(0));
    let text = std::fs::read_to_string(home.path().join("results.txt")).unwrap();
    assert!(text.contains("2 of 2 cases complete") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_run_that_fails_leaves_no_empty_file_and_no_older_results_harmed() {
    let home = Home::new();
    std::fs::write(home.path().join("old.json"), "{}").unwrap();
    for file in ["new.json", "old.json"] {
        let output = home.run(&["compare", "nearwire:socket", "cmd:false|false", "--export", file]);
        assert_eq!(output.code(), Some(3), "{output:?}");
    }
    assert!(!home.path().join("new.json").exists());
    assert_eq!(std::fs::read_to_string(home.path().join("old.json")).unwrap(), "{}");
}

#[test]
fn without_a_terminal_there_is_no_progress_and_no_colour() {
    let home = Home::new();
    let output = home.run(&with(&[]));
    assert_eq!(output.stderr, "");
    assert!(!output.stdout.contains('\u{1b}'));
}

#[test]
fn completions_and_manual_pages_are_made() {
    let home = Home::new();
    assert!(home.run(&["completions", "bash"]).stdout.contains("_nearwire"));
    assert!(home.run(&["man"]).stdout.contains(".TH nearwire 1"));
    assert_eq!(home.run(&["man", "--directory", "."]).code(), Some(0));
    assert!(home.path().join("nearwire-exchange.1").exists());
    assert_eq!(home.run(&["man", "--directory", "/nowhere"]).code(), Some(2));
}
