//! What the machine did besides: sensors read around each slice, and when they say that it was disturbed.
//!
//! The rule looks at sensors only, never at what was measured, and at both slices of a pair alike. So it cannot
//! favour a side, and drops whole pairs.

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

#[cfg(test)]
mod tests;

/// Steps of one part of the [calibration loop](calibration_loop), some 0.5 ms.
const STEPS: u32 = 250_000;
/// Parts of the calibration loop.
const PARTS: u32 = 4;

/// What the sensors said about one slice. What could not be read is left open.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Noise {
    /// The share of the processors' time that the hypervisor gave to other guests.
    pub steal: Option<f64>,
    /// The share of the time in which something waited for a processor. It is shown but decides nothing: whoever
    /// keeps both processors busy is waited for.
    pub pressure: Option<f64>,
    /// How often a processor was taken from the threads that were measured. Shown as well.
    pub involuntary_switches: u64,
    /// How long the [calibration loop](calibration_loop) took next to the slice: nothing if it was not run.
    pub calibration: Duration,
}

impl Noise {
    /// Beyond this share of stolen time a slice was disturbed.
    pub const MAX_STEAL: f64 = 0.05;
    /// Beyond this factor to the median calibration of the run a slice was disturbed.
    pub const MAX_SLOWDOWN: f64 = 1.2;

    /// Whether the slice was disturbed, given the median calibration of all slices.
    #[must_use]
    pub fn disturbed(&self, usual: Duration) -> bool {
        self.steal.is_some_and(|share| share > Self::MAX_STEAL)
            || self.calibration.as_secs_f64() > usual.as_secs_f64() * Self::MAX_SLOWDOWN
    }
}

/// Time of all processors since the machine was started, in clock ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuTimes {
    total: u64,
    steal: u64,
}

impl CpuTimes {
    /// Reads the line `cpu` of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq and steal, then guest
    /// times, which user and nice contain already (see `proc_stat(5)`). `None` if it is not such a text.
    #[must_use]
    pub fn parse(stat: &str) -> Option<Self> {
        let numbers = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
        let times: Vec<u64> =
            numbers.split_whitespace().take(8).map(|number| number.parse().ok()).collect::<Option<_>>()?;
        let total = times.iter().fold(0, |sum: u64, time| sum.saturating_add(*time));
        Some(Self { total, steal: *times.get(7)? })
    }

    /// The share of the time since `earlier` that was stolen at least, 0 if no time has passed.
    ///
    /// The kernel adds up what is stolen and tells whole ticks, 10 ms each: the first that is seen may have been nearly full
    /// before. In a slice of 30 ms it alone would be a sixth of the time of two processors.
    #[must_use]
    pub fn steal_since(&self, earlier: &Self) -> f64 {
        let steal = self.steal.saturating_sub(earlier.steal).saturating_sub(1);
        let total = self.total.saturating_sub(earlier.total).max(1);
        (steal as f64 / total as f64).min(1.0)
    }
}

/// Reads `/proc/pressure/cpu`: the time in which something waited for a processor, since the machine was started.
/// `None` if it is not such a text.
#[must_use]
pub fn stalled(pressure: &str) -> Option<Duration> {
    let some = pressure.lines().find_map(|line| line.strip_prefix("some "))?;
    let total = some.split_whitespace().find_map(|field| field.strip_prefix("total="))?;
    total.parse().ok().map(Duration::from_micros)
}

/// One look at the sensors of the machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sensors {
    /// What `/proc/stat` said.
    pub cpu: Option<CpuTimes>,
    /// What `/proc/pressure/cpu` said.
    pub stalled: Option<Duration>,
}

impl Sensors {
    /// Looks at the sensors.
    #[must_use]
    pub fn read() -> Self {
        let read = |path| fs::read_to_string(path).ok();
        Self {
            cpu: read("/proc/stat").as_deref().and_then(CpuTimes::parse),
            stalled: read("/proc/pressure/cpu").as_deref().and_then(stalled),
        }
    }

    /// What has happened since `earlier`, which was `elapsed` ago; switches and calibration are still nothing.
    #[must_use]
    pub fn noise_since(&self, earlier: &Self, elapsed: Duration) -> Noise {
        let stalled = self.stalled.zip(earlier.stalled).map(|(now, then)| now.saturating_sub(then));
        let share = |time: Duration| (time.as_secs_f64() / elapsed.as_secs_f64().max(1e-9)).min(1.0);
        Noise {
            steal: self.cpu.zip(earlier.cpu).map(|(now, then)| now.steal_since(&then)),
            pressure: stalled.map(share),
            ..Noise::default()
        }
    }
}

/// Times a fixed amount of integer work, the same in every build: how fast the processor is at present.
///
/// It is the quickest of four equal parts, together about 2 ms when optimised. A processor that has become slower
/// slows all of them; that some thread ran in between says nothing about a slice hundreds of times as long.
#[must_use]
pub fn calibration_loop() -> Duration {
    let part = |seed| {
        let start = Instant::now();
        black_box((0..STEPS).fold(black_box(u64::from(seed)), |state, _| scramble(state)));
        start.elapsed()
    };
    (1..=PARTS).map(part).min().unwrap_or_default()
}

/// One step of Marsaglia's xorshift: each needs the one before, so that nothing can be left out or done at once.
fn scramble(state: u64) -> u64 {
    let state = state ^ (state << 13);
    let state = state ^ (state >> 7);
    state ^ (state << 17)
}
