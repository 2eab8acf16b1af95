//! What may be said about A and B.

use super::pairs::{Evidence, Sample};
use super::settings::Settings;
use super::stats::{Estimate, Interval};
use std::fmt;

#[cfg(test)]
mod tests;

/// What A is compared with B.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A takes less time.
    Faster,
    /// A takes more time.
    Slower,
    /// They differ by less than matters.
    Unchanged,
    /// It cannot be told.
    Inconclusive,
}

impl Verdict {
    /// Judges the interval of a ratio by a threshold, a share, and by the interval of A against itself.
    ///
    /// A difference is one if the whole interval lies beyond both. They are the same if the whole interval lies
    /// within the threshold.
    #[must_use]
    pub fn of(interval: &Interval, floor: &Interval, threshold: f64) -> Self {
        let same = 1.0 + threshold;
        let clear = same.max(floor.furthest());
        if interval.low > clear {
            Self::Faster
        } else if interval.high < 1.0 / clear {
            Self::Slower
        } else if interval.low >= 1.0 / same && interval.high <= same {
            Self::Unchanged
        } else {
            Self::Inconclusive
        }
    }

    /// The word in results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::Unchanged => "unchanged",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why the evidence bears no verdict at all, whatever it seems to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Doubt {
    /// Fewer than five pairs were left, of A and B or of A against itself.
    FewPairs,
    /// More than a fifth of the pairs were dropped: the measurements are untrustworthy.
    ManyDropped,
}

/// What some evidence says: one case, or several together.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The ratio, a geometric mean if there are several cases. `None` if a case has no pairs.
    pub estimate: Option<Estimate>,
    /// The interval of A against itself, made in the same way. `None` if a case has no such pairs.
    pub floor: Option<Interval>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why there can be no verdict but [`Verdict::Inconclusive`].
    pub doubt: Option<Doubt>,
}

impl Finding {
    /// Judges the evidence of some cases together.
    #[must_use]
    pub fn new(cases: &[&Evidence], settings: &Settings) -> Self {
        let estimate = estimate(cases.iter().map(|case| &case.pairs), settings);
        let floor = estimate_of_floor(cases, settings);
        let doubt = doubt(cases);
        let verdict = match (estimate, floor, doubt) {
            (Some(estimate), Some(floor), None) => {
                Verdict::of(&estimate.interval, &floor, settings.threshold())
            }
            _ => Verdict::Inconclusive,
        };
        Self { estimate, floor, verdict, doubt }
    }

    /// Whether more pairs are of no use: there is a verdict, or everything is known so precisely (within half the
    /// threshold to either side) that there will be none, because the truth lies next to a limit.
    #[must_use]
    pub fn settled(&self, settings: &Settings) -> bool {
        let precise = |interval: Interval| interval.spread() <= 1.0 + settings.threshold();
        let known = self.estimate.is_some_and(|estimate| precise(estimate.interval))
            && self.floor.is_some_and(precise);
        self.verdict != Verdict::Inconclusive || (self.doubt.is_none() && known)
    }
}

fn estimate_of_floor(cases: &[&Evidence], settings: &Settings) -> Option<Interval> {
    estimate(cases.iter().map(|case| &case.floor), settings).map(|estimate| estimate.interval)
}

fn estimate<'a>(samples: impl Iterator<Item = &'a Sample>, settings: &Settings) -> Option<Estimate> {
    let log_ratios: Vec<Vec<f64>> = samples.map(Sample::log_ratios).collect();
    let cases: Vec<&[f64]> = log_ratios.iter().map(Vec::as_slice).collect();
    settings.bootstrap().geometric_mean(&cases)
}

fn doubt(cases: &[&Evidence]) -> Option<Doubt> {
    let few = |sample: &Sample| sample.pairs().len() < Settings::FEWEST_PAIRS;
    let kept: usize = cases.iter().map(|case| case.pairs.pairs().len()).sum();
    let dropped: usize = cases.iter().map(|case| case.pairs.dropped()).sum();
    if dropped * 5 > kept + dropped {
        Some(Doubt::ManyDropped)
    } else if cases.is_empty() || cases.iter().any(|case| few(&case.pairs) || few(&case.floor)) {
        Some(Doubt::FewPairs)
    } else {
        None
    }
}
