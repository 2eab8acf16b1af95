//! The socket options that `rustix` lacks or cannot give safely: the one place of this crate with `unsafe` code.
//!
//! - `SO_PEERCRED` (unix(7)): rustix 1.1 reads it into a struct whose pid cannot be 0, but the kernel reports 0
//!   for a peer outside our pid namespace.
//! - `SO_PEERGROUPS` (Linux 4.13): the peer's supplementary groups.
//! - `SO_PASSRIGHTS` (Linux 6.16): 0 refuses file descriptors before they reach us.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

/// `SO_PASSRIGHTS` of `asm-generic/socket.h`; the `libc` crate does not name it yet.
const SO_PASSRIGHTS: c_int = 83;

/// What `SO_PEERCRED` says: who called `connect` (seen by a server) or `listen` (seen by a client).
pub(crate) struct Credentials {
    pub(crate) pid: i32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// Reads `SO_PEERCRED`.
pub(crate) fn peer_credentials(fd: BorrowedFd<'_>) -> io::Result<Credentials> {
    let mut found = libc::ucred { pid: 0, uid: u32::MAX, gid: u32::MAX };
    let size = size_of::<libc::ucred>();
    let mut length = libc::socklen_t::try_from(size).map_err(io::Error::other)?;
    // SAFETY: `found` is a live, writable `ucred`, and `length` holds exactly its size.
    let status = unsafe {
        libc::getsockopt(
            fd.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            (&raw mut found).cast::<c_void>(),
            &raw mut length,
        )
    };
    if status != 0 {
        return Err(io::Error::last_os_error());
    }
    // A socket without a peer answers uid -1: no user has it (setuid(2) refuses it), and no policy may match it.
    if found.uid == u32::MAX {
        return Err(io::Error::from_raw_os_error(libc::ENOTCONN));
    }
    Ok(Credentials { pid: found.pid, uid: found.uid, gid: found.gid })
}

/// Reads `SO_PEERGROUPS`. A kernel without it (before 4.13) answers `ENOPROTOOPT`.
pub(crate) fn peer_groups(fd: BorrowedFd<'_>) -> io::Result<Vec<u32>> {
    let mut groups: Vec<u32> = Vec::new();
    loop {
        let room = groups.len() * size_of::<u32>();
        let mut length = libc::socklen_t::try_from(room).map_err(io::Error::other)?;
        // SAFETY: the buffer is `groups`, writable for the `length` bytes announced; gid_t is u32.
        let status = unsafe {
            libc::getsockopt(
                fd.as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_PEERGROUPS,
                groups.as_mut_ptr().cast::<c_void>(),
                &raw mut length,
            )
        };
        let found = usize::try_from(length).map_err(io::Error::other)? / size_of::<u32>();
        if status == 0 {
            groups.truncate(found);
            return Ok(groups);
        }
        let error = io::Error::last_os_error();
        // ERANGE tells the size that is needed. A peer's groups are frozen, so this happens once.
        if error.raw_os_error() != Some(libc::ERANGE) || found <= groups.len() {
            return Err(error);
        }
        groups.resize(found, 0);
    }
}

/// Sets `SO_PASSRIGHTS` to 0: whoever sends descriptors to this socket gets `EPERM`; sockets accepted from a
/// listener inherit it. `Ok(false)` on a kernel that does not know the option.
pub(crate) fn refuse_descriptors(fd: BorrowedFd<'_>) -> io::Result<bool> {
    let refuse: c_int = 0;
    let length = libc::socklen_t::try_from(size_of::<c_int>()).map_err(io::Error::other)?;
    // SAFETY: `refuse` is a live `int`, and `length` is its size.
    let status = unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            libc::SOL_SOCKET,
            SO_PASSRIGHTS,
            (&raw const refuse).cast::<c_void>(),
            length,
        )
    };
    if status == 0 {
        return Ok(true);
    }
    let error = io::Error::last_os_error();
    if error.raw_os_error() == Some(libc::ENOPROTOOPT) { Ok(false) } else { Err(error) }
}
