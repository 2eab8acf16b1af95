//! What `exchange`, `pingpong` and `suite` have in common: a target, a list of cases, results.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use nearwire::{Address, Policy, Spin};
use nearwire_exchange::{
    Case, ExchangeError, Machine, Matrix, Outcome, Payload, Plan, RunTime, SocketFactory, Stop, Threads,
    Verify, Window, Work,
};

use crate::advice;
use crate::args::{ExportFile, Format, Output, ServerKind, Target, VerifyKind};
use crate::failure::Failure;
use crate::output::{self, Export};
use crate::progress::Progress;
use crate::render::{self, text};
use crate::server_process::{Demand, OwnServer, ServerCounts, own_address};
use crate::signals;

/// What to do.
pub(crate) struct Job<'a> {
    pub(crate) matrices: Vec<Matrix>,
    pub(crate) run_time: Option<RunTime>,
    pub(crate) target: &'a Target,
    pub(crate) output: &'a Output,
}

/// What was measured, and how: all that a result needs to be understood and repeated.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) machine: Machine,
    pub(crate) server: Server,
    pub(crate) threads: Threads,
    pub(crate) window: Window,
    pub(crate) verify: Verify,
    pub(crate) payload: String,
    pub(crate) timeout: Duration,
    pub(crate) spin: Spin,
    pub(crate) planned: usize,
    pub(crate) command: String,
    /// Whether counters are shown.
    pub(crate) counters: bool,
}

/// Which server was measured.
#[derive(Debug)]
pub(crate) enum Server {
    OwnProcess { pid: u32 },
    OwnThread,
    Other { address: Address },
}

/// What became of one case.
#[derive(Debug)]
pub(crate) struct CaseResult {
    pub(crate) case: Case,
    /// How many chunks were planned; `None` where time was the limit.
    pub(crate) iterations: Option<u64>,
    /// `None` when it did not even connect.
    pub(crate) outcome: Option<Outcome>,
    /// What our own server counted meanwhile, if it was asked.
    pub(crate) server_counts: Option<ServerCounts>,
    /// Why it is not complete.
    pub(crate) failure: Option<String>,
}

/// All that a run gave.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) context: Context,
    pub(crate) cases: Vec<CaseResult>,
    pub(crate) elapsed: Duration,
}

impl Results {
    /// Whether not even the first case could connect: then there is nothing to show but the error.
    pub(crate) fn nothing_was_exchanged(&self) -> bool {
        self.cases.iter().all(|case| case.outcome.is_none())
    }
}

/// Runs the cases one after the other. The first that fails is the last: whoever corrupts or dies once is not measured
/// any further. What was done until then is printed all the same.
pub(crate) fn run(job: Job<'_>) -> Result<ExitCode, Failure> {
    let stop = signals::stop_on_signals()
        .map_err(|error| Failure::target(format!("cannot watch for signals: {error}"), None))?;
    let cases: Vec<Case> = job.matrices.iter().flat_map(Matrix::cases).collect();
    // Everything that can be wrong is found out before the work begins.
    let plans = cases.iter().map(|case| plan(case, &job)).collect::<Result<Vec<_>, _>>()?;
    let payload = payload(job.target)?;
    let export = job.output.export.clone().map(open_export).transpose()?;

    let (address, mut own) = server(&job, &cases)?;
    let context = context(&job, &address, own.as_ref(), cases.len());
    let (format, quiet) = (job.output.format(), job.output.quiet);
    let trusted = trusted(job.target);
    let progress = Progress::new(quiet, job.run_time);
    let mut results = Results { context, cases: Vec::new(), elapsed: Duration::ZERO };
    let mut error = None;
    let started = Instant::now();
    for (number, (case, plan)) in cases.iter().zip(plans).enumerate() {
        progress.begin(case, number + 1, cases.len());
        let factory = SocketFactory::new(plan).payload(payload.clone()).trusting(trusted.clone());
        let mut counts = || own.as_mut().and_then(OwnServer::counts);
        let before = counts();
        let (mut outcome, failed) = run_case(factory, &address, &stop, &progress);
        let server_counts = before.zip(counts()).map(|(before, after)| after.since(&before));
        if let (Some(counts), Some(outcome)) = (server_counts, &mut outcome) {
            outcome.server = outcome.server.map(|usage| usage.with_spun(counts.spun));
        }
        let iterations = job.run_time.is_none().then(|| case.iterations.get());
        let failure = failed.as_ref().map(ToString::to_string);
        results.cases.push(CaseResult { case: *case, iterations, outcome, server_counts, failure });
        if format == Format::Text {
            progress.suspend(|| output::print(&text::newest(&results, quiet)))?;
        }
        if failed.is_some() {
            error = failed;
            break;
        }
    }
    progress.finish();
    results.elapsed = started.elapsed();
    let death = error.as_ref().and_then(|_| own.as_mut()?.death());
    let has_own_server = own.is_some();
    // From here on nothing can fail that would leave the server behind.
    drop(own);
    print_results(&results, job.output)?;
    if let Some((export, format)) = export {
        export.write(&render::results(&results, format)?)?;
    }
    match error {
        None => Ok(ExitCode::SUCCESS),
        Some(error) => Err(with_death(advice::exchange(&address, has_own_server, &error), death)),
    }
}

