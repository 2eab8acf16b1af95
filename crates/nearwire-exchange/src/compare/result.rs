//! The comparison of A with one other side over all cases.

use super::pairs::Evidence;
use super::settings::Settings;
use super::stats::{holm, signed_rank};
use super::verdict::Finding;
use crate::case::Case;
use std::time::Duration;

#[cfg(test)]
mod tests;

/// One case.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CaseComparison {
    /// The case, with the iterations of a slice.
    pub case: Case,
    /// The ratio with its interval, the noise floor and the verdict.
    pub finding: Finding,
    /// The median time of a slice of A and of the other side, if any pairs were kept.
    pub times: Option<(Duration, Duration)>,
    /// How many pairs were kept.
    pub pairs: usize,
    /// How many pairs were dropped.
    pub dropped: usize,
    /// The p-value of the [signed-rank test](signed_rank).
    pub p_value: f64,
    /// The same, adjusted for the number of cases by [`holm`]. It informs and does not decide: so the verdict about
    /// a case does not depend on which other cases were run, and the threshold already guards against chance.
    pub adjusted_p_value: f64,
}

/// All cases, each for itself and together.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// The cases in the order given.
    pub cases: Vec<CaseComparison>,
    /// The geometric mean over the cases.
    pub overall: Finding,
}

impl Comparison {
    /// Judges the evidence of each case, and of all together.
    #[must_use]
    pub fn new(cases: &[(Case, Evidence)], settings: &Settings) -> Self {
        let p_values: Vec<f64> =
            cases.iter().map(|(_, evidence)| signed_rank(&evidence.pairs.log_ratios())).collect();
        let adjusted = holm(&p_values);
        let judged = cases.iter().zip(p_values.iter().zip(&adjusted)).map(
            |((case, evidence), (p_value, adjusted_p_value))| CaseComparison {
                case: *case,
                finding: Finding::new(&[evidence], settings),
                times: evidence.pairs.typical_times(),
                pairs: evidence.pairs.pairs().len(),
                dropped: evidence.pairs.dropped(),
                p_value: *p_value,
                adjusted_p_value: *adjusted_p_value,
            },
        );
        let all: Vec<&Evidence> = cases.iter().map(|(_, evidence)| evidence).collect();
        Self { cases: judged.collect(), overall: Finding::new(&all, settings) }
    }
}
