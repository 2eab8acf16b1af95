//! Programs to be compared: each is a pair of processes that speak `peers/PROTOCOL.md`.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nearwire::Escaped;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use serde::Deserialize;

use crate::case::Case;
use crate::quantity::{Iterations, Window};
use crate::stop::Stop;
use crate::usage::Usage;

/// How long a program may take until it is ready, and to end.
const READY_WITHIN: Duration = Duration::from_secs(20);
const END_WITHIN: Duration = Duration::from_secs(5);
/// How long one slice may take; a program that hangs is ended then.
const SLICE_WITHIN: Duration = Duration::from_secs(180);
/// How often a wait looks whether it shall stop.
const LOOK_UP: Duration = Duration::from_millis(50);
/// The most of a program's output that is kept.
const OUTPUT_MAX: usize = 64 << 10;

/// A program that can be compared: what it is called, and how it is started.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contender {
    /// Its name in results.
    pub name: String,
    /// The command that serves; the path is added.
    pub serve: Vec<OsString>,
    /// The command that exchanges; path and numbers are added.
    pub exchange: Vec<OsString>,
    /// The CPUs that server and client are bound to, if they are.
    pub pinned: Option<[u32; 2]>,
}

/// What went wrong with a program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContenderError {
    /// The command is empty.
    #[error("{name}: there is no command to start")]
    NoCommand {
        /// Which program.
        name: String,
    },
    /// It could not be started.
    #[error("{name}: cannot start {}: {source}", Escaped::new(.program))]
    Start {
        /// Which program.
        name: String,
        /// The executable.
        program: OsString,
        /// What the system said.
        source: io::Error,
    },
    /// It did not say that it is ready.
    #[error("{name}: the server did not get ready{}", said(.stderr))]
    NotReady {
        /// Which program.
        name: String,
        /// What it said on stderr, escaped.
        stderr: String,
    },
    /// It ended with an error.
    #[error("{name}: the exchange failed{}", said(.stderr))]
    Failed {
        /// Which program.
        name: String,
        /// What it said on stderr, escaped.
        stderr: String,
    },
    /// It took too long, and was ended.
    #[error("{name}: the exchange took longer than {within:?}")]
    TimedOut {
        /// Which program.
        name: String,
        /// How long it was given.
        within: Duration,
    },
    /// What it printed is not what PROTOCOL.md says.
    #[error("{name}: expected a line with elapsed_ns, bytes and cpu_ns, got: {line}")]
    Garbled {
        /// Which program.
        name: String,
        /// What it printed, escaped and cut.
        line: String,
    },
    /// It did less than it was asked to: its time means nothing.
    #[error("{name}: {got} of {expected} bytes came back")]
    Incomplete {
        /// Which program.
        name: String,
        /// Bytes asked for.
        expected: u64,
        /// Bytes it counted.
        got: u64,
    },
    /// Somebody asked for the end.
    #[error("interrupted")]
    Interrupted,
}

fn said(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
}

/// What a program says of one exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub struct Answer {
    /// Nanoseconds from before the first byte was sent until after the last was back.
    pub elapsed_ns: u64,
    /// Bytes that came back.
    pub bytes: u64,
    /// CPU time of the client process, in nanoseconds.
    pub cpu_ns: u64,
    /// System calls of the client, where the program counts them.
    pub calls: Option<u64>,
}

/// One exchange to ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    /// Connections, chunk size and number of chunks.
    pub case: Case,
    /// Chunks in flight on each connection.
    pub window: Window,
    /// Whether every byte is to be checked.
    pub verify: bool,
}

