//! What a server does with its connections: the trait its author implements.

use std::io::Write;

use crate::admission::Refusal;
use crate::peer::Peer;
use crate::server::pending::{BufferPool, Pending};
use crate::server::report::CloseReason;
use crate::stream::Stream;

/// What a server does. One value serves all connections, from every event loop; what belongs to one connection is in
/// [`Service::Connection`].
///
/// The methods run on an event loop, so they must not wait: while one does, the other connections of that loop stand
/// still. One that panics ends its connection and no other.
///
/// ```
/// use nearwire::{Peer, Reply, Service};
///
/// /// Answers each byte with its successor.
/// struct Successor;
///
/// impl Service for Successor {
///     type Connection = ();
///     fn accepted(&self, _peer: &Peer) {}
///     fn received(&self, _connection: &mut (), bytes: &[u8], reply: &mut Reply<'_>) {
///         let answer: Vec<u8> = bytes.iter().map(|byte| byte.wrapping_add(1)).collect();
///         reply.write(&answer);
///     }
/// }
/// ```
pub trait Service: Send + Sync + 'static {
    /// What the service remembers of one connection.
    type Connection: Send;

    /// A peer was let in.
    fn accepted(&self, peer: &Peer) -> Self::Connection;

    /// Bytes arrived. They are a piece of a stream: any number, cut anywhere; at most as many as may be buffered
    /// ([`Limits::buffer`](crate::Limits::buffer)). No more are read until the answer is sent.
    fn received(&self, connection: &mut Self::Connection, bytes: &[u8], reply: &mut Reply<'_>);

    /// Nothing is unsent: for services that speak unasked. Called once when the connection is there, and again
    /// whenever all that it wrote the last time is sent. The default writes nothing.
    fn ready(&self, connection: &mut Self::Connection, reply: &mut Reply<'_>) {
        let _ = (connection, reply);
    }

    /// The connection ended.
    fn closed(&self, connection: Self::Connection, reason: CloseReason) {
        let _ = (connection, reason);
    }

    /// A peer was refused. It is counted and logged already.
    fn refused(&self, refusal: &Refusal) {
        let _ = refusal;
    }
}

/// Where a service writes its answer.
///
/// The first [`write`](Self::write) of a call goes straight to the socket; what the socket does not take, and later
/// writes, are kept until it does, and nothing more is read from the peer meanwhile. So an answer written at once costs
/// one system call and no copy.
#[derive(Debug)]
pub struct Reply<'a> {
    stream: &'a Stream,
    pending: &'a mut Pending,
    pool: &'a mut BufferPool,
    limit: usize,
    outcome: Outcome,
    tried: bool,
}

/// What became of a reply.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    /// Bytes that the socket took at once.
    pub(crate) sent: u64,
    /// Bytes that were kept.
    pub(crate) copied: u64,
    /// System calls that were made.
    pub(crate) calls: u64,
    /// Whether anything was written.
    pub(crate) wrote: bool,
    /// Whether the socket took less than it was given.
    pub(crate) blocked: bool,
    /// Why the connection must end, now or when all is sent.
    pub(crate) failed: Option<CloseReason>,
    pub(crate) close: bool,
}

impl<'a> Reply<'a> {
    pub(crate) fn new(
        stream: &'a Stream,
        pending: &'a mut Pending,
        pool: &'a mut BufferPool,
        limit: usize,
    ) -> Self {
        Self { stream, pending, pool, limit, outcome: Outcome::default(), tried: false }
    }

    /// Answers with `bytes`. An answer longer than [`room`](Self::room) ends the connection with
    /// [`CloseReason::ReplyTooLong`].
    pub fn write(&mut self, bytes: &[u8]) {
        if self.outcome.failed.is_some() || bytes.is_empty() {
            return;
        }
        self.outcome.wrote = true;
        let rest = if self.tried || !self.pending.is_empty() { bytes } else { self.write_through(bytes) };
        if rest.len() > self.room() {
            self.outcome.failed = Some(CloseReason::ReplyTooLong);
        } else {
            self.outcome.copied += rest.len() as u64;
            self.pending.push(rest, self.pool);
        }
    }

    /// How many bytes can be kept now. Right after [`Service::received`] was called, at least as many as it received.
    #[must_use]
    pub fn room(&self) -> usize {
        self.limit.saturating_sub(self.pending.len())
    }

    /// Ends the connection when all that was written is sent.
    pub fn close(&mut self) {
        self.outcome.close = true;
    }

    /// Gives the socket what it takes at once; returns what is left.
    fn write_through<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        self.tried = true;
        self.outcome.calls += 1;
        match crate::server::connection::retrying(|| (&*self.stream).write(bytes)) {
            Ok(Some(taken)) => {
                self.outcome.sent += taken as u64;
                self.outcome.blocked = taken < bytes.len();
                bytes.get(taken..).unwrap_or_default()
            }
            Ok(None) => {
                self.outcome.blocked = true;
                bytes
            }
            Err(reason) => {
                self.outcome.failed = Some(reason);
                &[]
            }
        }
    }

    pub(crate) fn finish(self) -> Outcome {
        self.outcome
    }
}
