//! One connection of an event loop: what is unsent is sent, then what is there is read, within the turn's budget.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use mio::event::Event;

use crate::limits::ValidLimits;
use crate::server::pending::{BufferPool, Pending};
use crate::server::report::{CloseReason, Counters};
use crate::server::service::{Outcome, Reply, Service};
use crate::stream::Stream;

/// Bytes that a connection may move in one turn. Then it is the others' turn: no peer owns the loop.
const TURN_BYTES: u64 = 256 << 10;

/// A connection and what its loop knows of it.
#[derive(Debug)]
pub(crate) struct Connection<State> {
    pub(crate) stream: Stream,
    pub(crate) state: State,
    pending: Pending,
    readable: bool,
    writable: bool,
    /// A read that takes less than it could does not prove that it took all: reads end at descriptors, where they can
    /// come, and at urgent bytes (MSG_OOB); and poll tells of the peer's end once, together with the bytes before it.
    short_reads_prove_nothing: bool,
    /// The service speaks unasked, and may have more to say.
    speaks: bool,
    /// Why it ends as soon as all is sent.
    ending: Option<CloseReason>,
    /// Whether it waits in the loop's queue.
    pub(crate) queued: bool,
    /// Whether the loop's poll tells when it becomes writable.
    pub(crate) watched_for_writing: bool,
    /// Whether it moved something since `last_progress` was last brought up to date.
    moved: bool,
    last_progress: Instant,
}

/// What a loop lends to a connection for one turn.
pub(crate) struct Turn<'a, S> {
    pub(crate) service: &'a S,
    pub(crate) buffer: &'a mut [u8],
    /// How much of the buffer may hold peers' bytes.
    pub(crate) used: &'a mut usize,
    pub(crate) pool: &'a mut BufferPool,
    pub(crate) limits: &'a ValidLimits,
    pub(crate) counters: &'a Counters,
    pub(crate) draining: bool,
}

/// What is next for a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    /// It waits for the peer.
    Wait,
    /// It has more to do in the next turn.
    Again,
    /// It is over.
    Close(CloseReason),
}

impl<State: Send> Connection<State> {
    pub(crate) fn new(stream: Stream, state: State, now: Instant) -> Self {
        let short_reads_prove_nothing = !stream.refuses_descriptors();
        Self {
            stream,
            state,
            pending: Pending::default(),
            // The peer may have sent before we registered; the first turn finds out.
            readable: true,
            writable: true,
            short_reads_prove_nothing,
            speaks: true,
            ending: None,
            queued: false,
            watched_for_writing: false,
            moved: false,
            last_progress: now,
        }
    }

    /// Takes note of what poll says.
    pub(crate) fn wake(&mut self, event: &Event) {
        let broken = event.is_error() || event.is_write_closed();
        let special = broken || event.is_read_closed() || event.is_priority();
        self.readable |= event.is_readable() || special;
        self.writable |= event.is_writable() || broken;
        self.short_reads_prove_nothing |= special;
    }

    /// Whether it can do nothing until the socket takes more.
    pub(crate) fn waits_to_write(&self) -> bool {
        !self.pending.is_empty() && !self.writable
    }

    /// Brings up to date when it last moved something. Says whether it did since the last time.
    pub(crate) fn date(&mut self, now: Instant) -> bool {
        let moved = std::mem::take(&mut self.moved);
        if moved {
            self.last_progress = now;
        }
        moved
    }

    /// When it is closed if nothing happens until then, and why.
    pub(crate) fn deadline(&self, limits: &ValidLimits) -> Option<(Instant, CloseReason)> {
        let (limit, reason): (Option<Duration>, _) = if self.pending.is_empty() {
            (limits.idle, CloseReason::Idle)
        } else {
            (Some(limits.stall), CloseReason::Stalled)
        };
        Some((self.last_progress.checked_add(limit?)?, reason))
    }

    /// One turn: at most [`TURN_BYTES`] and a little.
    pub(crate) fn turn<S: Service<Connection = State>>(&mut self, turn: &mut Turn<'_, S>) -> Next {
        let mut moved = 0;
        while moved < TURN_BYTES {
            let step = if !self.pending.is_empty() {
                if !self.writable {
                    return Next::Wait;
                }
                self.flush(turn)
            } else if let Some(reason) = self.is_over(turn.draining) {
                return Next::Close(reason);
            } else if self.speaks && !turn.draining {
                self.speak(turn)
            } else if self.readable {
                self.receive(turn)
            } else if turn.draining {
                return Next::Close(CloseReason::Drained);
            } else {
                return Next::Wait;
            };
            match step {
                Ok(bytes) => moved += bytes,
                Err(reason) => return Next::Close(reason),
            }
        }
        Next::Again
    }

