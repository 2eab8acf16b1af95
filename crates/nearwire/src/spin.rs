//! Looking for work a moment longer before sleeping.
//!
//! To wake a thread that sleeps in epoll_wait(2) on another CPU takes a few microseconds, and some tens of them where the
//! CPU is virtual and was given back to the hypervisor: several times what a short message takes. Whoever looks again
//! for as long as waking would take spends, in the worst case, twice what the best choice in hindsight would have
//! cost (Karlin, Li, Manasse and Owicki, *Empirical studies of competitive spinning for a shared-memory multiprocessor*,
//! SOSP 1991). This one looks less and less while looking does not pay, and lets others run between two looks.

use std::io;
use std::time::{Duration, Instant};

#[cfg(test)]
mod tests;

/// So many waits at most pass without spinning after one in which it did not pay.
const LONGEST_PAUSE: u32 = 256;
/// A look takes about a microsecond. One that took longer let another thread run: that was not our time.
const LONGEST_LOOK: Duration = Duration::from_micros(5);

/// How long an event loop that has nothing to do looks for more before it sleeps: not at all, or up to 1 ms.
///
/// While it looks, it gives way to whoever else wants the CPU (sched_yield(2)). A loop whose looking found nothing sleeps
/// at once in the next wait, then in the next two, and so on up to 256: for peers that are always slow to speak it spends
/// a 256th of the time for each message. A server to which nobody speaks sleeps.
///
/// What it spends is CPU time of the process all the same: it is shown by top(1), and taken from a quota of the control
/// group (`cpu.max`). Where that is scarce, [`Spin::OFF`] is right.
///
/// ```
/// use std::time::Duration;
/// use nearwire::{Limits, Spin};
///
/// let patient = Limits::default().spin(Spin::up_to(Duration::from_micros(100))?);
/// let sleeper = Limits::default().spin(Spin::OFF);
/// # Ok::<(), nearwire::SpinError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Spin(Duration);

/// A time that is too long for spinning: the caller's mistake.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("spinning for {asked:?}: expected at most {:?}", Spin::MAX.time())]
pub struct SpinError {
    /// What was asked for.
    pub asked: Duration,
}

impl Spin {
    /// Sleep at once.
    pub const OFF: Self = Self(Duration::ZERO);
    /// The longest time, 1 ms: far more than it takes to wake a thread.
    pub const MAX: Self = Self(Duration::from_millis(1));

    /// Looks for up to `time`; zero is [`Spin::OFF`].
    ///
    /// # Errors
    /// [`SpinError`] when it is longer than [`Spin::MAX`].
    pub fn up_to(time: Duration) -> Result<Self, SpinError> {
        if time > Self::MAX.0 { Err(SpinError { asked: time }) } else { Ok(Self(time)) }
    }

    /// How long it looks at most.
    #[must_use]
    pub const fn time(self) -> Duration {
        self.0
    }
}

impl Default for Spin {
    /// 50 µs: on the virtual CPUs that it was measured on, 10 µs are too little and 20 to 200 µs are all the same
    /// (`bench/runs`, group `spin`).
    fn default() -> Self {
        Self(Duration::from_micros(50))
    }
}

/// Waits for events as a [`Spin`] says: one for each event loop.
///
/// It belongs to no poll in particular: whatever can look at once, and sleep until there is something, can be waited for.
///
/// ```
/// use nearwire::{Spin, Spinner};
///
/// let mut spinner = Spinner::new(Spin::default());
/// let mut looks = 0;
/// // The third look finds something.
/// spinner.wait(|timeout| {
///     looks += 1;
///     Ok(looks == 3 || timeout.is_none())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Spinner {
    budget: Duration,
    back_off: BackOff,
    yields: u64,
    spun: Duration,
}

impl Spinner {
    /// A spinner that has not waited yet.
    #[must_use]
    pub fn new(spin: Spin) -> Self {
        Self { budget: spin.time(), back_off: BackOff::default(), yields: 0, spun: Duration::ZERO }
    }

    /// Waits until `look` found something. It is called with a timeout of zero, to look, or with none, to sleep; and says
    /// whether it found something. After it slept, the wait is over in any case.
    ///
    /// # Errors
    /// Those of `look`.
    pub fn wait(&mut self, look: impl FnMut(Option<Duration>) -> io::Result<bool>) -> io::Result<()> {
        self.wait_in(Instant::now, rustix::thread::sched_yield, look)
    }

    /// How often it gave way to other threads: system calls beside those of `look`.
    #[must_use]
    pub fn yields(&self) -> u64 {
        self.yields
    }

    /// How long it looked without finding anything yet, in all. Looks in which another thread ran are left out,
    /// as well as can be told from how long they took.
    #[must_use]
    pub fn spun(&self) -> Duration {
        self.spun
    }

    fn wait_in(
        &mut self,
        now: impl Fn() -> Instant,
        give_way: impl Fn(),
        mut look: impl FnMut(Option<Duration>) -> io::Result<bool>,
    ) -> io::Result<()> {
        let sleep = None;
        let at_once = Some(Duration::ZERO);
        if self.budget.is_zero() || !self.back_off.is_over() {
            return look(sleep).map(drop);
        }
        // What is there already costs no look at the clock.
        if look(at_once)? {
            return Ok(());
        }
        let started = now();
        let mut looked = started;
        loop {
            give_way();
            self.yields += 1;
            let found = look(at_once)?;
            let time = now();
            self.count(time.saturating_duration_since(looked));
            looked = time;
            // What is found too late was missed all the same: somebody else needed the CPU for longer.
            if time.saturating_duration_since(started) > self.budget {
                self.back_off.missed();
                return if found { Ok(()) } else { look(sleep).map(drop) };
            }
            if found {
                self.back_off.paid();
                return Ok(());
            }
        }
    }

    fn count(&mut self, look: Duration) {
        if look <= LONGEST_LOOK {
            self.spun += look;
        }
    }
}

/// How many waits are to pass before spinning is tried again: more and more, as long as it does not pay.
#[derive(Default, Debug)]
struct BackOff {
    left: u32,
    pause: u32,
}

impl BackOff {
    /// Whether it is; if not, one wait less is left.
    fn is_over(&mut self) -> bool {
        let over = self.left == 0;
        self.left = self.left.saturating_sub(1);
        over
    }

    fn paid(&mut self) {
        self.pause = 0;
    }

    fn missed(&mut self) {
        self.pause = (self.pause * 2).clamp(1, LONGEST_PAUSE);
        self.left = self.pause;
    }
}
