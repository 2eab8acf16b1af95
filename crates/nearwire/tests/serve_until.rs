//! A server on the calling thread ends when it is told to, after what is in flight.
#![allow(clippy::unwrap_used, clippy::expect_used)] // tests may panic

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use nearwire::{Address, CloseReason, Drain, Limits, Listener, Policy, Stream, serve_until, services::Echo};

const PATIENCE: Duration = Duration::from_secs(30);

fn echo(stream: &mut Stream, byte: u8) {
    stream.write_all(&[byte]).unwrap();
    let mut answer = [0];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer, [byte]);
}

#[test]
fn it_serves_until_the_descriptor_is_readable_and_removes_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let address = Address::try_from(path.as_path()).unwrap();
    let (until, mut end) = UnixStream::pair().unwrap();
    let listener = Listener::bind(&address).unwrap();
    let (done, report) = channel();
    std::thread::spawn(move || {
        done.send(serve_until(listener, Echo, &until, Drain::within(PATIENCE)).unwrap()).unwrap();
    });
    let mut streams: Vec<Stream> = (0..3).map(|_| Stream::connect(&address).unwrap()).collect();
    for stream in &mut streams {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        echo(stream, 7);
    }
    end.write_all(b"end").unwrap();
    let report = report.recv_timeout(PATIENCE).unwrap();
    assert_eq!((report.served, report.received_bytes, report.sent_bytes), (3, 3, 3));
    for stream in &mut streams {
        assert_eq!(stream.read(&mut [0]).unwrap(), 0, "drained and closed");
    }
    assert!(!path.exists());
}

/// The clock is not read for every message, yet nobody is idle before the time is up: not after a first silence either,
/// in which the loop has stopped to look.
#[test]
fn a_connection_that_was_silent_and_spoke_again_has_its_whole_idle_time() {
    const IDLE: Duration = Duration::from_secs(2);
    let directory = tempfile::tempdir().unwrap();
    let address = Address::try_from(directory.path().join("s").as_path()).unwrap();
    let (until, end) = UnixStream::pair().unwrap();
    let limits = Limits::default().idle(Some(IDLE));
    let listener = Listener::builder().policy(Policy::same_user()).limits(limits).bind(&address).unwrap();
    let (done, report) = channel();
    std::thread::spawn(move || {
        done.send(serve_until(listener, Echo, &until, Drain::now()).unwrap()).unwrap();
    });
    let mut stream = Stream::connect(&address).unwrap();
    echo(&mut stream, 1);
    // Silent for half of the time: nothing comes, and the connection is not closed.
    stream.set_read_timeout(Some(IDLE / 2)).unwrap();
    let silence = stream.read(&mut [0]).unwrap_err();
    assert!(matches!(silence.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut));
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let spoke = Instant::now();
    echo(&mut stream, 2);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0, "the idle time is over");
    assert!(spoke.elapsed() >= IDLE, "closed after {:?}", spoke.elapsed());
    drop(end);
    let report = report.recv_timeout(PATIENCE).unwrap();
    assert_eq!(report.closed(CloseReason::Idle), 1);
}
