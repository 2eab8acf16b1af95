//! CWE-691, control flow: every wait ends at its deadline; a server that ends finishes what is in flight.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use nearwire::services::{Discard, Echo, Source};
use nearwire::{
    Address, CloseReason, Connect, ConnectError, Drain, Limits, Listener, Peer, Policy, RefusalCause, Reply,
    Report, ServerThread, Service, Stream, Uid,
};

use crate::support::{
    PATIENCE, Watchdog, await_that, bind, bind_with, connect, exchange, file_id, is_closed, open_directory,
    patient, socket_in, watch,
};

/// A listener whose queue is full, and those who wait in it.
fn full(address: &Address) -> (Listener, Vec<Stream>) {
    let listener = bind_with(address, patient().backlog(2));
    let waiting = (0..3).map(|_| connect(address)).collect();
    (listener, waiting)
}

#[test]
fn connecting_to_a_full_queue_ends_at_its_deadline() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (_listener, _waiting) = full(&address);
    for wait in [Duration::ZERO, Duration::from_nanos(1), Duration::from_millis(50)] {
        let refused = Connect::new().within(wait).to(&address);
        assert!(matches!(refused, Err(ConnectError::Busy { .. })), "{refused:?}");
    }
}

#[test]
fn connecting_to_a_full_queue_succeeds_when_there_is_room() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (listener, mut waiting) = full(&address);
    let target = address.clone();
    let late = thread::spawn(move || connect(&target));
    let mut accepted = Vec::new();
    for _ in 0..4 {
        accepted.push(listener.accept_within(PATIENCE).unwrap().expect("four clients come"));
    }
    waiting.push(late.join().unwrap());
    for (stream, _) in &accepted {
        (&*stream).write_all(b"!").unwrap();
    }
    for mut stream in waiting {
        stream.read_exact(&mut [0; 1]).unwrap();
    }
}

#[test]
fn accepting_ends_at_its_deadline() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let listener = bind(&address);
    for wait in [Duration::ZERO, Duration::from_nanos(1), Duration::from_millis(50)] {
        assert!(listener.accept_within(wait).unwrap().is_none());
    }
    let _client = connect(&address);
    assert!(listener.accept_within(Duration::ZERO).unwrap().is_some());
}

#[test]
fn accepting_ends_at_its_deadline_though_refused_clients_never_cease() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    // Nobody may come in, and those who try keep the queue full.
    let policy = Policy::users([Uid::new(u32::MAX - 1)]);
    let listener = Listener::builder().policy(policy).limits(patient().backlog(4096)).bind(&address).unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let flood: Vec<_> = (0..3)
        .map(|_| {
            let (over, address) = (Arc::clone(&over), address.clone());
            thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let _ = Connect::new().within(Duration::from_millis(10)).to(&address);
                }
            })
        })
        .collect();
    let (done, ended) = channel();
    thread::spawn(move || done.send(listener.accept_within(Duration::from_millis(100)).unwrap().is_none()));
    let outcome = ended.recv_timeout(Duration::from_secs(15));
    over.store(true, Ordering::Relaxed);
    for thread in flood {
        thread.join().unwrap();
    }
    assert_eq!(outcome, Ok(true), "still accepting, long after the deadline");
}

#[test]
fn shutting_down_ends_at_its_deadline_though_a_peer_never_reads() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let server = ServerThread::spawn(bind(&address), Source).unwrap();
    let deaf = connect(&address);
    await_that("the answers fill the queue", || server.report().sent_bytes > 0);
    let report = server.shutdown(Drain::within(Duration::from_millis(200))).unwrap();
    assert_eq!(report.closed(CloseReason::DrainDeadline), 1);
    drop(deaf);
}

#[test]
fn shutting_down_ends_at_its_deadline_though_a_peer_never_stops() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (server, events) = watch(&address, patient(), Discard);
    let mut chatterer = connect(&address);
    let chatter = thread::spawn(move || while chatterer.write_all(&[0; 1000]).is_ok() {});
    events.received();
    let report = server.shutdown(Drain::within(Duration::from_millis(200))).unwrap();
    assert_eq!(report.closed_in_all(), 1);
    chatter.join().unwrap();
}

