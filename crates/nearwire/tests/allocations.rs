//! A server that is warm allocates nothing, however many messages it echoes: small ones, and large ones whose answers
//! the client is slow to take.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used)] // a failed step of a test is a failed test

use std::io::{Read, Write};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use nearwire::services::Echo;
use nearwire::{Address, Limits, Listener, Policy, ServerThread, Stream};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const SMALL: usize = 100;
const LARGE: usize = 300_000;
/// Large messages in one pass.
const MESSAGES: u64 = 1_000;

/// One message there and back. Small ones fit into the socket's queue, so one thread can do both.
fn echo_small(mut stream: &Stream, buffer: &mut [u8; SMALL]) {
    stream.write_all(buffer).unwrap();
    stream.read_exact(buffer).unwrap();
}

/// Many large messages there and back, in two threads: the answers wait for the reader, the server for the queue.
/// Says how many allocations that took.
fn echo_large(stream: &Stream, message: &[u8], answer: &mut [u8]) -> u64 {
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            barrier.wait(); // what it takes to start a thread is over
            barrier.wait();
            for _ in 0..MESSAGES {
                (&*stream).write_all(message).unwrap();
            }
            barrier.wait();
        });
        barrier.wait();
        let made = allocations_of(|| {
            barrier.wait();
            for _ in 0..MESSAGES {
                (&*stream).read_exact(answer).unwrap();
            }
            barrier.wait();
        });
        writer.join().unwrap();
        made
    })
}

fn allocations_of(work: impl FnOnce()) -> u64 {
    let before = dhat::HeapStats::get().total_blocks;
    work();
    dhat::HeapStats::get().total_blocks - before
}

// One test only: allocations of another one, at the same time, would be counted too.
#[test]
fn echoing_allocates_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let address = Address::try_from(directory.path().join("demo.sock").as_path()).unwrap();
    let _profiler = dhat::Profiler::builder().testing().build();
    let limits = Limits::default().idle(None);
    let listener = Listener::builder().policy(Policy::same_user()).limits(limits).bind(&address).unwrap();
    let server = ServerThread::spawn(listener, Echo).unwrap();
    let stream = Stream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(30))).unwrap();

    let mut small = [7; SMALL];
    for _ in 0..100 {
        echo_small(&stream, &mut small);
    }
    let made = allocations_of(|| (0..10_000).for_each(|_| echo_small(&stream, &mut small)));
    assert_eq!(made, 0, "for 10000 messages of {SMALL} bytes");

    // The buffers for answers grow to what they ever hold; how much that is, chance decides. Once they have, nothing
    // is allocated any more; an allocation for each message, or for some of them, would show in every pass.
    let (message, mut answer) = (vec![7; LARGE], vec![0; LARGE]);
    let mut passes = Vec::new();
    while passes.last() != Some(&0) {
        assert!(passes.len() < 20, "{passes:?} allocations for each {MESSAGES} messages of {LARGE} bytes");
        passes.push(echo_large(&stream, &message, &mut answer));
    }
    assert!(passes.iter().sum::<u64>() < 40, "{passes:?} allocations until the buffers were large enough");
    assert_eq!(server.report().closed_in_all(), 0);
}
