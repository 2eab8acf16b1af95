//! `SocketFactory`: opens the connections of a plan, exchanges, and says what it cost.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use nearwire::{Address, Connect, ConnectError, Policy, ServerThread, Stream};
use rustix::process::{Resource, getrlimit};

use crate::driver::{Driven, Driver};
use crate::error::ExchangeError;
use crate::event::{Event, Observer};
use crate::lane::{Lane, Tools};
use crate::ledger::Ledger;
use crate::outcome::{Calls, Outcome};
use crate::payload::Payload;
use crate::plan::{Plan, Verify, Work};
use crate::rtt::RttHistogram;
use crate::stop::Stop;
use crate::usage::Usage;

/// Descriptors that a client needs beside its connections: standard streams, its own server's pipes, /proc files, and
/// those of its event loops.
const RESERVED_DESCRIPTORS: u64 = 32;
/// How long one attempt to connect lasts before we look whether we shall stop.
const ATTEMPT: Duration = Duration::from_millis(100);
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// A factory that has a plan and no connection.
#[derive(Clone, Debug)]
pub struct Planned {
    payload: Payload,
    trusted: Policy,
}

/// A factory whose connections are open. They are closed when it is dropped.
#[derive(Debug)]
pub struct Connected {
    drivers: Vec<Driver>,
    connecting: Duration,
    server: Option<ServerUsage>,
}

/// A factory that ran.
#[derive(Debug)]
pub struct Finished {
    outcome: Outcome,
    error: Option<ExchangeError>,
}

/// Opens connections to a server that echoes, and exchanges chunks with it as its [`Plan`] says.
///
/// Its state is its type: it can only connect once planned, only run once connected, and only run once.
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// # let address = nearwire::Address::try_from(directory.path().join("app.sock").as_path())?;
/// use nearwire::{Listener, ServerThread, services::Echo};
/// use nearwire_exchange::{ChunkSize, Connections, Event, Iterations, Plan, SocketFactory, Stop, Work};
///
/// let server = ServerThread::spawn(Listener::bind(&address)?, Echo)?;
/// let work = Work::Iterations(Iterations::new(1000)?);
/// let plan = Plan::new(Connections::new(10)?, ChunkSize::new(100)?, work)?;
///
/// let stop = Stop::new();
/// let mut ignore = |_event: Event| {};
/// let outcome = SocketFactory::new(plan)
///     .connect(&address, &stop, &mut ignore)?
///     .run(&stop, &mut ignore)
///     .into_result()?;
/// assert!(outcome.verified);
/// assert_eq!((outcome.chunks, outcome.bytes), (1000, 100_000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SocketFactory<State> {
    plan: Plan,
    state: State,
}

impl SocketFactory<Planned> {
    /// A factory for `plan`, with the generated payload, for servers of this user or of root.
    pub fn new(plan: Plan) -> Self {
        let state = Planned { payload: Payload::generated(), trusted: Policy::root_or_same_user() };
        Self { plan, state }
    }

    /// What is sent.
    pub fn payload(mut self, payload: Payload) -> Self {
        self.state.payload = payload;
        self
    }

    /// Which servers are trusted, by who called `listen`.
    pub fn trusting(mut self, trusted: Policy) -> Self {
        self.state.trusted = trusted;
        self
    }

    /// Opens all connections. Each may wait for the server's queue as long as the plan's timeout.
    ///
    /// # Errors
    /// [`ExchangeError`]: too few descriptors, a connection that could not be made, or [`Stop`].
    pub fn connect(
        self,
        address: &Address,
        stop: &Stop,
        observer: &mut dyn Observer,
    ) -> Result<SocketFactory<Connected>, ExchangeError> {
        let Self { plan, state: Planned { payload, trusted } } = self;
        plan.check_descriptors()?;
        let started = Instant::now();
        let connect = Connect::new().trusting(trusted).within(ATTEMPT.min(plan.timeout()));
        let mut drivers = Vec::new();
        let mut server = None;
        for range in plan.ranges() {
            let mut lanes = Vec::with_capacity(range.len());
            for connection in range {
                let stream = connect_one(&connect, address, connection, plan.timeout(), stop)?;
                server = server.or_else(|| ServerUsage::of(&stream));
                let ledger = Ledger::new(plan.chunk_size(), plan.window(), plan.share(connection));
                lanes.push(Lane::new(connection, stream, ledger, started));
                observer.observe(Event::Connecting { made: connection + 1, of: plan.connections().get() });
            }
            let tools = Tools::new(payload.clone(), &plan);
            let run_time = match plan.work() {
                Work::Duration(time) => Some(time.get()),
                Work::Iterations(_) => None,
            };
            let driver = Driver::new(lanes, tools, plan.timeout(), run_time, plan.spin())
                .map_err(ExchangeError::io("set up an event loop"))?;
            drivers.push(driver);
        }
        let state = Connected { drivers, connecting: started.elapsed(), server };
        Ok(SocketFactory { plan, state })
    }
}

