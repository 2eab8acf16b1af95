//! System calls for each chunk, counted by the kernel: any program's, without its help.
//!
//! The kernel counts all calls of a process, those to start, to connect and to end among them. Two exchanges that differ
//! in nothing but the number of chunks leave those out: what one has more, its chunks made. They are runs of their own,
//! because counting takes time.

use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

use perf_event::events::Tracepoint;
use perf_event::{Builder, Counter};

use crate::case::Case;
use crate::contender::{ContenderError, Order, Serving};
use crate::quantity::Iterations;
use crate::stop::Stop;
use crate::usage::threads_of_process_tree;

/// Where the kernel tells the number of the event "a system call begins" (see Documentation/trace/events.rst).
const EVENT_IDS: [&str; 2] = [
    "/sys/kernel/tracing/events/raw_syscalls/sys_enter/id",
    "/sys/kernel/debug/tracing/events/raw_syscalls/sys_enter/id",
];
/// So many chunks more, at least: what is different for other reasons is shared among them.
const MORE_CHUNKS: u64 = 5000;
/// A server has ended the connections of a client when it made no call for so long, or does other things, too.
const QUIET: Duration = Duration::from_millis(20);
const QUIET_WITHIN: Duration = Duration::from_secs(1);

/// System calls for each chunk, on average.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ChunkCalls {
    /// Of the client.
    pub client: f64,
    /// Of the server, with all that it started.
    pub server: f64,
}

/// Counts the calls of `server` and its client in the case of `order`; `None` where the kernel does not let us.
pub(super) fn for_each_chunk(
    server: &Serving,
    order: &Order,
    stop: &Stop,
) -> Result<Option<ChunkCalls>, ContenderError> {
    let connections = u64::from(order.case.connections.get());
    let many = order.case.iterations.get().max(connections.saturating_add(MORE_CHUNKS));
    let (Some(few), Some(much)) =
        (count(server, order, connections, stop)?, count(server, order, many, stop)?)
    else {
        return Ok(None);
    };
    #[allow(clippy::cast_precision_loss)] // an average needs no 53 bits
    let average = |few: u64, much: u64| much.saturating_sub(few) as f64 / (many - connections) as f64;
    Ok(Some(ChunkCalls {
        client: average(few.client, much.client),
        server: average(few.server, much.server),
    }))
}

/// All calls of one exchange.
struct Calls {
    client: u64,
    server: u64,
}

fn count(
    server: &Serving,
    order: &Order,
    iterations: u64,
    stop: &Stop,
) -> Result<Option<Calls>, ContenderError> {
    let Ok(iterations) = Iterations::new(iterations) else { return Ok(None) };
    let order = Order { case: Case { iterations, ..order.case }, ..*order };
    let (Ok(mut of_server), Ok(mut of_client)) = (Counters::of_server(server), Counters::of_clients()) else {
        return Ok(None);
    };
    server.exchange(&order, stop)?;
    let counted = of_client.clients().and_then(|client| Ok(Calls { client, server: of_server.settled()? }));
    Ok(counted.ok())
}

/// What counts the calls of some threads, and of those that they start.
struct Counters(Vec<Counter>);

impl Counters {
    fn of_server(server: &Serving) -> io::Result<Self> {
        let threads = threads_of_process_tree(server.pid())
            .ok_or_else(|| io::Error::other("the server's threads cannot be read"))?;
        let counters = threads.into_iter().map(|thread| counter(Some(thread), true));
        Ok(Self(counters.collect::<io::Result<_>>()?))
    }

    /// Those of all that this thread will start: of this thread with them, and of this thread alone.
    fn of_clients() -> io::Result<Self> {
        Ok(Self(vec![counter(None, true)?, counter(None, false)?]))
    }

    fn clients(&mut self) -> io::Result<u64> {
        let [with_us, us] = self.0.as_mut_slice() else { return Ok(0) };
        Ok(with_us.read()?.saturating_sub(us.read()?))
    }

    /// The sum when it does not grow any more, or has grown for too long.
    fn settled(&mut self) -> io::Result<u64> {
        let started = Instant::now();
        let mut before = self.sum()?;
        loop {
            sleep(QUIET);
            let now = self.sum()?;
            if now == before || started.elapsed() > QUIET_WITHIN {
                return Ok(now);
            }
            before = now;
        }
    }

    fn sum(&mut self) -> io::Result<u64> {
        self.0.iter_mut().map(Counter::read).sum()
    }
}

/// Counts from now on, for a thread or for this one, with what it will start or without.
fn counter(thread: Option<i32>, inherit: bool) -> io::Result<Counter> {
    let mut builder = Builder::new(Tracepoint::with_id(event_id()?));
    // A call begins in the kernel.
    builder.include_kernel().inherit(inherit);
    match thread {
        Some(thread) => builder.observe_pid(thread),
        None => builder.observe_self(),
    };
    let mut counter = builder.build()?;
    counter.enable()?;
    Ok(counter)
}

fn event_id() -> io::Result<u64> {
    let text = EVENT_IDS.iter().map(std::fs::read_to_string).find_map(Result::ok);
    text.and_then(|text| text.trim().parse().ok())
        .ok_or_else(|| io::Error::other("the kernel does not tell of system calls"))
}
