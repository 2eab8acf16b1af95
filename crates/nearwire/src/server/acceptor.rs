//! Accepts for all event loops, and deals the connections out to them in turn.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Instant;

use mio::Waker;

use crate::listener::{Accepted, EXHAUSTED_PAUSE, Listener};
use crate::peer::Peer;
use crate::server::report::Counters;
use crate::server::service::Service;
use crate::stream::Stream;

/// Clients accepted in one turn: enough to be fast, few enough that connected peers do not notice a flood.
const TURN_CLIENTS: usize = 64;

/// A connection on its way to the loop that will drive it.
pub(crate) type Arrival = (Stream, Peer);

/// The way to another loop. When it is dropped, that loop knows that no more will come.
#[derive(Debug)]
pub(crate) struct Door {
    /// `None` only while it is dropped.
    arrivals: Option<Sender<Arrival>>,
    waker: Arc<Waker>,
}

impl Drop for Door {
    fn drop(&mut self) {
        // In this order: a loop that woke before the sender is gone would find nothing, and sleep again.
        drop(self.arrivals.take());
        self.wake();
    }
}

impl Door {
    pub(crate) fn new(arrivals: Sender<Arrival>, waker: Arc<Waker>) -> Self {
        Self { arrivals: Some(arrivals), waker }
    }

    fn send(&self, arrival: Arrival) {
        // The other loop lives as long as this door, so there is somebody to take it.
        if self.arrivals.as_ref().is_none_or(|arrivals| arrivals.send(arrival).is_err()) {
            tracing::error!("an event loop has failed");
        }
        self.wake();
    }

    fn wake(&self) {
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "an event loop could not be woken");
        }
    }
}

/// The listener of a server, in the loop that accepts.
#[derive(Debug)]
pub(crate) struct Acceptor {
    listener: Listener,
    /// The other loops.
    doors: Vec<Door>,
    /// Whose turn it is; 0 is the loop that accepts.
    next: usize,
    /// Whether clients may wait.
    ready: bool,
    /// No descriptor was left: when to look again.
    retry_at: Option<Instant>,
}

impl Acceptor {
    pub(crate) fn new(listener: Listener, doors: Vec<Door>) -> Self {
        // Clients may have queued up before the loop started.
        Self { listener, doors, next: 0, ready: true, retry_at: None }
    }

    /// Poll says that clients wait.
    pub(crate) fn wake(&mut self) {
        self.ready = true;
    }

    /// A connection ended: if accepting pauses, it can go on.
    pub(crate) fn descriptor_is_free(&mut self) {
        self.retry_at = None;
    }

    pub(crate) fn retry_at(&self) -> Option<Instant> {
        self.retry_at.filter(|_| self.ready)
    }

    /// Whether clients may wait, and nothing keeps them waiting.
    pub(crate) fn is_due(&self) -> bool {
        self.ready && self.retry_at.is_none()
    }

    /// Lets in whom policy and limits admit, [`TURN_CLIENTS`] at most, and returns those that this loop drives.
    pub(crate) fn accept<S: Service>(
        &mut self,
        now: Instant,
        counters: &Counters,
        service: &S,
    ) -> Vec<Arrival> {
        let mut own = Vec::new();
        self.retry_at = self.retry_at.filter(|&at| at > now);
        if !self.is_due() {
            return own;
        }
        for _ in 0..TURN_CLIENTS {
            match self.listener.try_accept() {
                Ok(Accepted::Connection(stream, peer)) => {
                    counters.served.add(1);
                    own.extend(self.deal(stream, peer));
                }
                Ok(Accepted::Refused(refusal)) => {
                    counters.refused(refusal.cause);
                    if catch_unwind(AssertUnwindSafe(|| service.refused(&refusal))).is_err() {
                        tracing::error!("the service panicked when a peer was refused");
                    }
                }
                Ok(Accepted::Nobody) => {
                    self.ready = false;
                    break;
                }
                // Those who wait stay in the backlog; the listener stays open.
                Ok(Accepted::Exhausted) => {
                    self.pause(now, counters);
                    break;
                }
                Err(error) => {
                    tracing::error!(%error, "accepting failed");
                    self.pause(now, counters);
                    break;
                }
            }
        }
        own
    }

    fn pause(&mut self, now: Instant, counters: &Counters) {
        tracing::warn!("accepting pauses until a descriptor is free");
        counters.accept_pauses.add(1);
        self.retry_at = now.checked_add(EXHAUSTED_PAUSE);
    }

    /// Deals a connection to the loop whose turn it is; returns it if that is the accepting one.
    fn deal(&mut self, stream: Stream, peer: Peer) -> Option<Arrival> {
        let turn = self.next;
        self.next = (turn + 1) % (self.doors.len() + 1);
        let Some(door) = turn.checked_sub(1).and_then(|other| self.doors.get(other)) else {
            return Some((stream, peer));
        };
        door.send((stream, peer));
        None
    }

    pub(crate) fn listener(&self) -> &Listener {
        &self.listener
    }
}
