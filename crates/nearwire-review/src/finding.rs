//! Something that is wrong, and the evidence for it.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::{Check, Evidence, Location, Weakness};

/// How bad it is if it is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; harmless alone.
    Low,
    /// Can be used together with something else, or breaks the service.
    Medium,
    /// Lets somebody do what they may not, alone.
    High,
}

impl Severity {
    /// All, the worst first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// `low`, `medium` or `high`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Not a severity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no severity: expected low, medium or high")]
pub struct SeverityError {
    given: String,
}

impl FromStr for Severity {
    type Err = SeverityError;

    fn from_str(given: &str) -> Result<Self, SeverityError> {
        let found = Self::ALL.into_iter().find(|severity| severity.name() == given);
        found.ok_or_else(|| SeverityError { given: given.to_owned() })
    }
}

/// How sure the review is that it is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// What decides it was not all seen, or the check is often wrong. Never fails a review.
    Low,
    /// What decides it was seen, with an assumption that the evidence names.
    Medium,
    /// What decides it was seen.
    High,
}

impl Confidence {
    /// `low`, `medium` or `high`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A command that shows the same again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reproduction(String);

impl Reproduction {
    /// A command line for a POSIX shell, with every foreign part quoted.
    #[must_use]
    pub fn command(line: impl Into<String>) -> Self {
        Self(line.into())
    }

    /// The command line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    advice: String,
    example: Option<String>,
}

impl Fix {
    /// What to do, in one sentence.
    #[must_use]
    pub fn advice(advice: impl Into<String>) -> Self {
        Self { advice: advice.into(), example: None }
    }

    /// With code or configuration that does it.
    #[must_use]
    pub fn with_example(mut self, example: impl Into<String>) -> Self {
        self.example = Some(example.into());
        self
    }

    /// What to do.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.advice
    }

    /// Code or configuration that does it.
    #[must_use]
    pub fn example(&self) -> Option<&str> {
        self.example.as_deref()
    }
}

/// Something that is wrong: what a check found, where, and the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    check: &'static Check,
    severity: Severity,
    confidence: Confidence,
    location: Location,
    message: String,
    evidence: Evidence,
    reproduction: Reproduction,
    fix: Fix,
}

impl Finding {
    /// A finding with the severity and confidence that its check has by default.
    ///
    /// `message` says in a few words what is wrong at `location`, without a final period.
    #[must_use]
    pub fn new(
        check: &'static Check,
        location: Location,
        message: impl Into<String>,
        evidence: Evidence,
        reproduction: Reproduction,
        fix: Fix,
    ) -> Self {
        Self {
            check,
            severity: check.severity,
            confidence: check.confidence,
            location,
            message: message.into(),
            evidence,
            reproduction,
            fix,
        }
    }

    /// With another severity than the check has by default.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// With another confidence than the check has by default.
    #[must_use]
    pub fn with_confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// The check that found it.
    #[must_use]
    pub fn check(&self) -> &'static Check {
        self.check
    }

    /// The weakness it is.
    #[must_use]
    pub fn weakness(&self) -> Weakness {
        self.check.weakness
    }

    /// How bad it is if it is so.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// How sure the review is.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// Where it is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// What is wrong there, in a few words. Not escaped.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What was seen.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// A command that shows it again.
    #[must_use]
    pub fn reproduction(&self) -> &Reproduction {
        &self.reproduction
    }

    /// What to do about it.
    #[must_use]
    pub fn fix(&self) -> &Fix {
        &self.fix
    }

    /// Whether it makes a review fail that fails on `threshold`: bad enough, and not of low confidence.
    #[must_use]
    pub fn fails(&self, threshold: Severity) -> bool {
        self.severity >= threshold && self.confidence > Confidence::Low
    }

    /// A name for this finding that survives when lines move: made of the check, the file, the function and the code
    /// without its white space. Two findings that agree in all of them share it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update(bytes);
            hash.update([0]);
        };
        part(self.check.id.as_bytes());
        match &self.location {
            Location::Code { file, within, text, .. } => {
                part(file.as_os_str().as_encoded_bytes());
                part(within.as_deref().unwrap_or_default().as_bytes());
                part(text.split_whitespace().collect::<String>().as_bytes());
            }
            Location::Endpoint { name } => part(name.as_bytes()),
        }
        let digest = hash.finalize();
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}
