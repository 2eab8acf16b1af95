//! What an exchange shall do: how many connections send how much to the server, and when to stop.
//!
//! A [`Plan`] is checked when it is made. Its shares are exact: the chunks of all connections add up to the
//! iterations that were asked for, whatever the numbers.

use crate::quantity::{ChunkSize, Connections, Iterations, Threads, Window};
use nearwire::Spin;
use std::ops::Range;
use std::time::Duration;

#[cfg(test)]
mod tests;

// A window of the largest chunks on every connection still fits a u64, so no plan needs to check it.
const _: () = {
    let in_flight = Connections::MAX.get() as u128 * Window::MAX.get() as u128 * ChunkSize::MAX.get() as u128;
    assert!(in_flight <= u64::MAX as u128, "the largest plan has more bytes in flight than a u64 can count");
};

/// Why a plan cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The bytes to send cannot be counted.
    #[error("{iterations} chunks of {chunk_size} bytes: expected at most 18446744073709551615 bytes in all")]
    TooManyBytes {
        /// The chunks that were asked for.
        iterations: Iterations,
        /// The size of each.
        chunk_size: ChunkSize,
    },
    /// A running time of nothing, or beyond [`RunTime::MAX`].
    #[error("{given:?}: an exchange runs for more than 0 s and at most 24 h")]
    RunTime {
        /// The time that was asked for.
        given: Duration,
    },
    /// A timeout of nothing, or beyond [`Plan::MAX_TIMEOUT`].
    #[error("{given:?}: a timeout is more than 0 s and at most 7 days")]
    Timeout {
        /// The timeout that was asked for.
        given: Duration,
    },
}

/// How long an exchange without a fixed number of chunks runs: more than nothing, at most 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunTime(Duration);

impl RunTime {
    /// The longest running time, 24 hours.
    pub const MAX: Self = Self(Duration::from_secs(24 * 60 * 60));

    /// Accepts a running time above zero and up to [`RunTime::MAX`].
    ///
    /// # Errors
    /// [`PlanError::RunTime`] if it lies outside.
    pub fn new(time: Duration) -> Result<Self, PlanError> {
        if time.is_zero() || time > Self::MAX.0 {
            return Err(PlanError::RunTime { given: time });
        }
        Ok(Self(time))
    }

    /// The time itself.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

/// When the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// After so many chunks, shared among the connections.
    Iterations(Iterations),
    /// After so much time; chunks begun by then are finished.
    Duration(RunTime),
}

/// How closely the answers are looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Verify {
    /// Every byte received is compared with the byte expected.
    #[default]
    Full,
    /// Bytes are only counted.
    Count,
}

/// A checked description of one exchange: a closed loop of chunks over many connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Plan {
    connections: Connections,
    chunk_size: ChunkSize,
    work: Work,
    window: Window,
    threads: Threads,
    timeout: Duration,
    verify: Verify,
    measures_rtt: bool,
    spin: Spin,
}

impl Plan {
    /// The timeout of a plan that names none.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
    /// The longest timeout, 7 days: any deadline made of it can be represented.
    pub const MAX_TIMEOUT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

    /// Plans `work` in chunks of `chunk_size` over `connections`, with one chunk in flight per connection, one
    /// thread, [`Plan::DEFAULT_TIMEOUT`], full verification and the usual [`Spin`].
    ///
    /// # Errors
    /// [`PlanError::TooManyBytes`] if iterations × chunk size exceeds a `u64`.
    pub fn new(connections: Connections, chunk_size: ChunkSize, work: Work) -> Result<Self, PlanError> {
        if let Work::Iterations(iterations) = work
            && iterations.get().checked_mul(chunk_size.bytes()).is_none()
        {
            return Err(PlanError::TooManyBytes { iterations, chunk_size });
        }
        Ok(Self {
            connections,
            chunk_size,
            work,
            window: Window::default(),
            threads: Threads::default(),
            timeout: Self::DEFAULT_TIMEOUT,
            verify: Verify::default(),
            measures_rtt: true,
            spin: Spin::default(),
        })
    }

    /// The same plan with `window` chunks in flight per connection.
    #[must_use]
    pub fn with_window(self, window: Window) -> Self {
        Self { window, ..self }
    }

    /// The same plan driven by `threads` threads, or by one per connection if that is fewer.
    #[must_use]
    pub fn with_threads(self, threads: Threads) -> Self {
        Self { threads, ..self }
    }