impl Contender {
    /// Starts its server at `path`, and waits until it is ready.
    ///
    /// # Errors
    /// [`ContenderError`]: it could not be started, or did not get ready.
    pub fn serve(&self, path: &Path, stop: &Stop) -> Result<Serving, ContenderError> {
        let cpu = self.pinned.map(|[server, _]| server);
        let mut process = self.start(&self.serve, &[path.as_os_str().to_owned()], cpu)?;
        let ready = process.read_until(stop, READY_WITHIN, |output| output.contains(&b'\n'));
        match ready {
            Ok(output) if output.starts_with(b"ready") => {
                let is_plain = output.starts_with(b"ready\n");
                Ok(Serving { is_plain, contender: self.clone(), path: path.to_owned(), process })
            }
            Err(Waited::Stopped) => Err(ContenderError::Interrupted),
            _ => Err(ContenderError::NotReady { name: self.name.clone(), stderr: process.stderr() }),
        }
    }

    fn start(
        &self,
        command: &[OsString],
        arguments: &[OsString],
        cpu: Option<u32>,
    ) -> Result<Process, ContenderError> {
        let (program, first) =
            command.split_first().ok_or_else(|| ContenderError::NoCommand { name: self.name.clone() })?;
        let mut started = Command::new(program);
        started
            .args(first)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C is for us; and what it starts is ended with it.
            .process_group(0);
        let child = on_cpu(cpu, || started.spawn()).map_err(|source| ContenderError::Start {
            name: self.name.clone(),
            program: program.clone(),
            source,
        })?;
        Ok(Process { child })
    }
}

impl Order {
    /// The same with so many times fewer chunks, but at least one for each connection.
    #[must_use]
    pub(crate) fn shortened(&self, times: u64) -> Self {
        let all = self.case.iterations.get();
        let least = u64::from(self.case.connections.get()).min(all);
        let iterations = Iterations::new((all / times.max(1)).max(least)).unwrap_or(self.case.iterations);
        Self { case: Case { iterations, ..self.case }, ..*self }
    }
}

/// A running server of a program. Dropping it ends it.
#[derive(Debug)]
pub struct Serving {
    contender: Contender,
    path: PathBuf,
    is_plain: bool,
    process: Process,
}

impl Serving {
    /// Whether it echoes the plain bytes of a socket at its path, so that any client can check it.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// What the contender is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.contender.name
    }

    /// Where it serves.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The number of the process that was started.
    pub(crate) fn pid(&self) -> i32 {
        i32::try_from(self.process.child.id()).unwrap_or_default()
    }

    /// The CPU that clients are bound to, if they are.
    pub(crate) fn client_cpu(&self) -> Option<u32> {
        self.contender.pinned.map(|[_, client]| client)
    }

    /// What the server has used so far, with all that it started; `None` where the system does not tell.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        Usage::of_process_tree(self.pid())
    }

    /// Lets a client process of the same program exchange with it.
    ///
    /// # Errors
    /// [`ContenderError`]: it failed, hung, or did less than it was asked to.
    pub fn exchange(&self, order: &Order, stop: &Stop) -> Result<Answer, ContenderError> {
        let name = || self.contender.name.clone();
        let arguments = arguments(&self.path, order);
        let mut process = self.contender.start(&self.contender.exchange, &arguments, self.client_cpu())?;
        let output = match process.read_until(stop, SLICE_WITHIN, |_| false) {
            Ok(output) => output,
            Err(Waited::Stopped) => return Err(ContenderError::Interrupted),
            Err(Waited::TooLong) => {
                return Err(ContenderError::TimedOut { name: name(), within: SLICE_WITHIN });
            }
        };
        if !process.child.wait().is_ok_and(|status| status.success()) {
            return Err(ContenderError::Failed { name: name(), stderr: process.stderr() });
        }
        let answer: Answer = serde_json::from_slice(&output)
            .map_err(|_| ContenderError::Garbled { name: name(), line: shortened(&output) })?;
        let expected = order.case.iterations.get().saturating_mul(order.case.chunk_size.bytes());
        if answer.bytes != expected || answer.elapsed_ns == 0 {
            return Err(ContenderError::Incomplete { name: name(), expected, got: answer.bytes });
        }
        Ok(answer)
    }
}

