//! What a review looks for.

use crate::{Confidence, Severity, Weakness};

/// What a check can be run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubjectKind {
    /// Source code in C, C++ or Rust.
    Source,
    /// A live endpoint, by looking only.
    Endpoint,
    /// A live endpoint, by connecting to it and sending: what may disturb it.
    ActiveEndpoint,
}

/// What a review looks for: the entry of the catalogue. The text about it is its page in `docs/checks/`.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name, as `--check` and suppressions take it: lower case, with hyphens.
    pub id: &'static str,
    /// What is wrong when it fires, in a few words.
    pub title: &'static str,
    /// What its findings are.
    pub weakness: Weakness,
    /// How bad its findings are, if they do not say otherwise.
    pub severity: Severity,
    /// How sure its findings are, if they do not say otherwise.
    pub confidence: Confidence,
    /// What it can be run on.
    pub subjects: &'static [SubjectKind],
    /// CVE numbers and issues of defects it is about.
    pub references: &'static [&'static str],
    /// Its page of the catalogue, in Markdown.
    pub page: &'static str,
}
