//! Echo servers of others, measured by `nearwire exchange`: every byte comes back, and is checked.

use std::ffi::OsString;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{PATIENCE, Process};
use crate::serve::{Serve, nearwire};
use crate::tools::{has_python, has_qt, has_socat, python, qt, socat};

/// What is measured: one chunk in flight and several, more clients than socat's queue of 5 takes, and more in flight
/// than all buffers on the way hold.
const RUNS: [&[&str]; 3] = [
    &["--connections", "1,5", "--chunk-size", "1,100,10k", "--iterations", "300"],
    &["--connections", "12", "--chunk-size", "100,10k", "--iterations", "300", "--window", "4"],
    &["--connections", "1", "--chunk-size", "1M", "--iterations", "20", "--window", "4"],
];

#[test]
fn a_server_of_socat_echoes_every_byte() {
    if !has_socat() {
        return;
    }
    let (_directory, path) = socket();
    let mut listen = OsString::from("UNIX-LISTEN:");
    listen.push(&path);
    // Its options come after the path, and a process for each client comes with the first of them.
    listen.push(",fork,mode=0600");
    let _server = Process::start(socat().arg(listen).arg("EXEC:cat"));
    await_listener(&path);
    assert_echoes("socat", &path);
}

#[test]
fn a_server_of_asyncio_echoes_every_byte() {
    if !has_python() {
        return;
    }
    let (_directory, path) = socket();
    let mut server = Process::start(python("asyncio_echo.py").arg(&path));
    assert_eq!(server.line(), "ready");
    assert_echoes("asyncio", &path);
}

#[test]
fn a_server_of_qt_echoes_every_byte() {
    if !has_qt() {
        return;
    }
    let (directory, path) = socket();
    // A server that was killed leaves its file, which Qt does not overwrite by itself.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let mut server = Process::start(qt("qt6_echo", directory.path()).arg(&path));
    assert_eq!(server.line(), "ready");
    assert_echoes("Qt 6", &path);
}

/// The same for our own, so that the numbers stand side by side.
#[test]
fn our_own_server_echoes_every_byte() {
    let server = Serve::start(&[]);
    assert_echoes("nearwire serve", server.path());
    server.stop();
}

fn socket() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("theirs.sock");
    (directory, path)
}

/// Tries to connect until somebody listens: socat does not say when it does.
fn await_listener(path: &Path) {
    let deadline = Instant::now() + PATIENCE;
    while let Err(error) = UnixStream::connect(path) {
        assert!(Instant::now() < deadline, "nobody listens on {}: {error}", path.display());
        thread::sleep(Duration::from_millis(2));
    }
}

/// Measures it in every way, and each case must be complete and verified.
fn assert_echoes(name: &str, path: &Path) {
    for arguments in RUNS {
        let results = measure(path, arguments);
        let cases = results["cases"].as_array().unwrap();
        assert_eq!(results["planned_cases"], cases.len(), "{results:#}");
        assert_eq!(results["server"]["kind"], "other");
        assert_eq!(results["settings"]["verify"], "full");
        for case in cases {
            assert_case(case);
            println!("{name}: {}", summary(case));
        }
    }
}

/// Runs `nearwire exchange`, which must say that it went well.
fn measure(path: &Path, arguments: &[&str]) -> Value {
    let mut command = nearwire();
    // It gives up before we do, and says why.
    command.args(["exchange", "--json", "--timeout", "20s", "--to"]).arg(path).args(arguments);
    let mut process = Process::start(&mut command);
    let results = String::from_utf8(process.rest()).unwrap();
    let status = process.end();
    assert!(status.success(), "{status}: {results}");
    serde_json::from_str(&results).unwrap()
}

fn assert_case(case: &Value) {
    let number = |field: &str| case[field].as_u64().unwrap_or_else(|| panic!("{field} of {case:#}"));
    assert_eq!(case["status"], "ok", "{case:#}");
    assert_eq!(case["verified"], true, "{case:#}");
    assert_eq!(number("chunks"), number("iterations"), "{case:#}");
    assert_eq!(number("bytes"), number("chunks") * number("chunk_size"), "{case:#}");
    assert_eq!(case["rtt_ns"]["count"], case["chunks"], "{case:#}");
}

fn summary(case: &Value) -> String {
    let microseconds = case["rtt_ns"]["p50"].as_u64().unwrap() / 1000;
    let megabytes = case["bytes_per_second"].as_f64().unwrap() / 1e6;
    let (connections, size) = (&case["connections"], &case["chunk_size"]);
    format!("{connections} × {size} B, RTT p50 {microseconds} µs, {megabytes:.1} MB/s")
}
