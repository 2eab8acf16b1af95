//! A server looks for more for a moment only: when nobody speaks it sleeps.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used)] // a failed step of a test is a failed test

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use nearwire::services::Echo;
use nearwire::{Address, Limits, Listener, Policy, Report, ServerThread, Spin, Stream};

/// Long compared with any spinning.
const WHILE: Duration = Duration::from_millis(50);
const DEADLINE: Duration = Duration::from_secs(30);

/// Exchanges some messages with a server that has `spin`, waits until it is quiet, and says what it did.
fn served(spin: Spin) -> Report {
    let directory = tempfile::tempdir().unwrap();
    let address = Address::try_from(directory.path().join("demo.sock").as_path()).unwrap();
    let limits = Limits::default().idle(None).spin(spin);
    let listener = Listener::builder().policy(Policy::same_user()).limits(limits).bind(&address).unwrap();
    let server = ServerThread::spawn(listener, Echo).unwrap();
    let mut stream = Stream::connect(&address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut message = [7; 100];
    for _ in 0..1000 {
        stream.write_all(&message).unwrap();
        stream.read_exact(&mut message).unwrap();
    }
    // The client stays, and says nothing: a loop that does not sleep makes calls all the time.
    let started = Instant::now();
    loop {
        let before = server.report();
        std::thread::sleep(WHILE);
        let report = server.report();
        if (before.wait_calls, before.yield_calls) == (report.wait_calls, report.yield_calls) {
            return report;
        }
        assert!(started.elapsed() < DEADLINE, "it never sleeps: {report:?}");
    }
}

#[test]
fn a_server_whose_peers_say_nothing_sleeps() {
    let report = served(Spin::MAX);
    assert!(report.yield_calls > 0, "it never spun, either: {report:?}");
}

#[test]
fn a_server_that_shall_not_spin_does_not() {
    let report = served(Spin::OFF);
    assert_eq!((report.yield_calls, report.spun_ns), (0, 0));
    // One wait for each message, and some for the connection and the timer.
    assert!(report.wait_calls < 1100, "{report:?}");
}
