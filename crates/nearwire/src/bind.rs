//! The bind recipe: from an address to a bound socket that nobody can connect to yet.
//!
//! 1. Open and verify the directory.
//! 2. Take the lock beside the socket.
//! 3. Remove a left-over socket of ours, if the kernel says that nobody is bound to it.
//! 4. `fchmod` the new socket to 0600 and bind it: the file never has more permissions than that, whatever the umask.
//! 5. Give it the group and mode asked for, through the directory's descriptor.
//!
//! Only the caller's `listen` then lets clients in. The process's umask is never touched.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{self, AtFlags, FileType, RenameFlags, chmodat, chownat, fchmod, renameat_with};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, socket_with};

use crate::address::{Address, Place};
use crate::directory::{Entry, FileId};
use crate::escape::Escaped;
use crate::ids::{Gid, Uid};
use crate::listener::BindError;
use crate::lock::SiteLock;
use crate::mode::Mode;
use crate::site::{Liveness, Site};
use crate::sys;

/// How many short names are tried before one with a long name gives up.
const SHORT_NAMES_TRIED: usize = 100;

/// A bound socket that does not listen yet, and the file that it is to remove.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) socket: OwnedFd,
    /// Whether the kernel refuses descriptors for us (`SO_PASSRIGHTS`).
    pub(crate) refuses_descriptors: bool,
    /// Dropped after the socket: the file goes, then the lock.
    pub(crate) _file: Option<SocketFile>,
}

/// The file of a bound socket. Dropping it removes the file, if it still is ours, and then the lock.
#[derive(Debug)]
pub(crate) struct SocketFile {
    site: Site,
    id: FileId,
    _lock: SiteLock,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if let Err(errno) = self.site.unlink(self.id) {
            tracing::warn!(path = %Escaped::new(&self.site.path()), %errno, "the socket file could not be removed");
        }
    }
}

/// Who may connect, by the permissions of the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permissions {
    pub(crate) mode: Mode,
    pub(crate) group: Option<Gid>,
}

pub(crate) fn bind_to(address: &Address, permissions: Permissions) -> Result<Bound, BindError> {
    match address.place()? {
        Place::Abstract(name) => bind_abstract(address, &name),
        Place::File { directory, file, private } => {
            bind_file(Site::open_for_binding(directory, file, private)?, permissions)
        }
    }
}

fn bind_abstract(address: &Address, name: &[u8]) -> Result<Bound, BindError> {
    let path = Path::new("an abstract name");
    let (socket, refuses_descriptors) = new_socket(path)?;
    let kernel_address =
        SocketAddrUnix::new_abstract_name(name).map_err(|errno| BindError::io("name", path, errno))?;
    // nearwire: allow(abstract-name) the listener looks at the credentials of every peer before a byte is read
    match bind(&socket, &kernel_address) {
        Ok(()) => Ok(Bound { socket, refuses_descriptors, _file: None }),
        Err(Errno::ADDRINUSE) => Err(BindError::AddressInUse { path: address.as_text().into() }),
        Err(errno) => Err(BindError::io("bind", path, errno)),
    }
}

fn bind_file(site: Site, permissions: Permissions) -> Result<Bound, BindError> {
    let lock = SiteLock::acquire(&site)?;
    clear_stale(&site)?;
    let path = site.path();
    let (socket, refuses_descriptors) = new_socket(&path)?;
    let id = bind_at(&site, &socket)?;
    // From here on, an error removes the file.
    let file = SocketFile { site, id, _lock: lock };
    settle(&file, permissions)?;
    Ok(Bound { socket, refuses_descriptors, _file: Some(file) })
}

/// Makes way for a new socket: removes a socket of ours that no process is bound to, and nothing else.
fn clear_stale(site: &Site) -> Result<(), BindError> {
    let path = site.path();
    let Some(found) = site.entry().map_err(|errno| BindError::io("look at", &path, errno))? else {
        return Ok(());
    };
    if found.kind != FileType::Socket {
        return Err(BindError::NotASocket { path });
    }
    if found.owner != Uid::current() {
        return Err(BindError::NotOurs { path, owner: found.owner });
    }
    match site.liveness(found.id) {
        Ok(Liveness::Gone) => Ok(()),
        Ok(Liveness::Live) => Err(BindError::AddressInUse { path }),
        Ok(Liveness::Stale) => {
            tracing::info!(path = %Escaped::new(&path), "removing the socket of a server that is gone");
            site.unlink(found.id).map_err(|errno| BindError::io("remove the left-over socket", &path, errno))
        }
        Err(source) => Err(BindError::Undecided { path, source }),
    }
}

