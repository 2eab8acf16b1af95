use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Never comes back without a server.
pub fn connect(path: &Path) -> UnixStream {
    loop {
        if let Ok(stream) = UnixStream::connect(path) { // finding: connect-spin
            return stream;
        }
    }
}

/// The pause makes it cheap, not finite.
pub fn connect_patiently(path: &Path) -> UnixStream {
    loop {
        match UnixStream::connect(path) { // finding: connect-spin
            Ok(stream) => break stream,
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}
