//! How well a median is known, by drawing the sample again from itself (Efron, *Bootstrap methods*, 1979).
//!
//! Whole pairs are drawn. The interval is that of percentiles: the distribution of a resampled median consists of
//! observed values, and its percentiles are order statistics of the sample, which hold for any distribution, heavy
//! tails included. The alternatives rest on something a median lacks: BCa takes its acceleration from a jackknife,
//! which is inconsistent for medians (Efron and Tibshirani, *An introduction to the bootstrap*, 1993, chapter 11),
//! and the basic interval mirrors the distribution, which is right only if it is symmetric.
//!
//! Plain percentiles are too narrow for few pairs, as if Student's t were taken for a normal distribution. The
//! remedy is to take percentiles further out (Hesterberg, *What teachers should know about the bootstrap*, The
//! American Statistician 2015: the expanded percentile interval).

use super::{Estimate, Interval, median};
use fastrand::Rng;

#[cfg(test)]
mod tests;

/// How many of a thousand intervals may lie above the truth, and as many below: the level is 95 %.
const TAIL_PERMILLE: usize = 25;
/// With no more pairs than this, the interval is the range of all resampled medians.
const TOO_FEW_FOR_TAILS: usize = 7;

/// Makes intervals by resampling. The same seed makes the same interval of the same values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    resamples: usize,
    seed: u64,
}

impl Bootstrap {
    /// Resamples drawn unless told otherwise: the ends of the interval then vary little from seed to seed.
    pub const RESAMPLES: usize = 4000;
    /// The fewest resamples that have anything beyond the ends of the interval.
    const FEWEST: usize = 100;

    /// Draws [`Bootstrap::RESAMPLES`] resamples, chosen by `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { resamples: Self::RESAMPLES, seed }
    }

    /// The same with so many resamples, at least 100.
    #[must_use]
    pub fn with_resamples(self, resamples: usize) -> Self {
        Self { resamples: resamples.max(Self::FEWEST), ..self }
    }

    /// The median of the log-ratios of one case, as a ratio. `None` if there are none.
    #[must_use]
    pub fn median(&self, log_ratios: &[f64]) -> Option<Estimate> {
        self.geometric_mean(&[log_ratios])
    }

    /// The geometric mean over cases of the median ratio of each, given the log-ratios of each.
    ///
    /// All cases are resampled together, each within itself: the cases are what the user chose, only the pairs are
    /// a matter of chance. `None` if there are no cases, or one without values.
    #[must_use]
    pub fn geometric_mean(&self, cases: &[&[f64]]) -> Option<Estimate> {
        let medians = cases.iter().map(|case| median(case)).collect::<Option<Vec<_>>>()?;
        let ratio = (medians.iter().sum::<f64>() / count(&medians)?).exp();
        Some(Estimate { ratio, interval: self.interval(cases)? })
    }

    fn interval(&self, cases: &[&[f64]]) -> Option<Interval> {
        let count = count(cases)?;
        let mut rng = Rng::with_seed(self.seed);
        let mut means = vec![0.0; self.resamples];
        for case in cases {
            let medians = Medians::new(case);
            means.iter_mut().for_each(|mean| *mean += medians.draw(&mut rng) / count);
        }
        means.sort_unstable_by(f64::total_cmp);
        let tail = self.tail(cases.iter().map(|case| case.len()).sum());
        let end = |index: usize| means.get(index).map(|log: &f64| log.exp());
        Some(Interval { low: end(tail)?, high: end(self.resamples.checked_sub(tail + 1)?)? })
    }

    /// How many resamples lie beyond either end of an interval made of so many pairs. It is Hesterberg's tail,
    /// Φ(−t √(n/(n−1))) with n − 1 degrees of freedom, within a seventh of it from 10 pairs on.
    fn tail(&self, pairs: usize) -> usize {
        let share_of_tail = pairs.saturating_sub(TOO_FEW_FOR_TAILS);
        self.resamples * TAIL_PERMILLE * share_of_tail / (1000 * pairs.max(1))
    }
}

/// How many there are, if any.
fn count<T>(items: &[T]) -> Option<f64> {
    (!items.is_empty()).then_some(items.len() as f64)
}

/// Draws medians of resamples from their distribution, which is known (Efron 1979), without making the
/// resamples: one random number is needed instead of one per pair.
///
/// A resample has as many values as there are, or one less if that is even, so that its median is one of them.
struct Medians {
    sorted: Vec<f64>,
    /// How likely the median is at most the value at the same position.
    cumulative: Vec<f64>,
}

impl Medians {
    fn new(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let count = sorted.len();
        let drawn = count - usize::from(count > 0 && count.is_multiple_of(2));
        let up_to = |position: usize| majority(drawn, position as f64 / count as f64);
        Self { sorted, cumulative: (1..=count).map(up_to).collect() }
    }

    fn draw(&self, rng: &mut Rng) -> f64 {
        let chance = rng.f64();
        let position = self.cumulative.partition_point(|probability| *probability <= chance);
        self.sorted.get(position).copied().unwrap_or(f64::NAN) // The last probability is 1, and no chance is.
    }
}

/// How likely more than half of an odd number of draws succeed, each with the same probability.
fn majority(draws: usize, probability: f64) -> f64 {
    if probability > 0.5 {
        // Else, more than half of them fail.
        return 1.0 - majority(draws, 1.0 - probability);
    }
    let (least, odds) = (draws / 2 + 1, probability / (1.0 - probability));
    let ways = (1..=least).map(|i| ((draws - least + i) as f64 / i as f64).ln()).sum::<f64>();
    let log_of_least = ways + least as f64 * odds.ln() + draws as f64 * (1.0 - probability).ln();
    let next =
        |term: f64, successes: usize| term * odds * (draws - successes) as f64 / (successes + 1) as f64;
    let terms = (least..=draws)
        .scan(log_of_least.exp(), |term, successes| Some(std::mem::replace(term, next(*term, successes))));
    terms.sum()
}
