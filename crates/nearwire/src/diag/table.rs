//! The kernel's table of local sockets, for those who look at a system instead of serving on it.

use std::io;

use rustix::fs::{major, minor};

use super::{Answers, MESSAGE, attributes_of, read_u32};

const UDIAG_SHOW_NAME: u32 = 0x01;
const UDIAG_SHOW_VFS: u32 = 0x02;
const UDIAG_SHOW_RQLEN: u32 = 0x10;
const UDIAG_SHOW_UID: u32 = 0x40;

const UNIX_DIAG_NAME: u16 = 0;
const UNIX_DIAG_VFS: u16 = 1;
const UNIX_DIAG_RQLEN: u16 = 4;
const UNIX_DIAG_UID: u16 = 7;

const STATE_LISTEN: u8 = 10;

/// How a local socket carries data.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum SocketKind {
    /// `SOCK_STREAM`: bytes without boundaries.
    Stream,
    /// `SOCK_DGRAM`: messages, each on its own.
    Datagram,
    /// `SOCK_SEQPACKET`: messages over a connection.
    SeqPacket,
}

impl SocketKind {
    const fn from_raw(raw: u8) -> Option<Self> {
        match raw {
            1 => Some(Self::Stream),
            2 => Some(Self::Datagram),
            5 => Some(Self::SeqPacket),
            _ => None,
        }
    }

    /// `stream`, `datagram` or `seqpacket`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Datagram => "datagram",
            Self::SeqPacket => "seqpacket",
        }
    }
}

/// A local socket as the kernel knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct LocalSocket {
    /// The socket's own inode: the number in `socket:[…]` below `/proc/PID/fd`.
    pub inode: u32,
    /// How it carries data.
    pub kind: SocketKind,
    /// Whether `listen` was called on it.
    pub listening: bool,
    /// The name it was bound to: a path as its process gave it, or an abstract name with its leading NUL. Empty where
    /// it has none.
    pub name: Vec<u8>,
    /// Of a listening socket, clients that wait to be accepted; of others, bytes that wait to be read.
    pub waiting: u32,
    /// Of a listening socket, how many may wait.
    pub backlog: u32,
    /// The user who made it; `None` on kernels before 5.3.
    pub creator: Option<u32>,
    file: Option<(u32, u32)>,
}

impl LocalSocket {
    /// Whether it is bound to the file with this device and inode, whatever that file is called now.
    #[must_use]
    pub fn is_bound_to(&self, device: u64, inode: u64) -> bool {
        self.file == Some(vfs_key(device, inode))
    }

    /// Whether it is bound to an abstract name.
    #[must_use]
    pub fn is_abstract(&self) -> bool {
        self.name.first() == Some(&0)
    }

    fn read(message: &[u8]) -> Option<Self> {
        let mut socket = Self {
            inode: read_u32(message, 20)?,
            kind: SocketKind::from_raw(*message.get(17)?)?,
            listening: *message.get(18)? == STATE_LISTEN,
            name: Vec::new(),
            waiting: 0,
            backlog: 0,
            creator: None,
            file: None,
        };
        for (kind, value) in attributes_of(message.get(MESSAGE..)?) {
            match kind {
                UNIX_DIAG_NAME => socket.name = name_in(value).to_owned(),
                UNIX_DIAG_VFS => socket.file = Some((read_u32(value, 0)?, read_u32(value, 4)?)),
                UNIX_DIAG_RQLEN => {
                    (socket.waiting, socket.backlog) = (read_u32(value, 0)?, read_u32(value, 4)?);
                }
                UNIX_DIAG_UID => socket.creator = read_u32(value, 0),
                _ => {}
            }
        }
        Some(socket)
    }
}

/// All local sockets of this network namespace, as `NETLINK_SOCK_DIAG` tells them (sock_diag(7)). Nobody is connected to,
/// so no server notices.
///
/// # Errors
/// What the kernel answers: no descriptor is left, or it was built without `CONFIG_UNIX_DIAG`.
pub fn local_sockets() -> io::Result<Vec<LocalSocket>> {
    let show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID;
    let mut sockets = Vec::new();
    Answers::to(show)?.each(|message| {
        sockets.extend(LocalSocket::read(message));
        true
    })?;
    Ok(sockets)
}

/// The kernel ends a path with a NUL, which is not part of it; to an abstract name every byte belongs.
fn name_in(value: &[u8]) -> &[u8] {
    match value.first() {
        Some(0) => value,
        _ => value.strip_suffix(b"\0").unwrap_or(value),
    }
}

/// Inode and device as `struct unix_diag_vfs` has them: the inode cut to 32 bits, the device as inside the kernel.
pub(super) fn vfs_key(device: u64, inode: u64) -> (u32, u32) {
    let inode = u32::try_from(inode & u64::from(u32::MAX)).unwrap_or_default();
    (inode, (major(device) << 20) | minor(device))
}

#[cfg(test)]
mod tests;
