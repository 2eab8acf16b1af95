//! Lets peers in: by policy, and within the numbers of connections that the limits allow.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::ids::Uid;
use crate::limits::ValidLimits;
use crate::peer::Peer;
use crate::policy::Policy;

/// Why a peer was refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum RefusalCause {
    /// The policy does not admit it.
    Policy,
    /// The server has as many connections as it may.
    Connections,
    /// The peer's user has as many connections as one user may.
    ConnectionsPerUser,
    /// The kernel could not say who the peer is (it may be gone already): nobody is let in on trust.
    Unknown,
}

impl RefusalCause {
    /// Every cause, in the order of their reports.
    pub const ALL: [Self; 4] = [Self::Policy, Self::Connections, Self::ConnectionsPerUser, Self::Unknown];

    /// The cause's name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Connections => "connections",
            Self::ConnectionsPerUser => "connections_per_user",
            Self::Unknown => "unknown_peer",
        }
    }
}

impl fmt::Display for RefusalCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A peer that was refused, and why. Not a byte of it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Who it was; `None` when the kernel could not say.
    pub peer: Option<Peer>,
    /// Why it was refused.
    pub cause: RefusalCause,
}

/// Counts who is connected, and lets in who may be.
#[derive(Debug)]
pub(crate) struct Admission {
    policy: Policy,
    connections: u32,
    per_user: u32,
    live: Mutex<Live>,
}

#[derive(Debug, Default)]
struct Live {
    connections: u32,
    users: HashMap<Uid, u32>,
}

impl Admission {
    pub(crate) fn new(policy: Policy, limits: &ValidLimits) -> Arc<Self> {
        let (connections, per_user) = (limits.connections, limits.per_user);
        Arc::new(Self { policy, connections, per_user, live: Mutex::default() })
    }

    /// A permit for `peer`, or why there is none.
    pub(crate) fn admit(self: &Arc<Self>, peer: &Peer) -> Result<Permit, RefusalCause> {
        if !self.policy.admits(peer) {
            return Err(RefusalCause::Policy);
        }
        let mut live = self.live();
        if live.connections >= self.connections {
            return Err(RefusalCause::Connections);
        }
        let of_user = live.users.get(&peer.uid()).copied().unwrap_or(0);
        if of_user >= self.per_user {
            return Err(RefusalCause::ConnectionsPerUser);
        }
        live.connections += 1;
        live.users.insert(peer.uid(), of_user + 1);
        Ok(Permit { admission: Arc::clone(self), user: peer.uid() })
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        // Nothing can panic while it is held, so a poisoned count is still right.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to be connected; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    admission: Arc<Admission>,
    user: Uid,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut live = self.admission.live();
        live.connections = live.connections.saturating_sub(1);
        match live.users.get_mut(&self.user) {
            Some(count) if *count > 1 => *count -= 1,
            // Users come and go: the table holds those that are connected and no others.
            _ => drop(live.users.remove(&self.user)),
        }
    }
}

#[cfg(test)]
mod tests;
