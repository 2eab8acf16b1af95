//! What a check says, and findings in the making.

use std::path::Path;

use super::look::Look;
use crate::{
    Check, Confidence, Evidence, Finding, Fix, Location, Observation, Outcome, Reproduction, Severity,
};

/// What a check says of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// It was looked for; this was found.
    Found(Vec<Finding>),
    /// It was not looked for.
    NotTested { reason: String, remedy: Option<String> },
}

impl Judgement {
    /// It was looked for and is not there.
    pub(crate) fn pass() -> Self {
        Self::Found(Vec::new())
    }

    /// It does not apply, and nothing would change that.
    pub(crate) fn does_not_apply(reason: impl Into<String>) -> Self {
        Self::NotTested { reason: reason.into(), remedy: None }
    }

    /// It could not be looked for.
    pub(crate) fn needs(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::NotTested { reason: reason.into(), remedy: Some(remedy.into()) }
    }

    /// What is known only of an endpoint that has a file.
    pub(crate) fn without_file() -> Self {
        Self::does_not_apply("an abstract name has no file")
    }

    /// What is known only of an endpoint that somebody is bound to.
    pub(crate) fn without_socket() -> Self {
        Self::needs("nobody is bound to it in this network namespace", "review it while its server runs")
    }

    /// What is known only of a process that may be looked at.
    pub(crate) fn without_process(look: &Look) -> Self {
        if look.socket.is_none() {
            return Self::without_socket();
        }
        Self::needs("no process that holds the socket may be seen", "run as root or as the server's user")
    }

    /// With another confidence of all that was found.
    pub(crate) fn with_confidence(self, confidence: Confidence) -> Self {
        match self {
            Self::Found(findings) => {
                Self::Found(findings.into_iter().map(|each| each.with_confidence(confidence)).collect())
            }
            untested @ Self::NotTested { .. } => untested,
        }
    }

    pub(crate) fn into_outcome(self, check: &'static Check) -> Outcome {
        match self {
            Self::Found(findings) => Outcome::of(check, findings),
            Self::NotTested { reason, remedy } => Outcome::not_tested(check, reason, remedy),
        }
    }
}

impl From<Finding> for Judgement {
    fn from(finding: Finding) -> Self {
        Self::Found(vec![finding])
    }
}

/// A finding in the making.
#[derive(Debug)]
#[must_use = "a draft is a finding only when it is finished"]
pub(crate) struct Draft {
    check: &'static Check,
    location: Location,
    message: String,
    evidence: Evidence,
    severity: Severity,
    confidence: Confidence,
}

impl Draft {
    /// `message` says in a few words what is wrong at the endpoint `name`, `seen` what was observed.
    pub(crate) fn of(
        name: &str,
        check: &'static Check,
        message: impl Into<String>,
        seen: impl Into<String>,
    ) -> Self {
        Self {
            check,
            location: Location::Endpoint { name: name.to_owned() },
            message: message.into(),
            evidence: Evidence::of(Observation::fact(seen)),
            severity: check.severity,
            confidence: check.confidence,
        }
    }

    /// Another observation.
    pub(crate) fn seen(mut self, text: impl Into<String>) -> Self {
        self.evidence = self.evidence.and(Observation::fact(text));
        self
    }

    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    pub(crate) fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// With a command that shows it again, and what to do about it.
    pub(crate) fn finish(self, again: impl Into<String>, fix: Fix) -> Finding {
        Finding::new(
            self.check,
            self.location,
            self.message,
            self.evidence,
            Reproduction::command(again),
            fix,
        )
        .with_severity(self.severity)
        .with_confidence(self.confidence)
    }
}

/// A path or name as one word for the shell.
pub(crate) fn quoted(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

/// A path as one word for the shell.
pub(crate) fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

#[cfg(test)]
impl Judgement {
    /// The messages of what was found.
    pub(crate) fn messages(&self) -> Vec<&str> {
        match self {
            Self::Found(findings) => findings.iter().map(Finding::message).collect(),
            Self::NotTested { reason, .. } => panic!("not tested: {reason}"),
        }
    }

    pub(crate) fn is_pass(&self) -> bool {
        *self == Self::pass()
    }

    pub(crate) fn is_not_tested(&self) -> bool {
        matches!(self, Self::NotTested { .. })
    }

    /// The only finding.
    pub(crate) fn finding(&self) -> &Finding {
        match self {
            Self::Found(findings) if findings.len() == 1 => &findings[0],
            _ => panic!("not one finding: {self:?}"),
        }
    }

    /// All evidence of the only finding, in lines.
    pub(crate) fn evidence(&self) -> String {
        self.finding().evidence().iter().map(|each| each.text().to_owned() + "\n").collect()
    }
}
