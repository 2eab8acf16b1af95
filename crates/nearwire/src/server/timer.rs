//! The alarm of an event loop: a descriptor that becomes readable at a time.
//!
//! A timeout given to epoll_wait(2) would do the same, but the kernel sets up a timer for it, and takes it down, each
//! time the loop sleeps: for every message when there are few connections, which is some hundred nanoseconds. This one
//! is set only when the time changes, a few times in a time limit.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Interest, Poll, Token};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};

/// A timer without a time is not set.
const UNSET: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

/// An alarm that is watched by the poll of its loop.
#[derive(Debug)]
pub(crate) struct Timer {
    descriptor: OwnedFd,
    due: Option<Instant>,
}

impl Timer {
    /// A timer that is not set, and that `poll` tells of with `token`.
    pub(crate) fn new(poll: &Poll, token: Token) -> io::Result<Self> {
        let descriptor =
            timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        poll.registry().register(&mut SourceFd(&descriptor.as_raw_fd()), token, Interest::READABLE)?;
        Ok(Self { descriptor, due: None })
    }

    /// Lets the loop wake at `due`, or not at all.
    pub(crate) fn wake_at(&mut self, due: Option<Instant>) -> io::Result<()> {
        if due == self.due {
            return Ok(());
        }
        let it_value = match due {
            // Zero would unset it. What is measured from now, and set later, never rings too early.
            Some(due) => {
                let wait = due.saturating_duration_since(Instant::now()).max(Duration::from_nanos(1));
                Timespec::try_from(wait).map_err(io::Error::other)?
            }
            None => UNSET,
        };
        let once = Itimerspec { it_interval: UNSET, it_value };
        timerfd_settime(&self.descriptor, TimerfdTimerFlags::empty(), &once)?;
        self.due = due;
        Ok(())
    }

    /// Takes note that it rang: it is not set any more. Nothing is read from it, because the next ringing is a new
    /// edge, which is all that an edge-triggered poll needs.
    pub(crate) fn rang(&mut self) {
        self.due = None;
    }
}
