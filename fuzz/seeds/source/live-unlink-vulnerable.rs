//! The second start takes the name away from the first one.
use std::fs;
use std::io;
use std::os::unix::net::UnixListener;
use std::path::Path;

pub fn listener(path: &Path) -> io::Result<UnixListener> {
    if path.exists() {
        fs::remove_file(path)?; // finding: live-unlink
    }
    UnixListener::bind(path)
}

pub fn forgiving(path: &str) -> io::Result<UnixListener> {
    let _ = std::fs::remove_file(&path); // finding: live-unlink
    let listener = UnixListener::bind(&path)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
