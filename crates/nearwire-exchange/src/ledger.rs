//! The books of one connection in a closed loop: what may be sent, what is still to come, how long it took.
//!
//! Bytes and time come in, decisions go out; nothing here touches a socket or a clock. Answers are counted in bytes
//! and completion is `received >= expected`, so it makes no difference into which fragments the kernel cuts the
//! chunks. A new chunk is begun only after a whole one has come back.

use crate::quantity::{ChunkSize, Window};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

#[cfg(test)]
mod tests;

/// The server sent more than it was sent: it does not echo, or it is hostile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("received {received} bytes although only {sent} were sent")]
#[non_exhaustive]
pub struct Surplus {
    /// Bytes sent on this connection so far.
    pub sent: u64,
    /// Bytes received on this connection so far, the surplus included.
    pub received: u64,
}

/// Bookkeeping of one connection. Small, and without a heap allocation as long as the window is one chunk: a run
/// holds one for each of perhaps a million connections.
#[derive(Debug)]
pub struct Ledger {
    chunk: ChunkSize,
    window: Window,
    /// Chunks to exchange; `None` until [`Ledger::stop`].
    share: Option<u64>,
    sent: u64,
    received: u64,
    // Counted along, because a division for each question would cost more than all other answers.
    chunks_begun: u64,
    chunks_received: u64,
    begun_at: SendTimes,
}

impl Ledger {
    /// Opens the books: chunks of `chunk` bytes, at most `window` of them in flight, `share` chunks to exchange or,
    /// without a share, until [`Ledger::stop`].
    #[must_use]
    pub fn new(chunk: ChunkSize, window: Window, share: Option<u64>) -> Self {
        let begun_at = SendTimes::new(window);
        Self { chunk, window, share, sent: 0, received: 0, chunks_begun: 0, chunks_received: 0, begun_at }
    }

    /// Bytes that may be sent now: up to the end of the window or of the share, whichever comes first.
    #[must_use]
    pub fn sendable(&self) -> u64 {
        let open = self.chunks_received.saturating_add(u64::from(self.window.get()));
        let chunks = self.share.map_or(open, |share| share.min(open));
        self.bytes_of(chunks).saturating_sub(self.sent)
    }

    /// Notes that `bytes` were sent at `at`, which is the send time of every chunk that begins with them. No more
    /// than [`Ledger::sendable`] bytes are noted. Without a time, their round trips are not timed.
    pub fn sent(&mut self, bytes: u64, at: Option<Instant>) {
        self.sent += bytes.min(self.sendable());
        while self.sent > self.bytes_of(self.chunks_begun) {
            self.chunks_begun += 1;
            self.begun_at.push(at);
        }
    }

    /// Notes that `bytes` arrived at `at`, and passes the round-trip time of every chunk they complete to `record`:
    /// from the sending of its first byte to the arrival of its last. Without a time, nothing is passed.
    ///
    /// # Errors
    /// [`Surplus`] if that is more than was sent; nothing is noted then.
    pub fn received(
        &mut self,
        bytes: u64,
        at: Option<Instant>,
        mut record: impl FnMut(Duration),
    ) -> Result<(), Surplus> {
        let received = self.received.saturating_add(bytes);
        if received > self.sent {
            return Err(Surplus { sent: self.sent, received });
        }
        self.received = received;
        while self.received >= self.bytes_of(self.chunks_received + 1) {
            self.chunks_received += 1;
            if let Some((begun, at)) = self.begun_at.pop().zip(at) {
                record(at.saturating_duration_since(begun));
            }
        }
        Ok(())
    }

    /// Begins no further chunk. Those begun are still finished, so that the server is left with no half chunk.
    pub fn stop(&mut self) {
        self.share = Some(self.share.unwrap_or(u64::MAX).min(self.chunks_begun));
    }

    /// Whether everything that was to be exchanged has come back.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.share.is_some_and(|share| self.received >= self.bytes_of(share))
    }

    /// Bytes sent: the position of the next byte to send.
    #[must_use]
    pub fn sent_bytes(&self) -> u64 {
        self.sent
    }

    /// Bytes received: the position of the next byte to arrive.
    #[must_use]
    pub fn received_bytes(&self) -> u64 {
        self.received
    }

    /// Bytes sent and not yet received.
    #[must_use]
    pub fn bytes_in_flight(&self) -> u64 {
        self.sent - self.received
    }

    /// Chunks of which at least one byte was sent.
    #[must_use]
    pub fn chunks_begun(&self) -> u64 {
        self.chunks_begun
    }

    /// Chunks received to their last byte.
    #[must_use]
    pub fn chunks_received(&self) -> u64 {
        self.chunks_received
    }

    fn bytes_of(&self, chunks: u64) -> u64 {
        chunks.saturating_mul(self.chunk.bytes())
    }
}

/// When the chunks in flight were begun, oldest first; never more than the window.
#[derive(Debug)]
enum SendTimes {
    /// A window of one chunk needs no queue.
    One(Option<Instant>),
    /// Grows to what is really in flight, which is often far below the window.
    Many(VecDeque<Option<Instant>>),
}

impl SendTimes {
    fn new(window: Window) -> Self {
        if window == Window::MIN { Self::One(None) } else { Self::Many(VecDeque::new()) }
    }

    fn push(&mut self, at: Option<Instant>) {
        match self {
            Self::One(slot) => *slot = at,
            Self::Many(queue) => queue.push_back(at),
        }
    }

    fn pop(&mut self) -> Option<Instant> {
        match self {
            Self::One(slot) => slot.take(),
            Self::Many(queue) => queue.pop_front().flatten(),
        }
    }
}
