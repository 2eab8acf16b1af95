//! `bind` listens at once; the mode comes a moment later.
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;

pub fn listener(path: &Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))?; // finding: chmod-after-bind
    Ok(listener)
}

pub fn shared(path: &Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(path)?;
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_mode(0o660);
    fs::set_permissions(path, permissions)?; // finding: chmod-after-bind
    Ok(listener)
}