impl Plan {
    /// Whether this process may open as many descriptors as the plan needs. [`SocketFactory::connect`] asks, too.
    ///
    /// # Errors
    /// [`ExchangeError::Descriptors`] with the numbers.
    pub fn check_descriptors(&self) -> Result<(), ExchangeError> {
        let connections = self.connections().get();
        let needed = u64::from(connections) + RESERVED_DESCRIPTORS;
        let available = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        if needed > available {
            return Err(ExchangeError::Descriptors { connections, needed, available });
        }
        Ok(())
    }
}

/// Connects once, in attempts short enough to notice a wish to stop.
fn connect_one(
    connect: &Connect,
    address: &Address,
    connection: u32,
    timeout: Duration,
    stop: &Stop,
) -> Result<Stream, ExchangeError> {
    let started = Instant::now();
    loop {
        if stop.is_stopped() {
            return Err(ExchangeError::Interrupted);
        }
        match connect.to(address) {
            Ok(stream) => {
                stream.set_nonblocking(true).map_err(ExchangeError::io("prepare a connection"))?;
                return Ok(stream);
            }
            Err(ConnectError::Busy { .. }) if started.elapsed() < timeout => {}
            Err(ConnectError::Busy { address, .. }) => {
                let waited = Duration::from_secs(started.elapsed().as_secs());
                let source = ConnectError::Busy { address, waited };
                return Err(ExchangeError::Connect { connection, source });
            }
            Err(source) => return Err(ExchangeError::Connect { connection, source }),
        }
    }
}

impl SocketFactory<Connected> {
    /// Exchanges what was planned. It can run only once, and always comes to an end: when all is exchanged, at the first
    /// error, when a connection moved nothing for the plan's timeout, or when `stop` is asked for.
    pub fn run(self, stop: &Stop, observer: &mut dyn Observer) -> SocketFactory<Finished> {
        let Self { plan, state: Connected { drivers, connecting, server } } = self;
        let server_before = server.and_then(ServerUsage::read);
        let driven = drive(drivers, stop, observer);
        let server_after = server.and_then(ServerUsage::read);
        let server = server_before.zip(server_after).map(|(before, after)| after.since(&before));
        let state = Finished::from_driven(plan, driven, connecting, server);
        SocketFactory { plan, state }
    }
}

/// Runs the drivers, and tells the observer how far they are.
fn drive(
    drivers: Vec<Driver>,
    stop: &Stop,
    observer: &mut dyn Observer,
) -> Vec<Result<Driven, ExchangeError>> {
    match <[Driver; 1]>::try_from(drivers) {
        Ok([driver]) => vec![Ok(drive_here(driver, stop, observer))],
        Err(drivers) => drive_on_threads(drivers, stop, observer),
    }
}

/// Runs a driver on the calling thread. A process without a second thread spends less on each system call: the kernel
/// need not hold a file that nobody else could close meanwhile.
fn drive_here(driver: Driver, stop: &Stop, observer: &mut dyn Observer) -> Driven {
    let started = Instant::now();
    let mut told = Duration::ZERO;
    driver.run(stop, &mut |chunks| {
        let elapsed = started.elapsed();
        if elapsed.saturating_sub(told) >= TELL_EVERY {
            told = elapsed;
            observer.observe(Event::Exchanging { chunks, elapsed });
        }
    })
}

/// Runs each driver on a thread of its own.
fn drive_on_threads(
    drivers: Vec<Driver>,
    stop: &Stop,
    observer: &mut dyn Observer,
) -> Vec<Result<Driven, ExchangeError>> {
    // What ends one driver ends all; the caller's wish is passed on.
    let end = Stop::new();
    let progress: Vec<AtomicU64> = drivers.iter().map(|_| AtomicU64::new(0)).collect();
    let (ended, endings) = channel();
    std::thread::scope(|scope| {
        let threads: Vec<_> = drivers
            .into_iter()
            .zip(&progress)
            .enumerate()
            .map(|(number, (driver, progress))| {
                let (end, ended) = (end.clone(), ended.clone());
                std::thread::Builder::new().name(format!("nearwire-cli-{number}")).spawn_scoped(
                    scope,
                    move || {
                        let driven =
                            driver.run(&end, &mut |chunks| progress.store(chunks, Ordering::Relaxed));
                        if driven.error.is_some() {
                            end.stop();
                        }
                        // Its owner waits for this, and outlives it.
                        let _ = ended.send(());
                        driven
                    },
                )
            })
            .collect();
        // A driver that could not start leaves the work undone: the others need not go on.
        if threads.iter().any(Result::is_err) {
            end.stop();
        }
        drop(ended);
        watch(&progress, &endings, stop, &end, observer);
        threads.into_iter().map(join).collect()
    })
}

