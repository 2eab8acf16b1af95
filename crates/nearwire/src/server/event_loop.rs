//! An event loop: accepts, drives its connections by turns, closes those whose time is up, and drains.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use slab::Slab;
use zeroize::Zeroize;

use crate::limits::ValidLimits;
use crate::peer::Peer;
use crate::server::Drain;
use crate::server::acceptor::{Acceptor, Arrival};
use crate::server::connection::{Connection, Next, Turn};
use crate::server::control::Control;
use crate::server::pending::BufferPool;
use crate::server::report::{CloseReason, Counters};
use crate::server::service::Service;
use crate::server::timer::Timer;
use crate::spin::Spinner;
use crate::stream::Stream;

pub(crate) const LISTENER: Token = Token(usize::MAX);
pub(crate) const WAKER: Token = Token(usize::MAX - 1);
pub(crate) const TIMER: Token = Token(usize::MAX - 2);
pub(crate) const UNTIL: Token = Token(usize::MAX - 3);

/// What is watched for all the time: bytes, urgent bytes, and the end.
const WATCHED: Interest = Interest::READABLE.add(Interest::PRIORITY);
/// What one read takes at most: a large chunk at once, and still in the second-level cache.
const READ_BYTES: usize = 256 << 10;
/// How exactly time limits are kept: a connection lives this fraction of its limit too long at most.
const SWEEPS_PER_LIMIT: u32 = 16;
/// No limit is so short that the loop would do little but look for it.
const SHORTEST_SWEEP: Duration = Duration::from_millis(1);

/// One event loop with its connections.
pub(crate) struct EventLoop<S: Service> {
    pub(crate) poll: Poll,
    pub(crate) service: Arc<S>,
    pub(crate) limits: ValidLimits,
    pub(crate) control: Arc<Control>,
    pub(crate) counters: Arc<Counters>,
    /// The first loop accepts for all.
    pub(crate) acceptor: Option<Acceptor>,
    /// Connections that the first loop gave to this one.
    pub(crate) arrivals: Receiver<Arrival>,
    timer: Timer,
    /// How long to drain when the descriptor behind [`UNTIL`] says that it is time to end.
    drain: Drain,
    work: Work<S::Connection>,
}

/// What changes from turn to turn.
struct Work<State> {
    connections: Slab<Connection<State>>,
    /// Connections that have something to do, first come first served.
    queue: VecDeque<usize>,
    buffer: Vec<u8>,
    /// How much of the buffer may hold peers' bytes.
    used: usize,
    pool: BufferPool,
    next_sweep: Option<Instant>,
    /// No connection moved anything when they were last looked at: the next that does starts the clock again.
    quiet: bool,
    drain_until: Option<Instant>,
    /// The loop that accepts sends no more connections.
    arrivals_ended: bool,
}

/// What a loop is made of, besides its service.
pub(crate) struct Parts {
    pub(crate) poll: Poll,
    pub(crate) limits: ValidLimits,
    pub(crate) control: Arc<Control>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) acceptor: Option<Acceptor>,
    pub(crate) arrivals: Receiver<Arrival>,
    pub(crate) drain: Drain,
}

impl<S: Service> EventLoop<S> {
    /// # Errors
    /// There is no descriptor for its timer.
    pub(crate) fn new(parts: Parts, service: Arc<S>) -> io::Result<Self> {
        let Parts { poll, limits, control, counters, acceptor, arrivals, drain } = parts;
        let timer = Timer::new(&poll, TIMER)?;
        let work = Work {
            connections: Slab::new(),
            queue: VecDeque::new(),
            buffer: vec![0; READ_BYTES],
            used: 0,
            pool: BufferPool::default(),
            next_sweep: None,
            quiet: false,
            drain_until: None,
            arrivals_ended: false,
        };
        Ok(Self { poll, service, limits, control, counters, acceptor, arrivals, timer, drain, work })
    }

