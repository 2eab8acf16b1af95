//! An echo server that only this user can reach, and a client that talks to it.
//!
//! `cargo run --example echo`

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use nearwire::{Address, CloseReason, Drain, Listener, Peer, Reply, ServerThread, Service, Stream};

/// Answers with what it receives, and tells who comes and goes.
struct TalkativeEcho;

impl Service for TalkativeEcho {
    /// How many bytes this connection has sent.
    type Connection = u64;

    fn accepted(&self, peer: &Peer) -> u64 {
        say(&format!("server: accepted {peer}"));
        0
    }

    fn received(&self, total: &mut u64, bytes: &[u8], reply: &mut Reply<'_>) {
        *total += bytes.len() as u64;
        reply.write(bytes);
    }

    fn closed(&self, total: u64, reason: CloseReason) {
        say(&format!("server: closed after {total} bytes: {reason}"));
    }
}

#[allow(clippy::print_stdout)] // an example may print
fn say(text: &str) {
    println!("{text}");
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A name: the socket is in a directory that belongs to this user alone.
    let address: Address = format!("example-{}", std::process::id()).parse()?;
    let server = ServerThread::spawn(Listener::bind(&address)?, TalkativeEcho)?;

    // Connecting checks that the server is this user's or root's, before a byte is sent.
    let mut stream = Stream::connect(&address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(b"hello over a local socket")?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    say(&format!("client: {answer}"));

    let report = server.shutdown(Drain::within(Duration::from_secs(5)))?;
    say(&format!("report: {} served, {} bytes received", report.served, report.received_bytes));
    Ok(())
}
