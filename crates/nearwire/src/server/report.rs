//! What a server did, in numbers.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::admission::RefusalCause;
use crate::spin::Spinner;

/// Why a connection ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum CloseReason {
    /// The peer closed it, and had its answers.
    PeerClosed,
    /// The peer went away before it had its answers.
    PeerReset,
    /// No byte in either direction for too long ([`Limits::idle`](crate::Limits::idle)).
    Idle,
    /// The peer did not read its answer for too long ([`Limits::stall`](crate::Limits::stall)).
    Stalled,
    /// The service answered more than may be kept ([`Limits::buffer`](crate::Limits::buffer)).
    ReplyTooLong,
    /// The service asked for it.
    Service,
    /// The service panicked.
    ServicePanicked,
    /// The server shut down, and nothing was in flight.
    Drained,
    /// The server shut down, and what was in flight did not end before the deadline.
    DrainDeadline,
    /// The system said no.
    Failed,
}

impl CloseReason {
    /// Every reason, in the order of their reports.
    pub const ALL: [Self; 10] = [
        Self::PeerClosed,
        Self::PeerReset,
        Self::Idle,
        Self::Stalled,
        Self::ReplyTooLong,
        Self::Service,
        Self::ServicePanicked,
        Self::Drained,
        Self::DrainDeadline,
        Self::Failed,
    ];

    /// The reason's name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PeerClosed => "peer_closed",
            Self::PeerReset => "peer_reset",
            Self::Idle => "idle",
            Self::Stalled => "stalled",
            Self::ReplyTooLong => "reply_too_long",
            Self::Service => "service",
            Self::ServicePanicked => "service_panicked",
            Self::Drained => "drained",
            Self::DrainDeadline => "drain_deadline",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a server did, from its start until the report was made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Connections that were let in.
    pub served: u64,
    /// Bytes received from peers.
    pub received_bytes: u64,
    /// Bytes sent to peers.
    pub sent_bytes: u64,
    /// How often accepting paused because no descriptor was left.
    pub accept_pauses: u64,
    /// System calls that read from connections.
    pub read_calls: u64,
    /// System calls that wrote to connections.
    pub write_calls: u64,
    /// System calls that waited for events.
    pub wait_calls: u64,
    /// System calls that gave way to other threads while a loop looked for more ([`Spin`](crate::Spin)).
    pub yield_calls: u64,
    /// How long the loops looked for more without finding it yet, in nanoseconds.
    pub spun_ns: u64,
    /// Bytes that were copied within the server, because a socket did not take them at once.
    pub copied_bytes: u64,
    refused: [u64; RefusalCause::ALL.len()],
    closed: [u64; CloseReason::ALL.len()],
}

impl Report {
    /// Peers that were refused for `cause`.
    #[must_use]
    pub fn refused(&self, cause: RefusalCause) -> u64 {
        at(RefusalCause::ALL, &self.refused, cause)
    }

    /// Peers that were refused.
    #[must_use]
    pub fn refused_in_all(&self) -> u64 {
        self.refused.iter().sum()
    }

    /// Connections that ended for `reason`.
    #[must_use]
    pub fn closed(&self, reason: CloseReason) -> u64 {
        at(CloseReason::ALL, &self.closed, reason)
    }

    /// Connections that ended.
    #[must_use]
    pub fn closed_in_all(&self) -> u64 {
        self.closed.iter().sum()
    }

    pub(crate) fn add(&mut self, counters: &Counters) {
        self.served += counters.served.get();
        self.received_bytes += counters.received_bytes.get();
        self.sent_bytes += counters.sent_bytes.get();
        self.accept_pauses += counters.accept_pauses.get();
        self.read_calls += counters.read_calls.get();
        self.write_calls += counters.write_calls.get();
        self.wait_calls += counters.wait_calls.get();
        self.yield_calls += counters.yield_calls.get();
        self.spun_ns += counters.spun_ns.get();
        self.copied_bytes += counters.copied_bytes.get();
        add_each(&mut self.refused, &counters.refused);
        add_each(&mut self.closed, &counters.closed);
    }
}

fn at<K: PartialEq, const N: usize>(keys: [K; N], counts: &[u64; N], key: K) -> u64 {
    keys.iter().zip(counts).find(|(each, _)| **each == key).map_or(0, |(_, count)| *count)
}

fn add_each(sums: &mut [u64], counters: &[Counter]) {
    for (sum, counter) in sums.iter_mut().zip(counters) {
        *sum += counter.get();
    }
}

/// The numbers of one event loop: written by it alone, read by whoever makes a report.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) served: Counter,
    pub(crate) received_bytes: Counter,
    pub(crate) sent_bytes: Counter,
    pub(crate) accept_pauses: Counter,
    pub(crate) read_calls: Counter,
    pub(crate) write_calls: Counter,
    pub(crate) wait_calls: Counter,
    pub(crate) yield_calls: Counter,
    pub(crate) spun_ns: Counter,
    pub(crate) copied_bytes: Counter,
    refused: [Counter; RefusalCause::ALL.len()],
    closed: [Counter; CloseReason::ALL.len()],
}

impl Counters {
    /// Takes over what the loop's spinner has counted since it began.
    pub(crate) fn spinner(&self, spinner: &Spinner) {
        self.yield_calls.set(spinner.yields());
        self.spun_ns.set(u64::try_from(spinner.spun().as_nanos()).unwrap_or(u64::MAX));
    }

    pub(crate) fn refused(&self, cause: RefusalCause) {
        count(RefusalCause::ALL, &self.refused, cause);
    }

    pub(crate) fn closed(&self, reason: CloseReason) {
        count(CloseReason::ALL, &self.closed, reason);
    }
}

fn count<K: PartialEq, const N: usize>(keys: [K; N], counters: &[Counter; N], key: K) {
    if let Some((_, counter)) = keys.iter().zip(counters).find(|(each, _)| **each == key) {
        counter.add(1);
    }
}

/// A number with one writer, so that adding needs no locked instruction on the path of every message.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, amount: u64) {
        self.0.store(self.get().wrapping_add(amount), Ordering::Relaxed);
    }

    fn set(&self, amount: u64) {
        self.0.store(amount, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
