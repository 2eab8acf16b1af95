//! CWE-693, protection: no peer, flooding, slow, deaf or generous with descriptors, takes more than the limits give it.

use std::fs;
use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use nearwire::Stream;
use nearwire::services::{Discard, Echo, Source};
use nearwire::{
    CloseReason, Connect, Drain, Listener, Mode, Peer, Policy, RefusalCause, Reply, ServerThread, Service,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use crate::support::puppet::Puppet;
use crate::support::{
    Event, NOBODY, PATIENCE, Watchdog, Watched, await_that, bind, bind_with, connect, exchange, is_closed,
    is_root_or_skip, open_directory, patient, socket_in, watch, within_patience,
};

#[test]
fn a_flood_of_connections_is_refused_and_places_are_given_back() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    // One user may have more than all together: then the number of all is what counts.
    let (server, events) = watch(&address, patient().connections(3).per_user(100), Echo);
    let mut inside: Vec<Stream> = (0..3).map(|_| connect(&address)).collect();
    inside.iter().for_each(|stream| exchange(stream, b"inside"));
    for _ in 0..50 {
        assert!(is_closed(&connect(&address)));
        assert_eq!(events.refused(), RefusalCause::Connections);
    }
    inside.iter().for_each(|stream| exchange(stream, b"still inside"));

    drop(inside.pop());
    assert_eq!(events.closed(), CloseReason::PeerClosed);
    let next = connect(&address);
    exchange(&next, b"in the place of another");
    assert!(is_closed(&connect(&address)));
    let report = server.shutdown(Drain::within(PATIENCE)).unwrap();
    assert_eq!((report.served, report.refused(RefusalCause::Connections)), (4, 51));
}

#[test]
fn one_user_cannot_take_the_places_of_all() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let listener = Listener::builder()
        .policy(Policy::anyone())
        .mode(Mode::EVERYBODY)
        .limits(patient().connections(8)) // and so 2 for each user
        .bind(&address)
        .unwrap();
    let (service, events) = Watched::new(Echo);
    let server = ServerThread::spawn(listener, service).unwrap();
    let mut greedy: Vec<Stream> = (0..2).map(|_| connect(&address)).collect();
    greedy.iter().for_each(|stream| exchange(stream, b"mine"));
    for _ in 0..10 {
        assert!(is_closed(&connect(&address)));
        assert_eq!(events.refused(), RefusalCause::ConnectionsPerUser);
    }
    let mut other = Puppet::of_user(NOBODY);
    for _ in 0..2 {
        other.must(&format!("connect {}", path.display()));
        assert_eq!(other.must("exchange hello"), "hello");
    }
    drop(greedy.pop());
    events.closed();
    exchange(&connect(&address), b"my place again");
    drop(server);
}

/// Writes until the peer takes no more; says how many bytes it took.
fn stuff(mut stream: &Stream) -> usize {
    stream.set_nonblocking(true).unwrap();
    let mut taken = 0;
    loop {
        match stream.write(&[b'x'; 65_536]) {
            Ok(count) => taken += count,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                // Perhaps the server is only slow: it gets some time to take more.
                let pause = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
                let mut events = [PollFd::new(&stream, PollFlags::OUT)];
                if poll(&mut events, Some(&pause)).unwrap() == 0 {
                    stream.set_nonblocking(false).unwrap();
                    return taken;
                }
            }
            Err(error) => panic!("{error}"),
        }
        assert!(taken < 1 << 30, "the server takes everything");
    }
}

#[test]
fn a_peer_that_never_reads_takes_a_bounded_amount_of_memory() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    for buffer in [1, 10_000, 1 << 20] {
        let (server, _events) = watch(&address, patient().buffer(buffer), Echo);
        let deaf = connect(&address);
        let taken = stuff(&deaf);
        // Two queues of the kernel, each of 208 KiB by default, and what the server may keep.
        assert!(taken < (1 << 20) + buffer, "with a buffer of {buffer}, the server took {taken} bytes");
        exchange(&connect(&address), b"others are served");
        drop(deaf);
        drop(server);
    }
}

