//! A finding as JSON.

use nearwire_review::{Finding, Location, Observation, Severity, Weakness};
use schemars::JsonSchema;
use serde::Serialize;

use super::path;

/// Something that is wrong, and the evidence for it.
#[derive(Serialize, JsonSchema)]
pub(super) struct FindingV1 {
    /// The check that found it.
    check: &'static str,
    /// The CWE number of its pillar.
    pillar: u16,
    weakness: WeaknessV1,
    /// `low`, `medium` or `high`: how bad it is if it is so.
    severity: &'static str,
    /// `low`, `medium` or `high`: how sure the review is. With `low` it never makes the review fail.
    confidence: &'static str,
    /// Whether it makes the review fail.
    fails: bool,
    /// What is wrong, in a few words.
    message: String,
    location: LocationV1,
    /// What was seen; at least one observation, the deciding one first.
    evidence: Vec<ObservationV1>,
    /// A command for a shell that shows it again.
    reproduction: String,
    fix: FixV1,
    /// Stays the same when lines move. Equal findings of one function share it.
    fingerprint: String,
}

/// A weakness of MITRE's list.
#[derive(Serialize, JsonSchema)]
pub(in crate::render::review) struct WeaknessV1 {
    cwe: u16,
    name: &'static str,
    url: String,
}

/// One raw observation.
#[derive(Serialize, JsonSchema)]
struct ObservationV1 {
    text: String,
    /// Where, if it has a place in a file.
    location: Option<LocationV1>,
}

/// Where something was seen.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum LocationV1 {
    /// In a file of source code. Lines and columns count from 1; a column is a byte of its line in UTF-8.
    Code {
        /// As it was named to the review; escaped where it is no UTF-8.
        file: String,
        line: u32,
        column: u32,
        end_line: u32,
        /// The column before which it ends.
        end_column: u32,
        /// The function around it.
        within: Option<String>,
        /// The first line, as it stands in the file.
        text: String,
    },
    /// At a live endpoint.
    Endpoint {
        /// As it was named to the review.
        name: String,
    },
    /// Somewhere else.
    Other {
        /// In words.
        name: String,
    },
}

/// What to do about it.
#[derive(Serialize, JsonSchema)]
struct FixV1 {
    advice: String,
    /// Code or configuration that does it.
    example: Option<String>,
}

impl FindingV1 {
    pub(super) fn of(finding: &Finding, fail_on: Severity) -> Self {
        let fix = finding.fix();
        Self {
            check: finding.check().id,
            pillar: finding.weakness().pillar().number(),
            weakness: WeaknessV1::of(finding.weakness()),
            severity: finding.severity().name(),
            confidence: finding.confidence().name(),
            fails: finding.fails(fail_on),
            message: finding.message().to_owned(),
            location: location(finding.location()),
            evidence: finding.evidence().iter().map(observation).collect(),
            reproduction: finding.reproduction().as_str().to_owned(),
            fix: FixV1 { advice: fix.as_str().to_owned(), example: fix.example().map(str::to_owned) },
            fingerprint: finding.fingerprint(),
        }
    }
}

impl WeaknessV1 {
    pub(in crate::render::review) fn of(weakness: Weakness) -> Self {
        Self { cwe: weakness.number(), name: weakness.name(), url: weakness.url() }
    }
}

fn observation(observation: &Observation) -> ObservationV1 {
    ObservationV1 { text: observation.text().to_owned(), location: observation.location().map(location) }
}

fn location(location: &Location) -> LocationV1 {
    match location {
        Location::Code { file, region, within, text } => LocationV1::Code {
            file: path(file),
            line: region.line,
            column: region.column,
            end_line: region.end_line,
            end_column: region.end_column,
            within: within.clone(),
            text: text.clone(),
        },
        Location::Endpoint { name } => LocationV1::Endpoint { name: name.clone() },
        other => LocationV1::Other { name: other.to_string() },
    }
}
