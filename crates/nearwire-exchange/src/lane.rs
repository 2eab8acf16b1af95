//! One connection of an exchange: reads what came back and checks it, then sends what may be sent, by turns.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use mio::event::Event;
use nearwire::Stream;

use crate::error::ExchangeError;
use crate::ledger::Ledger;
use crate::outcome::Calls;
use crate::payload::Payload;
use crate::plan::{Plan, Verify};
use crate::rtt::RttHistogram;

/// What one call reads or writes at most, and about what a connection moves in one turn.
pub(crate) const TURN_BYTES: usize = 256 << 10;

/// What the lanes of one driver share.
#[derive(Debug)]
pub(crate) struct Tools {
    payload: Payload,
    verify: Verify,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
    measures_rtt: bool,
    pub(crate) rtt: RttHistogram,
    /// Chunks that came back, over all lanes.
    pub(crate) chunks: u64,
    /// Bytes that came back, over all lanes.
    pub(crate) bytes: u64,
    /// System calls of all lanes and their driver.
    pub(crate) calls: Calls,
}

impl Tools {
    pub(crate) fn new(payload: Payload, plan: &Plan) -> Self {
        let mut outgoing = vec![0; TURN_BYTES];
        // Where nobody looks at the bytes that come back, the same ones are sent all the time.
        payload.fill(0, 0, &mut outgoing);
        let incoming = vec![0; TURN_BYTES];
        Self {
            payload,
            verify: plan.verify(),
            outgoing,
            incoming,
            measures_rtt: plan.measures_rtt(),
            rtt: RttHistogram::new(),
            chunks: 0,
            bytes: 0,
            calls: Calls::default(),
        }
    }
}

/// What is next for a lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    /// It waits for the server.
    Wait,
    /// It has more to do in the next turn.
    Again,
    /// All came back.
    Complete,
}

/// A connection and its books.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) stream: Stream,
    pub(crate) ledger: Ledger,
    index: u32,
    readable: bool,
    writable: bool,
    /// A read that takes less than it could does not prove that it took all: reads end at descriptors, where they can
    /// come, and at urgent bytes (MSG_OOB); and poll tells of the server's end once, together with the bytes before it.
    short_reads_prove_nothing: bool,
    pub(crate) complete: bool,
    /// Whether it waits in the driver's queue.
    pub(crate) queued: bool,
    /// Whether the driver's poll tells when it becomes writable.
    pub(crate) watched_for_writing: bool,
    /// Whether it moved something since `last_progress` was last brought up to date.
    moved: bool,
    pub(crate) last_progress: Instant,
}

impl Lane {
    pub(crate) fn new(index: u32, stream: Stream, ledger: Ledger, now: Instant) -> Self {
        let short_reads_prove_nothing = !stream.refuses_descriptors();
        Self {
            stream,
            ledger,
            index,
            readable: false,
            writable: true,
            short_reads_prove_nothing,
            complete: false,
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

    /// Whether it can send nothing until the socket takes more.
    pub(crate) fn waits_to_write(&self) -> bool {
        !self.writable && !self.complete
    }

    /// One turn: at most about [`TURN_BYTES`], so that the lanes go forward together.
    pub(crate) fn turn(&mut self, tools: &mut Tools) -> Result<Next, ExchangeError> {
        let mut moved = 0;
        while moved < TURN_BYTES {
            if self.readable {
                moved += self.receive(tools)?;
            }
            if self.ledger.complete() {
                self.complete = true;
                return Ok(Next::Complete);
            }
            if self.writable && self.ledger.sendable() > 0 {
                moved += self.send(tools)?;
            } else if !self.readable {
                return Ok(Next::Wait);
            }
        }
        Ok(Next::Again)
    }

    /// Reads once, and checks that the bytes are those that were sent.
    fn receive(&mut self, tools: &mut Tools) -> Result<usize, ExchangeError> {
        tools.calls.reads += 1;
        let count = match retrying(|| (&self.stream).read(&mut tools.incoming)) {
            Ok(Some(0)) => return Err(self.closed()),
            Ok(Some(count)) => count,
            Ok(None) => {
                self.readable = false;
                return Ok(0);
            }
            Err(error) => return Err(self.failed("receive", error)),
        };
        // The clock is read before the check, which is no part of the round trip.
        let now = tools.measures_rtt.then(Instant::now);
        self.moved = true;
        self.readable = count == tools.incoming.len() || self.short_reads_prove_nothing;
        let position = self.ledger.received_bytes();
        let chunks_before = self.ledger.chunks_received();
        let (ledger, rtt) = (&mut self.ledger, &mut tools.rtt);
        ledger
            .received(count as u64, now, |time| rtt.record(time))
            .map_err(|surplus| ExchangeError::Surplus { connection: self.index, surplus })?;
        if tools.verify == Verify::Full {
            let bytes = tools.incoming.get(..count).unwrap_or_default();
            tools.payload.check(self.index, position, bytes)?;
        }
        tools.chunks += self.ledger.chunks_received() - chunks_before;
        tools.bytes += count as u64;
        Ok(count)
    }

    /// Writes once: what may be sent, or as much of it as fits the buffer.
    fn send(&mut self, tools: &mut Tools) -> Result<usize, ExchangeError> {
        let sendable =
            usize::try_from(self.ledger.sendable()).unwrap_or(usize::MAX).min(tools.outgoing.len());
        let bytes = tools.outgoing.get_mut(..sendable).unwrap_or_default();
        if tools.verify == Verify::Full {
            tools.payload.fill(self.index, self.ledger.sent_bytes(), bytes);
        }
        tools.calls.writes += 1;
        let now = tools.measures_rtt.then(Instant::now);
        let count = match retrying(|| (&self.stream).write(bytes)) {
            Ok(count) => count.unwrap_or(0),
            Err(error) => return Err(self.failed("send", error)),
        };
        self.writable = count == bytes.len();
        if count > 0 {
            self.moved = true;
            self.ledger.sent(count as u64, now);
        }
        Ok(count)
    }

    /// After the run: a server that echoes has nothing left to say.
    pub(crate) fn check_silence(&mut self, tools: &mut Tools) -> Result<(), ExchangeError> {
        self.readable = true;
        while self.complete && self.readable {
            match self.receive(tools) {
                // That it closes the connection now is its right.
                Ok(_) | Err(ExchangeError::ServerClosed { .. }) => self.readable = false,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Brings up to date when it last moved something.
    pub(crate) fn date(&mut self, now: Instant) {
        if std::mem::take(&mut self.moved) {
            self.last_progress = now;
        }
    }

    /// The error of a lane that moved nothing for too long.
    pub(crate) fn stalled(&self, now: Instant) -> ExchangeError {
        ExchangeError::Stalled {
            connection: self.index,
            sent: self.ledger.sent_bytes(),
            received: self.ledger.received_bytes(),
            waited: to_milliseconds(now.saturating_duration_since(self.last_progress)),
        }
    }

    fn closed(&self) -> ExchangeError {
        ExchangeError::ServerClosed {
            connection: self.index,
            sent: self.ledger.sent_bytes(),
            received: self.ledger.received_bytes(),
        }
    }

    fn failed(&self, action: &'static str, source: io::Error) -> ExchangeError {
        match source.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => self.closed(),
            _ => ExchangeError::Io { action, source },
        }
    }
}

/// The time without the digits that nobody can use.
fn to_milliseconds(time: Duration) -> Duration {
    Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// Repeats an interrupted call; `None` when it would have to wait.
fn retrying(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<Option<usize>> {
    loop {
        return match call() {
            Ok(count) => Ok(Some(count)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        };
    }
}
