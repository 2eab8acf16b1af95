//! Why an exchange did not complete.

use std::io;
use std::time::Duration;

use nearwire::ConnectError;

use crate::ledger::Surplus;
use crate::payload::Mismatch;

/// Why an exchange did not complete. Connections are counted from 0.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// A connection could not be made. The first one needs no number: most often there is no server at all.
    #[error("{}{source}", if *.connection == 0 { String::new() } else { format!("connection {connection}: ") })]
    Connect {
        /// Which connection.
        connection: u32,
        /// What stood in the way.
        source: ConnectError,
    },
    /// This process may not open so many descriptors (`RLIMIT_NOFILE`): the caller's plan or environment.
    #[error("{connections} connections need {needed} descriptors, and this process may open {available}")]
    Descriptors {
        /// Connections planned.
        connections: u32,
        /// Descriptors they need.
        needed: u64,
        /// The soft limit.
        available: u64,
    },
    /// A byte came back changed, swapped, repeated or lost: the server's fault.
    #[error("the server returned a foreign byte: {0}")]
    Mismatch(#[from] Mismatch),
    /// More came back than was sent: the server does not echo.
    #[error("the server does not echo: connection {connection}: {surplus}")]
    Surplus {
        /// Which connection.
        connection: u32,
        /// How much.
        surplus: Surplus,
    },
    /// The server closed a connection before all was exchanged.
    #[error("the server closed connection {connection} after {received} of {sent} bytes had come back")]
    ServerClosed {
        /// Which connection.
        connection: u32,
        /// Bytes sent on it.
        sent: u64,
        /// Bytes that came back.
        received: u64,
    },
    /// The server returned nothing for too long.
    #[error(
        "the server stalled: connection {connection} moved no byte for {waited:?} ({received} of {sent} bytes had come back)"
    )]
    Stalled {
        /// Which connection.
        connection: u32,
        /// Bytes sent on it.
        sent: u64,
        /// Bytes that came back.
        received: u64,
        /// The time without a byte.
        waited: Duration,
    },
    /// Somebody asked for the end: see [`Stop`](crate::Stop).
    #[error("interrupted")]
    Interrupted,
    /// The system said no.
    #[error("cannot {action}: {source}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A thread of ours panicked: our fault.
    #[error("a client thread panicked")]
    Panicked,
}

impl ExchangeError {
    pub(crate) fn io(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, source }
    }
}
