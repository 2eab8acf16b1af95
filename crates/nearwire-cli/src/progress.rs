//! One line on stderr while a run goes on, on a terminal only.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nearwire_exchange::{Case, Event, RunTime};

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
        let style = ProgressStyle::with_template("{prefix} {bar:24} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar.set_style(style.progress_chars("━╸─"));
        let size = units::chosen_bytes(case.chunk_size.bytes());
        self.bar.set_prefix(format!("{number}/{of} {} {} × {size}", case.kind, case.connections));
        self.bar.set_length(self.run_time.map_or(case.iterations.get(), millis));
        self.bar.set_position(0);
        self.bar.set_message("");
    }

    pub(crate) fn observe(&self, event: Event) {
        match event {
            Event::Connecting { made, of } => {
                if made % 100 == 0 || made == of {
                    self.bar.set_message(format!("connecting {made} of {of}"));
                }
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

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[allow(clippy::cast_precision_loss)] // a bar and a rate need no 53 bits
fn lossy(number: u64) -> f64 {
    number as f64
}
