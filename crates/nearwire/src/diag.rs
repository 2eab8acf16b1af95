//! Asks the kernel which local sockets are bound, through `NETLINK_SOCK_DIAG` (sock_diag(7), `linux/unix_diag.h`).
//!
//! A socket that is bound and does not listen yet answers a connect just as a left-over file does; only the kernel's
//! own table tells them apart. It knows the inode, so renamed files and relative paths cannot deceive it; sockets of
//! other network namespaces it does not show.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
};

use crate::directory::FileId;

pub(crate) mod table;

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const NLM_F_REQUEST_DUMP: u16 = 0x301;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const AF_UNIX: u8 = 1;
const UDIAG_SHOW_VFS: u32 = 2;
const UNIX_DIAG_VFS: u16 = 1;
const HEADER: usize = 16;
const MESSAGE: usize = HEADER + 16;
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Whether a socket of this network namespace is bound to the file `id`.
pub(crate) fn is_bound(id: FileId) -> io::Result<bool> {
    let wanted = table::vfs_key(id.device, id.inode);
    let mut found = false;
    Answers::to(UDIAG_SHOW_VFS)?.each(|message| {
        found = vfs_of(message) == Some(wanted);
        !found
    })?;
    Ok(found)
}

/// What the kernel answers to a request to dump all local sockets.
struct Answers(OwnedFd);

impl Answers {
    /// Opens the netlink socket and sends the request, for the attributes in `show`.
    fn to(show: u32) -> io::Result<Self> {
        let netlink = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            Some(netlink::SOCK_DIAG),
        )?;
        set_socket_timeout(&netlink, Timeout::Recv, Some(ANSWER_WITHIN))?;
        let mut request = Vec::with_capacity(HEADER + 24);
        request.extend(40_u32.to_ne_bytes()); // length of header and request
        request.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
        request.extend(NLM_F_REQUEST_DUMP.to_ne_bytes());
        request.extend([0; 8]); // sequence number and port: the answers come to this socket alone
        request.extend([AF_UNIX, 0, 0, 0]); // family, protocol, padding
        request.extend(u32::MAX.to_ne_bytes()); // sockets in every state
        request.extend(0_u32.to_ne_bytes()); // every inode
        request.extend(show.to_ne_bytes());
        request.extend([0; 8]); // no cookie
        send(&netlink, &request, SendFlags::empty())?;
        Ok(Self(netlink))
    }

    /// Gives each socket's message to `look`, until that has seen enough and says `false`.
    fn each(self, mut look: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
        let mut buffer = vec![0_u8; 32 << 10];
        loop {
            let (_, length) = recv(&self.0, &mut buffer, RecvFlags::empty())?;
            let mut datagram = buffer.get(..length).unwrap_or_default();
            if datagram.is_empty() {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            while let Some((message, rest)) = split(datagram, 4) {
                match read_u16(message, 4) {
                    Some(NLMSG_DONE) => return Ok(()),
                    Some(NLMSG_ERROR) => return Err(io::Error::from(io::ErrorKind::Unsupported)),
                    _ if !look(message) => return Ok(()),
                    _ => datagram = rest,
                }
            }
        }
    }
}

/// The file of the socket that `message` describes.
fn vfs_of(message: &[u8]) -> Option<(u32, u32)> {
    let (_, value) = attributes_of(message.get(MESSAGE..)?).find(|(kind, _)| *kind == UNIX_DIAG_VFS)?;
    Some((read_u32(value, 0)?, read_u32(value, 4)?))
}

/// Kind and value of each attribute of a list.
fn attributes_of(mut list: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (attribute, rest) = split(list, 2)?;
        list = rest;
        Some((read_u16(attribute, 2)?, attribute.get(4..)?))
    })
}

/// Splits off the first element of a netlink list, whose length stands in its first `width` bytes (4 for messages, 2
/// for attributes); elements are aligned to 4 bytes. `None` at the end, and for a length that cannot be.
fn split(list: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    let length =
        if width == 4 { usize::try_from(read_u32(list, 0)?).ok()? } else { usize::from(read_u16(list, 0)?) };
    if length < 2 * width {
        return None;
    }
    let element = list.get(..length)?;
    Some((element, list.get(length.next_multiple_of(4)..).unwrap_or_default()))
}

fn read_u16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests;
