//! What is looked for: the list of `nearwire review checks`, and the page of one check.

use std::fmt::Write;

use nearwire_review::{Check, Pillar, SubjectKind};
use schemars::JsonSchema;
use serde::Serialize;

use super::json::WeaknessV1;
use super::markdown::{code, prose};
use super::text::{columns, paragraph};
use super::{page as pages, to_json, words};
use crate::failure::Failure;

const HEADS: [&str; 5] = ["check", "weakness", "severity", "confidence", "looks at"];
const BOLD: anstyle::Style = anstyle::Style::new().bold();
const DIM: anstyle::Style = anstyle::Style::new().dimmed();

/// All checks, by pillar.
pub(crate) fn table(checks: &[&'static Check], width: usize) -> String {
    let rows: Vec<(&Check, [String; 5])> = checks.iter().map(|check| (*check, cells(check))).collect();
    let widths: [usize; 5] = std::array::from_fn(|column| {
        let cells = rows.iter().filter_map(|(_, cells)| cells.get(column)).map(|cell| columns(cell));
        cells.chain(HEADS.get(column).map(|head| columns(head))).max().unwrap_or_default()
    });
    let mut text = format!("{BOLD}{}{BOLD:#}what is wrong\n", line(&HEADS.map(str::to_owned), &widths));
    for pillar in Pillar::ALL {
        let mut here = rows.iter().filter(|(check, _)| check.weakness.pillar() == pillar).peekable();
        if here.peek().is_some() {
            let _ = writeln!(text, "\n{BOLD}{pillar} {}{BOLD:#}", pillar.name());
        }
        for (check, cells) in here {
            text += &paragraph(&line(cells, &widths), check.title, width);
        }
    }
    let count = words::counted(checks.len(), "check", "checks");
    text + &format!("\n{count}. nearwire review checks CHECK explains one.\n")
}

fn cells(check: &Check) -> [String; 5] {
    [
        check.id.to_owned(),
        format!("CWE-{}", check.weakness.number()),
        check.severity.to_string(),
        check.confidence.to_string(),
        check.subjects.iter().map(|kind| subject(*kind)).collect::<Vec<_>>().join(", "),
    ]
}

fn subject(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Source => "source",
        SubjectKind::Endpoint => "endpoint",
        SubjectKind::ActiveEndpoint => "--active",
        _ => "other",
    }
}

fn line(cells: &[String; 5], widths: &[usize; 5]) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}  "));
    format!("  {}", padded.collect::<String>())
}

/// All checks as a table in Markdown.
pub(crate) fn markdown_table(checks: &[&'static Check]) -> String {
    let mut text =
        "| Check | Pillar | Weakness | Severity | Confidence | Looks at | What is wrong |\n".to_owned();
    text += "| :--- | :--- | :--- | :--- | :--- | :--- | :--- |\n";
    for check in checks {
        let [id, weakness, severity, confidence, subjects] = cells(check);
        let (id, pillar, title) = (code(&id), check.weakness.pillar(), prose(check.title));
        let weakness = format!("[{weakness}]({}) {}", check.weakness.url(), check.weakness.name());
        let _ = writeln!(
            text,
            "| {id} | {pillar} | {weakness} | {severity} | {confidence} | {subjects} | {title} |"
        );
    }
    text
}

/// The page of a check, for a terminal.
pub(crate) fn page(check: &Check, width: usize) -> String {
    let (weakness, pillar) = (check.weakness, check.weakness.pillar());
    let mut rows = vec![
        ("pillar", format!("{pillar} {}", pillar.name())),
        ("weakness", format!("{weakness} · {}", weakness.url())),
    ];
    if check.subjects.contains(&SubjectKind::Source) {
        rows.push(("run it", format!("nearwire review source --check {} PATH", check.id)));
    }
    let mut text = pages::for_terminal(check.page, width) + "\n";
    for (label, row) in rows {
        text += &paragraph(&format!("{DIM}{label:<8}{DIM:#}  "), &row, width);
    }
    text
}

/// The page of a check as it was written.
pub(crate) fn raw_page(check: &Check) -> String {
    format!("{}\n", check.page.trim_end())
}

/// What `nearwire review checks` prints with `--json`.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "nearwire.checks/1")]
struct Document {
    /// Always `nearwire.checks/1`. Fields may be added; a change of their meaning makes it `/2`.
    schema: &'static str,
    /// The version of nearwire that made this.
    version: &'static str,
    /// In the order of pillars.
    checks: Vec<CheckV1>,
}

/// What a review looks for.
#[derive(Serialize, JsonSchema)]
struct CheckV1 {
    id: &'static str,
    /// What is wrong when it finds something.
    title: &'static str,
    /// The CWE number of its pillar.
    pillar: u16,
    weakness: WeaknessV1,
    /// `low`, `medium` or `high`, unless a finding says otherwise.
    severity: &'static str,
    /// `low`, `medium` or `high`, unless a finding says otherwise.
    confidence: &'static str,
    /// `source`; `endpoint`; `--active`: an endpoint that may be disturbed.
    subjects: Vec<&'static str>,
    /// CVE numbers and issues of such defects.
    references: Vec<&'static str>,
    /// The text about it, in Markdown.
    page: &'static str,
}

/// Checks as JSON, schema `nearwire.checks/1`.
pub(crate) fn json(checks: &[&'static Check]) -> Result<String, Failure> {
    let check = |check: &&'static Check| CheckV1 {
        id: check.id,
        title: check.title,
        pillar: check.weakness.pillar().number(),
        weakness: WeaknessV1::of(check.weakness),
        severity: check.severity.name(),
        confidence: check.confidence.name(),
        subjects: check.subjects.iter().map(|kind| subject(*kind)).collect(),
        references: check.references.to_vec(),
        page: check.page,
    };
    let checks = checks.iter().map(check).collect();
    to_json(&Document { schema: "nearwire.checks/1", version: env!("CARGO_PKG_VERSION"), checks })
}

#[cfg(test)]
mod tests;
