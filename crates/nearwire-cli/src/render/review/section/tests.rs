use super::*;
use crate::render::review::samples;

fn verdicts(report: &Report) -> Vec<String> {
    Section::all(report).iter().map(Section::verdict).collect()
}

#[test]
fn every_pillar_has_a_verdict() {
    let verdicts = verdicts(&samples::mixed());
    assert_eq!(
        verdicts,
        [
            "2 findings, 1 not tested",
            "no check",
            "1 finding, 1 not tested",
            "no check",
            "1 warning",
            "no check",
            "no check",
            "1 finding",
            "no check",
            "pass",
        ]
    );
}

#[test]
fn what_was_not_tested_does_not_pass() {
    let report = samples::nothing();
    let sections = Section::all(&report);
    assert!(sections.iter().all(|section| section.standing() == Standing::Unknown));
    assert_eq!(sections.first().map(Section::verdict).as_deref(), Some("not tested"));
}

#[test]
fn remedies_that_differ_are_not_told_as_one() {
    let not_tested = |check, remedy: &str| Outcome::not_tested(check, "not chosen", Some(remedy.to_owned()));
    let mut report = samples::clean();
    report.outcomes = vec![
        not_tested(&samples::QT_ACCESS, "--check qt-access"),
        not_tested(&samples::FDSET, "--check fdset"),
    ];
    let untested = Untested::all(&report);
    let [only] = untested.as_slice() else { panic!("{untested:?}") };
    assert_eq!((only.why().as_str(), only.ids(None)), ("not chosen", vec!["qt-access", "fdset"]));
}
