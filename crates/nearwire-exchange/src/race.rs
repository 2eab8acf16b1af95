//! Runs contenders side by side: checks them, finds the length of a slice, and measures slice by slice in the order that
//! the schedule says.

mod calls;
mod our_client;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::case::Case;
use crate::compare::{
    Calibration, Comparison, Evidence, Phase, Schedule, Sensors, Settings, Side, Slice, calibration_loop,
};
use crate::contender::{Answer, Contender, ContenderError, Order, Serving};
use crate::error::ExchangeError;
use crate::quantity::{QuantityError, Window};
use crate::rtt::{RttHistogram, RttSummary};
use crate::stop::Stop;
use crate::usage::Usage;

pub use calls::ChunkCalls;

/// The socket of the one server that runs.
const SOCKET: &str = "server.sock";
/// How much of a slice a new server is given before it is measured: a tenth.
const WARM_UP: u64 = 10;
/// How often the round trips at each server are measured.
const RTT_ROUNDS: usize = 3;

/// What to compare, and how.
#[derive(Clone, Debug)]
pub struct Race {
    /// The first is A; each of the others is compared with it. At least two.
    pub contenders: Vec<Contender>,
    /// The cases.
    pub cases: Vec<Case>,
    /// Chunks in flight on each connection.
    pub window: Window,
    /// About how long the slowest contender's slice takes: how many chunks that are is found out. `None`: as many as the
    /// cases say.
    pub slice: Option<Duration>,
    /// Pairs, threshold, order.
    pub settings: Settings,
    /// A directory for the sockets.
    pub directory: PathBuf,
    /// Whether to read what the servers use, too; it takes some milliseconds for each slice.
    pub counters: bool,
}

/// Why a race ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RaceError {
    /// A contender failed.
    #[error(transparent)]
    Contender(#[from] ContenderError),
    /// A contender's server does not serve our client, or does not echo what it sends: its time would mean nothing.
    #[error("{name}: the server failed an exchange with our client: {source}")]
    Unserved {
        /// Which contender.
        name: String,
        /// What was found.
        source: ExchangeError,
    },
    /// A check could not be planned: our fault.
    #[error("the check could not be planned: {0}")]
    Plan(#[from] QuantityError),
}

/// Something that happened in a race.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RaceEvent {
    /// A contender is started and checked.
    Checking {
        /// Its name.
        name: String,
    },
    /// The length of a slice is looked for.
    Calibrating {
        /// Which case, from 0.
        case: usize,
    },
    /// Round trips are timed and, if that was asked for, system calls are counted.
    Observing {
        /// Which case, from 0.
        case: usize,
    },
    /// A slice was measured.
    Measured {
        /// Which case, from 0.
        case: usize,
        /// Slices of this case so far.
        done: usize,
        /// Slices of this case that are planned at present.
        planned: usize,
    },
}

/// All that is known of one case.
#[derive(Clone, Debug)]
pub struct CaseRecord {
    /// The case, with the iterations of a slice.
    pub case: Case,
    /// For each contender but A: the pairs.
    pub evidence: Vec<Evidence>,
    /// For each contender, A first: what its slices said, in the order they were run, warm-up excluded.
    pub answers: Vec<Vec<Answer>>,
    /// For each contender, A first: the round-trip times that our client, one and the same for all, sees at its server.
    /// `None` where it cannot connect, because that server does not speak plain sockets.
    pub rtts: Vec<Option<RttSummary>>,
    /// For each contender, A first: its system calls, if they were to be counted and the kernel lets us.
    pub calls: Vec<Option<ChunkCalls>>,
    /// For each contender, A first: what its server used in these slices, if that was asked for and can be told.
    pub servers: Vec<Option<Usage>>,
}

/// What a race gave, complete or not.
#[derive(Debug)]
pub struct RaceOutcome {
    /// The cases that were finished.
    pub cases: Vec<CaseRecord>,
    /// Why not all were.
    pub error: Option<RaceError>,
}

impl RaceOutcome {
    /// A compared with a contender, counted from 0 without A, over all finished cases.
    #[must_use]
    pub fn comparison(&self, contender: usize, settings: &Settings) -> Comparison {
        let evidence = self.cases.iter().filter_map(|record| {
            record.evidence.get(contender).map(|evidence| (record.case, evidence.clone()))
        });
        Comparison::new(&evidence.collect::<Vec<_>>(), settings)
    }
}

impl Race {
    /// Runs it. What was finished before an error, or before `stop`, is in the outcome.
    pub fn run(&self, stop: &Stop, observer: &mut dyn FnMut(RaceEvent)) -> RaceOutcome {
        let mut outcome = RaceOutcome { cases: Vec::new(), error: None };
        outcome.error = self.run_cases(&mut outcome.cases, stop, observer).err();
        outcome
    }

    fn run_cases(
        &self,
        records: &mut Vec<CaseRecord>,
        stop: &Stop,
        observer: &mut dyn FnMut(RaceEvent),
    ) -> Result<(), RaceError> {
        for contender in &self.contenders {
            observer(RaceEvent::Checking { name: contender.name.clone() });
            our_client::check(&self.serve(contender, stop)?, stop)?;
        }
        for (number, case) in self.cases.iter().enumerate() {
            observer(RaceEvent::Calibrating { case: number });
            let case = self.calibrated(case, stop)?;
            records.push(self.run_case(number, case, stop, observer)?);
        }
        Ok(())
    }

