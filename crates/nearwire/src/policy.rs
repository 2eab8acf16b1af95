//! Who may connect.

use std::collections::BTreeSet;

use crate::ids::{Gid, Uid};
use crate::peer::Peer;

/// Who may be at the other end, decided by the credentials that the kernel vouches for.
///
/// A server checks it when it accepts, before a byte is read; a client checks it when it has connected, before a
/// byte is sent.
///
/// ```
/// use nearwire::{Gid, Policy, Uid};
/// let policy = Policy::same_user().or_user(Uid::new(33)).or_group(Gid::new(4));
/// assert!(!policy.admits_anyone());
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub struct Policy {
    anyone: bool,
    users: BTreeSet<Uid>,
    groups: BTreeSet<Gid>,
}

impl Policy {
    /// Only processes of the effective user of this process: the default of servers.
    pub fn same_user() -> Self {
        Self::users([Uid::current()])
    }

    /// Processes of this user or of root: the default of clients, for a user can refuse root nothing.
    pub fn root_or_same_user() -> Self {
        Self::same_user().or_user(Uid::ROOT)
    }

    /// Processes of these users.
    pub fn users<I: IntoIterator<Item = Uid>>(users: I) -> Self {
        Self { anyone: false, users: users.into_iter().collect(), groups: BTreeSet::new() }
    }

    /// Processes that have one of these groups as their effective group or as a supplementary one.
    pub fn groups<I: IntoIterator<Item = Gid>>(groups: I) -> Self {
        Self { anyone: false, users: BTreeSet::new(), groups: groups.into_iter().collect() }
    }

    /// **Every process of this machine** that the socket's mode and directory let through.
    pub fn anyone() -> Self {
        Self { anyone: true, users: BTreeSet::new(), groups: BTreeSet::new() }
    }

    /// This policy, and `user` too.
    pub fn or_user(mut self, user: Uid) -> Self {
        self.users.insert(user);
        self
    }

    /// This policy, and the members of `group` too.
    pub fn or_group(mut self, group: Gid) -> Self {
        self.groups.insert(group);
        self
    }

    /// Whether `peer` may be at the other end.
    #[must_use]
    pub fn admits(&self, peer: &Peer) -> bool {
        self.anyone
            || self.users.contains(&peer.uid())
            || self.groups.iter().any(|&group| peer.is_member_of(group))
    }

    /// Whether this is [`Policy::anyone`].
    #[must_use]
    pub fn admits_anyone(&self) -> bool {
        self.anyone
    }

    /// Whether all the peers it admits are of one user, who then competes with nobody.
    #[must_use]
    pub fn admits_one_user(&self) -> bool {
        !self.anyone && self.groups.is_empty() && self.users.len() <= 1
    }
}

#[cfg(test)]
mod tests;