    /// Why it ends now that all is sent. A peer that sends no more may still read what the service says unasked.
    fn is_over(&self, draining: bool) -> Option<CloseReason> {
        self.ending.filter(|&reason| reason != CloseReason::PeerClosed || !self.speaks || draining)
    }

    /// Sends what is unsent.
    fn flush<S>(&mut self, turn: &mut Turn<'_, S>) -> Result<u64, CloseReason> {
        let unsent = self.pending.as_slice();
        turn.counters.write_calls.add(1);
        let taken = retrying(|| (&self.stream).write(unsent))?.unwrap_or(0);
        self.writable = taken == unsent.len();
        self.pending.advance(taken, turn.pool);
        self.moved |= taken > 0;
        turn.counters.sent_bytes.add(taken as u64);
        Ok(taken as u64)
    }

    /// Lets a service speak that speaks unasked. Its peer is read from too.
    fn speak<S: Service<Connection = State>>(&mut self, turn: &mut Turn<'_, S>) -> Result<u64, CloseReason> {
        let received = if self.readable && self.ending.is_none() { self.receive(turn)? } else { 0 };
        if !self.pending.is_empty() {
            return Ok(received);
        }
        let outcome = self.call(turn, S::ready)?;
        self.speaks = outcome.wrote;
        Ok(received + outcome.sent)
    }

    /// Reads once and hands it to the service.
    fn receive<S: Service<Connection = State>>(
        &mut self,
        turn: &mut Turn<'_, S>,
    ) -> Result<u64, CloseReason> {
        // An answer as long as what was received must fit in what may be kept.
        let room = turn.buffer.len().min(turn.limits.buffer);
        let buffer = turn.buffer.get_mut(..room).unwrap_or_default();
        turn.counters.read_calls.add(1);
        let Some(count) = retrying(|| (&self.stream).read(buffer))? else {
            self.readable = false;
            return Ok(0);
        };
        if count == 0 {
            self.readable = false;
            self.ending = Some(CloseReason::PeerClosed);
            return Ok(0);
        }
        *turn.used = (*turn.used).max(count);
        self.readable = count == room || self.short_reads_prove_nothing;
        turn.counters.received_bytes.add(count as u64);
        // The buffer leaves the turn while the service looks at it.
        let buffer = std::mem::take(&mut turn.buffer);
        let bytes = buffer.get(..count).unwrap_or_default();
        let outcome = self.call(turn, |service, state, reply| service.received(state, bytes, reply));
        turn.buffer = buffer;
        self.moved = true;
        Ok(outcome?.sent + count as u64)
    }

    /// Calls the service with a reply, and keeps the loop safe from its panics.
    fn call<S: Service<Connection = State>>(
        &mut self,
        turn: &mut Turn<'_, S>,
        method: impl FnOnce(&S, &mut State, &mut Reply<'_>),
    ) -> Result<Outcome, CloseReason> {
        let mut reply = Reply::new(&self.stream, &mut self.pending, turn.pool, turn.limits.buffer);
        let state = &mut self.state;
        // After a panic the state is dropped with its connection, so nobody sees it half-changed.
        catch_unwind(AssertUnwindSafe(|| method(turn.service, state, &mut reply)))
            .map_err(|_| CloseReason::ServicePanicked)?;
        let outcome = reply.finish();
        turn.counters.sent_bytes.add(outcome.sent);
        turn.counters.write_calls.add(outcome.calls);
        turn.counters.copied_bytes.add(outcome.copied);
        if let Some(reason) = outcome.failed {
            return Err(reason);
        }
        self.writable &= !outcome.blocked;
        if outcome.close {
            self.ending = Some(CloseReason::Service);
        }
        self.moved |= outcome.sent > 0;
        Ok(outcome)
    }

    /// Makes the next turn look at the socket again, whatever poll said.
    pub(crate) fn look_again(&mut self) {
        self.readable = true;
    }
}

/// Repeats an interrupted call; `None` when it would have to wait.
pub(crate) fn retrying(mut call: impl FnMut() -> io::Result<usize>) -> Result<Option<usize>, CloseReason> {
    loop {
        return match call() {
            Ok(count) => Ok(Some(count)),
            Err(error) => match error.kind() {
                io::ErrorKind::Interrupted => continue,
                io::ErrorKind::WouldBlock => Ok(None),
                io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => Err(CloseReason::PeerReset),
                _ => {
                    tracing::warn!(%error, "a connection failed");
                    Err(CloseReason::Failed)
                }
            },
        };
    }
}