/// A socket whose file will have mode 0600 from its first moment, and that takes no descriptors where the kernel can
/// refuse them.
fn new_socket(path: &Path) -> Result<(OwnedFd, bool), BindError> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)
        .map_err(|errno| BindError::io("make a socket for", path, errno))?;
    // The mode of the socket's inode, less the umask, is what bind gives to the file.
    fchmod(&socket, fs::Mode::RUSR | fs::Mode::WUSR)
        .map_err(|errno| BindError::io("set the mode of", path, errno))?;
    let refuses = sys::refuse_descriptors(std::os::fd::AsFd::as_fd(&socket))
        .map_err(|source| BindError::Io { action: "refuse descriptors on", path: path.to_owned(), source })?;
    Ok((socket, refuses))
}

/// Binds the socket to the site, and says which file that made.
fn bind_at(site: &Site, socket: &OwnedFd) -> Result<FileId, BindError> {
    let path = site.path();
    match site.socket_address(Path::new(&site.file)) {
        Some(address) => bind(socket, &address).map_err(|errno| match errno {
            Errno::ADDRINUSE => BindError::AddressInUse { path: path.clone() },
            _ => BindError::io("bind", &path, errno),
        })?,
        None => bind_and_rename(site, socket)?,
    }
    let made = site.entry().map_err(|errno| BindError::io("look at", &path, errno))?;
    let here =
        site.is_where_it_was().map_err(|errno| BindError::io("look at the directory of", &path, errno))?;
    match made {
        Some(entry) if here && entry.kind == FileType::Socket && entry.owner == Uid::current() => {
            Ok(entry.id)
        }
        _ => Err(BindError::Changed { path }),
    }
}

/// For a file name too long for `sockaddr_un`: binds under a short name, then renames; nobody can connect meanwhile.
fn bind_and_rename(site: &Site, socket: &OwnedFd) -> Result<(), BindError> {
    let path = site.path();
    let short = bind_to_short_name(site, socket, &path)?;
    renameat_with(&site.directory, &short, &site.directory, &site.file, RenameFlags::NOREPLACE).map_err(
        |errno| {
            let _ = fs::unlinkat(&site.directory, &short, AtFlags::empty());
            match errno {
                Errno::EXIST => BindError::AddressInUse { path: path.clone() },
                _ => BindError::io("rename", &path, errno),
            }
        },
    )
}

/// Binds under a short name that is free. One that is taken was left by a process with our number, or is another
/// thread's: a few tries find a free one.
fn bind_to_short_name(site: &Site, socket: &OwnedFd, path: &Path) -> Result<OsString, BindError> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut outcome = Err(Errno::ADDRINUSE);
    for _ in 0..SHORT_NAMES_TRIED {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let short = OsString::from(format!(".nearwire-{}-{number}", std::process::id()));
        let address = site.socket_address(Path::new(&short)).ok_or(Errno::NAMETOOLONG);
        outcome = address.and_then(|address| bind(socket, &address)).map(|()| short);
        if !matches!(outcome, Err(Errno::ADDRINUSE)) {
            break;
        }
    }
    outcome.map_err(|errno| BindError::io("bind", path, errno))
}

/// Gives the file exactly the group and mode asked for, before anybody can connect.
fn settle(file: &SocketFile, permissions: Permissions) -> Result<(), BindError> {
    let (site, path) = (&file.site, file.site.path());
    // In a verified directory nobody but this user and root can put another file in its place meanwhile.
    if let Some(group) = permissions.group {
        let group = Some(fs::Gid::from_raw(group.as_raw()));
        chownat(&site.directory, &site.file, None, group, AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|errno| BindError::io("give the group to", &path, errno))?;
    }
    let wanted = permissions.mode.bits();
    if entry_of(site, &path)?.mode != wanted {
        chmodat(&site.directory, &site.file, fs::Mode::from_raw_mode(wanted), AtFlags::empty())
            .map_err(|errno| BindError::io("set the mode of", &path, errno))?;
    }
    let entry = entry_of(site, &path)?;
    let group_is_right = permissions.group.is_none_or(|group| group.as_raw() == entry.group);
    if entry.id == file.id && entry.mode == wanted && group_is_right {
        Ok(())
    } else {
        Err(BindError::Changed { path })
    }
}

fn entry_of(site: &Site, path: &Path) -> Result<Entry, BindError> {
    site.entry()
        .map_err(|errno| BindError::io("look at", path, errno))?
        .ok_or_else(|| BindError::Changed { path: path.to_owned() })
}