type Thread<'scope> = std::thread::ScopedJoinHandle<'scope, Driven>;

fn join(thread: std::io::Result<Thread<'_>>) -> Result<Driven, ExchangeError> {
    let thread = thread.map_err(ExchangeError::io("start a client thread"))?;
    thread.join().map_err(|_| ExchangeError::Panicked)
}

/// Tells the observer about progress, until every driver has ended.
fn watch(
    progress: &[AtomicU64],
    endings: &std::sync::mpsc::Receiver<()>,
    stop: &Stop,
    end: &Stop,
    observer: &mut dyn Observer,
) {
    let started = Instant::now();
    // Disconnected: every driver has ended, and dropped its sender.
    while endings.recv_timeout(TELL_EVERY) != Err(RecvTimeoutError::Disconnected) {
        if stop.is_stopped() {
            end.stop();
        }
        let chunks = progress.iter().map(|each| each.load(Ordering::Relaxed)).sum();
        observer.observe(Event::Exchanging { chunks, elapsed: started.elapsed() });
    }
}

impl Finished {
    fn from_driven(
        plan: Plan,
        driven: Vec<Result<Driven, ExchangeError>>,
        connecting: Duration,
        server: Option<Usage>,
    ) -> Self {
        let mut error = None;
        let (mut chunks, mut bytes, mut rtt) = (0, 0, RttHistogram::new());
        let mut client = Some(Usage::default());
        let mut calls = Calls::default();
        let (mut started, mut ended): (Option<Instant>, Option<Instant>) = (None, None);
        for each in driven {
            match each {
                Ok(each) => {
                    chunks += each.tools.chunks;
                    bytes += each.tools.bytes;
                    rtt.merge(&each.tools.rtt);
                    calls += each.tools.calls;
                    client = client.zip(each.usage).map(|(sum, usage)| sum + usage);
                    started = started.into_iter().chain([each.started]).min();
                    ended = ended.into_iter().chain([each.ended]).max();
                    error = worse(error, each.error);
                }
                Err(failure) => error = worse(error, Some(failure)),
            }
        }
        let elapsed =
            started.zip(ended).map_or(Duration::ZERO, |(from, to)| to.saturating_duration_since(from));
        let complete = error.is_none();
        let verified = complete && plan.verify() == Verify::Full;
        let outcome = Outcome {
            plan,
            chunks,
            bytes,
            elapsed,
            connecting,
            rtt,
            client,
            server,
            calls,
            complete,
            verified,
        };
        Self { outcome, error }
    }
}

/// The error that explains most: a driver that was stopped because of another's error is no cause.
fn worse(one: Option<ExchangeError>, other: Option<ExchangeError>) -> Option<ExchangeError> {
    match one {
        None | Some(ExchangeError::Interrupted) => other.or(one),
        Some(_) => one,
    }
}

impl SocketFactory<Finished> {
    /// What it gave, complete or not.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.state.outcome
    }

    /// Why it is not complete; `None` if it is.
    #[must_use]
    pub fn error(&self) -> Option<&ExchangeError> {
        self.state.error.as_ref()
    }

    /// What it gave, and why it is not complete.
    #[must_use]
    pub fn into_parts(self) -> (Outcome, Option<ExchangeError>) {
        (self.state.outcome, self.state.error)
    }

    /// The outcome of a complete exchange.
    ///
    /// # Errors
    /// Why it is not complete.
    pub fn into_result(self) -> Result<Outcome, ExchangeError> {
        match self.state.error {
            None => Ok(self.state.outcome),
            Some(error) => Err(error),
        }
    }
}

/// Where to read what the server uses.
#[derive(Clone, Copy, Debug)]
enum ServerUsage {
    /// It is threads of this process.
    Threads,
    /// It is a process, with what that started.
    Process(i32),
}

impl ServerUsage {
    /// The pid is advisory: here it selects what is shown, and decides nothing. The process that called `listen` for
    /// an activated service is pid 1, which is not the service.
    fn of(stream: &Stream) -> Option<Self> {
        match stream.peer().ok()?.pid()? {
            1 => None,
            own if u32::try_from(own) == Ok(std::process::id()) => Some(Self::Threads),
            other => Some(Self::Process(other)),
        }
    }

    fn read(self) -> Option<Usage> {
        match self {
            Self::Threads => Usage::of_threads_named(ServerThread::THREAD_NAME),
            Self::Process(pid) => Usage::of_process_tree(pid),
        }
    }
}