    /// Starts the server of a contender. Each slice has a server of its own: one that had served before would
    /// carry on what luck it had, and one that served more often than another has another past. (Where the scheduler put
    /// it last decided about round trips of 5 or of 80 µs for the same program.)
    fn serve(&self, contender: &Contender, stop: &Stop) -> Result<Serving, ContenderError> {
        contender.serve(&self.directory.join(SOCKET), stop)
    }

    /// The case with so many iterations that a slice of the slowest contender takes about as long as asked for.
    fn calibrated(&self, case: &Case, stop: &Stop) -> Result<Case, RaceError> {
        let Some(slice) = self.slice else { return Ok(*case) };
        let calibration = Calibration::new(case.connections, self.window, slice);
        let iterations =
            calibration.search(|iterations| self.slowest(&self.order(Case { iterations, ..*case }), stop))?;
        Ok(Case { iterations, ..*case })
    }

    /// How long the slowest contender takes.
    fn slowest(&self, order: &Order, stop: &Stop) -> Result<Duration, RaceError> {
        let mut slowest = Duration::ZERO;
        for contender in &self.contenders {
            slowest = slowest.max(elapsed(&self.serve(contender, stop)?.exchange(order, stop)?));
        }
        Ok(slowest)
    }

    fn run_case(
        &self,
        number: usize,
        case: Case,
        stop: &Stop,
        observer: &mut dyn FnMut(RaceEvent),
    ) -> Result<CaseRecord, RaceError> {
        let order = self.order(case);
        observer(RaceEvent::Observing { case: number });
        let rtts = self.round_trips(&order, stop)?;
        let calls = self.calls(&order, stop)?;
        let others = self.contenders.len().saturating_sub(1);
        let mut schedule = Schedule::new(self.settings, others);
        let mut answers = vec![Vec::new(); self.contenders.len()];
        let mut used = vec![Some(Usage::default()); self.contenders.len()];
        let mut done = 0;
        while let Some(step) = schedule.next_step() {
            let index = match step.side {
                Side::A => 0,
                Side::Contender(other) => other + 1,
            };
            let Some(contender) = self.contenders.get(index) else { break };
            let measured = self.measure(contender, &order, stop)?;
            if let (Some(answers), Some(used)) = (answers.get_mut(index), used.get_mut(index))
                && step.phase != Phase::WarmUp
            {
                answers.push(measured.answer);
                *used = used.zip(measured.server).map(|(sum, usage)| sum + usage);
            }
            schedule.record(measured.slice);
            done += 1;
            observer(RaceEvent::Measured { case: number, done, planned: done + schedule.remaining() });
        }
        let evidence = (0..others).filter_map(|other| schedule.evidence(other)).collect();
        Ok(CaseRecord { case, evidence, answers, rtts, calls, servers: used })
    }

    /// One slice, with what the machine did besides. What a server does for the first time is not in it.
    fn measure(&self, contender: &Contender, order: &Order, stop: &Stop) -> Result<Measured, RaceError> {
        let server = self.serve(contender, stop)?;
        server.exchange(&order.shortened(WARM_UP), stop)?;
        let before = self.usage(&server);
        let calibration = calibration_loop();
        let sensors = Sensors::read();
        let started = Instant::now();
        let answer = server.exchange(order, stop)?;
        let mut noise = Sensors::read().noise_since(&sensors, started.elapsed());
        noise.calibration = calibration;
        let used = before.zip(self.usage(&server)).map(|(before, after)| after.since(&before));
        Ok(Measured { answer, slice: Slice { elapsed: elapsed(&answer), noise }, server: used })
    }

    /// The round-trip times at each server that speaks plain sockets, measured in turns, so that no one of them has a
    /// bad moment alone.
    fn round_trips(&self, order: &Order, stop: &Stop) -> Result<Vec<Option<RttSummary>>, RaceError> {
        let mut histograms = vec![RttHistogram::new(); self.contenders.len()];
        for _ in 0..RTT_ROUNDS {
            for (contender, histogram) in self.contenders.iter().zip(&mut histograms) {
                let server = self.serve(contender, stop)?;
                if server.is_plain() {
                    our_client::exchange(&server, &order.shortened(WARM_UP), stop)?;
                    histogram.merge(&our_client::exchange(&server, order, stop)?.rtt);
                }
            }
        }
        Ok(histograms.iter().map(RttHistogram::summary).collect())
    }

    fn calls(&self, order: &Order, stop: &Stop) -> Result<Vec<Option<ChunkCalls>>, RaceError> {
        let count = |contender| match self.counters {
            true => Ok(calls::for_each_chunk(&self.serve(contender, stop)?, order, stop)?),
            false => Ok(None),
        };
        self.contenders.iter().map(count).collect()
    }

    fn usage(&self, server: &Serving) -> Option<Usage> {
        if self.counters { server.usage() } else { None }
    }

    fn order(&self, case: Case) -> Order {
        Order { case, window: self.window, verify: false }
    }
}

/// What a slice gave.
struct Measured {
    answer: Answer,
    slice: Slice,
    server: Option<Usage>,
}

fn elapsed(answer: &Answer) -> Duration {
    Duration::from_nanos(answer.elapsed_ns)
}
