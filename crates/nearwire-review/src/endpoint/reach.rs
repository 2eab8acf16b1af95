//! Who can connect, by permissions alone.

use super::look::{Directory, SocketFile};

/// Who gets through all directories and may write to the socket: that is what connect(2) asks for (unix(7)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// The owner, and root.
    Owner,
    /// The members of this group, too.
    Group(u32),
    /// Everybody on this machine, or in this network namespace.
    Everybody,
}

const GROUP_WRITE: u32 = 0o020;
const OTHERS_WRITE: u32 = 0o002;
const GROUP_SEARCH: u32 = 0o010;
const OTHERS_SEARCH: u32 = 0o001;

impl Reach {
    /// Who reaches `file` below `directories`.
    pub(crate) fn of(file: &SocketFile, directories: &[Directory]) -> Self {
        let lets_others = |directory: &Directory| directory.mode & OTHERS_SEARCH != 0;
        if file.mode & OTHERS_WRITE != 0 && directories.iter().all(lets_others) {
            return Self::Everybody;
        }
        if let Some(group) = Self::group_of(file, directories) {
            return Self::Group(group);
        }
        Self::Owner
    }

    /// The group whose members get through: the socket's, or one that a directory asks for on the way to a socket
    /// that is open behind it. Two different groups would both be needed; who is in both is not looked for.
    fn group_of(file: &SocketFile, directories: &[Directory]) -> Option<u32> {
        let mut needed = None;
        if file.mode & OTHERS_WRITE == 0 {
            if file.mode & GROUP_WRITE == 0 {
                return None;
            }
            needed = Some(file.gid);
        }
        for directory in directories.iter().filter(|each| each.mode & OTHERS_SEARCH == 0) {
            if directory.mode & GROUP_SEARCH == 0 || needed.is_some_and(|group| group != directory.gid) {
                return None;
            }
            needed = Some(directory.gid);
        }
        needed
    }
}

#[cfg(test)]
mod tests;
