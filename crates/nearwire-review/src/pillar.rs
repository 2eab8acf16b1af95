//! The ten pillars of CWE view 1000.

use std::fmt;
use std::str::FromStr;

/// A pillar of CWE view 1000, "Research Concepts" (<https://cwe.mitre.org/data/definitions/1000.html>).
///
/// MITRE discourages mapping findings to pillars, so a pillar here only groups: every finding carries a more exact
/// [`crate::Weakness`] of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pillar {
    /// CWE-284.
    AccessControl,
    /// CWE-435.
    Interaction,
    /// CWE-664.
    Lifetime,
    /// CWE-682.
    Calculation,
    /// CWE-691.
    ControlFlow,
    /// CWE-693.
    Protection,
    /// CWE-697.
    Comparison,
    /// CWE-703.
    ExceptionalConditions,
    /// CWE-707.
    Neutralization,
    /// CWE-710.
    Standards,
}

impl Pillar {
    /// All ten, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::AccessControl,
        Self::Interaction,
        Self::Lifetime,
        Self::Calculation,
        Self::ControlFlow,
        Self::Protection,
        Self::Comparison,
        Self::ExceptionalConditions,
        Self::Neutralization,
        Self::Standards,
    ];

    /// Its CWE number.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::AccessControl => 284,
            Self::Interaction => 435,
            Self::Lifetime => 664,
            Self::Calculation => 682,
            Self::ControlFlow => 691,
            Self::Protection => 693,
            Self::Comparison => 697,
            Self::ExceptionalConditions => 703,
            Self::Neutralization => 707,
            Self::Standards => 710,
        }
    }

    /// MITRE's name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessControl => "Improper Access Control",
            Self::Interaction => "Improper Interaction Between Multiple Correctly-Behaving Entities",
            Self::Lifetime => "Improper Control of a Resource Through its Lifetime",
            Self::Calculation => "Incorrect Calculation",
            Self::ControlFlow => "Insufficient Control Flow Management",
            Self::Protection => "Protection Mechanism Failure",
            Self::Comparison => "Incorrect Comparison",
            Self::ExceptionalConditions => "Improper Check or Handling of Exceptional Conditions",
            Self::Neutralization => "Improper Neutralization",
            Self::Standards => "Improper Adherence to Coding Standards",
        }
    }
}

impl fmt::Display for Pillar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CWE-{}", self.number())
    }
}

/// Not the name of a pillar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no pillar: expected one of CWE-284, 435, 664, 682, 691, 693, 697, 703, 707, 710")]
pub struct PillarError {
    given: String,
}

impl FromStr for Pillar {
    type Err = PillarError;

    /// Reads `CWE-284`, in any case, or `284`.
    fn from_str(given: &str) -> Result<Self, PillarError> {
        let digits = match given.get(..4) {
            Some(head) if head.eq_ignore_ascii_case("cwe-") => given.get(4..).unwrap_or_default(),
            _ => given,
        };
        let number = digits.parse::<u16>().ok();
        let found = Self::ALL.into_iter().find(|pillar| Some(pillar.number()) == number);
        found.ok_or_else(|| PillarError { given: given.to_owned() })
    }
}