    /// The same plan with another timeout: how long any one wait may last.
    ///
    /// # Errors
    /// [`PlanError::Timeout`] if it is zero or longer than [`Plan::MAX_TIMEOUT`].
    pub fn with_timeout(self, timeout: Duration) -> Result<Self, PlanError> {
        if timeout.is_zero() || timeout > Self::MAX_TIMEOUT {
            return Err(PlanError::Timeout { given: timeout });
        }
        Ok(Self { timeout, ..self })
    }

    /// The same plan with another way of looking at the answers.
    #[must_use]
    pub fn with_verify(self, verify: Verify) -> Self {
        Self { verify, ..self }
    }

    /// The same plan without round-trip times, which cost every chunk two readings of the clock.
    #[must_use]
    pub fn without_rtt(self) -> Self {
        Self { measures_rtt: false, ..self }
    }

    /// The same plan whose threads, when they have nothing to do, look for more for so long before they sleep.
    #[must_use]
    pub fn with_spin(self, spin: Spin) -> Self {
        Self { spin, ..self }
    }

    /// Connections open at the same time.
    #[must_use]
    pub fn connections(&self) -> Connections {
        self.connections
    }

    /// Bytes in one chunk.
    #[must_use]
    pub fn chunk_size(&self) -> ChunkSize {
        self.chunk_size
    }

    /// When the work is done.
    #[must_use]
    pub fn work(&self) -> Work {
        self.work
    }

    /// Chunks in flight per connection.
    #[must_use]
    pub fn window(&self) -> Window {
        self.window
    }

    /// Threads that drive the connections: as many as asked for, but never more than connections.
    #[must_use]
    pub fn threads(&self) -> Threads {
        effective_threads(self.connections, self.threads)
    }

    /// How long any one wait may last.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How closely the answers are looked at.
    #[must_use]
    pub fn verify(&self) -> Verify {
        self.verify
    }

    /// Whether the round trip of every chunk is timed.
    #[must_use]
    pub fn measures_rtt(&self) -> bool {
        self.measures_rtt
    }

    /// How long a thread that has nothing to do looks for more before it sleeps.
    #[must_use]
    pub fn spin(&self) -> Spin {
        self.spin
    }

    /// Chunks that connection number `connection` exchanges, counted from 0; the shares of all connections add
    /// up to the iterations and differ by at most one. `None` if the work is limited by time alone.
    #[must_use]
    pub fn share(&self, connection: u32) -> Option<u64> {
        match self.work {
            Work::Iterations(iterations) => {
                Some(even_share(iterations.get(), self.connections.get(), connection))
            }
            Work::Duration(_) => None,
        }
    }

    /// Bytes sent in all, which is also the number of bytes received. `None` if the work is limited by time.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        match self.work {
            // Plan::new has made sure that the product exists.
            Work::Iterations(iterations) => iterations.get().checked_mul(self.chunk_size.bytes()),
            Work::Duration(_) => None,
        }
    }

    /// The most bytes that can be in flight over all connections together.
    #[must_use]
    pub fn bytes_in_flight(&self) -> u64 {
        u64::from(self.connections.get()) * u64::from(self.window.get()) * self.chunk_size.bytes()
    }

    /// The connections of each thread: contiguous ranges, as even as can be.
    pub fn ranges(&self) -> impl Iterator<Item = Range<u32>> + use<> {
        split(self.connections, self.threads)
    }
}

/// Divides the connection indexes `0..connections` into one contiguous range per thread. Their lengths differ by
/// at most one and none is empty: there are no more ranges than connections.
pub fn split(connections: Connections, threads: Threads) -> impl Iterator<Item = Range<u32>> + use<> {
    let connections = connections.get();
    let threads = u32::from(threads.get()).min(connections);
    let (each, larger) = (connections / threads, connections % threads);
    // The first `larger` ranges hold one more, so range number i starts after i ordinary ones and those extras.
    let start = move |thread: u32| thread * each + thread.min(larger);
    (0..threads).map(move |thread| start(thread)..start(thread + 1))
}

fn effective_threads(connections: Connections, threads: Threads) -> Threads {
    u16::try_from(connections.get())
        .ok()
        .and_then(|limit| Threads::new(limit).ok())
        .map_or(threads, |limit| limit.min(threads))
}

/// What part number `index` of `parts` gets of `total`: the quotient, and one more for the first ones as long as
/// the remainder lasts. Nothing beyond the last part.
fn even_share(total: u64, parts: u32, index: u32) -> u64 {
    if index >= parts {
        return 0;
    }
    let parts = u64::from(parts);
    total / parts + u64::from(u64::from(index) < total % parts)
}
