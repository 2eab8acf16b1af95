//! CWE-697, comparison: an exchange is complete when enough has come back, whatever the fragments it came in.

use std::io::{Read, Write};
use std::thread;
use std::time::Instant;

use nearwire::services::Echo;
use nearwire::{Drain, Peer, Reply, ServerThread, Service, Stream};
use nearwire_exchange::{ChunkSize, Connections, Iterations, Ledger, Payload, Plan, Window, Work};

use crate::support::{Dice, PATIENCE, Watchdog, bind, connect, open_directory, socket_in};

/// Answers with what it receives, cut into pieces of random sizes.
struct Crumbling;

impl Service for Crumbling {
    type Connection = Dice;

    fn accepted(&self, _peer: &Peer) -> Dice {
        Dice::new(42)
    }

    fn received(&self, dice: &mut Dice, mut bytes: &[u8], reply: &mut Reply<'_>) {
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at(dice.roll(bytes.len()));
            reply.write(piece);
            bytes = rest;
        }
    }
}

/// Drives one connection to its end: writes and reads pieces of random sizes, verifies every byte.
fn exchange(mut stream: &Stream, connection: u32, mut ledger: Ledger, seed: u64) -> Ledger {
    let payload = Payload::generated();
    let mut dice = Dice::new(seed);
    let mut buffer = vec![0; 100_000];
    let mut timed = 0;
    while !ledger.complete() {
        // Pieces that end anywhere, within a chunk or beyond it; sometimes none at all.
        if dice.roll(4) > 1 {
            let sendable = usize::try_from(ledger.sendable()).unwrap().min(buffer.len());
            if sendable > 0 {
                let piece = &mut buffer[..dice.roll(sendable)];
                payload.fill(connection, ledger.sent_bytes(), piece);
                stream.write_all(piece).unwrap();
                ledger.sent(u64::try_from(piece.len()).unwrap(), Some(Instant::now()));
            }
        }
        if ledger.bytes_in_flight() > 0 && dice.roll(3) > 1 {
            let most = dice.roll(buffer.len());
            let count = stream.read(&mut buffer[..most]).unwrap();
            assert!(count > 0, "the server closed");
            payload.check(connection, ledger.received_bytes(), &buffer[..count]).unwrap();
            ledger.received(u64::try_from(count).unwrap(), Some(Instant::now()), |_| timed += 1).unwrap();
        }
        assert!(ledger.received_bytes() <= ledger.sent_bytes());
    }
    assert_eq!(timed, ledger.chunks_received());
    ledger
}

fn run<S: Service>(service: S, connections: u32, chunk: u32, iterations: u64, window: u32) {
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let server = ServerThread::spawn(bind(&address), service).unwrap();
    let work = Work::Iterations(Iterations::new(iterations).unwrap());
    let (chunk, window) = (ChunkSize::new(chunk).unwrap(), Window::new(window).unwrap());
    let plan = Plan::new(Connections::new(connections).unwrap(), chunk, work).unwrap().with_window(window);
    let running: Vec<_> = (0..connections)
        .map(|number| {
            let ledger = Ledger::new(chunk, window, plan.share(number));
            let stream = connect(&address);
            thread::spawn(move || exchange(&stream, number, ledger, u64::from(number) + 1))
        })
        .collect();
    let ledgers: Vec<Ledger> = running.into_iter().map(|thread| thread.join().unwrap()).collect();
    let received: u64 = ledgers.iter().map(Ledger::received_bytes).sum();
    assert_eq!(Some(received), plan.bytes());
    assert_eq!(ledgers.iter().map(Ledger::chunks_received).sum::<u64>(), iterations);
    let report = server.shutdown(Drain::within(PATIENCE)).unwrap();
    assert_eq!((report.received_bytes, report.sent_bytes), (received, received));
}

#[test]
fn an_exchange_completes_for_every_fragmentation() {
    let _watchdog = Watchdog::new();
    for (connections, chunk, iterations, window) in [
        (1, 1, 500, 1),
        (3, 7, 1_000, 1),
        (2, 100, 1_000, 16),
        (4, 4_097, 203, 3),
        (1, 100_000, 100, 1),
        (3, 65_536, 50, 2),
    ] {
        run(Echo, connections, chunk, iterations, window);
    }
}

#[test]
fn an_exchange_completes_though_the_server_cuts_its_answers_anywhere() {
    let _watchdog = Watchdog::new();
    for (connections, chunk, iterations, window) in
        [(2, 1, 300, 4), (3, 1_000, 301, 1), (2, 50_000, 60, 2), (1, 100_000, 40, 1)]
    {
        run(Crumbling, connections, chunk, iterations, window);
    }
}

#[test]
fn a_chunk_that_comes_back_in_fragments_starts_no_other_chunk() {
    // The defect that gave this pillar its test: each fragment set off a whole new chunk.
    let chunk = ChunkSize::new(100).unwrap();
    let mut ledger = Ledger::new(chunk, Window::default(), Some(2));
    let now = Instant::now();
    ledger.sent(100, Some(now));
    for fragment in [1, 98] {
        ledger.received(fragment, Some(now), |_| panic!("no chunk is complete")).unwrap();
        assert_eq!(ledger.sendable(), 0);
    }
    ledger.received(1, Some(now), |_| {}).unwrap();
    assert_eq!(ledger.sendable(), 100);
    assert!(!ledger.complete());
    ledger.sent(100, Some(now));
    ledger.received(100, Some(now), |_| {}).unwrap();
    assert!(ledger.complete());
    assert!(ledger.received(1, Some(now), |_| {}).is_err(), "more than was sent");
}
