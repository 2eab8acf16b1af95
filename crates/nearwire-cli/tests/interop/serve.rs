//! `nearwire serve` as a process, and the report of its end.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::process::Process;

/// The command `nearwire`.
pub(crate) fn nearwire() -> Command {
    Command::new(env!("CARGO_BIN_EXE_nearwire"))
}

/// A server of ours that listens.
pub(crate) struct Serve {
    pub(crate) process: Process,
    path: PathBuf,
    _directory: TempDir,
}

/// What it said at its end.
pub(crate) struct Report(Value);

impl Serve {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ours.sock");
        let mut process = Process::start(nearwire().arg("serve").arg(&path).arg("--json").args(arguments));
        let listening: Value = serde_json::from_str(&process.line()).unwrap();
        assert_eq!(listening["event"], "listening", "{listening}");
        assert_eq!(listening["address"], path.to_str().unwrap());
        Self { process, path, _directory: directory }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How socat calls it.
    pub(crate) fn socat_address(&self) -> OsString {
        let mut address = OsString::from("UNIX-CONNECT:");
        address.push(&self.path);
        address
    }

    /// Ends it as an administrator does.
    pub(crate) fn stop(mut self) -> Report {
        self.process.signal(Signal::TERM);
        let report: Value = serde_json::from_str(&self.process.line()).unwrap();
        assert_eq!(report["event"], "report", "{report}");
        assert_eq!(self.process.rest(), b"", "it said more than its report");
        let status = self.process.end();
        assert_eq!(status.code(), Some(0), "{report}");
        assert!(!self.path.exists(), "its socket was left behind");
        Report(report)
    }
}

impl Report {
    /// Nobody was refused, and `served` clients ended by themselves, all answered.
    pub(crate) fn assert_all_ended_well(&self, served: u64) {
        self.assert_closed(&["peer_closed"], served);
    }

    /// Nobody was refused, and `served` clients ended, each for one of these reasons.
    pub(crate) fn assert_closed(&self, reasons: &[&str], served: u64) {
        let closed: u64 = reasons.iter().map(|&reason| self.0["closed"][reason].as_u64().unwrap()).sum();
        assert_eq!(self.0["served"], served, "{}", self.0);
        assert_eq!(closed, served, "{}", self.0);
        assert_eq!(sum(&self.0["closed"]), served, "{}", self.0);
        assert_eq!(sum(&self.0["refused"]), 0, "{}", self.0);
    }

    pub(crate) fn received(&self) -> u64 {
        self.0["received_bytes"].as_u64().unwrap()
    }

    pub(crate) fn sent(&self) -> u64 {
        self.0["sent_bytes"].as_u64().unwrap()
    }
}

fn sum(counts: &Value) -> u64 {
    counts.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
}
