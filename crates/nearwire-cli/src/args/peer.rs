//! `nearwire peer` on the command line.

use clap::{Args, Subcommand};
use nearwire::{Address, Spin};
use nearwire_exchange::{ChunkSize, Connections, Iterations, Window};

use super::{DEFAULT_SPIN, address, spin};

/// Our own sockets as a program that speaks peers/PROTOCOL.md.
#[derive(Debug, Subcommand)]
pub(crate) enum Peer {
    /// Echo at PATH, print `ready`, end on SIGTERM
    Serve {
        /// Where to listen
        #[arg(value_parser = address())]
        address: Address,
        /// How long to look for more before sleeping
        #[arg(long, default_value = DEFAULT_SPIN, value_parser = spin)]
        spin: Spin,
    },
    /// Exchange with the server at PATH, print one line of JSON
    Exchange(PeerExchange),
}

#[derive(Debug, Args)]
pub(crate) struct PeerExchange {
    /// Where the server listens
    #[arg(value_parser = address())]
    pub(crate) address: Address,
    /// Number of connections
    #[arg(long)]
    pub(crate) connections: Connections,
    /// Bytes of a chunk
    #[arg(long)]
    pub(crate) chunk_size: ChunkSize,
    /// Chunks, over all connections
    #[arg(long)]
    pub(crate) iterations: Iterations,
    /// Chunks in flight on each connection
    #[arg(long, default_value_t)]
    pub(crate) window: Window,
    /// Check every byte that comes back
    #[arg(long, overrides_with = "verify")]
    pub(crate) verify: bool,
    /// How long to look for more before sleeping
    #[arg(long, default_value = DEFAULT_SPIN, value_parser = spin)]
    pub(crate) spin: Spin,
}
