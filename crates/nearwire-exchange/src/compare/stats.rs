//! The statistics of paired log-ratios.
//!
//! Logarithms make a ratio and its inverse equally far from nothing, so that exchanging A and B changes no more
//! than a sign. The statistic is the median: one slice in fifty that took several times as long does not move it.

mod bootstrap;
mod holm;
mod signed_rank;

pub use bootstrap::Bootstrap;
pub use holm::holm;
pub use signed_rank::signed_rank;

use std::time::Duration;

#[cfg(test)]
mod tests;

/// A range of ratios of elapsed times, B over A.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A ratio of elapsed times, B over A, and how well it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The ratio itself: above 1, A takes less time.
    pub ratio: f64,
    /// Its 95 % confidence interval.
    pub interval: Interval,
}

impl Interval {
    /// Whether `ratio` lies inside, ends included.
    #[must_use]
    pub fn contains(&self, ratio: f64) -> bool {
        self.low <= ratio && ratio <= self.high
    }

    /// The factor, at least 1, between no difference and the end that is further from it.
    #[must_use]
    pub fn furthest(&self) -> f64 {
        self.high.max(1.0 / self.low).max(1.0)
    }

    /// The factor, at least 1, between both ends.
    #[must_use]
    pub fn spread(&self) -> f64 {
        self.high / self.low
    }
}

/// The natural logarithm of `b` over `a`. A time of nothing counts as 1 ns, so that the result is finite.
#[must_use]
pub fn log_ratio(a: Duration, b: Duration) -> f64 {
    let log = |time: Duration| time.max(Duration::from_nanos(1)).as_secs_f64().ln();
    log(b) - log(a)
}

/// The middle value, or the mean of the two in the middle. `None` if there are no values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let lower = sorted.get(sorted.len().checked_sub(1)? / 2)?;
    let upper = sorted.get(sorted.len() / 2)?;
    Some(lower.midpoint(*upper))
}
