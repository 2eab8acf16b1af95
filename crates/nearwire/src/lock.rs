//! The lock beside a socket file, held for as long as its server lives: who holds it owns the name.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, fchmod, flock, fstat, openat, unlinkat};
use rustix::io::Errno;

use crate::directory::Entry;
use crate::ids::Uid;
use crate::listener::BindError;
use crate::site::Site;

/// A holder that ends between our open and our lock removes the file; then we start anew. Every round means that
/// another server just ended, so only a file system that plays games needs more.
const ROUNDS: usize = 100;

/// An exclusive lock on `<socket file>.lock`, removed when it is dropped.
#[derive(Debug)]
pub(crate) struct SiteLock {
    directory: OwnedFd,
    file: OsString,
    locked: OwnedFd,
}

impl SiteLock {
    /// Takes the lock of a site, without waiting: whoever holds it is a living server, or about to be one.
    pub(crate) fn acquire(site: &Site) -> Result<Self, BindError> {
        let mut file = site.file.clone();
        file.push(".lock");
        let path = site.path().with_file_name(&file);
        for _ in 0..ROUNDS {
            let locked = open_and_lock(site, &file, &path)?;
            if Entry::at(&site.directory, &file)
                .is_ok_and(|entry| entry.is_some_and(|entry| is_same(&locked, entry)))
            {
                let directory = rustix::io::fcntl_dupfd_cloexec(&site.directory, 0)
                    .map_err(|errno| BindError::io("keep its directory open", &path, errno))?;
                return Ok(Self { directory, file, locked });
            }
        }
        Err(BindError::AddressInUse { path: site.path() })
    }
}

fn open_and_lock(site: &Site, file: &OsString, path: &Path) -> Result<OwnedFd, BindError> {
    let flags = OFlags::CREATE | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let lock = openat(&site.directory, file, flags, Mode::RUSR | Mode::WUSR)
        .map_err(|errno| BindError::io("open the lock file", path, errno))?;
    let found = fstat(&lock)
        .map(|stat| Entry::from_stat(&stat))
        .map_err(|errno| BindError::io("look at", path, errno))?;
    if found.kind != FileType::RegularFile || found.owner != Uid::current() {
        return Err(BindError::NotOurs { path: path.to_owned(), owner: found.owner });
    }
    // The umask may have kept us from our own file, which would stop the next server of this user.
    fchmod(&lock, Mode::RUSR | Mode::WUSR).map_err(|errno| BindError::io("set the mode of", path, errno))?;
    match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(lock),
        Err(Errno::WOULDBLOCK) => Err(BindError::AddressInUse { path: site.path() }),
        Err(errno) => Err(BindError::io("lock", path, errno)),
    }
}

fn is_same(locked: &OwnedFd, entry: Entry) -> bool {
    fstat(locked).is_ok_and(|stat| Entry::from_stat(&stat).id == entry.id)
}

impl Drop for SiteLock {
    fn drop(&mut self) {
        // Still locked: nobody of ours can have taken it over, and whoever opened it meanwhile finds it gone. But an
        // administrator may have removed it, and then it may be another server's.
        let entry = Entry::at(&self.directory, &self.file);
        if !entry.is_ok_and(|entry| entry.is_some_and(|entry| is_same(&self.locked, entry))) {
            return;
        }
        if let Err(errno) = unlinkat(&self.directory, &self.file, AtFlags::empty()) {
            tracing::warn!(%errno, "the lock file could not be removed");
        }
    }
}
