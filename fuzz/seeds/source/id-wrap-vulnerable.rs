use std::collections::HashMap;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};

pub struct Server {
    listener: UnixListener,
    next_id: u32,
    clients: HashMap<u32, UnixStream>,
}

impl Server {
    /// A release build wraps, and the new client replaces an old one.
    pub fn admit(&mut self) -> io::Result<u32> {
        let (stream, _) = self.listener.accept()?;
        let id = self.next_id;
        self.next_id += 1; // finding: id-wrap
        self.clients.insert(id, stream);
        Ok(id)
    }
}
