//! What came of a review.

use std::path::PathBuf;

use crate::{Check, Confidence, Finding, Pillar, Severity};

/// What was reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What it is called, as the user named it. Not escaped.
    pub name: String,
    /// What it is: how many lines of which languages; which process, user and kind of socket. Not escaped.
    pub description: String,
}

/// What a check says of the subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was looked for and not found.
    Pass,
    /// Found, and the review is sure enough of it.
    Fail,
    /// Found, with low severity or low confidence only.
    Warn,
    /// It was not looked for.
    NotTested {
        /// Why not.
        reason: String,
        /// What would make it testable, where something would.
        remedy: Option<String>,
    },
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    check: &'static Check,
    findings: Vec<Finding>,
    not_tested: Option<(String, Option<String>)>,
}

impl Outcome {
    /// The check was run and found this, or nothing.
    #[must_use]
    pub fn of(check: &'static Check, findings: Vec<Finding>) -> Self {
        Self { check, findings, not_tested: None }
    }

    /// The check was not run. `reason` says why, `remedy` what would make it testable.
    #[must_use]
    pub fn not_tested(check: &'static Check, reason: impl Into<String>, remedy: Option<String>) -> Self {
        Self { check, findings: Vec::new(), not_tested: Some((reason.into(), remedy)) }
    }

    /// The check.
    #[must_use]
    pub fn check(&self) -> &'static Check {
        self.check
    }

    /// What it found, in the order of files and lines.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What it says of the subject.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if let Some((reason, remedy)) = &self.not_tested {
            return Verdict::NotTested { reason: reason.clone(), remedy: remedy.clone() };
        }
        let serious =
            |finding: &Finding| finding.severity() > Severity::Low && finding.confidence() > Confidence::Low;
        match self.findings.as_slice() {
            [] => Verdict::Pass,
            found if found.iter().any(serious) => Verdict::Fail,
            _ => Verdict::Warn,
        }
    }
}

/// A finding that somebody said is to be left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// What was found.
    pub finding: Finding,
    /// The file and line that says so.
    pub by: (PathBuf, u32),
    /// The reason given there. Not escaped.
    pub reason: String,
}

/// What came of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was reviewed.
    pub subject: Subject,
    /// One for each check that the subject's kind has, in the order of pillars, then of the catalogue.
    pub outcomes: Vec<Outcome>,
    /// Findings that were left out.
    pub suppressed: Vec<Suppression>,
    /// What could not be read or examined, and why: files, processes. Not escaped.
    pub incomplete: Vec<String>,
    /// What a review of this kind cannot see.
    pub unseen: Vec<String>,
}

impl Report {
    /// The outcomes under a pillar.
    pub fn under(&self, pillar: Pillar) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(move |outcome| outcome.check().weakness.pillar() == pillar)
    }

    /// All findings, in the order of pillars.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.outcomes.iter().flat_map(Outcome::findings)
    }

    /// How many findings have this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings().filter(|finding| finding.severity() == severity).count()
    }

    /// Whether a review that fails on `threshold` fails.
    #[must_use]
    pub fn fails(&self, threshold: Severity) -> bool {
        self.findings().any(|finding| finding.fails(threshold))
    }
}
