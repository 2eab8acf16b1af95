//! How much is measured, and what counts as a difference.

use super::stats::Bootstrap;

#[cfg(test)]
mod tests;

/// Why a comparison cannot be made this way.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// So few pairs say nothing; so many say no more.
    #[error("{given} pairs: expected {} to {}", Settings::FEWEST_PAIRS, Settings::MOST_PAIRS)]
    Pairs {
        /// The pairs that were asked for.
        given: usize,
    },
    /// The threshold is not a share of the elapsed time.
    #[error("a threshold of {given}: expected a share above 0 and at most 1, such as 0.05")]
    Threshold {
        /// The threshold that was asked for.
        given: f64,
    },
}

/// The checked settings of a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    pairs: usize,
    max_pairs: usize,
    threshold: f64,
    bootstrap: Bootstrap,
    seed: u64,
}

impl Settings {
    /// The fewest pairs that may be asked for, and on which a verdict may rest: the range of five pairs holds the
    /// median in 94 % of all cases.
    pub const FEWEST_PAIRS: usize = 5;
    /// The most pairs that may be asked for.
    pub const MOST_PAIRS: usize = 200;
    /// The pairs of a case unless told otherwise.
    pub const PAIRS: usize = 20;
    /// What counts as a difference unless told otherwise: 5 % of the elapsed time.
    pub const THRESHOLD: f64 = 0.05;
    /// An undecided comparison ends at so many times the pairs that were asked for.
    const EXTENSION: usize = 3;
    /// From nine pairs on, the interval does not reach the furthest pair: one outlier does not make the floor. With
    /// ten, one may be dropped besides.
    const ROBUST_FLOOR_PAIRS: usize = 10;

    /// Compares in `pairs` pairs, or up to three times as many while undecided. What differs by a share of less
    /// than `threshold` is the same. Whatever is left to chance is chosen by `seed`.
    ///
    /// # Errors
    /// [`SettingsError`] unless `pairs` is 5 to 200 and `threshold` above 0 and at most 1.
    pub fn new(pairs: usize, threshold: f64, seed: u64) -> Result<Self, SettingsError> {
        if !(Self::FEWEST_PAIRS..=Self::MOST_PAIRS).contains(&pairs) {
            return Err(SettingsError::Pairs { given: pairs });
        }
        if !(threshold > 0.0 && threshold <= 1.0) {
            return Err(SettingsError::Threshold { given: threshold });
        }
        let max_pairs = pairs * Self::EXTENSION;
        Ok(Self { pairs, max_pairs, threshold, bootstrap: Bootstrap::new(seed), seed })
    }

    /// The same, but ending at the pairs that were asked for, decided or not.
    #[must_use]
    pub fn without_extension(self) -> Self {
        Self { max_pairs: self.pairs, ..self }
    }

    /// The same with so many resamples for each interval, at least 100.
    #[must_use]
    pub fn with_resamples(self, resamples: usize) -> Self {
        Self { bootstrap: self.bootstrap.with_resamples(resamples), ..self }
    }

    /// The pairs of a contender, which are never cut short.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.pairs
    }

    /// The most pairs of a contender. A fixed end limits what looking repeatedly could find by chance.
    #[must_use]
    pub fn max_pairs(&self) -> usize {
        self.max_pairs
    }

    /// The pairs by which an undecided comparison is extended: half of those asked for. Each extension is followed
    /// by another look at the result, so they are few.
    #[must_use]
    pub fn extension(&self) -> usize {
        self.pairs.div_ceil(2)
    }

    /// The pairs of A against itself that go with `pairs` pairs of a contender: a quarter, but at least ten, or as
    /// many as the contender has.
    #[must_use]
    pub fn floor_pairs(&self, pairs: usize) -> usize {
        (pairs / 4).max(pairs.min(Self::ROBUST_FLOOR_PAIRS))
    }

    /// The share by which elapsed times differ at least, if they differ in a way that matters.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// How the intervals are made.
    #[must_use]
    pub fn bootstrap(&self) -> Bootstrap {
        self.bootstrap
    }

    /// What chooses whatever is left to chance.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }
}