    /// Runs until it is shut down and drained.
    ///
    /// # Errors
    /// What epoll_wait(2) and timerfd_settime(2) answer; they have no errors that a correct program can meet.
    pub(crate) fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(1024);
        let mut spinner = Spinner::new(self.limits.spin);
        loop {
            if self.has_work() {
                self.look(&mut events, Some(Duration::ZERO))?;
            } else {
                spinner.wait(|timeout| self.look(&mut events, timeout))?;
                self.counters.spinner(&spinner);
            }
            let mut routine = !self.may_accept() && self.work.drain_until.is_none() && !self.work.quiet;
            for event in &events {
                routine &= self.note(event);
            }
            if routine {
                self.give_turns();
            } else if self.full_round()? {
                return Ok(());
            }
        }
    }

    /// Looks for events, for so long; without a timeout, until there are any. Says whether there are.
    fn look(&mut self, events: &mut Events, timeout: Option<Duration>) -> io::Result<bool> {
        self.counters.wait_calls.add(1);
        match self.poll.poll(events, timeout) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
            _ => Ok(!events.is_empty()),
        }
    }

    /// A round in which more may be due than the turns of connections. Only here the clock is read: what the peers send
    /// is served without. Says whether the loop is at its end.
    fn full_round(&mut self) -> io::Result<bool> {
        let now = Instant::now();
        self.take_arrivals(now);
        self.accept(now);
        self.give_turns();
        self.sweep(now);
        if self.is_drained(now) {
            return Ok(true);
        }
        self.timer.wake_at(self.next_due())?;
        Ok(false)
    }

    /// Whether there is something to do without waiting.
    fn has_work(&self) -> bool {
        !self.work.queue.is_empty() || self.may_accept()
    }

    fn may_accept(&self) -> bool {
        self.acceptor.as_ref().is_some_and(Acceptor::is_due)
    }

    /// When the next thing is due that no event tells of.
    fn next_due(&self) -> Option<Instant> {
        let retry = self.acceptor.as_ref().and_then(Acceptor::retry_at);
        // Without connections the deadline has nothing to end: the loop waits for the one that accepts.
        let deadline = self.work.drain_until.filter(|_| !self.work.connections.is_empty());
        [self.work.next_sweep, deadline, retry].into_iter().flatten().min()
    }

    /// Takes note of an event. Says whether it asks for nothing but a turn of its connection.
    fn note(&mut self, event: &mio::event::Event) -> bool {
        match event.token() {
            LISTENER => {
                if let Some(acceptor) = &mut self.acceptor {
                    acceptor.wake();
                }
            }
            // A full round looks for arrivals, and for the wish to drain.
            WAKER => {}
            TIMER => self.timer.rang(),
            UNTIL => self.control.drain(self.drain.deadline()),
            Token(key) => {
                if let Some(connection) = self.work.connections.get_mut(key) {
                    connection.wake(event);
                    self.work.enqueue(key);
                }
                return true;
            }
        }
        false
    }

    fn take_arrivals(&mut self, now: Instant) {
        loop {
            match self.arrivals.try_recv() {
                Ok((stream, peer)) => self.add(stream, &peer, now),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => {
                    self.work.arrivals_ended = true;
                    return;
                }
            }
        }
    }

    /// Lets waiting clients in: a bounded number, so that a flood of them does not stop the others.
    fn accept(&mut self, now: Instant) {
        let Some(acceptor) = &mut self.acceptor else { return };
        for (stream, peer) in acceptor.accept(now, &self.counters, &*self.service) {
            self.add(stream, &peer, now);
        }
    }

    fn add(&mut self, stream: Stream, peer: &Peer, now: Instant) {
        let Ok(state) = catch_unwind(AssertUnwindSafe(|| self.service.accepted(peer))) else {
            self.counters.closed(CloseReason::ServicePanicked);
            return;
        };
        let entry = self.work.connections.vacant_entry();
        let key = entry.key();
        let descriptor = stream.as_fd().as_raw_fd();
        let registered = self.poll.registry().register(&mut SourceFd(&descriptor), Token(key), WATCHED);
        if let Err(error) = registered {
            tracing::error!(%error, "a connection could not be watched");
            self.tell_closed(state, CloseReason::Failed);
            return;
        }
        entry.insert(Connection::new(stream, state, now));
        self.work.enqueue(key);
        self.sweep_soon(now);
    }

    /// Gives each connection in the queue one turn.
    fn give_turns(&mut self) {
        for _ in 0..self.work.queue.len() {
            let Some(key) = self.work.queue.pop_front() else { return };
            let next = {
                let work = &mut self.work;
                let Some(connection) = work.connections.get_mut(key) else { continue };
                connection.queued = false;
                let mut turn = Turn {
                    service: &*self.service,
                    buffer: &mut work.buffer,
                    used: &mut work.used,
                    pool: &mut work.pool,
                    limits: &self.limits,
                    counters: &self.counters,
                    draining: work.drain_until.is_some(),
                };
                connection.turn(&mut turn)
            };
            match next {
                Next::Wait => self.watch(key),
                Next::Again => self.work.enqueue(key),
                Next::Close(reason) => self.close(key, reason),
            }
        }
    }

    /// Watches for what the connection waits for. Watching for writing all the time would wake the loop whenever a
    /// peer reads.
    fn watch(&mut self, key: usize) {
        let Some(connection) = self.work.connections.get_mut(key) else { return };
        let wanted = connection.waits_to_write();
        if wanted == connection.watched_for_writing {
            return;
        }
        connection.watched_for_writing = wanted;
        let interest = if wanted { WATCHED | Interest::WRITABLE } else { WATCHED };
        let descriptor = connection.stream.as_fd().as_raw_fd();
        if let Err(error) = self.poll.registry().reregister(&mut SourceFd(&descriptor), Token(key), interest)
        {
            tracing::error!(%error, "a connection cannot be watched any more");
            self.close(key, CloseReason::Failed);
        }
    }

    fn close(&mut self, key: usize, reason: CloseReason) {
        let Some(connection) = self.work.connections.try_remove(key) else { return };
        // Closing the descriptor takes it out of the epoll set: it is the only one of its file.
        let Connection { stream, state, .. } = connection;
        drop(stream);
        tracing::debug!(%reason, "closed");
        self.tell_closed(state, reason);
        self.work.wipe();
        if let Some(acceptor) = &mut self.acceptor {
            acceptor.descriptor_is_free();
        }
    }

    fn tell_closed(&self, state: S::Connection, reason: CloseReason) {
        self.counters.closed(reason);
        if catch_unwind(AssertUnwindSafe(|| self.service.closed(state, reason))).is_err() {
            tracing::error!("the service panicked when a connection ended");
        }
    }

    /// Closes connections whose time is up. Nothing is kept up to date for every message: a connection that moved
    /// something since it was last looked at counts as if it did so now.
    fn sweep(&mut self, now: Instant) {
        if self.work.next_sweep.is_none_or(|due| due > now) {
            if self.work.quiet {
                self.sweep_soon(now);
            }
            return;
        }
        let mut over = Vec::new();
        let mut soonest: Option<Instant> = None;
        self.work.quiet = true;
        for (key, connection) in &mut self.work.connections {
            self.work.quiet &= !connection.date(now);
            match connection.deadline(&self.limits) {
                Some((deadline, reason)) if deadline <= now => over.push((key, reason)),
                Some((deadline, _)) => soonest = soonest.into_iter().chain([deadline]).min(),
                None => {}
            }
        }
        for (key, reason) in over {
            self.close(key, reason);
        }
        self.work.next_sweep = soonest;
        if !self.work.quiet {
            self.sweep_soon(now);
        }
    }

    /// Looks at all connections a part of the shortest limit from now, or earlier if that was planned.
    fn sweep_soon(&mut self, now: Instant) {
        self.work.quiet = false;
        let shortest = self.limits.idle.unwrap_or(self.limits.stall).min(self.limits.stall);
        let soon = now.checked_add((shortest / SWEEPS_PER_LIMIT).max(SHORTEST_SWEEP));
        self.work.next_sweep = self.work.next_sweep.into_iter().chain(soon).min();
    }

    /// Starts and ends draining: stop accepting, let what is in flight end, close the rest at the deadline.
    fn is_drained(&mut self, now: Instant) -> bool {
        if self.work.drain_until.is_none() {
            let Some(deadline) = self.control.drain_until() else { return false };
            self.start_draining(deadline, now);
        }
        if self.work.drain_until.is_some_and(|deadline| deadline <= now) {
            // Whoever has nothing in flight is closed in this last turn; the others are cut.
            self.give_turns();
            for key in self.work.keys() {
                self.close(key, CloseReason::DrainDeadline);
            }
        }
        self.work.arrivals_ended && self.work.connections.is_empty()
    }

    fn start_draining(&mut self, deadline: Instant, now: Instant) {
        // Who connected before the end is served, though poll may not have told of them yet; then nobody can connect.
        self.acceptor.iter_mut().for_each(Acceptor::wake);
        let mut waiting = self.limits.backlog;
        while deadline > now && waiting > 0 && self.may_accept() {
            self.accept(now);
            waiting = waiting.saturating_sub(1);
        }
        // Dropping the acceptor closes the listener, removes its file, and tells the other loops.
        self.acceptor = None;
        self.take_arrivals(now);
        self.work.drain_until = Some(deadline);
        for key in self.work.keys() {
            if let Some(connection) = self.work.connections.get_mut(key) {
                connection.look_again();
            }
            self.work.enqueue(key);
        }
    }
}

impl<State> Work<State> {
    fn keys(&self) -> Vec<usize> {
        self.connections.iter().map(|(key, _)| key).collect()
    }

    fn enqueue(&mut self, key: usize) {
        if let Some(connection) = self.connections.get_mut(key)
            && !connection.queued
        {
            connection.queued = true;
            self.queue.push_back(key);
        }
    }

    /// Wipes what the peers' bytes left in the read buffer.
    fn wipe(&mut self) {
        if let Some(dirty) = self.buffer.get_mut(..self.used) {
            dirty.zeroize();
        }
        self.used = 0;
    }
}
