//! The place of a socket file: an open, verified directory and a name therein. Whatever is done to the file is done
//! through the directory's descriptor, so a swapped parent directory cannot lead it elsewhere.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, unlinkat};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

use crate::address::SUN_PATH_MAX;
use crate::diag;
use crate::directory::{self, DirectoryError, Entry, FileId};

/// What a server's file says about its server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Liveness {
    /// Somebody listens, or is bound and about to.
    Live,
    /// The file is left over.
    Stale,
    /// Nothing is there.
    Gone,
}

#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) directory: OwnedFd,
    directory_path: PathBuf,
    pub(crate) file: OsString,
}

impl Site {
    /// Opens and verifies the directory; the private one is created where it is missing.
    pub(crate) fn open_for_binding(
        directory_path: PathBuf,
        file: OsString,
        private: bool,
    ) -> Result<Self, DirectoryError> {
        let directory = if private {
            directory::create_private()?
        } else {
            directory::open_for_binding(&directory_path)?
        };
        Ok(Self { directory, directory_path, file })
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory_path.join(&self.file)
    }

    pub(crate) fn entry(&self) -> Result<Option<Entry>, Errno> {
        Entry::at(&self.directory, &self.file)
    }

    /// An address for `file` in this directory that fits into `sockaddr_un`: the plain path, which `ss` and others
    /// show, else one through the directory's descriptor; `None` when even that is too long.
    pub(crate) fn socket_address(&self, file: &Path) -> Option<SocketAddrUnix> {
        let plain = self.directory_path.join(file);
        if plain.as_os_str().len() <= SUN_PATH_MAX {
            return SocketAddrUnix::new(&plain).ok();
        }
        let through = descriptor_path(&self.directory).join(file);
        if through.as_os_str().len() <= SUN_PATH_MAX {
            return SocketAddrUnix::new(&through).ok();
        }
        None
    }

    /// Finds out whether a server lives at the socket `found`, without ever disturbing one: an answer of
    /// `ECONNREFUSED` counts as stale only if the kernel knows no socket that is bound to the file.
    pub(crate) fn liveness(&self, found: FileId) -> io::Result<Liveness> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = match openat(&self.directory, &self.file, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(Liveness::Gone),
            Err(errno) => return Err(errno.into()),
        };
        let probe = socket_with(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
            None,
        )?;
        match connect(&probe, &SocketAddrUnix::new(descriptor_path(&file))?) {
            // EAGAIN: its backlog is full. EPROTOTYPE: it is a socket of another type.
            Ok(()) | Err(Errno::AGAIN | Errno::PROTOTYPE) => Ok(Liveness::Live),
            Err(Errno::CONNREFUSED) if diag::is_bound(found)? => Ok(Liveness::Live),
            Err(Errno::CONNREFUSED) => Ok(Liveness::Stale),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Removes the socket file if it still is the file `expected`.
    pub(crate) fn unlink(&self, expected: FileId) -> Result<(), Errno> {
        match self.entry()? {
            Some(entry) if entry.id == expected && entry.kind == FileType::Socket => {
                unlinkat(&self.directory, &self.file, AtFlags::empty())
            }
            _ => Ok(()),
        }
    }

    /// Whether the path still leads into the directory that was opened.
    pub(crate) fn is_where_it_was(&self) -> Result<bool, Errno> {
        let opened = rustix::fs::fstat(&self.directory)?;
        let named = rustix::fs::stat(&self.directory_path)?;
        Ok((opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino))
    }
}

/// The path that leads to an open descriptor's file, whatever its name (proc_pid_fd(5)).
pub(crate) fn descriptor_path<Fd: AsFd>(fd: Fd) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", fd.as_fd().as_raw_fd()))
}

/// Whether `path` fits into `sockaddr_un` as it is.
pub(crate) fn fits(path: &Path) -> bool {
    path.as_os_str().as_bytes().len() <= SUN_PATH_MAX
}
