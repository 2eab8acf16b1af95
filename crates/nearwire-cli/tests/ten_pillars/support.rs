//! What the pillars share: watchdogs, directories, clients, a service that tells what happens to it.

pub(crate) mod puppet;

use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use nearwire::{
    Address, CloseReason, Connect, Limits, Listener, Peer, Policy, Refusal, RefusalCause, Reply,
    ServerThread, Service, Stream,
};
use tempfile::TempDir;

/// How long any single wait of a test may last: far longer than it ever takes, far shorter than for ever.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// How long a whole test may last.
const TEST_PATIENCE: Duration = Duration::from_secs(150);
/// A user, and its group, that owns nothing of ours.
pub(crate) const NOBODY: u32 = 65534;

/// Ends the test program, should the test that holds it hang.
#[must_use]
pub(crate) struct Watchdog(Option<Sender<()>>);

impl Watchdog {
    pub(crate) fn new() -> Self {
        let (alive, watched) = channel();
        let test = thread::current().name().unwrap_or("a test").to_owned();
        thread::spawn(move || {
            if watched.recv_timeout(TEST_PATIENCE) == Err(RecvTimeoutError::Timeout) {
                // Not `println`, which the harness keeps for itself until the test has ended.
                let _ = std::io::stderr().write_all(format!("{test} hangs\n").as_bytes());
                std::process::exit(101);
            }
        });
        Self(Some(alive))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.0.take();
    }
}

/// Whether we are root; if not, says why the test is skipped.
pub(crate) fn is_root_or_skip() -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        println!("skipped: needs root, to have processes of two users");
    }
    root
}

/// A directory of ours that everybody can traverse.
pub(crate) fn open_directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    chmod(directory.path(), 0o755);
    directory
}

/// As `/tmp`: everybody may write, and nobody may remove what is another's.
pub(crate) fn sticky_directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    chmod(directory.path(), 0o1777);
    directory
}

pub(crate) fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn mode_of(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

/// Which file it is, whatever its name; `None` where nothing is.
pub(crate) fn file_id(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

pub(crate) fn entries(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect()
}

pub(crate) fn address(path: &Path) -> Address {
    Address::try_from(path).unwrap()
}

/// A socket in a directory, by its path and its address.
pub(crate) fn socket_in(directory: &TempDir) -> (PathBuf, Address) {
    let path = directory.path().join("demo.sock");
    let address = address(&path);
    (path, address)
}

/// Leaves a socket file behind, as a server does that is killed.
pub(crate) fn leave_stale(path: &Path) {
    drop(UnixListener::bind(path).unwrap());
    // A process that another test starts may hold a copy of the listener until it runs its program.
    await_that("nobody listens", || {
        UnixStream::connect(path).is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
    });
}

/// Binds as tests mostly want it: this user only, and time limits that no test meets.
pub(crate) fn bind(address: &Address) -> Listener {
    bind_with(address, patient())
}

pub(crate) fn bind_with(address: &Address, limits: Limits) -> Listener {
    Listener::builder().policy(Policy::same_user()).limits(limits).bind(address).unwrap()
}

/// Limits of time that no test meets.
pub(crate) fn patient() -> Limits {
    Limits::default().idle(None).stall(Duration::from_secs(600))
}

/// Connects; reads and writes fail rather than wait for ever.
pub(crate) fn connect(address: &Address) -> Stream {
    within_patience(Connect::new().within(PATIENCE).to(address).unwrap())
}

pub(crate) fn within_patience(stream: Stream) -> Stream {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Sends `message` and awaits its echo.
pub(crate) fn exchange(mut stream: &Stream, message: &[u8]) {
    stream.write_all(message).unwrap();
    let mut answer = vec![0; message.len()];
    stream.read_exact(&mut answer).unwrap();
    assert!(answer == message, "the echo differs");
}

/// Whether the other side closed, orderly or not, before any further byte came.
pub(crate) fn is_closed(mut stream: &Stream) -> bool {
    match stream.read(&mut [0; 1]) {
        Ok(count) => count == 0,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

/// Waits until `condition` holds: for what tells nobody when it happens.
pub(crate) fn await_that(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "in vain: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// What a [`Watched`] service saw.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Event {
    Accepted,
    Received(usize),
    Closed(CloseReason),
    Refused(RefusalCause),
}

/// A service that tells a test what happens to it.
pub(crate) struct Watched<S> {
    inner: S,
    events: Sender<Event>,
}

/// What a [`Watched`] service tells.
pub(crate) struct Events(Receiver<Event>);

impl<S> Watched<S> {
    pub(crate) fn new(inner: S) -> (Self, Events) {
        let (sender, receiver) = channel();
        (Self { inner, events: sender }, Events(receiver))
    }

    fn tell(&self, event: Event) {
        // A test that has seen enough does not listen any more.
        let _ = self.events.send(event);
    }
}

impl Events {
    pub(crate) fn next(&self) -> Event {
        self.0.recv_timeout(PATIENCE).expect("the service is told something")
    }

    /// Waits for the next event that `wanted` finds something in.
    pub(crate) fn find<T>(&self, wanted: impl Fn(Event) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.next()) {
                return found;
            }
        }
    }

    pub(crate) fn closed(&self) -> CloseReason {
        self.find(|event| if let Event::Closed(reason) = event { Some(reason) } else { None })
    }

    pub(crate) fn refused(&self) -> RefusalCause {
        self.find(|event| if let Event::Refused(cause) = event { Some(cause) } else { None })
    }

    pub(crate) fn accepted(&self) {
        self.find(|event| (event == Event::Accepted).then_some(()));
    }

    pub(crate) fn received(&self) -> usize {
        self.find(|event| if let Event::Received(count) = event { Some(count) } else { None })
    }

    /// Everything that was told and not yet looked at.
    pub(crate) fn so_far(&self) -> Vec<Event> {
        self.0.try_iter().collect()
    }
}

impl<S: Service> Service for Watched<S> {
    type Connection = S::Connection;

    fn accepted(&self, peer: &Peer) -> S::Connection {
        self.tell(Event::Accepted);
        self.inner.accepted(peer)
    }

    fn received(&self, connection: &mut S::Connection, bytes: &[u8], reply: &mut Reply<'_>) {
        self.tell(Event::Received(bytes.len()));
        self.inner.received(connection, bytes, reply);
    }

    fn ready(&self, connection: &mut S::Connection, reply: &mut Reply<'_>) {
        self.inner.ready(connection, reply);
    }

    fn closed(&self, connection: S::Connection, reason: CloseReason) {
        self.inner.closed(connection, reason);
        self.tell(Event::Closed(reason));
    }

    fn refused(&self, refusal: &Refusal) {
        self.inner.refused(refusal);
        self.tell(Event::Refused(refusal.cause));
    }
}

/// Starts a watched server of this user.
pub(crate) fn watch<S: Service>(address: &Address, limits: Limits, service: S) -> (ServerThread, Events) {
    let (service, events) = Watched::new(service);
    (ServerThread::spawn(bind_with(address, limits), service).unwrap(), events)
}

/// A small generator of numbers that look random, the same in every run (xorshift64*, Vigna 2016).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number from 1 to `most`.
    pub(crate) fn roll(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % most + 1
    }
}
