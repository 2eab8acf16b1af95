//! What was measured: slices, pairs of them, and the pairs that may be believed.

use super::noise::Noise;
use super::stats::{log_ratio, median};
use std::time::Duration;

#[cfg(test)]
mod tests;

/// One slice: a fixed amount of work on one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slice {
    /// How long it took.
    pub elapsed: Duration,
    /// What the machine did besides.
    pub noise: Noise,
}

/// The same work on both sides, one right after the other, in either order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The slice of A.
    pub a: Slice,
    /// The slice of the other side.
    pub b: Slice,
}

impl Pair {
    /// The logarithm of B's time over A's.
    #[must_use]
    pub fn log_ratio(&self) -> f64 {
        log_ratio(self.a.elapsed, self.b.elapsed)
    }

    /// Both slices.
    pub fn slices(&self) -> impl Iterator<Item = &Slice> {
        [&self.a, &self.b].into_iter()
    }

    /// Whether the machine was disturbed in either slice, given the median calibration of all slices.
    fn disturbed(&self, usual: Duration) -> bool {
        self.slices().any(|slice| slice.noise.disturbed(usual))
    }
}

/// The pairs of A and one other side, without those that were dropped.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    pairs: Vec<Pair>,
    dropped: usize,
}

impl Sample {
    /// Drops the pairs in which the machine was disturbed, given the median calibration of all slices.
    #[must_use]
    pub fn new(pairs: &[Pair], usual: Duration) -> Self {
        let kept: Vec<Pair> = pairs.iter().filter(|pair| !pair.disturbed(usual)).copied().collect();
        Self { dropped: pairs.len() - kept.len(), pairs: kept }
    }

    /// The pairs that were kept.
    #[must_use]
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// How many pairs were dropped.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// The log-ratio of each pair.
    #[must_use]
    pub fn log_ratios(&self) -> Vec<f64> {
        self.pairs.iter().map(Pair::log_ratio).collect()
    }

    /// The median time of A's slices and of the other side's. They show the order of magnitude; the ratio is a
    /// matter of [`Sample::log_ratios`]. `None` if no pairs were kept.
    #[must_use]
    pub fn typical_times(&self) -> Option<(Duration, Duration)> {
        let typical =
            |side: fn(&Pair) -> &Slice| median_time(self.pairs.iter().map(|pair| side(pair).elapsed));
        typical(|pair| &pair.a).zip(typical(|pair| &pair.b))
    }
}

/// All that is known about A and one other side in one case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// A against itself.
    pub floor: Sample,
    /// A against the other side.
    pub pairs: Sample,
}

/// The median of some times. `None` if there are none.
pub(super) fn median_time(times: impl Iterator<Item = Duration>) -> Option<Duration> {
    let seconds: Vec<f64> = times.map(|time| time.as_secs_f64()).collect();
    median(&seconds).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}
