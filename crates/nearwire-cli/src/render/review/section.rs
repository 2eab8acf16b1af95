//! The report as a reader meets it: ten pillars, the worst of each first, and what was not tested.

use std::cmp::Reverse;

use nearwire_review::{Finding, Outcome, Pillar, Report, Severity, Verdict};

use super::words::{counted, is_warning};

/// Checks that were not run, for one reason. More than this many pillars are not told it one by one.
const PILLARS_TOLD: usize = 2;

/// A pillar, and what came of it.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// Its place among the ten, from 1.
    pub(super) number: usize,
    pub(super) pillar: Pillar,
    /// What was found: the worst first, what the review is not sure of last.
    pub(super) findings: Vec<&'a Finding>,
    /// How many checks were run.
    run: usize,
    not_tested: usize,
}

/// How bad it is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Good,
    Doubtful,
    Bad,
    Unknown,
}

impl<'a> Section<'a> {
    /// All ten.
    pub(super) fn all(report: &'a Report) -> Vec<Self> {
        Pillar::ALL.into_iter().zip(1..).map(|(pillar, number)| Self::of(report, pillar, number)).collect()
    }

    fn of(report: &'a Report, pillar: Pillar, number: usize) -> Self {
        let mut findings: Vec<&Finding> = report.under(pillar).flat_map(Outcome::findings).collect();
        findings.sort_by_key(|finding| (is_warning(finding), Reverse(finding.severity())));
        let outcomes = report.under(pillar).count();
        let not_tested = report.under(pillar).filter(|outcome| reason(outcome).is_some()).count();
        Self { number, pillar, findings, run: outcomes - not_tested, not_tested }
    }

    /// `pass`, `2 findings, 1 warning`, `not tested`.
    pub(super) fn verdict(&self) -> String {
        let warnings = self.findings.iter().filter(|finding| is_warning(finding)).count();
        let mut parts = Vec::new();
        if self.findings.len() > warnings {
            parts.push(counted(self.findings.len() - warnings, "finding", "findings"));
        }
        if warnings > 0 {
            parts.push(counted(warnings, "warning", "warnings"));
        }
        match (parts.is_empty(), self.run, self.not_tested) {
            (true, 0, 0) => return "no check".to_owned(),
            (true, 0, _) => return "not tested".to_owned(),
            (true, _, _) => parts.push("pass".to_owned()),
            (false, _, _) => {}
        }
        if self.not_tested > 0 {
            parts.push(format!("{} not tested", self.not_tested));
        }
        parts.join(", ")
    }

    pub(super) fn standing(&self) -> Standing {
        match self.findings.first() {
            Some(worst) if is_warning(worst) || worst.severity() == Severity::Low => Standing::Doubtful,
            Some(_) => Standing::Bad,
            None if self.run == 0 => Standing::Unknown,
            None => Standing::Good,
        }
    }
}

/// Checks that were not run for the same reason.
#[derive(Debug)]
pub(super) struct Untested<'a> {
    pub(super) reason: String,
    /// What would make them testable, if it is the same for all.
    pub(super) remedy: Option<String>,
    pub(super) outcomes: Vec<&'a Outcome>,
}

impl<'a> Untested<'a> {
    /// All checks that were not run, by reason.
    pub(super) fn all(report: &'a Report) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for outcome in &report.outcomes {
            let Some((reason, remedy)) = reason(outcome) else { continue };
            match all.iter_mut().find(|untested| untested.reason == reason) {
                Some(untested) => {
                    untested.outcomes.push(outcome);
                    untested.remedy = untested.remedy.take().filter(|known| Some(known) == remedy.as_ref());
                }
                None => all.push(Self { reason, remedy, outcomes: vec![outcome] }),
            }
        }
        all
    }

    /// Whether so many pillars share the reason that it is told once for all of them.
    pub(super) fn is_general(&self) -> bool {
        let mut pillars: Vec<Pillar> = self.outcomes.iter().map(|outcome| pillar(outcome)).collect();
        pillars.dedup();
        pillars.len() > PILLARS_TOLD
    }

    /// The names of the checks, of one pillar or of all.
    pub(super) fn ids(&self, of: Option<Pillar>) -> Vec<&'static str> {
        let here = |outcome: &&&Outcome| of.is_none_or(|of| pillar(outcome) == of);
        self.outcomes.iter().filter(here).map(|outcome| outcome.check().id).collect()
    }

    /// The reason, and what would help.
    pub(super) fn why(&self) -> String {
        match &self.remedy {
            Some(remedy) => format!("{} ({remedy})", self.reason),
            None => self.reason.clone(),
        }
    }
}

fn pillar(outcome: &Outcome) -> Pillar {
    outcome.check().weakness.pillar()
}

fn reason(outcome: &Outcome) -> Option<(String, Option<String>)> {
    match outcome.verdict() {
        Verdict::NotTested { reason, remedy } => Some((reason, remedy)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
