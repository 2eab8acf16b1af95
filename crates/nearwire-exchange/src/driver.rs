//! An event loop of the client: drives its lanes by turns until all is exchanged, or something ends it.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use nearwire::{Spin, Spinner};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};

use crate::error::ExchangeError;
use crate::lane::{Lane, Next, Tools};
use crate::outcome::Calls;
use crate::stop::Stop;
use crate::usage::Usage;

/// What is watched for all the time: bytes, urgent bytes, and the end.
const WATCHED: Interest = Interest::READABLE.add(Interest::PRIORITY);
/// How long a driver sleeps at most before it looks whether it shall stop, in nanoseconds: 50 ms.
const LOOK_UP: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
/// The timer that makes it look up.
const TICK: Token = Token(usize::MAX);
/// How exactly the timeout is kept: to this fraction of itself.
const SWEEPS_PER_TIMEOUT: u32 = 8;

/// A driver with its lanes, ready to start.
#[derive(Debug)]
pub(crate) struct Driver {
    poll: Poll,
    /// Rings every [`LOOK_UP`] while it runs. A timeout of epoll_wait(2) would have to be set up by the kernel, and
    /// taken down, for each message that is waited for.
    timer: OwnedFd,
    spinner: Spinner,
    lanes: Vec<Lane>,
    tools: Tools,
    queue: VecDeque<usize>,
    timeout: Duration,
    run_time: Option<Duration>,
    /// Lanes that are not complete.
    open: usize,
}

/// What became of a run.
#[derive(Debug)]
pub(crate) struct Driven {
    pub(crate) tools: Tools,
    pub(crate) started: Instant,
    pub(crate) ended: Instant,
    pub(crate) usage: Option<Usage>,
    pub(crate) error: Option<ExchangeError>,
}

impl Driver {
    pub(crate) fn new(
        lanes: Vec<Lane>,
        tools: Tools,
        timeout: Duration,
        run_time: Option<Duration>,
        spin: Spin,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        for (key, lane) in lanes.iter().enumerate() {
            let descriptor = lane.stream.as_fd().as_raw_fd();
            poll.registry().register(&mut SourceFd(&descriptor), Token(key), WATCHED)?;
        }
        let timer =
            timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        poll.registry().register(&mut SourceFd(&timer.as_raw_fd()), TICK, Interest::READABLE)?;
        let open = lanes.len();
        let spinner = Spinner::new(spin);
        let queue = VecDeque::with_capacity(open);
        Ok(Self { poll, timer, spinner, lanes, tools, queue, timeout, run_time, open })
    }

