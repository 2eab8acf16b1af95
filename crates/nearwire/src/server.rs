//! A server on threads of its own: event loops over a [`Service`].

mod acceptor;
mod connection;
mod control;
mod event_loop;
mod pending;
mod report;
mod service;
mod timer;

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Interest, Poll, Waker};

use crate::address::Address;
use crate::listener::Listener;
use acceptor::{Acceptor, Door};
use control::Control;
use event_loop::{EventLoop, LISTENER, Parts, UNTIL, WAKER};
use report::Counters;

pub use report::{CloseReason, Report};
pub use service::{Reply, Service};

/// The longest drain.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
/// The most event loops a server can have.
const MAX_THREADS: usize = 256;

/// Why a server could not be started: the system's fault, or a number of threads that cannot be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpawnError {
    /// The number of threads is out of range.
    #[error("{asked} threads: expected 1 to {MAX_THREADS}")]
    Threads {
        /// What was asked for.
        asked: usize,
    },
    /// An event loop could not be set up: no descriptor, no thread.
    #[error("cannot start an event loop: {0}")]
    Io(#[from] io::Error),
}

/// Why a server did not end as it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShutdownError {
    /// An event loop ended with an error: the system's fault.
    #[error("an event loop failed: {0}")]
    Io(#[from] io::Error),
    /// An event loop panicked: our fault.
    #[error("an event loop panicked")]
    Panicked,
}

/// How a server ends: it stops accepting, finishes what is in flight, and closes what is left at a deadline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Drain(Duration);

impl Drain {
    /// Lets what is in flight end within `time`. In flight are bytes that a peer sent and that are not answered yet.
    #[must_use]
    pub const fn within(time: Duration) -> Self {
        Self(time)
    }

    /// Closes everything at once.
    #[must_use]
    pub const fn now() -> Self {
        Self(Duration::ZERO)
    }

    /// When it is over if it begins now. A deadline beyond what the clock can say is as good as one in a century.
    fn deadline(self) -> Instant {
        let Self(time) = self;
        let now = Instant::now();
        now.checked_add(time).unwrap_or_else(|| now + CENTURY)
    }
}

/// Serves on the calling thread until `until` becomes readable, then drains, and says what was done.
///
/// A process that does nothing but serve needs no second thread, and is a little faster without: a system call on a
/// descriptor that threads could share costs the kernel more. `until` may be the reading end of a pipe that a signal
/// handler or another thread writes to; nothing is read from it.
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// # let address = nearwire::Address::try_from(directory.path().join("app.sock").as_path())?;
/// use nearwire::{Drain, Listener, serve_until, services::Echo};
///
/// let (until, end) = std::os::unix::net::UnixStream::pair()?;
/// drop(end); // so it ends at once
/// let report = serve_until(Listener::bind(&address)?, Echo, &until, Drain::now())?;
/// assert_eq!(report.served, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// There is no descriptor for the event loop, or it failed.
pub fn serve_until<S: Service>(
    listener: Listener,
    service: S,
    until: impl AsFd,
    drain: Drain,
) -> io::Result<Report> {
    let poll = Poll::new()?;
    let ends = until.as_fd().as_raw_fd();
    poll.registry().register(&mut SourceFd(&ends), UNTIL, Interest::READABLE)?;
    let limits = listener.limits();
    let acceptor = watched(&poll, Acceptor::new(listener, Vec::new()))?;
    let control = Arc::new(Control::new(Vec::new()));
    let counters = Arc::new(Counters::default());
    // No other loop gives connections to this one.
    let (_, arrivals) = channel();
    let of_loop = Arc::clone(&counters);
    let acceptor = Some(acceptor);
    let parts = Parts { poll, limits, control, counters: of_loop, acceptor, arrivals, drain };
    EventLoop::new(parts, Arc::new(service))?.run()?;
    let mut report = Report::default();
    report.add(&counters);
    Ok(report)
}

/// Lets a loop's poll tell of clients.
fn watched(poll: &Poll, acceptor: Acceptor) -> io::Result<Acceptor> {
    let descriptor = acceptor.listener().as_fd().as_raw_fd();
    poll.registry().register(&mut SourceFd(&descriptor), LISTENER, Interest::READABLE)?;
    Ok(acceptor)
}

