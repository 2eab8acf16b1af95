use serde_json::Value;

use super::*;
use crate::render::review::samples;

fn sarif(report: &Report) -> Value {
    let text = results(report, &samples::context(80)).unwrap();
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{text}");
    serde_json::from_str(&text).unwrap()
}

/// Where the schema comes from stands beside it.
#[test]
fn reports_are_what_the_schema_of_oasis_says() {
    let schema = include_str!("../../../../tests/schemas/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    // An expression with a bracket too many, which no engine but that of JavaScript takes.
    for with_language in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][with_language]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0" })), "the schema says nothing");
    for report in
        [samples::mixed(), samples::clean(), samples::nothing(), samples::endpoint(), samples::hostile()]
    {
        let problems: Vec<String> = validator
            .iter_errors(&sarif(&report))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(problems, [""; 0]);
    }
}

#[test]
fn a_result_has_what_code_scanning_needs() {
    let log = sarif(&samples::mixed());
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let rule =
        &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!((&result["ruleId"], &rule["id"]), (&"qt-access".into(), &"qt-access".into()));
    assert_eq!(
        rule["properties"]["tags"],
        serde_json::json!(["security", "external/cwe/cwe-276", "external/cwe/cwe-284"])
    );
    assert_eq!(rule["properties"]["security-severity"], "8.0");
    let target = &rule["relationships"][0]["target"];
    let taxon = &run["taxonomies"][0]["taxa"][usize::try_from(target["index"].as_u64().unwrap()).unwrap()];
    assert_eq!((&taxon["id"], &target["id"]), (&"276".into(), &"276".into()));
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "src/server.cpp");
    assert_eq!(physical["region"]["snippet"]["text"], "server.listen(\"foo\")");
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"], "src/server.h");
    let message = result["message"]["text"].as_str().unwrap();
    assert!(
        message.starts_with(
            "no UserAccessOption before: the socket gets the mode that the umask leaves.\nSeen: "
        )
    );
}

#[test]
fn levels_follow_severity_and_confidence() {
    let log = sarif(&samples::mixed());
    let results = log["runs"][0]["results"].as_array().unwrap();
    let levels: Vec<_> = results.iter().map(|result| (&result["ruleId"], &result["level"])).collect();
    let expected = [
        ("qt-access", "error"),
        ("qt-access", "error"),
        ("tmp-path", "warning"),
        ("chmod-after-bind", "note"),
        ("accept-fatal", "note"),
        ("live-unlink", "error"),
    ];
    assert_eq!(
        format!("{levels:?}"),
        format!("{:?}", expected.map(|(id, level)| (Value::from(id), Value::from(level))))
    );
    assert_eq!(results[0]["suppressions"], serde_json::json!([]));
    assert_eq!(results[5]["suppressions"][0]["kind"], "inSource");
    assert_eq!(results[5]["suppressions"][0]["justification"], "a lock is held");
}

#[test]
fn findings_that_are_alike_are_told_apart() {
    let log = sarif(&samples::mixed());
    let print = |number: usize| {
        log["runs"][0]["results"][number]["partialFingerprints"]["nearwire/v1"].as_str().unwrap()
    };
    assert_eq!(print(1), format!("{}:2", print(0)));
    assert_ne!(print(2), print(0));
}

#[test]
fn what_was_not_examined_is_told() {
    let log = sarif(&samples::mixed());
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notes = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notes[0]["message"]["text"], "src/huge.c: larger than 8 MiB, not read");
    assert_eq!(notes[1]["associatedRule"]["id"], "peer-auth");
    assert_eq!(sarif(&samples::clean())["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn an_endpoint_is_a_logical_location() {
    let log = sarif(&samples::endpoint());
    let location = &log["runs"][0]["results"][0]["locations"][0];
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "/tmp/app.sock");
    assert!(location.get("physicalLocation").is_none());
}

#[test]
fn foreign_text_makes_no_links_and_no_arguments() {
    let log = sarif(&samples::hostile());
    let message = log["runs"][0]["results"][0]["message"]["text"].as_str().unwrap();
    assert!(message.contains(r"\[a\](https://evil.example)") && message.contains("{{0}}"), "{message}");
}
