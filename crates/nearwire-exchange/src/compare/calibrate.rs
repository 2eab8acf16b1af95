//! How many chunks make a slice of the time wanted.

use crate::quantity::{Connections, Iterations, Window};
use std::time::Duration;

#[cfg(test)]
mod tests;

/// The most by which one attempt exceeds the one before.
const GROWTH: u32 = 10;
/// Each connection fills its window so many times at least. The first message of a connection costs more than the others,
/// which with many connections would be most of a slice; and the seed's case of 10 000 connections has ten chunks for each.
const ROUNDS: u64 = 10;
/// Attempts at most; each is ten times the one before, or the last.
const ATTEMPTS: usize = 20;

/// Searches for the iterations of a slice by trying.
///
/// Both sides do the same work, so there is one number for all of them: give the time of the slowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calibration {
    least: Iterations,
    slice: Duration,
}

/// What an attempt has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// It was too short to judge: try so many.
    Again(Iterations),
    /// So many take about as long as a slice shall.
    Settled(Iterations),
}

impl Calibration {
    /// A search for slices of about `slice`, or as much longer as every connection needs to fill its window ten times.
    #[must_use]
    pub fn new(connections: Connections, window: Window, slice: Duration) -> Self {
        let chunks = ROUNDS * u64::from(connections.get()) * u64::from(window.get());
        Self { least: Iterations::new(chunks).unwrap_or(Iterations::MAX), slice }
    }

    /// Finds the iterations that take about a slice; `time` tries some, and says how long they took. The first attempt is
    /// with the fewest there may be.
    ///
    /// # Errors
    /// Those of `time`.
    pub fn search<E>(
        &self,
        mut time: impl FnMut(Iterations) -> Result<Duration, E>,
    ) -> Result<Iterations, E> {
        let mut tried = self.least;
        for _ in 0..ATTEMPTS {
            let mut elapsed = time(tried)?;
            // One hiccup makes an attempt look long enough, and all slices too short: it is not believed at once.
            if matches!(self.next(tried, elapsed), Attempt::Settled(_)) {
                elapsed = elapsed.min(time(tried)?);
            }
            match self.next(tried, elapsed) {
                Attempt::Again(more) => tried = more,
                // Far more than was tried is a guess from a short attempt, which the first slices of all may spoil.
                Attempt::Settled(settled) if settled.get() / 2 > tried.get() => tried = settled,
                Attempt::Settled(settled) => return Ok(settled),
            }
        }
        Ok(tried)
    }

    /// What to do after `tried` iterations have taken `elapsed`.
    ///
    /// What took less than a tenth of a slice is too short to judge and is followed by ten times as many: still no
    /// more than one slice, and fewer attempts than by doubling. Anything longer is scaled to a slice. The result is
    /// the smaller the longer it took, without a step between both rules.
    fn next(&self, tried: Iterations, elapsed: Duration) -> Attempt {
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