/// A running server: one or more event loops over a [`Service`], each on a thread of its own.
///
/// Dropping it ends the server at once; [`shutdown`](Self::shutdown) ends it gracefully and says what it did.
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// # let address = nearwire::Address::try_from(directory.path().join("app.sock").as_path())?;
/// use std::io::{Read, Write};
/// use std::time::Duration;
/// use nearwire::{Drain, Listener, ServerThread, Stream, services::Echo};
///
/// let server = ServerThread::spawn(Listener::bind(&address)?, Echo)?;
/// let mut client = Stream::connect(&address)?;
/// client.write_all(b"hello")?;
/// let mut answer = [0; 5];
/// client.read_exact(&mut answer)?;
/// assert_eq!(&answer, b"hello");
///
/// let report = server.shutdown(Drain::within(Duration::from_secs(5)))?;
/// assert_eq!((report.served, report.received_bytes), (1, 5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "dropping a server ends it"]
pub struct ServerThread {
    address: Address,
    control: Arc<Control>,
    counters: Vec<Arc<Counters>>,
    threads: Vec<JoinHandle<io::Result<()>>>,
}

impl ServerThread {
    /// How the names of a server's threads begin, as `top -H` shows them.
    pub const THREAD_NAME: &str = "nearwire-srv";

    /// Starts a server with one event loop. When this returns, it accepts connections.
    ///
    /// # Errors
    /// [`SpawnError::Io`] when there is no descriptor or thread for it.
    pub fn spawn<S: Service>(listener: Listener, service: S) -> Result<Self, SpawnError> {
        Self::spawn_on(1, listener, service)
    }

    /// Starts a server with `threads` event loops, 1 to 256. The first accepts and deals the connections out.
    ///
    /// # Errors
    /// [`SpawnError`]: the number is out of range, or there is no descriptor or thread.
    pub fn spawn_on<S: Service>(threads: usize, listener: Listener, service: S) -> Result<Self, SpawnError> {
        if !(1..=MAX_THREADS).contains(&threads) {
            return Err(SpawnError::Threads { asked: threads });
        }
        let address = listener.address().clone();
        let polls = (0..threads).map(|_| Poll::new()).collect::<io::Result<Vec<_>>>()?;
        let wakers = polls
            .iter()
            .map(|poll| Waker::new(poll.registry(), WAKER).map(Arc::new))
            .collect::<io::Result<Vec<_>>>()?;
        let control = Arc::new(Control::new(wakers.clone()));
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..threads).map(|_| channel()).unzip();
        let doors =
            senders.into_iter().zip(wakers).skip(1).map(|(arrivals, waker)| Door::new(arrivals, waker));
        let limits = listener.limits();
        let mut acceptor = Some(Acceptor::new(listener, doors.collect()));

        let service = Arc::new(service);
        let mut server = Self { address, control, counters: Vec::new(), threads: Vec::new() };
        for (number, (poll, arrivals)) in polls.into_iter().zip(receivers).enumerate() {
            let acceptor = acceptor.take().map(|acceptor| watched(&poll, acceptor)).transpose()?;
            let counters = Arc::new(Counters::default());
            server.counters.push(Arc::clone(&counters));
            let control = Arc::clone(&server.control);
            // It is told to drain by `control` alone, with a deadline.
            let drain = Drain::now();
            let parts = Parts { poll, limits, control, counters, acceptor, arrivals, drain };
            let event_loop = EventLoop::new(parts, Arc::clone(&service))?;
            // Should a thread fail to start, dropping `server` ends those that did.
            let thread = std::thread::Builder::new()
                .name(format!("{}-{number}", Self::THREAD_NAME))
                .spawn(move || event_loop.run())?;
            server.threads.push(thread);
        }
        Ok(server)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// What it did until now.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut report = Report::default();
        for counters in &self.counters {
            report.add(counters);
        }
        report
    }

    /// Whether its event loops run. They end only by [`shutdown`](Self::shutdown), or by an error that it then returns.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.threads.iter().any(JoinHandle::is_finished)
    }

    /// Ends the server and says what it did.
    ///
    /// # Errors
    /// [`ShutdownError`] when an event loop had failed before.
    pub fn shutdown(mut self, drain: Drain) -> Result<Report, ShutdownError> {
        self.end(drain)?;
        Ok(self.report())
    }

    fn end(&mut self, drain: Drain) -> Result<(), ShutdownError> {
        self.control.drain(drain.deadline());
        let mut outcome = Ok(());
        for thread in self.threads.drain(..) {
            let ended = match thread.join() {
                Ok(result) => result.map_err(ShutdownError::from),
                Err(_) => Err(ShutdownError::Panicked),
            };
            outcome = outcome.and(ended);
        }
        outcome
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        if let Err(error) = self.end(Drain::now()) {
            tracing::error!(%error, "a server ended badly");
        }
    }
}