#[test]
fn a_peer_that_never_reads_is_closed_while_others_are_served() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (server, events) = watch(&address, patient().stall(Duration::from_millis(200)), Echo);
    let other = connect(&address);
    let mut deaf = connect(&address);
    deaf.set_nonblocking(true).unwrap();
    while deaf.write(&[0; 65_536]).is_ok() {}
    let mut reason = None;
    await_that("it is closed", || {
        exchange(&other, b"meanwhile");
        reason = events.so_far().into_iter().find_map(|event| match event {
            Event::Closed(reason) => Some(reason),
            _ => None,
        });
        reason.is_some()
    });
    assert_eq!(reason, Some(CloseReason::Stalled));
    exchange(&other, b"and afterwards");
    let report = server.report();
    assert_eq!((report.closed(CloseReason::Stalled), report.closed_in_all()), (1, 1));
}

#[test]
fn a_peer_that_asks_a_source_and_never_reads_is_closed() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (_server, events) = watch(&address, patient().stall(Duration::from_millis(100)), Source);
    let _deaf = connect(&address);
    assert_eq!(events.closed(), CloseReason::Stalled);
}

#[test]
fn a_peer_that_says_nothing_is_closed() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (_server, events) = watch(&address, patient().idle(Some(Duration::from_secs(1))), Echo);
    let silent = connect(&address);
    assert_eq!(events.closed(), CloseReason::Idle);
    assert!(is_closed(&silent));
    // One that has spoken, and then fallen silent, too.
    let fallen_silent = connect(&address);
    exchange(&fallen_silent, b"hello");
    assert_eq!(events.closed(), CloseReason::Idle);
    assert!(is_closed(&fallen_silent));
}

#[test]
fn an_answer_longer_than_may_be_kept_ends_its_connection_only() {
    struct Endless;
    impl Service for Endless {
        type Connection = ();
        fn accepted(&self, _peer: &Peer) {}
        fn received(&self, (): &mut (), bytes: &[u8], reply: &mut Reply<'_>) {
            if bytes == b"all" {
                (0..1_000).for_each(|_| reply.write(&[0; 65_536]));
            } else {
                reply.write(bytes);
            }
        }
    }
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (_server, events) = watch(&address, patient(), Endless);
    let modest = connect(&address);
    exchange(&modest, b"a bit");
    let mut immodest = connect(&address);
    immodest.write_all(b"all").unwrap();
    assert_eq!(events.closed(), CloseReason::ReplyTooLong);
    exchange(&modest, b"a bit more");
}

/// What the kernel allows in one message (`SCM_MAX_FD`, unix(7)).
const MOST_DESCRIPTORS: usize = 253;

/// Sends `bytes` and the same descriptor over and over.
fn send_descriptors(socket: impl AsFd, bytes: &[u8], descriptor: BorrowedFd<'_>) -> Result<usize, Errno> {
    let descriptors = [descriptor; MOST_DESCRIPTORS];
    let mut space = vec![MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    assert!(control.push(SendAncillaryMessage::ScmRights(&descriptors)));
    sendmsg(socket, &[IoSlice::new(bytes)], &mut control, SendFlags::NOSIGNAL)
}

/// Sends descriptors of a pipe that should not be kept.
struct Bait {
    reader: std::io::PipeReader,
    writer: Option<OwnedFd>,
}

impl Bait {
    fn new() -> Self {
        let (reader, writer) = std::io::pipe().unwrap();
        Self { reader, writer: Some(writer.into()) }
    }

    /// Sends it; whether it was taken.
    fn is_taken_by(&mut self, socket: impl AsFd, bytes: &[u8]) -> bool {
        let writer = self.writer.take().unwrap();
        match send_descriptors(socket, bytes, writer.as_fd()) {
            Ok(count) => {
                assert_eq!(count, bytes.len());
                true
            }
            Err(Errno::PERM) => false,
            Err(errno) => panic!("{errno}"),
        }
    }

    /// The pipe ends when nobody has its other end any more.
    fn assert_nobody_keeps_it(mut self) {
        drop(self.writer.take());
        let pause = Timespec::try_from(PATIENCE).unwrap();
        let mut events = [PollFd::new(&self.reader, PollFlags::IN)];
        assert_eq!(poll(&mut events, Some(&pause)), Ok(1), "somebody keeps the descriptors");
        assert_eq!(self.reader.read(&mut [0; 1]).unwrap(), 0);
    }
}

#[test]
fn descriptors_that_a_client_sends_are_not_kept() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let mut server = Puppet::new();
    server.must(&format!("serve {}", path.display()));
    let stream = connect(&address);
    exchange(&stream, b"hello");
    let before = server.number("descriptors");
    for _ in 0..20 {
        let mut bait = Bait::new();
        if bait.is_taken_by(&stream, b"x") {
            assert!(!stream.refuses_descriptors(), "the kernel could refuse them");
            let mut answer = [0; 1];
            (&stream).read_exact(&mut answer).unwrap();
        }
        exchange(&stream, b"and on it goes");
        assert_eq!(server.number("descriptors"), before);
        bait.assert_nobody_keeps_it();
    }
}

