//! A message costs a server three system calls: one to wait, one to read, one to write.

#![forbid(unsafe_code)]
// A failed step of a test is a failed test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod reexec;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::process::Command;
use std::time::Duration;

use nearwire::{Address, Stream};
use reexec::ServerProcess;

const MESSAGES: u64 = 2_000;
/// What a server does besides: it starts, accepts, ends.
const BESIDES: u64 = 60;

#[test]
#[ignore = "a process of the other test"]
fn child() {
    reexec::serve();
}

/// Whether `strace` works here; unless it must, says why the test is skipped.
fn has_strace() -> bool {
    let works = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if works.is_ok_and(|output| output.status.success()) {
        return true;
    }
    let required = std::env::var_os("NEARWIRE_REQUIRE_TOOLS").is_some_and(|value| value == "1");
    assert!(!required, "strace is needed (NEARWIRE_REQUIRE_TOOLS=1) and does not work");
    println!("skipped: strace is not installed, or not allowed to trace");
    false
}

/// The system calls of one thread in the output of `strace -f`: how often each was begun.
fn calls_by_thread(trace: &str) -> BTreeMap<&str, BTreeMap<&str, u64>> {
    let mut threads: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((call, _)) = rest.trim_start().split_once('(') else { continue };
        if call.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            *threads.entry(thread).or_default().entry(call).or_default() += 1;
        }
    }
    threads
}

#[test]
fn a_message_costs_one_wait_one_read_and_one_write() {
    if !has_strace() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (path, trace) = (directory.path().join("demo.sock"), directory.path().join("trace"));
    let wrapper = ["strace", "-f", "-qq", "-s", "0", "-o", trace.to_str().unwrap()];
    let server = ServerProcess::start(&path, 10, &wrapper);
    let mut stream = Stream::connect(&Address::try_from(path.as_path()).unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut message = [7; 100];
    for _ in 0..MESSAGES {
        stream.write_all(&message).unwrap();
        stream.read_exact(&mut message).unwrap();
    }
    drop(stream);
    let traced = format!("{} and its threads", server.id());
    server.end();

    let trace = fs::read_to_string(trace).unwrap();
    let threads = calls_by_thread(&trace);
    // The event loop is the thread that reads from sockets.
    let event_loop = threads.values().max_by_key(|calls| calls.get("recvfrom")).unwrap();
    println!("{traced}: {event_loop:?}");
    for call in ["recvfrom", "sendto"] {
        let count = event_loop.get(call).copied().unwrap_or_default();
        assert!((MESSAGES..=MESSAGES + BESIDES).contains(&count), "{count} times {call}");
    }
    let waits = event_loop.get("epoll_wait").or(event_loop.get("epoll_pwait")).copied().unwrap_or_default();
    assert!(waits <= MESSAGES + BESIDES, "{waits} times epoll_wait");
    for (call, count) in threads.values().flatten() {
        let expected = ["recvfrom", "sendto", "epoll_wait", "epoll_pwait"].contains(call);
        assert!(expected || *count < MESSAGES / 4, "{count} times {call}");
    }
}
