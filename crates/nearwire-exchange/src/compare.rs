//! Whether the same work takes longer with B than with A, how much longer, and whether that can be believed.
//!
//! Every number is a ratio of elapsed times, B over A: above 1, A takes less time. It comes from one interleaved
//! run, never from two absolute times of two runs. Nothing here starts a process, waits or prints; times and
//! measurements are arguments, so that the whole can be tested on a simulated machine.
//!
//! ```text
//! Calibration ──► iterations of a slice
//!                        │
//! Settings ──► Schedule ─┴─► step ──► (run one slice) ──► record ──► … ──► Evidence ──► Comparison
//! ```
//!
//! The recipe is composed of known practice:
//! - pairs measured side by side on one machine in randomized order (Laaber, Scheuner and Leitner, *Software
//!   microbenchmarking in the cloud*, EMSE 2019, find slowdowns of 10 % and less that way, although absolute times
//!   vary by up to 100 %);
//! - the result is an effect size with a confidence interval (Kalibera and Jones, *Rigorous benchmarking in
//!   reasonable time*, ISMM 2013), made by resampling pairs, not requests, which are autocorrelated;
//! - A is measured against itself as well: what then seems to differ is the noise floor;
//! - pairs in which the machine was disturbed are dropped by what its sensors say, never by what was measured.

mod calibrate;
mod noise;
mod pairs;
mod result;
mod schedule;
mod settings;
mod stats;
mod verdict;

pub use calibrate::Calibration;
pub use noise::{CpuTimes, Noise, Sensors, calibration_loop, stalled};
pub use pairs::{Evidence, Pair, Sample, Slice};
pub use result::{CaseComparison, Comparison};
pub use schedule::{Phase, Schedule, Side, Step};
pub use settings::{Settings, SettingsError};
pub use stats::{Bootstrap, Estimate, Interval, holm, log_ratio, median, signed_rank};
pub use verdict::{Doubt, Finding, Verdict};

#[cfg(test)]
mod tests;