fn with_death(failure: Failure, death: Option<String>) -> Failure {
    match death {
        Some(death) => failure.because(&death),
        None => failure,
    }
}

/// The results but for what was printed already, row by row.
fn print_results(results: &Results, output: &Output) -> Result<(), Failure> {
    match output.format() {
        Format::Text if output.quiet || results.nothing_was_exchanged() => {}
        Format::Text => output::print(&text::summary(results))?,
        format => output::print(&render::results(results, format)?)?,
    }
    Ok(())
}

fn run_case(
    factory: SocketFactory<nearwire_exchange::Planned>,
    address: &Address,
    stop: &Stop,
    progress: &Progress,
) -> (Option<Outcome>, Option<ExchangeError>) {
    let mut observer = |event| progress.observe(event);
    let connected = match factory.connect(address, stop, &mut observer) {
        Ok(connected) => connected,
        Err(error) => return (None, Some(error)),
    };
    let (outcome, error) = connected.run(stop, &mut observer).into_parts();
    (Some(outcome), error)
}

fn plan(case: &Case, job: &Job<'_>) -> Result<Plan, Failure> {
    let work = job.run_time.map_or(Work::Iterations(case.iterations), Work::Duration);
    let verify = verify(job.target);
    Plan::new(case.connections, case.chunk_size, work)
        .and_then(|plan| plan.with_timeout(job.target.timeout))
        .map(|plan| plan.with_window(job.target.window).with_threads(job.target.threads))
        .map(|plan| plan.with_verify(verify).with_spin(job.target.spin))
        .map_err(|error| Failure::usage(error, "try fewer iterations or smaller chunks".to_owned()))
        .and_then(|plan| plan.check_descriptors().map(|()| plan).map_err(|error| advice::descriptors(&error)))
}

fn verify(target: &Target) -> Verify {
    match target.verify {
        VerifyKind::Full => Verify::Full,
        VerifyKind::Count => Verify::Count,
    }
}

fn payload(target: &Target) -> Result<Payload, Failure> {
    match &target.payload {
        None => Ok(Payload::generated()),
        Some(path) => Payload::from_file(path).map_err(|error| {
            let advice = "give a regular file that is not empty, at most 64 MiB".to_owned();
            Failure::usage(error, advice)
        }),
    }
}

fn open_export(file: ExportFile) -> Result<(Export, Format), Failure> {
    let export = Export::open(file.path).map_err(|error| {
        Failure::usage(error, "give a file in a directory that exists and that you can write to".to_owned())
    })?;
    Ok((export, file.format))
}

fn trusted(target: &Target) -> Policy {
    let policy = Policy::root_or_same_user();
    target.server_user.map_or(policy.clone(), |user| policy.or_user(user))
}

/// The server to measure: somebody's, or our own, which is started here.
fn server(job: &Job<'_>, cases: &[Case]) -> Result<(Address, Option<OwnServer>), Failure> {
    let target = job.target;
    if let Some(address) = &target.to {
        return Ok((address.clone(), None));
    }
    let address = own_address()?;
    let demand = Demand {
        connections: connections_needed(cases),
        threads: target.threads.get(),
        timeout: target.timeout,
        spin: target.spin,
    };
    let server = match target.server {
        ServerKind::Process => OwnServer::in_a_process(&address, demand)?,
        ServerKind::Thread => OwnServer::in_threads(&address, demand)?,
    };
    Ok((address, Some(server)))
}

/// Connections that the server must admit: the most that two cases in a row have, for those of one may still be closing
/// when those of the next are made; but no more than the descriptors allow.
fn connections_needed(cases: &[Case]) -> u32 {
    let numbers: Vec<u32> = cases.iter().map(|case| case.connections.get()).collect();
    let alone = numbers.iter().copied().max().unwrap_or(1);
    let in_a_row =
        numbers.iter().zip(numbers.iter().skip(1)).map(|(one, next)| one.saturating_add(*next)).max();
    let allowed =
        u32::try_from(nearwire::Limits::raise_descriptor_limit().saturating_sub(64)).unwrap_or(u32::MAX);
    in_a_row.unwrap_or(alone).min(allowed).max(alone)
}

fn context(job: &Job<'_>, address: &Address, own: Option<&OwnServer>, planned: usize) -> Context {
    let server = match own {
        Some(server) => server.pid().map_or(Server::OwnThread, |pid| Server::OwnProcess { pid }),
        None => Server::Other { address: address.clone() },
    };
    let payload = match &job.target.payload {
        None => "generated".to_owned(),
        Some(path) => nearwire::Escaped::new(path).to_string(),
    };
    Context {
        machine: Machine::detect(),
        server,
        threads: job.target.threads,
        window: job.target.window,
        verify: verify(job.target),
        payload,
        timeout: job.target.timeout,
        spin: job.target.spin,
        planned,
        command: command_line(),
        counters: job.target.counters,
    }
}

/// The command as it was given, quoted for a shell, to be repeated.
pub(crate) fn command_line() -> String {
    let words = std::env::args_os().skip(1).map(|word| quoted(&word.to_string_lossy()));
    std::iter::once("nearwire".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// A word as a shell takes it, and a terminal.
pub(crate) fn quoted(word: &str) -> String {
    let word = shlex::try_quote(word).unwrap_or_else(|_| word.into());
    nearwire::Escaped::new(word.as_ref()).to_string()
}
