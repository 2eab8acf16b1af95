//! Shows ipc-channel: typed channels of byte buffers, handed over in messages, and `IpcReceiverSet` to wait for many.
//!
//! PATH is a link to the library's one-shot server, which serves one client; the next one takes its place. A connection
//! is two channels, one for each direction. All exchange is done by one thread on each side. What the library can only
//! wait for in a blocking call has a thread of its own: the next client and the signals (server), and the sending of
//! chunks that do not fit into a socket's buffer (client: two sides that both only send would wait for ever).

mod client;
mod server;

use std::process::ExitCode;

use ipc_channel::ipc::{IpcReceiver, IpcSender};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

fn main() -> ExitCode {
    common::run(NAME, server::serve, client::exchange)
}

const NAME: &str = "ipc-channel";

/// Connections that one message hands over: the library sends no more than 64 descriptors with one.
const AT_ONCE: usize = 31;
/// Descriptors of a connection on either side, and those needed for everything else.
const FOR_EACH: usize = 2;
const FOR_ALL: usize = 100;

/// The server's ends of one connection.
type Ends = (IpcReceiver<ByteBuf>, IpcSender<ByteBuf>);
/// Where an answer goes: text is why not.
type Reply = IpcSender<Result<(), String>>;

/// What a client asks of the server.
#[derive(Serialize, Deserialize)]
enum Ask {
    /// Is there room for so many connections?
    Room(usize, Reply),
    /// Echo on these.
    Open(Vec<Ends>, Reply),
}

fn room_for(connections: usize) -> Result<(), String> {
    let (needed, limit) =
        (connections.saturating_mul(FOR_EACH).saturating_add(FOR_ALL), common::descriptors());
    if needed as u64 <= limit {
        return Ok(());
    }
    Err(format!("{connections} connections are {needed} descriptors on each side, and the limit is {limit}"))
}
