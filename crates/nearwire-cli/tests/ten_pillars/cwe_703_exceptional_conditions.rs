//! CWE-703, exceptional conditions: whatever befalls a peer or a call has a name, and the server goes on.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use nearwire::services::{Discard, Echo, Source};
use nearwire::{CloseReason, Drain, Peer, Refusal, Reply, ServerThread, Service, Stream};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{SendFlags, send};
use rustix::process::Signal;

use crate::support::puppet::Puppet;
use crate::support::{
    PATIENCE, Watchdog, bind, connect, exchange, is_closed, open_directory, patient, socket_in, watch,
};

fn await_readable(stream: &Stream) {
    let wait = Timespec::try_from(PATIENCE).unwrap();
    let ready = poll(&mut [PollFd::new(stream, PollFlags::IN)], Some(&wait));
    assert_eq!(ready, Ok(1), "no answer came");
}

/// Lets one peer live and die as `story` tells; returns why the server says that it ended. The server must go on.
fn how_it_ends<S: Service>(service: S, story: impl FnOnce(Stream, &dyn Fn())) -> CloseReason {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (server, events) = watch(&address, patient(), service);
    let bystander = connect(&address);
    events.accepted();
    let stream = connect(&address);
    events.accepted();
    story(stream, &|| {
        events.received();
    });
    let reason = events.closed();
    // Those who were there still are, and others can come.
    bystander.set_nonblocking(true).unwrap();
    match (&bystander).read(&mut [0; 1]) {
        Ok(count) => assert!(count > 0, "the bystander was closed"),
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
    }
    let _next = connect(&address);
    events.accepted();
    let report = server.shutdown(Drain::now()).unwrap();
    assert_eq!(report.closed(reason), 1);
    assert_eq!((report.served, report.closed_in_all()), (3, 3));
    reason
}

#[test]
fn a_peer_that_goes_before_it_sent_anything_has_closed() {
    assert_eq!(how_it_ends(Echo, |stream, _| drop(stream)), CloseReason::PeerClosed);
}

#[test]
fn a_peer_that_goes_amid_a_request_has_closed() {
    let reason = how_it_ends(Discard, |mut stream, server_received| {
        stream.write_all(b"half a req").unwrap();
        server_received();
        drop(stream);
    });
    assert_eq!(reason, CloseReason::PeerClosed);
}

#[test]
fn a_peer_that_sends_and_goes_without_its_answer_has_broken_off() {
    let reason = how_it_ends(Echo, |mut stream, _| {
        stream.write_all(b"request").unwrap();
        drop(stream);
    });
    assert_eq!(reason, CloseReason::PeerReset);
}

#[test]
fn a_peer_that_goes_with_its_answer_unread_has_broken_off() {
    let reason = how_it_ends(Echo, |mut stream, server_received| {
        stream.write_all(b"request").unwrap();
        server_received();
        await_readable(&stream);
        drop(stream);
    });
    assert_eq!(reason, CloseReason::PeerReset);
}

#[test]
fn a_peer_that_goes_while_the_server_waits_for_it_to_read_has_broken_off() {
    let reason = how_it_ends(Echo, |mut stream, server_received| {
        stream.set_nonblocking(true).unwrap();
        while stream.write(&[0; 65_536]).is_ok() {}
        server_received();
        drop(stream);
    });
    assert_eq!(reason, CloseReason::PeerReset);
}

#[test]
fn a_peer_that_stops_listening_to_a_source_has_broken_off() {
    let reason = how_it_ends(Source, |mut stream, _| {
        stream.read_exact(&mut [0; 1000]).unwrap();
        drop(stream);
    });
    assert_eq!(reason, CloseReason::PeerReset);
}

#[test]
fn a_peer_that_only_closes_its_direction_gets_its_whole_answer() {
    for length in [0, 1, 100, 150_000] {
        let reason = how_it_ends(Echo, |mut stream, _| {
            let request = vec![9; length];
            stream.write_all(&request).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap();
            assert!(answer == request, "{} of {length} bytes", answer.len());
        });
        assert_eq!(reason, CloseReason::PeerClosed);
    }
}

/// Answers with a megabyte.
struct Generous;

impl Service for Generous {
    type Connection = ();

    fn accepted(&self, _peer: &Peer) {}

    fn received(&self, (): &mut (), _bytes: &[u8], reply: &mut Reply<'_>) {
        reply.write(&vec![1; 1_000_000]);
    }
}

#[test]
fn a_peer_that_closes_its_direction_gets_an_answer_that_does_not_fit_any_queue() {
    let reason = how_it_ends(Generous, |mut stream, server_received| {
        stream.write_all(b"?").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        server_received();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert_eq!(answer.len(), 1_000_000);
    });
    assert_eq!(reason, CloseReason::PeerClosed);
}

#[test]
fn a_peer_that_closes_its_direction_can_still_listen_to_a_source() {
    let reason = how_it_ends(Source, |mut stream, _| {
        stream.shutdown(Shutdown::Write).unwrap();
        stream.read_exact(&mut vec![0; 2_000_000]).unwrap();
        drop(stream);
    });
    assert_eq!(reason, CloseReason::PeerReset);
}