#[test]
fn shutting_down_at_once_closes_everybody() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    for threads in [1, 3] {
        let server = ServerThread::spawn_on(threads, bind(&address), Echo).unwrap();
        let streams: Vec<Stream> = (0..10).map(|_| connect(&address)).collect();
        streams.iter().for_each(|stream| exchange(stream, b"hello"));
        let report = server.shutdown(Drain::now()).unwrap();
        assert_eq!((report.served, report.closed(CloseReason::Drained)), (10, 10));
        assert!(streams.iter().all(is_closed));
    }
}

#[test]
fn peers_with_nothing_in_flight_do_not_delay_a_shutdown() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    for threads in [1, 3] {
        let server = ServerThread::spawn_on(threads, bind(&address), Echo).unwrap();
        let streams: Vec<Stream> = (0..10).map(|_| connect(&address)).collect();
        streams.iter().for_each(|stream| exchange(stream, b"hello"));
        // Were they waited for, this would last longer than the watchdog lives.
        let report = server.shutdown(Drain::within(Duration::from_secs(100_000))).unwrap();
        assert_eq!(report.closed(CloseReason::Drained), 10);
        assert!(streams.iter().all(is_closed));
    }
}

/// Answers each byte with `LENGTH` bytes.
struct Talkative;

const LENGTH: usize = 600_000;

impl Service for Talkative {
    type Connection = ();

    fn accepted(&self, _peer: &Peer) {}

    fn received(&self, _connection: &mut (), bytes: &[u8], reply: &mut Reply<'_>) {
        for byte in bytes {
            reply.write(&vec![*byte; LENGTH]);
        }
    }
}

#[test]
fn an_answer_in_flight_is_finished_before_the_server_ends() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let (server, events) = watch(&address, patient().buffer(1 << 21), Talkative);
    let mut stream = connect(&address);
    stream.write_all(b"x").unwrap();
    events.received();
    let ending = thread::spawn(move || server.shutdown(Drain::within(PATIENCE)).unwrap());
    // Only now, with the server on its way out, we begin to read.
    await_that("the server takes its name down", || file_id(&path).is_none());
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(answer.len(), LENGTH);
    assert!(answer.iter().all(|byte| *byte == b'x'));
    let report = ending.join().unwrap();
    assert_eq!(report.closed(CloseReason::Drained), 1);
}

#[test]
fn a_request_sent_before_the_shutdown_is_answered() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    for round in 0..50 {
        let server = ServerThread::spawn_on(round % 3 + 1, bind(&address), Echo).unwrap();
        let streams: Vec<Stream> = (0..8).map(|_| connect(&address)).collect();
        streams.iter().for_each(|stream| exchange(stream, b"here"));
        for mut stream in &streams {
            stream.write_all(&[7; 100_000]).unwrap();
        }
        let report = server.shutdown(Drain::within(PATIENCE)).unwrap();
        for mut stream in &streams {
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap();
            assert!(answer == [7; 100_000], "round {round}: {} bytes came back", answer.len());
        }
        assert_eq!(report.closed(CloseReason::Drained), 8);
    }
}

/// An echo whose first message blocks its event loop until the test lets it go on.
struct Gated {
    entered: Sender<()>,
    gate: Mutex<Option<Receiver<()>>>,
}

impl Gated {
    fn new() -> (Self, Receiver<()>, Sender<()>) {
        let (entered, is_inside) = channel();
        let (open, gate) = channel();
        (Self { entered, gate: Mutex::new(Some(gate)) }, is_inside, open)
    }
}

impl Service for Gated {
    type Connection = ();

    fn accepted(&self, _peer: &Peer) {}

