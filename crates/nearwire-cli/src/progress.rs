//! One line on stderr while a run goes on, on a terminal only.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nearwire_exchange::{Case, Event, RaceEvent, RunTime};

use crate::output;
use crate::render::units;

/// Shows how far a matrix is.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    run_time: Option<Duration>,
}

impl Progress {
    pub(crate) fn new(quiet: bool, run_time: Option<RunTime>) -> Self {
        let target = if quiet || !output::stderr_is_terminal() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        Self { bar, run_time: run_time.map(RunTime::get) }
    }

    /// A case begins.
    pub(crate) fn begin(&self, case: &Case, number: usize, of: usize) {
        self.bar.set_style(style());
        let size = units::chosen_bytes(case.chunk_size.bytes());
        self.bar.set_prefix(format!("{number}/{of} {} {} × {size}", case.kind, case.connections));
        self.bar.set_length(self.run_time.map_or(case.iterations.get(), millis));
        self.bar.set_position(0);
        self.bar.set_message("");
    }

    pub(crate) fn observe(&self, event: Event) {
        match event {
            Event::Connecting { made, of } if made % 100 == 0 || made == of => {
                self.bar.set_message(format!("connecting {made} of {of}"));
            }
            Event::Exchanging { chunks, elapsed } => {
                self.bar.set_position(self.run_time.map_or(chunks, |_| millis(elapsed)));
                self.bar.set_message(self.rate_and_time_left(chunks, elapsed));
            }
            _ => {}
        }
    }

    fn rate_and_time_left(&self, chunks: u64, elapsed: Duration) -> String {
        let seconds = elapsed.as_secs_f64();
        if seconds <= 0.0 {
            return String::new();
        }
        let rate = format!("{} chunks/s", units::count_f64(lossy(chunks) / seconds));
        let length = self.bar.length().unwrap_or(0);
        let done = lossy(self.bar.position()) / lossy(length).max(1.0);
        if done <= 0.0 {
            return rate;
        }
        let left = Duration::try_from_secs_f64((seconds / done - seconds).max(0.0)).unwrap_or_default();
        format!("{rate}, {} left", units::duration(left))
    }

    /// Prints results while the line is out of their way.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Shows how far a race is.
#[derive(Debug)]
pub(crate) struct RaceProgress {
    bar: ProgressBar,
    cases: Vec<String>,
    started: Instant,
}

impl RaceProgress {
    pub(crate) fn new(quiet: bool, cases: &[Case]) -> Self {
        let bar = Progress::new(quiet, None).bar;
        bar.set_style(style());
        let names = cases.iter().map(|case| {
            let size = units::chosen_bytes(case.chunk_size.bytes());
            format!("{} {} × {size}", case.kind, case.connections)
        });
        Self { bar, cases: names.collect(), started: Instant::now() }
    }

    pub(crate) fn observe(&self, event: &RaceEvent) {
        let of = self.cases.len();
        let name = |case: usize| self.cases.get(case).map(String::as_str).unwrap_or_default();
        match event {
            RaceEvent::Checking { name } => {
                self.bar.set_prefix(format!("checking {}", nearwire::Escaped::new(name)));
            }
            RaceEvent::Calibrating { case } => {
                self.bar.set_prefix(format!("{}/{of} {}", case + 1, name(*case)));
                self.bar.set_message("finding the length of a slice");
                self.bar.set_position(0);
            }
            RaceEvent::Observing { .. } => self.bar.set_message("timing round trips"),
            RaceEvent::Measured { case, done, planned } => {
                self.bar.set_length(*planned as u64);
                self.bar.set_position(*done as u64);
                self.bar.set_message(self.time_left(*case, *done, *planned));
            }
            _ => {}
        }
    }

    /// Every case has about as many slices as this one, of the same length.
    fn time_left(&self, case: usize, done: usize, planned: usize) -> String {
        let share = (lossy(case as u64) + lossy(done as u64) / lossy(planned.max(1) as u64))
            / lossy(self.cases.len().max(1) as u64);
        let spent = self.started.elapsed().as_secs_f64();
        let left =
            Duration::try_from_secs_f64((spent / share.max(1e-6) - spent).max(0.0)).unwrap_or_default();
        format!("slice {done} of {planned}, {} left", units::duration(left))
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style() -> ProgressStyle {
    let style = ProgressStyle::with_template("{prefix} {bar:24} {msg}");
    style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─")
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[allow(clippy::cast_precision_loss)] // a bar and a rate need no 53 bits
fn lossy(number: u64) -> f64 {
    number as f64
}
