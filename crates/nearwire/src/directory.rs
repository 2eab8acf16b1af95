//! Directories that hold sockets: this user's private one, and the check that a directory is safe to use.

use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::escape::Escaped;
use crate::ids::Uid;

const WRITE_BY_OTHERS: u32 = 0o022;
const STICKY: u32 = 0o1000;

/// Why a directory must not hold our socket, or cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// It belongs to somebody who could replace what we put there.
    #[error("the directory {} belongs to user {owner}, not to user {expected}{}", Escaped::new(.path), or_root(.expected))]
    Owner {
        /// The directory.
        path: PathBuf,
        /// Whom it belongs to.
        owner: Uid,
        /// Whom it must belong to (root will do where it is not the private directory).
        expected: Uid,
    },
    /// Others may write to it, so they could replace the socket.
    #[error("the directory {} may be written by others (mode {mode:04o})", Escaped::new(.path))]
    Writable {
        /// The directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It is a symbolic link, a file, or anything else but a directory.
    #[error("{} is not a directory (symbolic links are refused here)", Escaped::new(.path))]
    NotADirectory {
        /// What was found.
        path: PathBuf,
    },
    /// `$XDG_RUNTIME_DIR` must be absolute (XDG Base Directory Specification).
    #[error("XDG_RUNTIME_DIR is {}, which is not an absolute path", Escaped::new(.value))]
    NotAbsolute {
        /// What the variable holds.
        value: PathBuf,
    },
    /// It does not exist.
    #[error("the directory {} does not exist", Escaped::new(.path))]
    Missing {
        /// The directory.
        path: PathBuf,
    },
    /// The system said no.
    #[error("the directory {} cannot be used: {source}", Escaped::new(.path))]
    Io {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn or_root(expected: &Uid) -> &'static str {
    if *expected == Uid::ROOT { "" } else { " or root" }
}

impl DirectoryError {
    fn from_errno(path: &Path, errno: Errno) -> Self {
        let path = path.to_owned();
        match errno {
            Errno::NOENT => Self::Missing { path },
            Errno::NOTDIR | Errno::LOOP => Self::NotADirectory { path },
            _ => Self::Io { path, source: errno.into() },
        }
    }
}

/// The path of this user's private directory, whether or not it exists yet.
pub(crate) fn private_path() -> Result<PathBuf, DirectoryError> {
    let (base, name) = private_parts()?;
    Ok(base.join(name))
}

/// The private directory as its base, which the system provides, and its name therein, which we create.
fn private_parts() -> Result<(PathBuf, String), DirectoryError> {
    let user = Uid::current();
    if let Some(value) = std::env::var_os("XDG_RUNTIME_DIR").filter(|value| !value.is_empty()) {
        let base = PathBuf::from(value);
        if !base.is_absolute() {
            return Err(DirectoryError::NotAbsolute { value: base });
        }
        return Ok((base, "nearwire".to_owned()));
    }
    let base = PathBuf::from(format!("/run/user/{user}"));
    if base.is_dir() {
        return Ok((base, "nearwire".to_owned()));
    }
    Ok((PathBuf::from("/tmp"), format!("nearwire-{user}")))
}

/// Opens this user's private directory, creating it with mode 0700 where it is missing.
pub(crate) fn create_private() -> Result<OwnedFd, DirectoryError> {
    let (base, name) = private_parts()?;
    let base_fd = open_for_binding(&base)?;
    let path = base.join(&name);
    match fs::mkdirat(&base_fd, &name, Mode::RWXU) {
        // The umask may have taken bits that we need. In a verified base nobody else can have replaced it.
        Ok(()) => fs::chmodat(&base_fd, &name, Mode::RWXU, AtFlags::empty())
            .map_err(|errno| DirectoryError::from_errno(&path, errno))?,
        Err(Errno::EXIST) => {}
        Err(errno) => return Err(DirectoryError::from_errno(&path, errno)),
    }
    open_private(&path)
}

/// Opens this user's private directory and verifies that nobody else could have made or changed it.
pub(crate) fn open_private(path: &Path) -> Result<OwnedFd, DirectoryError> {
    let directory = open(path, OFlags::RDONLY | OFlags::NOFOLLOW)?;
    let found = Found::of(&directory, path)?;
    let user = Uid::current();
    if found.owner != user {
        return Err(DirectoryError::Owner { path: path.to_owned(), owner: found.owner, expected: user });
    }
    if found.mode & WRITE_BY_OTHERS != 0 {
        return Err(DirectoryError::Writable { path: path.to_owned(), mode: found.mode });
    }
    Ok(directory)
}

/// Opens a directory and verifies that only this user and root can replace this user's files in it: it belongs to
/// one of them, and others cannot write to it, or the sticky bit keeps them from others' files.
pub(crate) fn open_for_binding(path: &Path) -> Result<OwnedFd, DirectoryError> {
    let directory = open(path, OFlags::PATH)?; // search permission is enough, as for bind itself
    let found = Found::of(&directory, path)?;
    let user = Uid::current();
    if found.owner != user && found.owner != Uid::ROOT {
        return Err(DirectoryError::Owner { path: path.to_owned(), owner: found.owner, expected: user });
    }
    if found.mode & WRITE_BY_OTHERS != 0 && found.mode & STICKY == 0 {
        return Err(DirectoryError::Writable { path: path.to_owned(), mode: found.mode });
    }
    Ok(directory)
}

fn open(path: &Path, extra: OFlags) -> Result<OwnedFd, DirectoryError> {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | extra;
    fs::open(path, flags, Mode::empty()).map_err(|errno| DirectoryError::from_errno(path, errno))
}

struct Found {
    owner: Uid,
    mode: u32,
}

impl Found {
    fn of(directory: &OwnedFd, path: &Path) -> Result<Self, DirectoryError> {
        let found = fs::fstat(directory).map_err(|errno| DirectoryError::from_errno(path, errno))?;
        Ok(Self { owner: Uid::new(found.st_uid), mode: found.st_mode & 0o7777 })
    }
}

/// Device and inode: which file it is, whatever it is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FileId {
    pub(crate) device: u64,
    pub(crate) inode: u64,
}

/// What stands at a name of a directory; a symbolic link is seen itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) id: FileId,
    pub(crate) kind: FileType,
    pub(crate) owner: Uid,
    pub(crate) mode: u32,
    pub(crate) group: u32,
}

impl Entry {
    /// Looks at `name` in `directory`: `None` where nothing is.
    pub(crate) fn at(directory: &OwnedFd, name: &OsStr) -> Result<Option<Self>, Errno> {
        match fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) => Ok(Some(Self::from_stat(&found))),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    pub(crate) fn from_stat(found: &fs::Stat) -> Self {
        Self {
            id: FileId { device: found.st_dev, inode: found.st_ino },
            kind: FileType::from_raw_mode(found.st_mode),
            owner: Uid::new(found.st_uid),
            mode: found.st_mode & 0o7777,
            group: found.st_gid,
        }
    }
}

#[cfg(test)]
mod tests;
