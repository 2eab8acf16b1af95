//! Round-trip times of many chunks, as a histogram of constant size.
//!
//! An RTT is a whole round trip and is never halved. Histograms of several threads or slices are merged; their
//! percentiles are never averaged.

use hdrhistogram::Histogram;
use std::time::Duration;

#[cfg(test)]
mod tests;

/// One hour, the longest time that can be told apart; anything longer is counted as this.
const LONGEST: Duration = Duration::from_nanos(LONGEST_NS);
/// The same in nanoseconds.
const LONGEST_NS: u64 = 3_600_000_000_000;
/// Times are kept to three significant decimal digits, that is within 0.1 %.
const DIGITS: u8 = 3;
/// With fewer samples, less than ten lie beyond the 99.9th percentile, which then says nothing.
const SAMPLES_FOR_P999: u64 = 10_000;

/// Round-trip times from 1 ns to 1 h, to three significant digits. Recording neither fails nor allocates.
#[derive(Debug, Clone)]
pub struct RttHistogram(Histogram<u64>);

/// What a histogram says. Percentiles are upper bounds: so many samples took at most that long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RttSummary {
    /// Round trips recorded.
    pub count: u64,
    /// The shortest.
    pub min: Duration,
    /// The median.
    pub p50: Duration,
    /// The 90th percentile.
    pub p90: Duration,
    /// The 99th percentile.
    pub p99: Duration,
    /// The 99.9th percentile, only given for at least 10 000 samples.
    pub p999: Option<Duration>,
    /// The longest.
    pub max: Duration,
    /// The arithmetic mean.
    pub mean: Duration,
}

impl RttHistogram {
    /// An empty histogram. All memory it will ever use, some 270 KiB, is allocated here.
    #[must_use]
    #[expect(clippy::expect_used, reason = "whether the bounds are valid depends on constants alone")]
    pub fn new() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_NS, DIGITS).expect("constant bounds are valid"))
    }

    /// Counts one round trip. Times outside the range count as its nearest end.
    pub fn record(&mut self, rtt: Duration) {
        let nanos = u64::try_from(rtt.min(LONGEST).as_nanos()).unwrap_or(LONGEST_NS);
        self.0.saturating_record(nanos.max(1));
    }

    /// Adds everything `other` has counted.
    pub fn merge(&mut self, other: &Self) {
        // All histograms have the same bounds, so there is nothing that could not be added.
        let added = self.0.add(&other.0);
        debug_assert!(added.is_ok(), "{added:?}");
    }

    /// Round trips counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// Minimum, percentiles, maximum and mean, or `None` if nothing was counted.
    #[must_use]
    pub fn summary(&self) -> Option<RttSummary> {
        let count = self.count();
        (count > 0).then(|| RttSummary {
            count,
            min: Duration::from_nanos(self.0.min()),
            p50: self.quantile(0.5),
            p90: self.quantile(0.9),
            p99: self.quantile(0.99),
            p999: (count >= SAMPLES_FOR_P999).then(|| self.quantile(0.999)),
            max: Duration::from_nanos(self.0.max()),
            mean: Duration::try_from_secs_f64(self.0.mean() / 1e9).unwrap_or(LONGEST),
        })
    }

    fn quantile(&self, quantile: f64) -> Duration {
        Duration::from_nanos(self.0.value_at_quantile(quantile))
    }
}

impl Default for RttHistogram {
    /// An empty histogram.
    fn default() -> Self {
        Self::new()
    }
}
