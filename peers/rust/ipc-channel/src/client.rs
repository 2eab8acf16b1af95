//! The exchange: chunks go out on one channel of a connection and come back on the other.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use std::{fs, thread};

use common::{DEADLINE, Exchange, Failure, Measured, Payload, Progress, Result, While as _, fail};
use ipc_channel::ipc::{self, IpcReceiver, IpcReceiverSet, IpcSelectionResult, IpcSender};
use serde_bytes::ByteBuf;

use crate::{AT_ONCE, Ask, NAME, room_for};

/// How long to follow a link whose one-shot server is just being replaced.
const REPLACED: Duration = Duration::from_secs(1);

type Answers = IpcReceiver<std::result::Result<(), String>>;

pub(crate) fn exchange(path: &Path, exchange: &Exchange) -> Result<Measured> {
    room_for(exchange.connections).map_err(Failure)?;
    let asks = connect(path, exchange.connections)?;
    let mut set = IpcReceiverSet::new().during("receiver set")?;
    let (connection_of, senders) = open(exchange, &asks, &mut set)?;
    let progress = Arc::new(Progress::new(exchange));
    progress.clone().watch(NAME); // the library's calls may block without end
    let mut outbox = Outbox::new(exchange, senders);
    let mut sent = vec![0; exchange.connections];
    let mut left = (0..exchange.connections).filter(|c| exchange.bytes_of(*c) > 0).count();

    let stopwatch = common::Stopwatch::start();
    for (c, sent) in sent.iter_mut().enumerate() {
        outbox.fill(exchange, c, sent, 0)?;
    }
    while left > 0 {
        for event in set.select().during("receive")? {
            let IpcSelectionResult::MessageReceived(id, message) = event else {
                return fail("the server closed a connection");
            };
            let Some(&c) = connection_of.get(&id) else { return fail("a message from nowhere") };
            let chunk = message.to::<ByteBuf>().during("receive")?;
            outbox.payload.check(c, progress.received(c), &chunk)?;
            left -= usize::from(progress.count(c, chunk.len())?);
            outbox.fill(exchange, c, &mut sent[c], progress.received(c))?;
        }
    }
    Ok(stopwatch.stop(exchange.bytes()))
}

/// The channel to ask on, once the server said that there is room.
fn connect(path: &Path, connections: usize) -> Result<IpcSender<Ask>> {
    let start = Instant::now();
    loop {
        let name = fs::read_link(path).during("connect")?;
        let (reply, answers) = ipc::channel().during("channel")?;
        // A one-shot server has one client; who comes second tries the next server.
        let asked = IpcSender::connect(name.to_string_lossy().into_owned()).during("connect").and_then(
            |asks: IpcSender<Ask>| {
                asks.send(Ask::Room(connections, reply)).during("connect")?;
                Ok((asks, answers.try_recv_timeout(DEADLINE).during("connect")?))
            },
        );
        match asked {
            Ok((asks, answer)) => return answer.map(|()| asks).map_err(Failure),
            Err(failure) if start.elapsed() >= REPLACED => return Err(failure),
            Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// Which connection a receiver of the set belongs to, and the sender of each connection.
type Opened = (HashMap<u64, usize>, Vec<IpcSender<ByteBuf>>);

fn open(exchange: &Exchange, asks: &IpcSender<Ask>, set: &mut IpcReceiverSet) -> Result<Opened> {
    let (reply, answers): (_, Answers) = ipc::channel().during("channel")?;
    let mut connection_of = HashMap::new();
    let mut senders = Vec::with_capacity(exchange.connections);
    while senders.len() < exchange.connections {
        let mut ends = Vec::with_capacity(AT_ONCE);
        for c in senders.len()..exchange.connections.min(senders.len() + AT_ONCE) {
            let (there, chunks) = ipc::channel().during("channel")?;
            let (back, ours) = ipc::channel::<ByteBuf>().during("channel")?;
            connection_of.insert(set.add(ours).during("receiver set")?, c);
            senders.push(there);
            ends.push((chunks, back));
        }
        asks.send(Ask::Open(ends, reply.clone())).during("connect")?;
        answers.try_recv_timeout(DEADLINE).during("connect")?.map_err(Failure)?;
    }
    Ok((connection_of, senders))
}

/// A chunk to send: its connection, and where it begins and ends in the stream.
type Chunk = (usize, u64, u64);

/// Sends chunks: at once when nothing in flight can fill a socket's buffer, and else by a thread.
struct Outbox {
    payload: Arc<Payload>,
    send: Box<dyn FnMut(Chunk) -> Result<()>>,
}

impl Outbox {
    fn new(exchange: &Exchange, senders: Vec<IpcSender<ByteBuf>>) -> Self {
        let payload = Arc::new(Payload::new(exchange));
        let bytes = payload.clone();
        let mut scratch = Vec::new();
        let mut send_now = move |(c, at, end): Chunk| {
            let chunk = bytes.whole(c, at, end, &mut scratch);
            senders[c].send(ByteBuf::from(chunk)).during("send")
        };
        if fits(exchange) {
            return Self { payload, send: Box::new(send_now) };
        }
        let (queue, chunks) = mpsc::channel();
        thread::spawn(move || {
            for chunk in chunks {
                if let Err(Failure(why)) = send_now(chunk) {
                    eprintln!("{NAME}: {why}");
                    std::process::exit(1);
                }
            }
        });
        let send = move |chunk| queue.send(chunk).during("send");
        Self { payload, send: Box::new(send) }
    }

    /// Sends what the window of connection `c` allows.
    fn fill(&mut self, exchange: &Exchange, c: usize, sent: &mut u64, received: u64) -> Result<()> {
        while *sent < exchange.may_send(c, received) {
            let end = *sent + exchange.chunk as u64;
            (self.send)((c, *sent, end))?;
            *sent = end;
        }
        Ok(())
    }
}

/// Whether all that a connection has in flight fits into a socket's buffer, which the kernel counts generously.
fn fits(exchange: &Exchange) -> bool {
    let buffer =
        fs::read_to_string("/proc/sys/net/core/wmem_default").ok().and_then(|n| n.trim().parse().ok());
    (exchange.chunk * 2 + 2048).saturating_mul(exchange.window) <= buffer.unwrap_or(0)
}
