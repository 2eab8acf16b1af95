//! What a check of source code is made of, and what it is given.

use super::model::{File, Language, Span};
use super::program::Program;
use super::walk::Body;
use crate::{Check, Confidence, Evidence, Finding, Fix, Location, Observation, Reproduction, Severity};

/// A check of source code: its entry in the catalogue, and the function that runs it on one file.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its entry in the catalogue.
    pub check: &'static Check,
    /// The languages it knows.
    pub languages: &'static [Language],
    /// Names, one of which stands in every file that it can find something in: calls, types, texts.
    pub needles: &'static [&'static str],
    /// Looks at one file.
    pub run: fn(&Unit<'_>, &mut Findings<'_>),
}

/// The file a rule looks at, and what surrounds it.
#[derive(Debug)]
pub struct Unit<'a> {
    /// All files of the review that have to do with sockets.
    pub program: &'a Program,
    /// The file.
    pub file: &'a File,
    /// Its functions, gone through, in the order of [`File::functions`].
    pub bodies: Vec<Body<'a>>,
}

/// Takes what a rule finds in a file.
#[derive(Debug)]
pub struct Findings<'a> {
    rule: &'a Rule,
    file: &'a File,
    found: Vec<Finding>,
}

/// A finding in the making, at a place in the code: that place is its evidence, whatever else there is.
#[derive(Debug)]
#[must_use = "a draft is a finding only when it is given to `Findings::add`"]
pub struct Draft {
    location: Location,
    message: String,
    evidence: Evidence,
    severity: Option<Severity>,
    confidence: Option<Confidence>,
}

impl Draft {
    /// Something is wrong at `span`: `message` says what in a few words, `seen` what was observed.
    pub fn at(file: &File, span: Span, message: impl Into<String>, seen: impl Into<String>) -> Self {
        let location = file.location(span);
        let evidence = Evidence::of(Observation::at(location.clone(), seen));
        Self { location, message: message.into(), evidence, severity: None, confidence: None }
    }

    /// Another observation, at a place in the code.
    pub fn seen(mut self, file: &File, span: Span, text: impl Into<String>) -> Self {
        self.evidence = self.evidence.and(Observation::at(file.location(span), text));
        self
    }

    /// Another observation, without a place: that something was looked for and is nowhere.
    pub fn fact(mut self, text: impl Into<String>) -> Self {
        self.evidence = self.evidence.and(Observation::fact(text));
        self
    }

    /// With another severity than the check's.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// With another confidence than the check's.
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }
}

impl<'a> Findings<'a> {
    /// Nothing found yet.
    #[must_use]
    pub fn of(rule: &'a Rule, file: &'a File) -> Self {
        Self { rule, file, found: Vec::new() }
    }

    /// Takes a finding and what to do about it.
    pub fn add(&mut self, draft: Draft, fix: Fix) {
        let check = self.rule.check;
        let again = super::command_for(&self.file.path, check.id);
        let Draft { location, message, evidence, severity, confidence } = draft;
        let finding = Finding::new(check, location, message, evidence, Reproduction::command(again), fix)
            .with_severity(severity.unwrap_or(check.severity))
            .with_confidence(confidence.unwrap_or(check.confidence));
        self.found.push(finding);
    }

    /// What was found, in the order of the file.
    #[must_use]
    pub fn finish(mut self) -> Vec<Finding> {
        self.found.sort_by(|one, other| one.location().cmp(other.location()));
        self.found.dedup_by(|one, other| one.location() == other.location());
        self.found
    }
}
