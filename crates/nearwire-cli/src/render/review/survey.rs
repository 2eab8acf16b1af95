//! A survey of all listening sockets: one line for each, or one document.

use nearwire_review::endpoint::Surveyed;
use nearwire_review::{Finding, Report, Severity};
use schemars::JsonSchema;
use serde::Serialize;

use super::text::columns;
use super::{to_json, words};
use crate::args::review::ReviewFormat;
use crate::failure::Failure;

/// What `nearwire review endpoint --all --json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "nearwire.survey/1")]
pub(super) struct Document {
    /// Always `nearwire.survey/1`. Fields may be added; a change of their meaning makes it `/2`.
    schema: &'static str,
    /// The sockets, in the order of their names.
    sockets: Vec<SocketV1>,
}

#[derive(Serialize, JsonSchema)]
struct SocketV1 {
    /// Its path, or `@` and its abstract name. Not escaped.
    name: String,
    /// Kind, state and server.
    description: Option<String>,
    /// What was found, in the order of pillars.
    findings: Vec<FindingV1>,
    /// Why it could not be looked at.
    error: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct FindingV1 {
    check: &'static str,
    cwe: u16,
    severity: &'static str,
    confidence: &'static str,
    message: String,
}

/// The whole survey in one text.
pub(crate) fn results(surveyed: &[Surveyed], format: ReviewFormat) -> Result<String, Failure> {
    match format {
        ReviewFormat::Json => {
            to_json(&Document { schema: "nearwire.survey/1", sockets: surveyed.iter().map(socket).collect() })
        }
        _ => Ok(text(surveyed)),
    }
}

fn socket(surveyed: &Surveyed) -> SocketV1 {
    let report = surveyed.report.as_ref();
    SocketV1 {
        name: surveyed.name.clone(),
        description: report.ok().map(|report| report.subject.description.clone()),
        findings: report.ok().into_iter().flat_map(Report::findings).map(finding).collect(),
        error: report.err().map(ToString::to_string),
    }
}

fn finding(found: &Finding) -> FindingV1 {
    FindingV1 {
        check: found.check().id,
        cwe: found.weakness().number(),
        severity: found.severity().name(),
        confidence: found.confidence().name(),
        message: found.message().to_owned(),
    }
}

/// How bad it is, the socket, what was found.
fn text(surveyed: &[Surveyed]) -> String {
    if surveyed.is_empty() {
        return "nobody listens on a local socket in this network namespace\n".to_owned();
    }
    let names: Vec<String> = surveyed.iter().map(|each| words::printable(&each.name)).collect();
    let width = names.iter().map(|name| columns(name)).max().unwrap_or_default();
    let mut text = String::new();
    for (each, name) in surveyed.iter().zip(&names) {
        let (verdict, told) = verdict(each);
        let gap = width - columns(name);
        text.push_str(&format!("{verdict:<7}  {name}{:gap$}  {told}\n", ""));
    }
    text
}

fn verdict(surveyed: &Surveyed) -> (&'static str, String) {
    let report = match &surveyed.report {
        Ok(report) => report,
        Err(error) => return ("unknown", error.to_string()),
    };
    let serious = |severity: Severity| {
        report.findings().any(|found| found.severity() == severity && !words::is_warning(found))
    };
    let worst = Severity::ALL.into_iter().find(|severity| serious(*severity)).map(Severity::name);
    let mut ids: Vec<&str> = report.findings().map(|found| found.check().id).collect();
    ids.dedup();
    if ids.is_empty() {
        let told = report.incomplete.first().map_or("", String::as_str);
        return ("pass", words::printable(told));
    }
    (worst.unwrap_or("warning"), ids.join(", "))
}

#[cfg(test)]
mod tests;
