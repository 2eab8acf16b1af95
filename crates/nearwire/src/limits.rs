//! What a server lets its peers use.

use std::time::Duration;

use rustix::process::{Resource, getrlimit};

use crate::policy::Policy;
use crate::spin::Spin;

/// Descriptors that a process needs beside its connections: its standard streams, the listener, its lock and
/// directory, one epoll and one wake-up descriptor for each event loop, and some for what else it does.
const RESERVED_DESCRIPTORS: u64 = 32;

/// How many connections users of a shared server get if nobody says: this fraction of all.
const SHARE_OF_ONE_USER: u32 = 4;

/// The limits of a server. What happens when one is reached:
///
/// | limit | default | effect |
/// |---|---|---|
/// | [`connections`](Self::connections) | 512 | the new connection is refused (closed at once), and counted |
/// | [`per_user`](Self::per_user) | all, where the policy admits one user only; else a quarter | the new connection is refused, and counted |
/// | [`backlog`](Self::backlog) | 512 | the kernel makes further clients wait until one is accepted |
/// | [`idle`](Self::idle) | 30 s | the connection is closed with [`CloseReason::Idle`](crate::CloseReason::Idle) |
/// | [`stall`](Self::stall) | 30 s | the connection is closed with [`CloseReason::Stalled`](crate::CloseReason::Stalled) |
/// | [`buffer`](Self::buffer) | 1 MiB | reading pauses while an answer is unsent; a longer answer closes the connection with [`CloseReason::ReplyTooLong`](crate::CloseReason::ReplyTooLong) |
/// | [`spin`](Self::spin) | 50 µs | an event loop that has nothing to do, and has looked so long, sleeps |
/// | the process's descriptors | `RLIMIT_NOFILE` | accepting pauses until a descriptor is free; the backlog waits |
///
/// Numbers of 0 and more connections than there are descriptors are refused by `bind` ([`LimitsError`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub struct Limits {
    connections: u32,
    per_user: Option<u32>,
    backlog: u32,
    idle: Option<Duration>,
    stall: Duration,
    buffer: usize,
    spin: Spin,
}

/// Limits that cannot be kept: the caller's mistake, or the process's own limit.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LimitsError {
    /// A limit of 0 would let nothing through.
    #[error("the limit of {what} is 0; at least 1 is needed")]
    Zero {
        /// Which limit.
        what: &'static str,
    },
    /// The process may not open so many descriptors (`RLIMIT_NOFILE`, getrlimit(2)).
    #[error("{asked} connections need {needed} descriptors, and this process may open {available}")]
    Descriptors {
        /// Connections asked for.
        asked: u32,
        /// Descriptors they need, with those that a server needs beside them.
        needed: u64,
        /// The soft limit.
        available: u64,
    },
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // With what a process needs beside them, these fit the usual soft limit of 1024 descriptors.
            connections: 512,
            per_user: None,
            backlog: 512,
            idle: Some(Duration::from_secs(30)),
            stall: Duration::from_secs(30),
            buffer: 1 << 20,
            spin: Spin::default(),
        }
    }
}

impl Limits {
    /// Connections at one time.
    pub const fn connections(mut self, connections: u32) -> Self {
        self.connections = connections;
        self
    }

    /// Connections of one user at one time.
    pub const fn per_user(mut self, connections: u32) -> Self {
        self.per_user = Some(connections);
        self
    }

    /// Clients that the kernel keeps waiting for `accept`; it cuts the number to `net.core.somaxconn`.
    pub const fn backlog(mut self, backlog: u32) -> Self {
        self.backlog = backlog;
        self
    }

    /// How long a connection may be without any byte in either direction; `None` for ever.
    pub const fn idle(mut self, idle: Option<Duration>) -> Self {
        self.idle = idle;
        self
    }

    /// How long a peer may refuse to read an answer.
    pub const fn stall(mut self, stall: Duration) -> Self {
        self.stall = stall;
        self
    }

    /// Bytes of unsent answers kept for one connection.
    pub const fn buffer(mut self, bytes: usize) -> Self {
        self.buffer = bytes;
        self
    }

    /// How long an event loop that has nothing to do looks for more before it sleeps.
    pub const fn spin(mut self, spin: Spin) -> Self {
        self.spin = spin;
        self
    }

    /// Raises the soft limit of open descriptors (`RLIMIT_NOFILE`) to the hard one, and says what it is now.
    ///
    /// For a command's `main`; a library must not do it behind its caller's back: the limit is the process's, and
    /// programs that use `select` rely on 1024.
    #[must_use]
    pub fn raise_descriptor_limit() -> u64 {
        let mut limit = getrlimit(Resource::Nofile);
        if limit.current != limit.maximum {
            limit.current = limit.maximum;
            // Raising a soft limit up to the hard one needs no right; where it fails the old one stays.
            let _ = rustix::process::setrlimit(Resource::Nofile, limit);
        }
        available_descriptors()
    }

    pub(crate) fn validate(self, policy: &Policy) -> Result<ValidLimits, LimitsError> {
        let per_user = self.per_user.unwrap_or(if policy.admits_one_user() {
            self.connections
        } else {
            self.connections.div_ceil(SHARE_OF_ONE_USER)
        });
        let zero = [
            ("connections", self.connections == 0),
            ("connections per user", per_user == 0),
            ("waiting clients", self.backlog == 0),
            ("idle time", self.idle.is_some_and(|idle| idle.is_zero())),
            ("time without reading", self.stall.is_zero()),
            ("buffered bytes", self.buffer == 0),
        ];
        if let Some((what, _)) = zero.into_iter().find(|(_, is_zero)| *is_zero) {
            return Err(LimitsError::Zero { what });
        }
        let needed = u64::from(self.connections) + RESERVED_DESCRIPTORS;
        let available = available_descriptors();
        if needed > available {
            return Err(LimitsError::Descriptors { asked: self.connections, needed, available });
        }
        Ok(ValidLimits {
            connections: self.connections,
            per_user,
            backlog: self.backlog,
            idle: self.idle,
            stall: self.stall,
            buffer: self.buffer,
            spin: self.spin,
        })
    }
}

/// The soft limit of open descriptors.
fn available_descriptors() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Limits that were checked against the process and completed by the policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ValidLimits {
    pub(crate) connections: u32,
    pub(crate) per_user: u32,
    pub(crate) backlog: u32,
    pub(crate) idle: Option<Duration>,
    pub(crate) stall: Duration,
    pub(crate) buffer: usize,
    pub(crate) spin: Spin,
}

#[cfg(test)]
mod tests;
