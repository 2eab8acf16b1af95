//! Our own server for a measurement: a process of its own, that ends when we do, or threads of this process.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use nearwire::{Address, Limits, Listener, Policy, Report, ServerThread, Spin, services};
use nearwire_exchange::Calls;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::advice;
use crate::failure::Failure;

/// How long the process may take to listen, and to end.
const READY_WITHIN: Duration = Duration::from_secs(10);
const END_WITHIN: Duration = Duration::from_secs(5);
/// How long it may take to answer a question.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// What it lets what is in flight take when it is told to end: nothing is by then.
const DRAIN: Duration = Duration::from_secs(1);

/// What a measurement asks of its server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Demand {
    pub(crate) connections: u32,
    pub(crate) threads: u16,
    /// How long the client waits for a byte: the server must be more patient.
    pub(crate) timeout: Duration,
    pub(crate) spin: Spin,
}

impl Demand {
    fn idle(&self) -> Duration {
        self.timeout.saturating_mul(2)
    }
}

/// What our own server has counted since it started.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ServerCounts {
    pub(crate) calls: Calls,
    /// How long it looked for something to do.
    pub(crate) spun: Duration,
    /// Bytes that were copied within the server.
    pub(crate) copied_bytes: u64,
}

impl ServerCounts {
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        Self {
            calls: self.calls.since(&earlier.calls),
            spun: self.spun.saturating_sub(earlier.spun),
            copied_bytes: self.copied_bytes.saturating_sub(earlier.copied_bytes),
        }
    }
}

impl From<Report> for ServerCounts {
    fn from(report: Report) -> Self {
        let calls = Calls {
            reads: report.read_calls,
            writes: report.write_calls,
            waits: report.wait_calls,
            yields: report.yield_calls,
        };
        let spun = Duration::from_nanos(report.spun_ns);
        Self { calls, spun, copied_bytes: report.copied_bytes }
    }
}

/// Our own server. Dropping it ends it, and leaves nothing behind.
#[derive(Debug)]
pub(crate) enum OwnServer {
    Process(ServerProcess),
    Thread(ServerThread),
}

/// A server process.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: Address,
}

/// An address in the private directory that no other run has.
pub(crate) fn own_address() -> Result<Address, Failure> {
    let name = format!("exchange-{}", std::process::id());
    name.parse().map_err(|error| Failure::target(error, None))
}

impl OwnServer {
    pub(crate) fn in_threads(address: &Address, demand: Demand) -> Result<Self, Failure> {
        let limits =
            Limits::default().connections(demand.connections).backlog(4096).idle(Some(demand.idle()));
        let limits = limits.spin(demand.spin);
        let listener = Listener::builder()
            .policy(Policy::same_user())
            .limits(limits)
            .bind(address)
            .map_err(|error| advice::bind(address, &error))?;
        let server = ServerThread::spawn_on(usize::from(demand.threads), listener, services::Echo)
            .map_err(|error| Failure::target(error, None))?;
        Ok(Self::Thread(server))
    }

    pub(crate) fn in_a_process(address: &Address, demand: Demand) -> Result<Self, Failure> {
        ServerProcess::start(address, demand).map(Self::Process)
    }

    /// The process's number; `None` for threads.
    pub(crate) fn pid(&self) -> Option<u32> {
        match self {
            Self::Process(server) => Some(server.child.id()),
            Self::Thread(_) => None,
        }
    }

    /// What it has counted so far; `None` when it does not say.
    pub(crate) fn counts(&mut self) -> Option<ServerCounts> {
        match self {
            Self::Process(server) => server.counts(),
            Self::Thread(server) => Some(server.report().into()),
        }
    }

    /// How it ended, if it has ended by itself.
    pub(crate) fn death(&mut self) -> Option<String> {
        match self {
            Self::Process(server) => server.death(),
            Self::Thread(_) => None,
        }
    }
}