#[test]
fn a_peer_that_is_killed_has_broken_off() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let (_server, events) = watch(&address, patient(), Echo);
    let mut peer = Puppet::new();
    peer.must(&format!("connect {}", path.display()));
    assert_eq!(peer.must("exchange hello"), "hello");
    peer.must("send request");
    assert_eq!((events.received(), events.received()), (5, 7));
    peer.kill();
    assert_eq!(events.closed(), CloseReason::PeerReset);
    exchange(&connect(&address), b"hello");
}

#[test]
fn a_peer_that_came_and_went_before_it_was_accepted_is_no_trouble() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let listener = bind(&address);
    for round in 0..10 {
        let mut stream = connect(&address);
        if round % 2 == 0 {
            stream.write_all(b"gone").unwrap();
        }
    }
    let (service, events) = crate::support::Watched::new(Echo);
    let server = ServerThread::spawn(listener, service).unwrap();
    let reasons: Vec<CloseReason> = (0..10).map(|_| events.closed()).collect();
    assert!(
        reasons.iter().all(|reason| matches!(reason, CloseReason::PeerClosed | CloseReason::PeerReset)),
        "{reasons:?}"
    );
    exchange(&connect(&address), b"hello");
    drop(server);
}

/// Panics whenever it is told to: at once, or by what a peer sends.
#[derive(Default)]
struct Nervous {
    accepted: AtomicU32,
}

impl Service for Nervous {
    type Connection = bool;

    fn accepted(&self, _peer: &Peer) -> bool {
        assert!(self.accepted.fetch_add(1, Ordering::Relaxed) != 1, "the second connection makes it panic");
        false
    }

    fn received(&self, silent: &mut bool, bytes: &[u8], reply: &mut Reply<'_>) {
        reply.write(bytes);
        assert!(bytes != b"panic", "as asked");
        *silent = bytes == b"panic when closed";
    }

    fn ready(&self, _silent: &mut bool, _reply: &mut Reply<'_>) {
        assert!(
            self.accepted.load(Ordering::Relaxed) != 3,
            "the third connection makes it panic when it is ready"
        );
    }

    fn closed(&self, silent: bool, _reason: CloseReason) {
        assert!(!silent, "as asked");
    }

    fn refused(&self, _refusal: &Refusal) {
        panic!("refusing makes it panic");
    }
}

#[test]
fn a_service_that_panics_ends_its_connection_and_no_other() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let limits = patient().connections(3);
    let server =
        ServerThread::spawn(crate::support::bind_with(&address, limits), Nervous::default()).unwrap();
    let first = connect(&address);
    exchange(&first, b"first");
    // In `accepted`, in `ready`, in `received`, in `closed`, in `refused`.
    assert!(is_closed(&connect(&address)));
    assert!(is_closed(&connect(&address)));
    let in_received = connect(&address);
    exchange(&in_received, b"hello");
    (&in_received).write_all(b"panic").unwrap();
    let mut rest = Vec::new();
    (&in_received).read_to_end(&mut rest).unwrap();
    let in_closed = connect(&address);
    exchange(&in_closed, b"panic when closed");
    drop(in_closed);
    crate::support::await_that("it is closed", || server.report().closed(CloseReason::PeerClosed) == 1);
    let (second, third) = (connect(&address), connect(&address));
    exchange(&second, b"second");
    exchange(&third, b"third");
    assert!(is_closed(&connect(&address)));
    exchange(&first, b"still here");
    let report = server.shutdown(Drain::within(PATIENCE)).unwrap();
    assert_eq!(report.closed(CloseReason::ServicePanicked), 3);
    assert_eq!(report.served, report.closed_in_all());
    assert_eq!(report.refused_in_all(), 1);
}

/// The bit of SIGPIPE in the sets of signals that proc_pid_status(5) shows.
const SIGPIPE: u64 = 1 << 12;

#[test]
fn writing_to_a_peer_that_is_gone_raises_no_signal() {
    let _watchdog = Watchdog::new();
    // With SIGPIPE blocked it would stay pending, where it can be seen; ignored, as Rust programs have it, it could not.
    let wrapper = ["env", "--block-signal=PIPE"];
    if !std::process::Command::new(wrapper[0])
        .args([wrapper[1], "true"])
        .output()
        .is_ok_and(|o| o.status.success())
    {
        println!("skipped: this system's `env` cannot block signals");
        return;
    }
    let mut process = Puppet::builder().under(&wrapper).spawn();
    let pending = |process: &mut Puppet| {
        u64::from_str_radix(&process.must("pending-signals"), 16).unwrap() & SIGPIPE != 0
    };
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    process.must(&format!("serve {} service=source", path.display()));
    connect(&address).read_exact(&mut [0; 1000]).unwrap();
    crate::support::await_that("the server notices", || process.number("closed") == 1);
    assert!(!pending(&mut process), "a server raised it");
    for way in ["plain", "vectored"] {
        assert_eq!(process.must(&format!("write-to-the-dead {way}")), "BrokenPipe");
        assert!(!pending(&mut process), "a {way} write raised it");
    }
    // And were it raised, we would see it.
    process.must("write-to-the-dead pipe");
    assert!(pending(&mut process));
}

