//! What a report says, in words and numbers: the same in every format for people.

use nearwire::Escaped;
use nearwire_review::{Check, Confidence, Finding, Location, Report, Severity, SubjectKind, Verdict};

use super::Context;
use super::section::Section;

/// A space where no line is broken. Text of others cannot have it: it is escaped there.
pub(super) const GLUE: &str = "\u{a0}";

/// Foreign text on one line, with nothing in it that steers a terminal. Backslashes stay single, as they stand in code.
pub(crate) fn printable(text: &str) -> String {
    Escaped::new(text).to_string().replace(r"\\", r"\")
}

/// `1 finding`, `2 findings`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Whether a finding is only a warning: the review is not sure of it, and never fails because of it.
pub(super) fn is_warning(finding: &Finding) -> bool {
    finding.confidence() == Confidence::Low
}

/// `high`, `medium`, `low`, or `warning` for what the review is not sure of.
pub(super) fn rank(finding: &Finding) -> &'static str {
    if is_warning(finding) { "warning" } else { finding.severity().name() }
}

/// What a check looks at.
pub(crate) fn subjects(check: &Check) -> String {
    let names = check.subjects.iter().map(|kind| match kind {
        SubjectKind::Source => "source code",
        SubjectKind::Endpoint => "endpoints",
        SubjectKind::ActiveEndpoint => "endpoints with --active",
        _ => "other subjects",
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Where it is, with the function around it, in one piece.
pub(super) fn place(location: &Location) -> String {
    let place = match location {
        Location::Code { within: Some(within), .. } => format!("{location} in {}", printable(within)),
        _ => location.to_string(),
    };
    place.replace(' ', GLUE)
}

/// What a report comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Findings that the review is sure of.
    pub(super) high: usize,
    pub(super) medium: usize,
    pub(super) low: usize,
    /// Findings that it is not sure of.
    pub(super) warnings: usize,
    /// Findings that make the review fail.
    pub(super) failing: usize,
    /// Pillars with a finding or a warning.
    pub(super) pillars: usize,
    pub(super) run: usize,
    pub(super) not_tested: usize,
    pub(super) suppressed: usize,
}

impl Counts {
    pub(super) fn of(report: &Report, fail_on: Severity) -> Self {
        let mut counts = Self { suppressed: report.suppressed.len(), ..Self::default() };
        for finding in report.findings() {
            let count = match (is_warning(finding), finding.severity()) {
                (true, _) => &mut counts.warnings,
                (false, Severity::High) => &mut counts.high,
                (false, Severity::Medium) => &mut counts.medium,
                (false, Severity::Low) => &mut counts.low,
            };
            *count += 1;
            counts.failing += usize::from(finding.fails(fail_on));
        }
        let is_untested = |verdict: &Verdict| matches!(verdict, Verdict::NotTested { .. });
        counts.not_tested = report.outcomes.iter().filter(|outcome| is_untested(&outcome.verdict())).count();
        counts.run = report.outcomes.len() - counts.not_tested;
        let sections = Section::all(report);
        counts.pillars = sections.iter().filter(|section| !section.findings.is_empty()).count();
        counts
    }

    pub(super) fn findings(&self) -> usize {
        self.high + self.medium + self.low
    }
}

/// What it comes to, in sentences: what was found, whether that fails the review, what was run.
pub(super) fn conclusion(report: &Report, context: &Context) -> Vec<String> {
    let counts = Counts::of(report, context.fail_on);
    vec![found(&counts), failing(&counts, context.fail_on), run(&counts)]
}

fn found(counts: &Counts) -> String {
    let Counts { high, medium, low, warnings, pillars, .. } = counts;
    let by_severity: Vec<String> = [(high, "high"), (medium, "medium"), (low, "low")]
        .into_iter()
        .filter(|(count, _)| **count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let findings = counts.findings();
    let mut parts = Vec::new();
    if findings > 0 {
        let by_severity = by_severity.join(", ");
        parts.push(format!("{} ({by_severity})", counted(findings, "finding", "findings")));
    }
    if *warnings > 0 {
        parts.push(counted(*warnings, "warning", "warnings"));
    }
    if parts.is_empty() {
        return if counts.run == 0 {
            "Nothing was tested.".to_owned()
        } else {
            "Nothing was found.".to_owned()
        };
    }
    format!("{} under {pillars} of 10 pillars.", parts.join(" and "))
}

fn failing(counts: &Counts, fail_on: Severity) -> String {
    let all = counts.findings() + counts.warnings;
    match counts.failing {
        0 => format!("The review does not fail (--fail-on {fail_on})."),
        failing if failing == all => format!("The review fails (--fail-on {fail_on})."),
        failing => format!("The review fails because of {failing} of them (--fail-on {fail_on})."),
    }
}

fn run(counts: &Counts) -> String {
    let mut parts = vec![format!("{} run", counted(counts.run, "check", "checks"))];
    if counts.not_tested > 0 {
        parts.push(format!("{} not", counts.not_tested));
    }
    let suppressed = match counts.suppressed {
        0 => "none suppressed".to_owned(),
        count => format!("{} suppressed", counted(count, "finding", "findings")),
    };
    format!("{}; {suppressed}.", parts.join(", "))
}

/// `a · b · c`, of what is not empty.
pub(super) fn dotted<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What leads further than the report: the check's page, and what is known about such defects.
pub(super) fn see(check: &Check) -> String {
    let page = format!("nearwire review checks {}", check.id);
    dotted(std::iter::once(page.as_str()).chain(check.references.iter().copied()))
}

/// Where something is, seen from a place: in the same file its line is enough.
pub(super) fn near(location: &Location, from: &Location) -> String {
    match location.region() {
        Some(region) if location.file() == from.file() => format!("line {}", region.line),
        _ => location.to_string(),
    }
}

#[cfg(test)]
mod tests;
