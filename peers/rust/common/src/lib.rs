//! What the protocol asks of every peer, whatever its library: the command line, the shares of the connections, the
//! bytes that are sent and checked, the 30 s without a byte, and the line of JSON.

mod arguments;
mod payload;
mod progress;

use std::fmt::Display;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

pub use arguments::Exchange;
pub use payload::Payload;
pub use progress::Progress;

/// How long a full backlog is tried again, and a connection may stay without a byte.
pub const DEADLINE: Duration = Duration::from_secs(30);
/// How often `Progress::sweep` wants to be called.
pub const SWEEP: Duration = Duration::from_secs(1);
/// Clients that may wait to be accepted.
pub const BACKLOG: u32 = 4096;
/// The most that a server reads at once.
pub const READ: usize = 64 * 1024;

/// What went wrong, in one line.
#[derive(Debug)]
pub struct Failure(pub String);

impl<E: Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

pub type Result<T> = std::result::Result<T, Failure>;

/// Says what was being done when `self` went wrong.
pub trait While<T> {
    fn during(self, what: &str) -> Result<T>;
}

impl<T, E: Into<Failure>> While<T> for std::result::Result<T, E> {
    fn during(self, what: &str) -> Result<T> {
        self.map_err(|error| Failure(format!("{what}: {}", error.into().0)))
    }
}

pub fn fail<T>(why: impl Into<String>) -> Result<T> {
    Err(Failure(why.into()))
}

/// Runs the peer `name`: `serve` until SIGTERM, or `exchange` once.
pub fn run(
    name: &str,
    serve: impl FnOnce(&Path) -> Result<()>,
    exchange: impl FnOnce(&Path, &Exchange) -> Result<Measured>,
) -> ExitCode {
    let Some(job) = arguments::parse(std::env::args_os().skip(1)) else {
        eprintln!("{}", arguments::usage(name));
        return ExitCode::from(2);
    };
    let files = getrlimit(Resource::Nofile);
    // A limit that cannot be raised is told by the first call that meets it.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files });
    let done = match job {
        arguments::Job::Serve(path) => serve(&path),
        arguments::Job::Exchange(path, exchange_) => exchange(&path, &exchange_).and_then(Measured::print),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(why)) => {
            eprintln!("{name}: {}", why.replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

/// How many descriptors this process may have open.
#[must_use]
pub fn descriptors() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Tells whoever started us that clients can connect, to a plain stream socket.
pub fn ready() -> Result<()> {
    say("ready")
}

/// Tells whoever started us that clients of this program can connect: it is no plain stream socket.
pub fn ready_private() -> Result<()> {
    say("ready private")
}

fn say(line: &str) -> Result<()> {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// The file at PATH, removed when this is dropped.
pub struct SocketFile(PathBuf);

impl SocketFile {
    /// Removes a socket (or a link) left over at `path`, and sees to it that new ones are for this user only.
    pub fn claim(path: &Path) -> Result<Self> {
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
        if path.symlink_metadata().is_ok_and(|m| m.file_type().is_socket() || m.file_type().is_symlink()) {
            std::fs::remove_file(path).during("remove the left over file")?;
        }
        Ok(Self(path.to_owned()))
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0); // gone already: as wanted
    }
}

/// Started before the first byte is sent.
pub struct Stopwatch {
    start: Instant,
    cpu: u128,
}

pub struct Measured {
    elapsed: u128,
    cpu: u128,
    bytes: u64,
}

fn cpu_time() -> u128 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0)).as_nanos()
}

impl Stopwatch {
    #[must_use]
    pub fn start() -> Self {
        Self { cpu: cpu_time(), start: Instant::now() }
    }

    /// After the last of `bytes` came back.
    #[must_use]
    pub fn stop(&self, bytes: u64) -> Measured {
        Measured { elapsed: self.start.elapsed().as_nanos(), cpu: cpu_time() - self.cpu, bytes }
    }
}

impl Measured {
    fn print(self) -> Result<()> {
        use std::io::Write as _;
        let Self { elapsed, bytes, cpu } = self;
        writeln!(std::io::stdout(), r#"{{"elapsed_ns": {elapsed}, "bytes": {bytes}, "cpu_ns": {cpu}}}"#)
            .during("stdout")
    }
}
