//! What an exchange gave.

use std::time::Duration;

use crate::plan::Plan;
use crate::rtt::{RttHistogram, RttSummary};
use crate::usage::Usage;

/// The numbers of one exchange, complete or not.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was planned.
    pub plan: Plan,
    /// Chunks that came back whole.
    pub chunks: u64,
    /// Bytes that came back; as many were sent, or more if it did not complete.
    pub bytes: u64,
    /// From the first byte sent to the last that came back.
    pub elapsed: Duration,
    /// How long it took to make the connections, before.
    pub connecting: Duration,
    /// Round-trip times of all chunks of all connections.
    pub rtt: RttHistogram,
    /// What the threads of the client used; `None` where the system does not tell.
    pub client: Option<Usage>,
    /// What the server used: its process with all that it started, or its threads where it runs in this process.
    pub server: Option<Usage>,
    /// System calls of the client, counted where they are made.
    pub calls: Calls,
    /// Whether every chunk came back.
    pub complete: bool,
    /// Whether it is complete and every byte was checked against what was sent.
    pub verified: bool,
}

/// System calls of an event loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Calls {
    /// Calls that read from connections.
    pub reads: u64,
    /// Calls that wrote to connections.
    pub writes: u64,
    /// Calls that waited for events, or looked for them.
    pub waits: u64,
    /// Calls that gave way to other threads between two looks.
    pub yields: u64,
}

impl Calls {
    /// All of them.
    #[must_use]
    pub fn in_all(&self) -> u64 {
        self.reads + self.writes + self.waits + self.yields
    }

    /// What was added since an earlier count.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            reads: self.reads.saturating_sub(earlier.reads),
            writes: self.writes.saturating_sub(earlier.writes),
            waits: self.waits.saturating_sub(earlier.waits),
            yields: self.yields.saturating_sub(earlier.yields),
        }
    }
}

impl std::ops::AddAssign for Calls {
    fn add_assign(&mut self, more: Self) {
        self.reads += more.reads;
        self.writes += more.writes;
        self.waits += more.waits;
        self.yields += more.yields;
    }
}

impl Outcome {
    /// Bytes a second, one way: what came back, divided by the time.
    #[must_use]
    pub fn bytes_per_second(&self) -> f64 {
        per_second(self.bytes, self.elapsed)
    }

    /// Chunks a second.
    #[must_use]
    pub fn chunks_per_second(&self) -> f64 {
        per_second(self.chunks, self.elapsed)
    }

    /// The round-trip times in short; `None` when no chunk came back.
    #[must_use]
    pub fn rtt_summary(&self) -> Option<RttSummary> {
        self.rtt.summary()
    }

    /// The share of one CPU that a side worked: 1 is one CPU all the time. Time in which it looked for something to do is
    /// left out.
    #[must_use]
    pub fn work_share(&self, usage: &Usage) -> f64 {
        self.share(usage.cpu.saturating_sub(usage.spun))
    }

    /// The share of one CPU that a side used to look for something to do, before it slept.
    #[must_use]
    pub fn spin_share(&self, usage: &Usage) -> f64 {
        self.share(usage.cpu.min(usage.spun))
    }

    fn share(&self, time: Duration) -> f64 {
        if self.elapsed.is_zero() { 0.0 } else { time.as_secs_f64() / self.elapsed.as_secs_f64() }
    }
}

#[allow(clippy::cast_precision_loss)] // a rate needs no 53 bits
fn per_second(count: u64, time: Duration) -> f64 {
    if time.is_zero() { 0.0 } else { count as f64 / time.as_secs_f64() }
}
