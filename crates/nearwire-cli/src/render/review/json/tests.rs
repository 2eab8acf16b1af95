use serde_json::Value;
use snapbox::{assert_data_eq, file};

use super::*;
use crate::render::review::samples;

fn json(report: &Report) -> Value {
    let text = results(report, &samples::context(80)).unwrap();
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\u{7f}']), "{text}");
    serde_json::from_str(&text).unwrap()
}

/// The schema in the documentation is made from the types that make the JSON: run with `SNAPSHOTS=overwrite` to renew it.
#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(Document)).unwrap() + "\n";
    assert_data_eq!(schema, file!["../../../../../../docs/nearwire.review-1.schema.json"].raw());
}

#[test]
fn reports_are_what_the_schema_says() {
    let schema = serde_json::to_value(schemars::schema_for!(Document)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in
        [samples::mixed(), samples::clean(), samples::nothing(), samples::endpoint(), samples::hostile()]
    {
        let problems: Vec<String> =
            validator.iter_errors(&json(&report)).map(|error| error.to_string()).collect();
        assert_eq!(problems, [""; 0]);
    }
}

#[test]
fn a_report_says_all_that_is_known() {
    let json = json(&samples::mixed());
    assert_eq!(
        (&json["fails"], &json["complete"], &json["fail_on"]),
        (&true.into(), &false.into(), &"medium".into())
    );
    let counts = serde_json::json!({
        "high": 2, "medium": 1, "low": 1, "warnings": 1, "suppressed": 1, "checks_run": 5, "checks_not_tested": 2,
        "pillars_with_findings": 4,
    });
    assert_eq!(json["counts"], counts);
    assert_eq!(json["pillars"][0]["verdict"], "2 findings, 1 not tested");
    let verdicts: Vec<_> = json["checks"].as_array().unwrap().iter().map(|check| &check["verdict"]).collect();
    assert_eq!(verdicts, ["fail", "not_tested", "fail", "not_tested", "warn", "warn", "pass"]);
    assert_eq!(json["checks"][1]["reason"], "no file in Rust");
    let finding = &json["findings"][0];
    assert_eq!(finding["location"]["column"], 8);
    assert_eq!(finding["evidence"][1]["location"]["file"], "src/server.h");
    assert_eq!(finding["fingerprint"].as_str().map(str::len), Some(32));
    assert_eq!(json["suppressed"][0]["reason"], "a lock is held");
}

#[test]
fn foreign_text_comes_back_as_it_was() {
    let json = json(&samples::hostile());
    assert_eq!(json["subject"]["name"], samples::HOSTILE);
    assert_eq!(json["findings"][0]["message"], samples::HOSTILE);
    let file = json["findings"][0]["location"]["file"].as_str().unwrap();
    assert!(file.starts_with(r"src/\xff`</script>\u{1b}"), "{file}");
}