    fn received(&self, _connection: &mut (), bytes: &[u8], reply: &mut Reply<'_>) {
        let gate = self.gate.lock().unwrap().take();
        if let Some(gate) = gate {
            self.entered.send(()).unwrap();
            let _ = gate.recv_timeout(PATIENCE);
        }
        reply.write(bytes);
    }
}

/// While the loop that accepts is busy, `clients` more connect and send; then the server is shut down, and only then
/// the loop goes on. Every client must get its answer.
fn shut_down_with_clients_waiting(clients: usize) -> Report {
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (service, is_inside, open) = Gated::new();
    let server = ServerThread::spawn_on(2, bind(&address), service).unwrap();
    // The first is the accepting loop's, the second the other loop's.
    let (first, second) = (connect(&address), connect(&address));
    await_that("both are dealt out", || server.report().served == 2);
    (&first).write_all(b"first").unwrap();
    is_inside.recv_timeout(PATIENCE).unwrap();
    let streams: Vec<Stream> = (0..clients).map(|_| connect(&address)).collect();
    for mut stream in &streams {
        stream.write_all(b"request").unwrap();
    }
    let ending = thread::spawn(move || server.shutdown(Drain::within(PATIENCE)).unwrap());
    assert!(is_closed(&second), "the other loop ends, for it has nothing to do");
    open.send(()).unwrap();
    for (number, mut stream) in streams.iter().enumerate() {
        let mut answer = Vec::new();
        let outcome = stream.read_to_end(&mut answer);
        assert!(answer == b"request", "client {number} of {clients}: {outcome:?}, {answer:?}");
    }
    ending.join().unwrap()
}

#[test]
fn clients_that_wait_to_be_accepted_at_the_shutdown_are_answered() {
    let _watchdog = Watchdog::new();
    for clients in [1, 2, 200] {
        let report = shut_down_with_clients_waiting(clients);
        assert_eq!(report.served, report.closed_in_all());
    }
}

#[test]
fn the_longest_drain_is_not_the_shortest() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let (server, events) = watch(&address, patient().buffer(1 << 21), Talkative);
    let mut stream = connect(&address);
    stream.write_all(b"x").unwrap();
    events.received();
    let ending = thread::spawn(move || server.shutdown(Drain::within(Duration::MAX)).unwrap());
    await_that("the server takes its name down", || file_id(&path).is_none());
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(answer.len(), LENGTH);
    assert_eq!(ending.join().unwrap().closed(CloseReason::Drained), 1);
}

#[test]
fn whoever_is_served_is_closed_and_counted_when_the_server_ends() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    for round in 0..20 {
        let server = ServerThread::spawn_on(round % 4 + 1, bind(&address), Echo).unwrap();
        let _streams: Vec<Stream> = (0..40).map(|_| connect(&address)).collect();
        let report = server.shutdown(Drain::now()).unwrap();
        assert_eq!(report.served, report.closed_in_all(), "round {round}");
    }
}

#[test]
fn refused_peers_are_told_by_closing_at_once() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (server, events) = watch(&address, patient().connections(1), Echo);
    let first = connect(&address);
    exchange(&first, b"first");
    assert!(is_closed(&connect(&address)));
    assert_eq!(events.refused(), RefusalCause::Connections);
    drop(server);
}

#[test]
fn limits_of_time_are_kept_while_others_are_busy() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    // Long enough that a busy client is never without a turn, be the machine as loaded as it may.
    let limits = Limits::default().idle(Some(Duration::from_secs(2)));
    let (server, events) = watch(&address, limits, Echo);
    let over = Arc::new(AtomicBool::new(false));
    let busy = {
        let (over, stream) = (Arc::clone(&over), connect(&address));
        thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                exchange(&stream, b"busy");
            }
        })
    };
    let idle = connect(&address);
    assert_eq!(events.closed(), CloseReason::Idle);
    assert!(is_closed(&idle));
    over.store(true, Ordering::Relaxed);
    busy.join().unwrap();
    drop(server);
}
