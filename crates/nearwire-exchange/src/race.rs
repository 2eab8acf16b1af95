//! Runs contenders side by side: checks them, finds the length of a slice, and measures slice by slice in the order that
//! the schedule says.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nearwire::Address;

use crate::case::{Case, CaseKind};
use crate::compare::{
    Attempt, Calibration, Comparison, Evidence, Phase, Schedule, Sensors, Settings, Side, Slice,
    calibration_loop,
};
use crate::contender::{Answer, AnswerRtt, Contender, ContenderError, Order, Serving};
use crate::error::ExchangeError;
use crate::factory::SocketFactory;
use crate::plan::{Plan, Work};
use crate::quantity::{ChunkSize, Connections, Iterations, QuantityError, Window};
use crate::stop::Stop;
use crate::usage::Usage;

/// Attempts to find the length of a slice; each is ten times the one before, or the last.
const CALIBRATIONS: usize = 20;
/// How long a verified exchange may wait for a byte.
const CHECK_TIMEOUT: Duration = Duration::from_secs(20);

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
    /// A contender's server does not echo what our client sends it: its time would mean nothing.
    #[error("{name}: the server failed the verified exchange: {source}")]
    Unverified {
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

impl CaseRecord {
    /// The typical round-trip times of a contender, A being 0: the median over its slices of each percentile. `None` if it
    /// does not measure them.
    #[must_use]
    pub fn typical_rtt(&self, contender: usize) -> Option<AnswerRtt> {
        let rtts: Option<Vec<AnswerRtt>> =
            self.answers.get(contender)?.iter().map(|answer| answer.rtt_ns).collect();
        let rtts = rtts.filter(|rtts| !rtts.is_empty())?;
        let median = |pick: fn(&AnswerRtt) -> u64| {
            let mut values: Vec<u64> = rtts.iter().map(pick).collect();
            values.sort_unstable();
            values.get(values.len() / 2).copied().unwrap_or_default()
        };
        Some(AnswerRtt {
            p50: median(|rtt| rtt.p50),
            p90: median(|rtt| rtt.p90),
            p99: median(|rtt| rtt.p99),
            max: median(|rtt| rtt.max),
        })
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
        let mut servers = Vec::new();
        for (number, contender) in self.contenders.iter().enumerate() {
            observer(RaceEvent::Checking { name: contender.name.clone() });
            let path = self.directory.join(format!("{number}.sock"));
            let server = contender.serve(&path, stop)?;
            check(contender, &server, &path, stop)?;
            servers.push(server);
        }
        for (number, case) in self.cases.iter().enumerate() {
            observer(RaceEvent::Calibrating { case: number });
            let case = self.calibrated(case, &servers, stop)?;
            records.push(self.run_case(number, case, &servers, stop, observer)?);
        }
        Ok(())
    }

    /// The case with so many iterations that a slice of the slowest contender takes about as long as asked for.
    fn calibrated(&self, case: &Case, servers: &[Serving], stop: &Stop) -> Result<Case, RaceError> {
        let Some(slice) = self.slice else { return Ok(*case) };
        let calibration = Calibration::new(case.connections, self.window, slice);
        let mut iterations = calibration.first();
        for _ in 0..CALIBRATIONS {
            let order = self.order(Case { iterations, ..*case });
            let mut slowest = Duration::ZERO;
            for server in servers {
                slowest = slowest.max(elapsed(&server.exchange(&order, stop)?));
            }
            match calibration.next(iterations, slowest) {
                Attempt::Again(more) => iterations = more,
                // Far more than was tried is a guess from a short attempt, which the first slices of all may spoil.
                Attempt::Settled(settled) if settled.get() / 2 > iterations.get() => iterations = settled,
                Attempt::Settled(settled) => {
                    iterations = settled;
                    break;
                }
            }
        }
        Ok(Case { iterations, ..*case })
    }

    fn run_case(
        &self,
        number: usize,
        case: Case,
        servers: &[Serving],
        stop: &Stop,
        observer: &mut dyn FnMut(RaceEvent),
    ) -> Result<CaseRecord, RaceError> {
        let others = servers.len().saturating_sub(1);
        let mut schedule = Schedule::new(self.settings, others);
        let mut answers = vec![Vec::new(); servers.len()];
        let mut used = vec![Some(Usage::default()); servers.len()];
        let order = self.order(case);
        let mut done = 0;
        while let Some(step) = schedule.next_step() {
            let index = match step.side {
                Side::A => 0,
                Side::Contender(other) => other + 1,
            };
            let Some(server) = servers.get(index) else { break };
            let before = self.usage(server);
            let (answer, slice) = measure(server, &order, stop)?;
            let usage = before.zip(self.usage(server)).map(|(before, after)| after.since(&before));
            if let (Some(answers), Some(used)) = (answers.get_mut(index), used.get_mut(index))
                && step.phase != Phase::WarmUp
            {
                answers.push(answer);
                *used = used.zip(usage).map(|(sum, usage)| sum + usage);
            }
            schedule.record(slice);
            done += 1;
            observer(RaceEvent::Measured { case: number, done, planned: done + schedule.remaining() });
        }
        let evidence = (0..others).filter_map(|other| schedule.evidence(other)).collect();
        Ok(CaseRecord { case, evidence, answers, servers: used })
    }

    fn usage(&self, server: &Serving) -> Option<Usage> {
        if self.counters { server.usage() } else { None }
    }

    fn order(&self, case: Case) -> Order {
        Order { case, window: self.window, verify: false }
    }
}

/// One slice, with what the machine did besides.
fn measure(server: &Serving, order: &Order, stop: &Stop) -> Result<(Answer, Slice), RaceError> {
    let calibration = calibration_loop();
    let before = Sensors::read();
    let started = Instant::now();
    let answer = server.exchange(order, stop)?;
    let mut noise = Sensors::read().noise_since(&before, started.elapsed());
    noise.calibration = calibration;
    Ok((answer, Slice { elapsed: elapsed(&answer), noise }))
}

fn elapsed(answer: &Answer) -> Duration {
    Duration::from_nanos(answer.elapsed_ns)
}

/// Before a contender is timed: a verified exchange with itself, in odd pieces; and one with our client, if it speaks
/// plain sockets.
fn check(contender: &Contender, server: &Serving, path: &Path, stop: &Stop) -> Result<(), RaceError> {
    for (connections, chunk, iterations) in [(3, 70_001, 50), (5, 1, 100), (1, 1009, 200)] {
        let (connections, chunk_size) = (Connections::new(connections)?, ChunkSize::new(chunk)?);
        let iterations = Iterations::new(iterations)?;
        let case = Case { kind: CaseKind::Exchange, connections, chunk_size, iterations };
        server.exchange(&Order { case, window: Window::default(), verify: true }, stop)?;
        if server.is_plain() {
            check_with_our_client(path, &case, stop)
                .map_err(|source| RaceError::Unverified { name: contender.name.clone(), source })?;
        }
    }
    Ok(())
}

fn check_with_our_client(path: &Path, case: &Case, stop: &Stop) -> Result<(), ExchangeError> {
    let invalid = |error: &dyn std::fmt::Display| ExchangeError::Io {
        action: "plan a check",
        source: std::io::Error::other(error.to_string()),
    };
    let address = Address::try_from(path).map_err(|error| invalid(&error))?;
    let plan = Plan::new(case.connections, case.chunk_size, Work::Iterations(case.iterations))
        .and_then(|plan| plan.with_timeout(CHECK_TIMEOUT))
        .map_err(|error| invalid(&error))?;
    let mut ignore = |_| {};
    let connected = SocketFactory::new(plan).connect(&address, stop, &mut ignore)?;
    connected.run(stop, &mut ignore).into_result().map(drop)
}