impl ServerProcess {
    /// Starts `nearwire serve`, and waits until it listens. It ends when its standard input does: when we say so, and
    /// when we die, even by SIGKILL.
    fn start(address: &Address, demand: Demand) -> Result<Self, Failure> {
        let cannot =
            |error: io::Error| Failure::target(format!("cannot start the server process: {error}"), None);
        let program = std::env::current_exe().map_err(cannot)?;
        let mut child = Command::new(program)
            .arg("serve")
            .arg(address.to_string())
            .args(["--format", "json", "--stop-on-eof", "--backlog", "4096"])
            .args(["--threads", &demand.threads.to_string()])
            .args(["--max-connections", &demand.connections.to_string()])
            .args(["--idle-timeout", &format!("{}ms", demand.idle().as_millis())])
            .args(["--spin", &format!("{}ns", demand.spin.time().as_nanos())])
            .args(["--drain", &format!("{}ms", DRAIN.as_millis())])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C is for us: we end the server when we have no more use for it.
            .process_group(0)
            .spawn()
            .map_err(cannot)?;
        let stdout = child.stdout.take().ok_or_else(|| cannot(io::Error::from(io::ErrorKind::BrokenPipe)))?;
        let mut server = Self { child, stdout: BufReader::new(stdout), address: address.clone() };
        server.wait_until_it_listens()?;
        Ok(server)
    }

    fn wait_until_it_listens(&mut self) -> Result<(), Failure> {
        let mut line = String::new();
        if !wait_readable(self.stdout.get_ref(), READY_WITHIN) {
            let cause = format!("the server process did not listen within {} s", READY_WITHIN.as_secs());
            return Err(Failure::target(cause, None));
        }
        match self.stdout.read_line(&mut line) {
            Ok(count) if count > 0 => Ok(()),
            // Its own error is on stderr.
            _ => Err(Failure::target("the server process ended before it listened", None)),
        }
    }

    /// A line on its standard input makes it print its report.
    fn counts(&mut self) -> Option<ServerCounts> {
        self.child.stdin.as_mut()?.write_all(b"\n").ok()?;
        if !wait_readable(self.stdout.get_ref(), ANSWER_WITHIN) {
            return None;
        }
        let mut line = String::new();
        self.stdout.read_line(&mut line).ok()?;
        let report: serde_json::Value = serde_json::from_str(&line).ok()?;
        let number = |name: &str| report.get(name).and_then(serde_json::Value::as_u64);
        let calls = Calls {
            reads: number("read_calls")?,
            writes: number("write_calls")?,
            waits: number("wait_calls")?,
            yields: number("yield_calls")?,
        };
        let spun = Duration::from_nanos(number("spun_ns")?);
        Some(ServerCounts { calls, spun, copied_bytes: number("copied_bytes")? })
    }

    fn death(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        Some(match status.signal() {
            Some(signal) => format!("the server process was ended by signal {signal}"),
            None => format!("the server process ended with code {}", status.code().unwrap_or_default()),
        })
    }

    /// Waits for the end of the process, which the end of its standard input causes; kills it if it takes too long.
    fn end(&mut self) -> io::Result<()> {
        drop(self.child.stdin.take());
        let deadline = Instant::now() + END_WITHIN;
        // Its standard output ends when it does; until then its report may come.
        let mut sink = [0; 4096];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || !wait_readable(self.stdout.get_ref(), left) {
                self.child.kill()?;
                break;
            }
            if self.stdout.read(&mut sink)? == 0 {
                break;
            }
        }
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::warn!(%error, "the server process could not be ended");
        }
        // A server that was killed leaves its socket: taking its place and leaving it removes that.
        if !self.child.try_wait().is_ok_and(|status| status.is_some_and(|status| status.success())) {
            let _ = Listener::bind(&self.address);
        }
    }
}

fn wait_readable(stdout: &ChildStdout, wait: Duration) -> bool {
    let deadline = Instant::now() + wait;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec::try_from(left).ok();
        match poll(&mut [PollFd::new(stdout, PollFlags::IN)], timeout.as_ref()) {
            Ok(0) => return false,
            Ok(_) => return true,
            Err(_) if left.is_zero() => return false,
            Err(_) => {}
        }
    }
}
