//! Ten thousand idle connections cost a server at most 20 MB.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // a failed step of a test is a failed test

mod reexec;

use std::fs;
use std::io::{Read, Write};
use std::time::Duration;

use nearwire::{Address, Limits, Stream};
use reexec::ServerProcess;

const CONNECTIONS: u32 = 10_000;
const MOST_KIB: u64 = 20_000_000 / 1024;

#[test]
#[ignore = "a process of the other test"]
fn child() {
    reexec::serve();
}

fn resident_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

fn connect(address: &Address) -> Stream {
    let mut stream = Stream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // Once it answers, it is in the server's hands.
    stream.write_all(b"x").unwrap();
    stream.read_exact(&mut [0; 1]).unwrap();
    stream
}

#[test]
fn ten_thousand_idle_connections_cost_at_most_20_megabytes() {
    let descriptors = Limits::raise_descriptor_limit();
    if descriptors < u64::from(CONNECTIONS) + 100 {
        println!("skipped: this process may open {descriptors} descriptors only (RLIMIT_NOFILE)");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("demo.sock");
    let address = Address::try_from(path.as_path()).unwrap();
    let server = ServerProcess::start(&path, CONNECTIONS, &[]);
    drop(connect(&address));
    let before = resident_kib(server.id());
    let streams: Vec<Stream> = (0..CONNECTIONS).map(|_| connect(&address)).collect();
    let grown = resident_kib(server.id()).saturating_sub(before);
    println!("{CONNECTIONS} idle connections: {grown} KiB");
    assert!(grown <= MOST_KIB, "{grown} KiB for {} connections", streams.len());
    drop(streams);
    server.end();
}