/// Does something on one CPU. What is started meanwhile stays there: a process or a thread inherits the affinity of the
/// thread that starts it (sched_setaffinity(2)).
pub(crate) fn on_cpu<T>(cpu: Option<u32>, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let Some(cpu) = cpu else { return work() };
    let usual = sched_getaffinity(None)?;
    let mut alone = CpuSet::new();
    let cpu = usize::try_from(cpu).ok().filter(|&cpu| cpu < CpuSet::MAX_CPU && usual.is_set(cpu));
    alone.set(cpu.ok_or_else(|| io::Error::other("there is no such CPU for this process"))?);
    sched_setaffinity(None, &alone)?;
    let done = work();
    sched_setaffinity(None, &usual)?;
    done
}

fn arguments(path: &Path, order: &Order) -> Vec<OsString> {
    let Order { case, window, verify } = order;
    let mut arguments: Vec<OsString> = vec![path.into()];
    for (flag, value) in [
        ("--connections", case.connections.to_string()),
        ("--chunk-size", case.chunk_size.to_string()),
        ("--iterations", case.iterations.to_string()),
        ("--window", window.to_string()),
    ] {
        arguments.extend([flag.into(), value.into()]);
    }
    arguments.extend(verify.then(|| "--verify".into()));
    arguments
}

/// Why a wait ended without what was waited for.
enum Waited {
    Stopped,
    TooLong,
}

/// A process with all that it starts. Dropping it ends them: by SIGTERM, then by SIGKILL.
#[derive(Debug)]
struct Process {
    child: Child,
}

impl Process {
    /// Reads stdout until `enough`, or its end.
    fn read_until(
        &mut self,
        stop: &Stop,
        within: Duration,
        enough: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<u8>, Waited> {
        let started = Instant::now();
        let mut output = Vec::new();
        let Some(mut stdout) = self.child.stdout.take() else { return Ok(output) };
        let mut buffer = [0; 4096];
        let result = loop {
            if stop.is_stopped() {
                break Err(Waited::Stopped);
            }
            if started.elapsed() > within {
                break Err(Waited::TooLong);
            }
            if !is_readable(&stdout) {
                continue;
            }
            match stdout.read(&mut buffer) {
                Ok(count) if count > 0 && output.len() < OUTPUT_MAX => {
                    output.extend_from_slice(buffer.get(..count).unwrap_or_default());
                }
                _ => break Ok(output),
            }
            if enough(&output) {
                break Ok(output);
            }
        };
        self.child.stdout = Some(stdout);
        result
    }

    /// What there is on stderr when the process has ended, or a moment later.
    fn stderr(&mut self) -> String {
        let mut text = Vec::new();
        let Some(mut stderr) = self.child.stderr.take() else { return String::new() };
        let mut buffer = [0; 4096];
        while text.len() < OUTPUT_MAX && is_readable(&stderr) {
            match stderr.read(&mut buffer) {
                Ok(count) if count > 0 => text.extend_from_slice(buffer.get(..count).unwrap_or_default()),
                _ => break,
            }
        }
        shortened(&text)
    }

    fn end(&mut self) -> io::Result<()> {
        let group = Pid::from_child(&self.child);
        // ESRCH: it has ended, and all that it started.
        let _ = kill_process_group(group, Signal::TERM);
        let deadline = Instant::now() + END_WITHIN;
        while self.child.try_wait()?.is_none() {
            if Instant::now() >= deadline {
                let _ = kill_process_group(group, Signal::KILL);
                self.child.wait()?;
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        // What it started may be in the middle of ending, or deaf to SIGTERM.
        let _ = kill_process_group(group, Signal::KILL);
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::warn!(%error, "a process could not be ended");
        }
    }
}

fn is_readable<Fd: AsFd>(pipe: &Fd) -> bool {
    let timeout = Timespec::try_from(LOOK_UP).ok();
    poll(&mut [PollFd::new(pipe, PollFlags::IN)], timeout.as_ref()).is_ok_and(|ready| ready > 0)
}

/// The last line of a program's output, made safe to print.
fn shortened(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let line = text.trim().lines().next_back().unwrap_or_default();
    let line: String = line.chars().take(200).collect();
    Escaped::new(&line).to_string()
}