    /// Exchanges until everything came back, an error ends it, or `stop` is asked for. Calls `look_up` some 20 times a
    /// second, with the chunks that came back so far.
    pub(crate) fn run(mut self, stop: &Stop, look_up: &mut dyn FnMut(u64)) -> Driven {
        let ticks = Itimerspec { it_interval: LOOK_UP, it_value: LOOK_UP };
        let ticking = timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &ticks);
        let usage_before = Usage::of_this_thread();
        let started = Instant::now();
        let error = match ticking {
            Ok(_) => self.exchange(started, stop, look_up).err(),
            Err(error) => Some(ExchangeError::Io { action: "start a timer", source: error.into() }),
        };
        let ended = Instant::now();
        let usage = usage_before.zip(Usage::of_this_thread()).map(|(before, after)| after.since(&before));
        let usage = usage.map(|usage| usage.with_spun(self.spinner.spun()));
        self.tools.calls.yields = self.spinner.yields();
        let error = error.or_else(|| self.check_silence().err());
        look_up(self.tools.chunks);
        Driven { tools: self.tools, started, ended, usage, error }
    }

    fn exchange(
        &mut self,
        started: Instant,
        stop: &Stop,
        look_up: &mut dyn FnMut(u64),
    ) -> Result<(), ExchangeError> {
        let mut events = Events::with_capacity(1024);
        let mut run_until = self.run_time.and_then(|time| started.checked_add(time));
        let mut next_look = started;
        // The seed's signal `start`: each connection sends its first chunks.
        for key in 0..self.lanes.len() {
            if let Some(lane) = self.lanes.get_mut(key) {
                lane.last_progress = started;
            }
            self.enqueue(key);
        }
        while self.open > 0 {
            self.give_turns()?;
            if self.open == 0 {
                break;
            }
            let looked = if self.queue.is_empty() {
                self.spinner.wait(|timeout| look(&mut self.poll, &mut events, &mut self.tools.calls, timeout))
            } else {
                look(&mut self.poll, &mut events, &mut self.tools.calls, Some(Duration::ZERO)).map(drop)
            };
            looked.map_err(ExchangeError::io("wait for events"))?;
            let mut ticked = false;
            for event in &events {
                ticked |= event.token() == TICK;
                self.note(event);
            }
            if stop.is_stopped() {
                return Err(ExchangeError::Interrupted);
            }
            // The clock is not read for each message if nobody needs to know the time.
            if run_until.is_some_and(|until| until <= Instant::now()) {
                run_until = None;
                self.stop_sending();
            }
            if ticked {
                // A periodic timer rings again only after it was read. That it rang is all that it has to say.
                let _ = rustix::io::read(&self.timer, &mut [0; size_of::<u64>()]);
                look_up(self.tools.chunks);
                let now = Instant::now();
                if next_look <= now {
                    self.look_for_stalls(now)?;
                    next_look = now.checked_add(self.timeout / SWEEPS_PER_TIMEOUT).unwrap_or(now);
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, event: &mio::event::Event) {
        let Token(key) = event.token();
        if let Some(lane) = self.lanes.get_mut(key)
            && !lane.complete
        {
            lane.wake(event);
            self.enqueue(key);
        }
    }

    fn enqueue(&mut self, key: usize) {
        if let Some(lane) = self.lanes.get_mut(key)
            && !lane.queued
        {
            lane.queued = true;
            self.queue.push_back(key);
        }
    }

    /// Gives each lane in the queue one turn.
    fn give_turns(&mut self) -> Result<(), ExchangeError> {
        for _ in 0..self.queue.len() {
            let Some(key) = self.queue.pop_front() else { break };
            let Some(lane) = self.lanes.get_mut(key) else { continue };
            lane.queued = false;
            if lane.complete {
                continue;
            }
            match lane.turn(&mut self.tools)? {
                Next::Wait => self.watch(key)?,
                Next::Again => self.enqueue(key),
                Next::Complete => self.open -= 1,
            }
        }
        Ok(())
    }

    /// Watches for what the lane waits for. Watching for writing all the time would wake the loop whenever the server
    /// reads.
    fn watch(&mut self, key: usize) -> Result<(), ExchangeError> {
        let Some(lane) = self.lanes.get_mut(key) else { return Ok(()) };
        let wanted = lane.waits_to_write();
        if wanted == lane.watched_for_writing {
            return Ok(());
        }
        lane.watched_for_writing = wanted;
        let interest = if wanted { WATCHED | Interest::WRITABLE } else { WATCHED };
        let descriptor = lane.stream.as_fd().as_raw_fd();
        self.poll
            .registry()
            .reregister(&mut SourceFd(&descriptor), Token(key), interest)
            .map_err(ExchangeError::io("watch a connection"))
    }

    /// The time is up: what is in flight comes back, and nothing new is begun.
    fn stop_sending(&mut self) {
        for key in 0..self.lanes.len() {
            if let Some(lane) = self.lanes.get_mut(key) {
                lane.ledger.stop();
            }
            self.enqueue(key);
        }
    }

    fn look_for_stalls(&mut self, now: Instant) -> Result<(), ExchangeError> {
        self.lanes.iter_mut().for_each(|lane| lane.date(now));
        let stalled = |lane: &&Lane| {
            !lane.complete && now.saturating_duration_since(lane.last_progress) >= self.timeout
        };
        self.lanes.iter().find(stalled).map_or(Ok(()), |lane| Err(lane.stalled(now)))
    }

    fn check_silence(&mut self) -> Result<(), ExchangeError> {
        self.lanes.iter_mut().try_for_each(|lane| lane.check_silence(&mut self.tools))
    }
}

/// Looks for events, for so long; without a timeout, until there are any. Says whether there are.
fn look(
    poll: &mut Poll,
    events: &mut Events,
    calls: &mut Calls,
    timeout: Option<Duration>,
) -> io::Result<bool> {
    calls.waits += 1;
    match poll.poll(events, timeout) {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        _ => Ok(!events.is_empty()),
    }
}