#[test]
fn descriptors_of_a_client_that_is_not_accepted_yet_are_not_kept() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let listener = bind(&address);
    let client = UnixStream::connect(&path).unwrap();
    let mut bait = Bait::new();
    let taken = bait.is_taken_by(&client, b"x");
    let (mut stream, _) = listener.accept_within(PATIENCE).unwrap().unwrap();
    assert_eq!(taken, !stream.refuses_descriptors());
    if taken {
        stream.read_exact(&mut [0; 1]).unwrap();
    }
    bait.assert_nobody_keeps_it();
}

#[test]
fn descriptors_that_a_server_sends_are_not_kept() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let foreign = UnixListener::bind(&path).unwrap();
    let mut stream = connect(&address);
    let (mut server, _) = foreign.accept().unwrap();
    let mut bait = Bait::new();
    let taken = bait.is_taken_by(&server, b"x");
    assert_eq!(taken, !stream.refuses_descriptors());
    if taken {
        stream.read_exact(&mut [0; 1]).unwrap();
    }
    server.write_all(b"bytes").unwrap();
    stream.read_exact(&mut [0; 5]).unwrap();
    bait.assert_nobody_keeps_it();
}

#[test]
fn descriptors_sent_to_a_socket_that_was_made_elsewhere_are_closed_as_they_come() {
    let _watchdog = Watchdog::new();
    type Reading = fn(&mut Stream, &mut [u8]) -> std::io::Result<usize>;
    let ways: [Reading; 2] = [
        |stream, buffer| stream.read(buffer),
        |stream, buffer| stream.read_vectored(&mut [IoSliceMut::new(buffer)]),
    ];
    for read in ways {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let mut stream = within_patience(Stream::from(OwnedFd::from(ours)));
        assert!(!stream.refuses_descriptors());
        let mut bait = Bait::new();
        assert!(bait.is_taken_by(&theirs, b"with descriptors"), "nothing refuses them here");
        let mut buffer = [0; 100];
        let count = read(&mut stream, &mut buffer).unwrap();
        assert_eq!(&buffer[..count], b"with descriptors");
        bait.assert_nobody_keeps_it();
    }
}

/// CPU time that a process has used, in ticks of 10 ms (proc_pid_stat(5)).
fn ticks(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[test]
fn a_server_without_descriptors_pauses_and_goes_on_when_there_are_some() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let mut server = Puppet::new();
    server.must("descriptor-limit 128");
    server.must(&format!("serve {} connections=90", path.display()));
    server.must("use-up-descriptors 3");
    let inside: Vec<Stream> = (0..3).map(|_| connect(&address)).collect();
    inside.iter().for_each(|stream| exchange(stream, b"inside"));
    // These wait in the backlog.
    let waiting: Vec<Stream> = (0..5).map(|_| connect(&address)).collect();
    for mut stream in &waiting {
        stream.write_all(b"waiting").unwrap();
    }
    await_that("accepting pauses", || server.number("pauses") > 0);

    // While it pauses, it serves those inside, and takes next to no CPU time.
    let (start, used, pauses) = (Instant::now(), ticks(server.pid()), server.number("pauses"));
    await_that("it looks for descriptors now and then", || {
        thread::sleep(Duration::from_millis(50));
        server.number("pauses") >= pauses + 20
    });
    let (elapsed, used) = (start.elapsed(), ticks(server.pid()) - used);
    let all = u64::try_from(elapsed.as_millis() / 10).unwrap();
    assert!(used * 4 < all, "used {used} of {all} ticks while it paused");
    inside.iter().for_each(|stream| exchange(stream, b"still inside"));

    // One goes, one comes in: the first of those who wait.
    let mut inside = inside;
    drop(inside.pop());
    let mut answer = [0; 7];
    (&waiting[0]).read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"waiting");
    // And all come in when descriptors are free.
    server.must("free-descriptors");
    for mut stream in waiting.iter().skip(1) {
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"waiting");
    }
    exchange(&connect(&address), b"as ever");
}

