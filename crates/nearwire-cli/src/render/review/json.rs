//! A report as JSON, schema `nearwire.review/1`: types of its own, so that the format changes only on purpose.

mod found;

use std::path::Path;

use nearwire::Escaped;
use nearwire_review::{Outcome, Report, Suppression, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

use super::section::Section;
use super::words::Counts;
use super::{Context, to_json};
use crate::failure::Failure;
use found::FindingV1;
pub(super) use found::WeaknessV1;

/// What `nearwire review` prints with `--json`. Texts are as they were found; text of the subject is not escaped.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "nearwire.review/1")]
pub(super) struct Document {
    /// Always `nearwire.review/1`. Fields may be added; a change of their meaning makes it `/2`.
    schema: &'static str,
    /// The version of nearwire that made this.
    version: &'static str,
    /// The command that made this.
    command: String,
    subject: SubjectV1,
    /// How bad a finding must be to make the review fail: `low`, `medium` or `high`.
    fail_on: &'static str,
    /// Whether the review fails: the command ends with exit code 1.
    fails: bool,
    /// Whether everything was examined: `incomplete` is empty.
    complete: bool,
    counts: CountsV1,
    /// The ten pillars, in their order.
    pillars: Vec<PillarV1>,
    /// Every check of this kind of subject.
    checks: Vec<CheckV1>,
    /// What was found, in the order of pillars.
    findings: Vec<FindingV1>,
    /// Findings that somebody decided to leave out.
    suppressed: Vec<SuppressedV1>,
    /// What could not be read or examined, and why.
    incomplete: Vec<String>,
    /// What a review of this kind cannot see.
    unseen: Vec<String>,
}

/// What was reviewed.
#[derive(Serialize, JsonSchema)]
struct SubjectV1 {
    name: String,
    description: String,
}

/// How many there are.
#[derive(Serialize, JsonSchema)]
struct CountsV1 {
    /// Findings by severity, without those of low confidence.
    high: usize,
    medium: usize,
    low: usize,
    /// Findings of low confidence, of any severity.
    warnings: usize,
    suppressed: usize,
    checks_run: usize,
    checks_not_tested: usize,
    /// Pillars with a finding of any confidence.
    pillars_with_findings: usize,
}

/// A pillar of CWE view 1000.
#[derive(Serialize, JsonSchema)]
struct PillarV1 {
    /// Its CWE number.
    cwe: u16,
    name: &'static str,
    /// In words: `pass`, `2 findings, 1 warning`, `not tested`, `no check`.
    verdict: String,
    findings: usize,
}

/// What a check says of the subject.
#[derive(Serialize, JsonSchema)]
struct CheckV1 {
    id: &'static str,
    /// The CWE number of its pillar.
    pillar: u16,
    weakness: WeaknessV1,
    /// `pass`; `fail`: found; `warn`: found, with low severity or low confidence only; `not_tested`.
    verdict: &'static str,
    /// Why it was not tested.
    reason: Option<String>,
    /// What would make it testable.
    remedy: Option<String>,
    /// How many findings it has.
    findings: usize,
}

/// A finding that somebody decided to leave out.
#[derive(Serialize, JsonSchema)]
struct SuppressedV1 {
    finding: FindingV1,
    /// The file that says so.
    file: String,
    /// The line of that file.
    line: u32,
    /// The reason given there.
    reason: String,
}

pub(super) fn results(report: &Report, context: &Context) -> Result<String, Failure> {
    to_json(&document(report, context))
}

fn document(report: &Report, context: &Context) -> Document {
    Document {
        schema: "nearwire.review/1",
        version: env!("CARGO_PKG_VERSION"),
        command: context.command.clone(),
        subject: SubjectV1 {
            name: report.subject.name.clone(),
            description: report.subject.description.clone(),
        },
        fail_on: context.fail_on.name(),
        fails: report.fails(context.fail_on),
        complete: report.incomplete.is_empty(),
        counts: counts(&Counts::of(report, context.fail_on)),
        pillars: Section::all(report).iter().map(pillar).collect(),
        checks: report.outcomes.iter().map(check).collect(),
        findings: report.findings().map(|finding| FindingV1::of(finding, context.fail_on)).collect(),
        suppressed: report.suppressed.iter().map(|each| suppressed(each, context)).collect(),
        incomplete: report.incomplete.clone(),
        unseen: report.unseen.clone(),
    }
}

fn counts(counts: &Counts) -> CountsV1 {
    CountsV1 {
        high: counts.high,
        medium: counts.medium,
        low: counts.low,
        warnings: counts.warnings,
        suppressed: counts.suppressed,
        checks_run: counts.run,
        checks_not_tested: counts.not_tested,
        pillars_with_findings: counts.pillars,
    }
}

fn pillar(section: &Section<'_>) -> PillarV1 {
    PillarV1 {
        cwe: section.pillar.number(),
        name: section.pillar.name(),
        verdict: section.verdict(),
        findings: section.findings.len(),
    }
}

fn check(outcome: &Outcome) -> CheckV1 {
    let check = outcome.check();
    let (verdict, reason, remedy) = match outcome.verdict() {
        Verdict::Pass => ("pass", None, None),
        Verdict::Fail => ("fail", None, None),
        Verdict::Warn => ("warn", None, None),
        Verdict::NotTested { reason, remedy } => ("not_tested", Some(reason), remedy),
    };
    CheckV1 {
        id: check.id,
        pillar: check.weakness.pillar().number(),
        weakness: WeaknessV1::of(check.weakness),
        verdict,
        reason,
        remedy,
        findings: outcome.findings().len(),
    }
}

fn suppressed(suppression: &Suppression, context: &Context) -> SuppressedV1 {
    let (file, line) = &suppression.by;
    SuppressedV1 {
        finding: FindingV1::of(&suppression.finding, context.fail_on),
        file: path(file),
        line: *line,
        reason: suppression.reason.clone(),
    }
}

/// A path; escaped where it is no UTF-8, because JSON can hold nothing else.
fn path(path: &Path) -> String {
    path.to_str().map_or_else(|| Escaped::new(path).to_string(), str::to_owned)
}

#[cfg(test)]
mod tests;
