//! The weaknesses that checks map to, each under one pillar.

use std::fmt;

use crate::Pillar;

/// A Base or Variant weakness of MITRE's list, under the pillar that this review files it.
///
/// Many weaknesses lie under several pillars; the table names one primary chain for each, and a test holds the table
/// against MITRE's own data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Weakness {
    number: u16,
    name: &'static str,
    pillar: Pillar,
}

impl Weakness {
    /// Its CWE number.
    #[must_use]
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// MITRE's name for it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The pillar it is filed under.
    #[must_use]
    pub const fn pillar(&self) -> Pillar {
        self.pillar
    }

    /// Where MITRE describes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://cwe.mitre.org/data/definitions/{}.html", self.number)
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CWE-{} {}", self.number, self.name)
    }
}

macro_rules! table {
    ($($constant:ident = $number:literal, $name:literal, $pillar:ident;)*) => {
        $(
            #[doc = concat!("CWE-", stringify!($number), ": ", $name, ".")]
            pub const $constant: Weakness = Weakness { number: $number, name: $name, pillar: Pillar::$pillar };
        )*

        /// Every weakness that a check may map to.
        pub const ALL: &[Weakness] = &[$($constant),*];
    };
}

// MITRE files the Class-level 436 (Interpretation Conflict) under 435 and offers only 437 below it.
table! {
    CWE_250 = 250, "Execution with Unnecessary Privileges", AccessControl;
    CWE_276 = 276, "Incorrect Default Permissions", AccessControl;
    CWE_283 = 283, "Unverified Ownership", AccessControl;
    CWE_290 = 290, "Authentication Bypass by Spoofing", AccessControl;
    CWE_306 = 306, "Missing Authentication for Critical Function", AccessControl;
    CWE_419 = 419, "Unprotected Primary Channel", AccessControl;
    CWE_420 = 420, "Unprotected Alternate Channel", AccessControl;
    CWE_708 = 708, "Incorrect Ownership Assignment", AccessControl;
    CWE_115 = 115, "Misinterpretation of Input", Interaction;
    CWE_437 = 437, "Incomplete Model of Endpoint Features", Interaction;
    CWE_439 = 439, "Behavioral Change in New Version or Environment", Interaction;
    CWE_226 = 226, "Sensitive Information in Resource Not Removed Before Reuse", Lifetime;
    CWE_379 = 379, "Creation of Temporary File in Directory with Insecure Permissions", Lifetime;
    CWE_401 = 401, "Missing Release of Memory after Effective Lifetime", Lifetime;
    CWE_403 = 403, "Exposure of File Descriptor to Unintended Control Sphere ('File Descriptor Leak')", Lifetime;
    CWE_410 = 410, "Insufficient Resource Pool", Lifetime;
    CWE_459 = 459, "Incomplete Cleanup", Lifetime;
    CWE_471 = 471, "Modification of Assumed-Immutable Data (MAID)", Lifetime;
    CWE_770 = 770, "Allocation of Resources Without Limits or Throttling", Lifetime;
    CWE_772 = 772, "Missing Release of Resource after Effective Lifetime", Lifetime;
    CWE_774 = 774, "Allocation of File Descriptors or Handles Without Limits or Throttling", Lifetime;
    CWE_775 = 775, "Missing Release of File Descriptor or Handle after Effective Lifetime", Lifetime;
    CWE_787 = 787, "Out-of-bounds Write", Lifetime;
    CWE_789 = 789, "Memory Allocation with Excessive Size Value", Lifetime;
    CWE_908 = 908, "Use of Uninitialized Resource", Lifetime;
    CWE_131 = 131, "Incorrect Calculation of Buffer Size", Calculation;
    CWE_190 = 190, "Integer Overflow or Wraparound", Calculation;
    CWE_369 = 369, "Divide By Zero", Calculation;
    CWE_367 = 367, "Time-of-check Time-of-use (TOCTOU) Race Condition", ControlFlow;
    CWE_835 = 835, "Loop with Unreachable Exit Condition ('Infinite Loop')", ControlFlow;
    CWE_841 = 841, "Improper Enforcement of Behavioral Workflow", ControlFlow;
    CWE_1322 = 1322, "Use of Blocking Code in Single-threaded, Non-blocking Context", ControlFlow;
    CWE_331 = 331, "Insufficient Entropy", Protection;
    CWE_807 = 807, "Reliance on Untrusted Inputs in a Security Decision", Protection;
    CWE_940 = 940, "Improper Verification of Source of a Communication Channel", Protection;
    CWE_187 = 187, "Partial String Comparison", Comparison;
    CWE_839 = 839, "Numeric Range Comparison Without Minimum Check", Comparison;
    CWE_248 = 248, "Uncaught Exception", ExceptionalConditions;
    CWE_252 = 252, "Unchecked Return Value", ExceptionalConditions;
    CWE_391 = 391, "Unchecked Error Condition", ExceptionalConditions;
    CWE_394 = 394, "Unexpected Status Code or Return Value", ExceptionalConditions;
    CWE_93 = 93, "Improper Neutralization of CRLF Sequences ('CRLF Injection')", Neutralization;
    CWE_117 = 117, "Improper Output Neutralization for Logs", Neutralization;
    CWE_130 = 130, "Improper Handling of Length Parameter Inconsistency", Neutralization;
    CWE_140 = 140, "Improper Neutralization of Delimiters", Neutralization;
    CWE_605 = 605, "Multiple Binds to the Same Port", Standards;
    CWE_676 = 676, "Use of Potentially Dangerous Function", Standards;
    CWE_1341 = 1341, "Multiple Releases of Same Resource or Handle", Standards;
}
