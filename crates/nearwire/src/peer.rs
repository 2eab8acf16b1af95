//! Who is at the other end, as the kernel tells it.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use crate::ids::{Gid, Uid};
use crate::sys;

/// The process at the other end of a connection.
///
/// User and groups are **authoritative**: the kernel recorded them when the peer called `connect` (seen by a
/// server) or `listen` (seen by a client), and nobody can change them afterwards. The pid is **advisory**: the
/// process may have ended since, and its number may belong to another one (`SO_PEERCRED`, unix(7)).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    uid: Uid,
    gid: Gid,
    groups: Box<[Gid]>,
    pid: Option<i32>,
}

impl Peer {
    /// Asks the kernel about the peer of a connected socket.
    ///
    /// # Errors
    /// What `getsockopt` answers: the descriptor is not a connected local socket.
    pub fn of<Fd: AsFd>(socket: Fd) -> io::Result<Self> {
        let socket: BorrowedFd<'_> = socket.as_fd();
        let credentials = sys::peer_credentials(socket)?;
        Ok(Self {
            uid: Uid::new(credentials.uid),
            gid: Gid::new(credentials.gid),
            groups: sys::peer_groups(socket)?.into_iter().map(Gid::new).collect(),
            // 0 stands for a process that our pid namespace does not contain.
            pid: Some(credentials.pid).filter(|&pid| pid > 0),
        })
    }

    /// The peer's effective user. Authoritative.
    #[must_use]
    pub fn uid(&self) -> Uid {
        self.uid
    }

    /// The peer's effective group. Authoritative.
    #[must_use]
    pub fn gid(&self) -> Gid {
        self.gid
    }

    /// The peer's supplementary groups (`SO_PEERGROUPS`). Authoritative.
    #[must_use]
    pub fn groups(&self) -> &[Gid] {
        &self.groups
    }

    /// The peer's process id: advisory, never to be used for a decision (the number may have been given to another
    /// process). `None` when the process is outside our pid namespace.
    #[must_use]
    pub fn pid(&self) -> Option<i32> {
        self.pid
    }

    /// Whether the peer acts for `group`: as its effective group or a supplementary one.
    #[must_use]
    pub fn is_member_of(&self, group: Gid) -> bool {
        self.gid == group || self.groups.contains(&group)
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user {}, group {}", self.uid, self.gid)?;
        match self.pid {
            Some(pid) => write!(f, ", pid {pid}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
impl Peer {
    pub(crate) fn for_test(uid: u32, gid: u32, groups: &[u32]) -> Self {
        let groups = groups.iter().copied().map(Gid::new).collect();
        Self { uid: Uid::new(uid), gid: Gid::new(gid), groups, pid: None }
    }
}

#[cfg(test)]
mod tests;
