//! A report as SARIF 2.1.0, for code scanning and editors.

mod model;
mod place;
mod rules;

use std::collections::HashMap;

use nearwire_review::{Finding, Report, Severity, Suppression, Verdict};

use self::model::{
    Driver, Invocation, Log, Message, Notification, RelatedRule, ResultV, Run, SuppressionV, Tool,
};
use self::place::Places;
use self::rules::Rules;
use super::words::is_warning;
use super::{Context, to_json};
use crate::failure::Failure;

pub(super) fn results(report: &Report, context: &Context) -> Result<String, Failure> {
    to_json(&log(report, context))
}

fn log<'a>(report: &'a Report, context: &'a Context) -> Log<'a> {
    let rules = Rules::of(report);
    let places = Places { directory: context.directory.as_deref() };
    let driver = Driver {
        name: "nearwire",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: rules.descriptors(),
        supported_taxonomies: vec![rules::cwe()],
    };
    let run = Run {
        tool: Tool { driver },
        invocations: vec![invocation(report, context, &rules)],
        taxonomies: vec![rules.taxonomy()],
        results: all_results(report, &rules, &places),
        column_kind: "utf16CodeUnits",
    };
    Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: vec![run] }
}

/// What was found, and what was found and left out.
fn all_results<'a>(report: &'a Report, rules: &Rules, places: &Places<'a>) -> Vec<ResultV<'a>> {
    let found = report.findings().map(|finding| (finding, None));
    let left_out = report.suppressed.iter().map(|suppression| (&suppression.finding, Some(suppression)));
    let mut seen = HashMap::new();
    let each = found.chain(left_out).map(|(finding, suppression)| {
        let mut result = result(finding, rules, places);
        result.partial_fingerprints = fingerprint(finding, &mut seen);
        result.suppressions = suppression.iter().map(|by| suppressed(by, places)).collect();
        result
    });
    each.collect()
}

fn result<'a>(finding: &'a Finding, rules: &Rules, places: &Places<'a>) -> ResultV<'a> {
    let at = finding.location();
    let with_place = finding.evidence().iter().filter_map(|seen| Some((seen.location()?, seen.text())));
    let related = with_place.filter(|(location, _)| *location != at).zip(1..);
    ResultV {
        rule_id: finding.check().id,
        rule_index: rules.index(finding.check()),
        level: level(finding),
        message: Message::new(&message(finding)),
        locations: vec![places.location(at)],
        related_locations: related.map(|((at, text), id)| places.related(at, id, text)).collect(),
        partial_fingerprints: HashMap::new(),
        suppressions: Vec::new(),
    }
}

/// What is wrong as its first sentence, which is all that lists show; then what was seen without a place, and what to do.
fn message(finding: &Finding) -> String {
    let facts =
        finding.evidence().iter().filter(|seen| seen.location().is_none_or(|at| at == finding.location()));
    let facts: Vec<&str> = facts.map(nearwire_review::Observation::text).collect();
    let mut message = format!("{}.", finding.message());
    if !facts.is_empty() {
        message += &format!("\nSeen: {}.", facts.join("; "));
    }
    message += &format!("\nFix: {}", finding.fix().as_str());
    message + &format!("\nSee it again: {}", finding.reproduction().as_str())
}

fn level(finding: &Finding) -> &'static str {
    match finding.severity() {
        _ if is_warning(finding) => "note",
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// Names the finding beyond this run; of several alike, each gets a number.
fn fingerprint(finding: &Finding, seen: &mut HashMap<String, usize>) -> HashMap<&'static str, String> {
    let fingerprint = finding.fingerprint();
    let count = seen.entry(fingerprint.clone()).or_default();
    *count += 1;
    let name = if *count == 1 { fingerprint } else { format!("{fingerprint}:{count}") };
    HashMap::from([("nearwire/v1", name)])
}

fn suppressed<'a>(suppression: &'a Suppression, places: &Places<'a>) -> SuppressionV<'a> {
    let (file, line) = &suppression.by;
    let in_source = suppression.finding.location().file() == Some(file);
    SuppressionV {
        kind: if in_source { "inSource" } else { "external" },
        justification: &suppression.reason,
        location: places.line(file, *line),
    }
}

/// How the review went: what it could not examine, and the checks that it did not run.
fn invocation<'a>(report: &'a Report, context: &'a Context, rules: &Rules) -> Invocation<'a> {
    let incomplete = report.incomplete.iter().map(|what| Notification {
        level: "error",
        message: Message::new(what),
        associated_rule: None,
    });
    let not_tested = report.outcomes.iter().filter_map(|outcome| {
        let Verdict::NotTested { reason, .. } = outcome.verdict() else { return None };
        let check = outcome.check();
        let message = Message::new(&format!("{} was not tested: {reason}", check.id));
        let associated_rule = Some(RelatedRule { id: check.id, index: rules.index(check) });
        Some(Notification { level: "note", message, associated_rule })
    });
    Invocation {
        command_line: &context.command,
        execution_successful: report.incomplete.is_empty(),
        tool_execution_notifications: incomplete.chain(not_tested).collect(),
    }
}

#[cfg(test)]
mod tests;