#[test]
fn a_server_that_is_stopped_and_continued_goes_on() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let mut server = Puppet::new();
    server.must(&format!("serve {}", path.display()));
    let stream = connect(&address);
    // Stopping and continuing interrupts epoll_wait(2) and others with EINTR (signal(7)).
    for _ in 0..50 {
        stop(&server);
        (&stream).write_all(b"hello").unwrap();
        server.signal(Signal::CONT);
        (&stream).read_exact(&mut [0; 5]).unwrap();
        exchange(&connect(&address), b"another");
    }
}

#[test]
fn waits_that_are_interrupted_go_on() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let mut other = Puppet::new();
    other.must(&format!("listen {}", path.display()));
    other.tell("accept-within 20000");
    for _ in 0..20 {
        other.signal(Signal::STOP);
        other.signal(Signal::CONT);
    }
    let _client = connect(&address);
    assert_eq!(other.answer(), "ok somebody");

    // A client that waits for room in a full queue.
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let listener = crate::support::bind_with(&address, patient().backlog(1));
    let _waiting = [connect(&address), connect(&address)];
    other.tell(&format!("connect {}", path.display()));
    for _ in 0..20 {
        other.signal(Signal::STOP);
        other.signal(Signal::CONT);
        thread::sleep(Duration::from_millis(1)); // lets it get back into its wait
    }
    for _ in 0..3 {
        listener.accept_within(PATIENCE).unwrap().unwrap();
    }
    assert_eq!(other.answer(), "ok");
}

/// Stops a process, and waits until it stands still.
fn stop(process: &Puppet) {
    process.signal(Signal::STOP);
    crate::support::await_that("it stops", || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.pid())).unwrap();
        stat.rsplit_once(") ").unwrap().1.starts_with('T')
    });
}

#[test]
fn a_request_and_the_end_that_come_at_once_are_both_noticed() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let mut server = Puppet::new();
    server.must(&format!("serve {}", path.display()));
    let mut stream = connect(&address);
    exchange(&stream, b"hello");
    // Both happen before the server looks, so it is told once.
    stop(&server);
    stream.write_all(b"request").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    server.signal(Signal::CONT);
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    assert!(read.is_ok() && answer == b"request", "{read:?}: {:?}", String::from_utf8_lossy(&answer));
}

#[test]
fn a_peer_that_sends_and_goes_at_once_is_noticed() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let mut server = Puppet::new();
    server.must(&format!("serve {} service=discard", path.display()));
    let mut stream = connect(&address);
    stream.write_all(b"hello").unwrap();
    crate::support::await_that("the server reads", || {
        server.must("report") == "served=1 received=5 policy=0"
    });
    stop(&server);
    stream.write_all(b"good-bye").unwrap();
    drop(stream);
    server.signal(Signal::CONT);
    crate::support::await_that("the server sees it go", || server.number("closed") == 1);
}

#[test]
fn the_end_of_a_peer_is_noticed_though_its_answer_was_held_up() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    let mut stream = connect(&address);
    stream.set_nonblocking(true).unwrap();
    let mut sent = 0;
    while let Ok(count) = stream.write(&[3; 10_000]) {
        sent += count;
    }
    stream.set_nonblocking(false).unwrap();
    // The server cannot go on until we read; meanwhile it is told that no more will come.
    stream.shutdown(Shutdown::Write).unwrap();
    exchange(&connect(&address), b"the server has looked round");
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    assert!(read.is_ok() && answer.len() == sent, "{read:?}: {} of {sent} bytes", answer.len());
    let report = server.shutdown(Drain::within(PATIENCE)).unwrap();
    assert_eq!(report.closed(CloseReason::PeerClosed), 2);
}

#[test]
fn bytes_behind_an_urgent_one_are_answered() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let mut server = Puppet::new();
    server.must(&format!("serve {}", path.display()));
    let mut stream = connect(&address);
    exchange(&stream, b"hello");
    // All is there before the server looks again; then its read ends at the urgent byte.
    stop(&server);
    stream.write_all(b"before").unwrap();
    let urgent = send(&stream, b"!", SendFlags::OOB);
    stream.write_all(b"behind").unwrap();
    server.signal(Signal::CONT);
    if urgent.is_err() {
        println!("skipped: this kernel has no urgent bytes on local sockets (CONFIG_AF_UNIX_OOB)");
        return;
    }
    let mut answer = [0; 12];
    let read = stream.read_exact(&mut answer);
    assert!(read.is_ok() && &answer == b"beforebehind", "{read:?}: {:?}", String::from_utf8_lossy(&answer));
}