#[test]
fn a_greedy_peer_does_not_starve_another() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let server = ServerThread::spawn(bind(&address), Source).unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let greedy: Vec<_> = (0..3)
        .map(|_| {
            let (mut stream, over) = (connect(&address), Arc::clone(&over));
            thread::spawn(move || {
                let mut buffer = vec![0; 1 << 20];
                while !over.load(Ordering::Relaxed) {
                    stream.read_exact(&mut buffer).unwrap();
                }
            })
        })
        .collect();
    let mut modest = connect(&address);
    let mut bytes = vec![0; 3_000_000];
    modest.read_exact(&mut bytes).unwrap();
    assert!(bytes.iter().zip((0..251_u8).cycle()).all(|(byte, expected)| *byte == expected));
    over.store(true, Ordering::Relaxed);
    for thread in greedy {
        thread.join().unwrap();
    }
    drop(server);
}

/// Sees to it that its first peer always has more to say: whenever it hears it, it sends more in its name.
struct Ventriloquist {
    dummy: Mutex<Option<Stream>>,
}

/// Bytes of one read.
const SPEECH: usize = 50_000;

impl Service for Ventriloquist {
    type Connection = ();

    fn accepted(&self, _peer: &Peer) {}

    fn received(&self, (): &mut (), bytes: &[u8], reply: &mut Reply<'_>) {
        if bytes == b"hush" {
            self.dummy.lock().unwrap().take();
            reply.write(bytes);
        } else if let Some(dummy) = &*self.dummy.lock().unwrap() {
            let mut dummy = dummy;
            dummy.write_all(&vec![b'x'; bytes.len()]).unwrap();
        }
    }
}

#[test]
fn a_peer_that_always_has_more_to_say_does_not_starve_another() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let listener = bind_with(&address, patient().buffer(SPEECH));
    let (mut dummy, other) = (connect(&address), connect(&address));
    dummy.write_all(&[b'x'; 3 * SPEECH]).unwrap();
    (&other).write_all(b"hush").unwrap();
    let service = Arc::new(Ventriloquist { dummy: Mutex::new(Some(dummy)) });
    let server = ServerThread::spawn(listener, Shared(Arc::clone(&service))).unwrap();
    let answer = (&other).read_exact(&mut [0; 4]);
    // Had it starved, the server would go on for ever.
    service.dummy.lock().unwrap().take();
    answer.unwrap();
    drop(server);
}

/// A service that the test keeps a hand on.
struct Shared<S>(Arc<S>);

impl<S: Service> Service for Shared<S> {
    type Connection = S::Connection;

    fn accepted(&self, peer: &Peer) -> S::Connection {
        self.0.accepted(peer)
    }

    fn received(&self, connection: &mut S::Connection, bytes: &[u8], reply: &mut Reply<'_>) {
        self.0.received(connection, bytes, reply);
    }
}

#[test]
fn peers_that_flood_with_bytes_do_not_starve_another() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let server = ServerThread::spawn(bind(&address), Discard).unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let flood: Vec<_> = (0..3)
        .map(|_| {
            let (mut stream, over) = (connect(&address), Arc::clone(&over));
            thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    stream.write_all(&[0; 65_536]).unwrap();
                }
            })
        })
        .collect();
    for _ in 0..100 {
        // Served to its end: the server sees it go, and then closes it.
        let stream = connect(&address);
        (&stream).write_all(b"hello").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(is_closed(&stream));
    }
    over.store(true, Ordering::Relaxed);
    for thread in flood {
        thread.join().unwrap();
    }
    drop(server);
}

#[test]
fn a_flood_of_strangers_does_not_stop_those_inside() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let (server, _events) = watch(&address, patient().connections(1), Echo);
    let inside = connect(&address);
    exchange(&inside, b"first");
    let over = Arc::new(AtomicBool::new(false));
    let flood: Vec<_> = (0..2)
        .map(|_| {
            let (address, over) = (address.clone(), Arc::clone(&over));
            thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    drop(Connect::new().within(PATIENCE).to(&address));
                }
            })
        })
        .collect();
    await_that("strangers are refused", || server.report().refused_in_all() > 0);
    for _ in 0..200 {
        exchange(&inside, b"meanwhile");
    }
    over.store(true, Ordering::Relaxed);
    for thread in flood {
        thread.join().unwrap();
    }
}
