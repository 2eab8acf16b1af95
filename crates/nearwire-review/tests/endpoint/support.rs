//! Starts servers, and reviews them.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use nearwire::Uid;
use nearwire_review::Report;
use nearwire_review::endpoint::{Active, Endpoint, Options, review};

/// Whom servers run as, where the tests run as root.
pub(crate) const NOBODY: u32 = 65_534;
/// Who should not get in.
pub(crate) const STRANGER: u32 = 65_533;
/// What all line servers answer.
pub(crate) const SAMPLE: &[u8] = b"hello\n";

/// A directory of the server's user, gone with the test.
pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new(mode: u32) -> Self {
        let directory = tempfile::tempdir().unwrap();
        if is_root() {
            std::os::unix::fs::chown(directory.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        Self(directory)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.0.path().join("app.sock")
    }
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A server process; it ends when this is dropped.
pub(crate) struct Server {
    process: Child,
    _lifeline: Option<ChildStdin>,
}

impl Server {
    /// Starts a server of a kind at a path; returns when it listens.
    pub(crate) fn start(kind: &str, path: &Path) -> Self {
        let user = if is_root() { Some(NOBODY) } else { None };
        Self::start_as(user, kind, path)
    }

    /// The same as another user.
    pub(crate) fn start_as(user: Option<u32>, kind: &str, path: &Path) -> Self {
        let mut command = Command::new("/proc/self/exe");
        command.args(["serve", kind]).arg(path);
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        Self::run(command)
    }

    /// A server in a network namespace of its own, as root.
    pub(crate) fn start_apart(kind: &str, path: &Path) -> Self {
        let mut command = Command::new("unshare");
        command.arg("--net").arg(std::env::current_exe().unwrap()).args(["serve", kind]).arg(path);
        Self::run(command)
    }

    fn run(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let lifeline = process.stdin.take();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "{command:?}");
        Self { process, _lifeline: lifeline }
    }

    pub(crate) fn pid(&self) -> i32 {
        i32::try_from(self.process.id()).unwrap()
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// No units of the machine's, which no test can foresee.
pub(crate) fn passive() -> Options {
    Options { unit_directories: Some(Vec::new()), ..Options::default() }
}

/// With probes, and this program as the visitor.
pub(crate) fn active(sample: Option<&[u8]>) -> Options {
    let active = Active {
        sample: sample.map(<[u8]>::to_vec),
        stranger: Uid::new(STRANGER),
        visitor: Some(["/proc/self/exe", "visit"].map(OsString::from).to_vec()),
        ..Active::default()
    };
    Options { active: Some(active), ..passive() }
}

pub(crate) fn at(path: &Path) -> Endpoint {
    Endpoint::Address(path.try_into().unwrap())
}

pub(crate) fn report_of(endpoint: &Endpoint, options: &Options) -> Report {
    review(endpoint, options).unwrap()
}

/// The names of the checks that found something, each once.
pub(crate) fn found(report: &Report) -> Vec<&'static str> {
    let mut ids: Vec<_> = report.findings().map(|finding| finding.check().id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The review found exactly this.
pub(crate) fn assert_finds(report: &Report, ids: &[&str]) {
    let told =
        report.findings().map(|finding| (finding.message(), finding.evidence().iter().collect::<Vec<_>>()));
    assert_eq!(found(report), ids, "{:#?}\n{:?}", told.collect::<Vec<_>>(), report.incomplete);
}
