//! How many chunks make a slice of the time wanted.

use crate::quantity::{Connections, Iterations, Window};
use std::time::Duration;

#[cfg(test)]
mod tests;

/// The most by which one attempt exceeds the one before.
const GROWTH: u32 = 10;

/// Searches for the iterations of a slice by trying. Start with [`Calibration::first`].
///
/// Both sides do the same work, so there is one number for all of them: give the time of the slowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calibration {
    least: Iterations,
    slice: Duration,
}

/// What an attempt has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It was too short to judge: try so many.
    Again(Iterations),
    /// So many take about as long as a slice shall.
    Settled(Iterations),
}

impl Calibration {
    /// A search for slices of about `slice`. Every connection fills its window at least once.
    #[must_use]
    pub fn new(connections: Connections, window: Window, slice: Duration) -> Self {
        let chunks = u64::from(connections.get()) * u64::from(window.get());
        Self { least: Iterations::new(chunks).unwrap_or(Iterations::MAX), slice }
    }

    /// What to try first: the fewest iterations there may be.
    #[must_use]
    pub fn first(&self) -> Iterations {
        self.least
    }

    /// What to do after `tried` iterations have taken `elapsed`.
    ///
    /// What took less than a tenth of a slice is too short to judge and is followed by ten times as many: still no
    /// more than one slice, and fewer attempts than by doubling. Anything longer is scaled to a slice. The result is
    /// the smaller the longer it took, without a step between both rules.
    #[must_use]
    pub fn next(&self, tried: Iterations, elapsed: Duration) -> Attempt {
        let factor_is_known = elapsed >= self.slice / GROWTH;
        let elapsed = elapsed.max(self.slice / GROWTH).as_nanos().max(1);
        let scaled = u128::from(tried.get()) * self.slice.as_nanos() / elapsed;
        let next = self.bounded(scaled);
        if factor_is_known || next <= tried { Attempt::Settled(next) } else { Attempt::Again(next) }
    }

    fn bounded(&self, iterations: u128) -> Iterations {
        let most = Iterations::MAX.get();
        let iterations = u64::try_from(iterations).unwrap_or(most).min(most);
        Iterations::new(iterations).map_or(self.least, |iterations| iterations.max(self.least))
    }
}
