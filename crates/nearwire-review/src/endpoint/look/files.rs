//! The socket's file and the directories above it.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use nearwire::Address;

use super::{Directory, SocketFile};
use crate::endpoint::EndpointError;

/// Where Linux keeps a file's access control list.
const ACL: &str = "system.posix_acl_access";

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> EndpointError {
    let what = path.display().to_string();
    |source| match source.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
            EndpointError::NoSuchSocket { name: what }
        }
        _ => EndpointError::Io { what, source },
    }
}

/// Looks at the socket file that connect(2) would find at `path`.
pub(super) fn socket_file(path: &Path) -> Result<SocketFile, EndpointError> {
    let real = std::fs::canonicalize(path).map_err(io(path))?;
    let found = std::fs::symlink_metadata(&real).map_err(io(path))?;
    if !found.file_type().is_socket() {
        return Err(EndpointError::NotASocket { path: path.to_owned() });
    }
    let has_acl = rustix::fs::lgetxattr(&real, ACL, &mut [0_u8; 0]).is_ok_and(|length| length > 0);
    Ok(SocketFile {
        device: found.dev(),
        inode: found.ino(),
        mode: found.mode() & 0o7777,
        uid: found.uid(),
        gid: found.gid(),
        path: real,
        has_acl,
    })
}

/// The directories above the file, and those on the way that the address names where symbolic links lead elsewhere:
/// whoever may change any of them decides what a client finds.
pub(super) fn directories(
    address: &Address,
    file: &SocketFile,
    incomplete: &mut Vec<String>,
) -> Result<Vec<Directory>, EndpointError> {
    let named = address.path()?.and_then(|path| std::path::absolute(path).ok());
    let mut paths: BTreeSet<PathBuf> = file.path.ancestors().skip(1).map(Path::to_owned).collect();
    paths.extend(named.iter().flat_map(|path| path.ancestors().skip(1)).map(Path::to_owned));
    let mut found = Vec::new();
    for path in paths {
        match std::fs::metadata(&path) {
            Ok(metadata) => found.push(directory(path, &metadata)),
            Err(error) => incomplete.push(format!("{}: {error}", path.display())),
        }
    }
    Ok(found)
}

fn directory(path: PathBuf, found: &Metadata) -> Directory {
    Directory { path, mode: found.mode() & 0o7777, uid: found.uid(), gid: found.gid() }
}
