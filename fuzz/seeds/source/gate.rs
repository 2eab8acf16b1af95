//! Lets local users ask for tickets.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;

const MAX_REQUEST: usize = 256;
pub const DEFAULT_PORTAL: &str = "/tmp/gate.sock";

/// What a client asked for.
#[derive(Debug)]
pub enum Request {
    Issue(u32),
    Revoke(u32),
}

/// Who may pass.
pub struct Gate {
    pub portal: PathBuf,
    listener: UnixListener,
    issued: Vec<u32>,
    next_ticket: u32,
}

impl Gate {
    /// Opens the gate.
    pub fn new(portal: PathBuf) -> io::Result<Gate> {
        let _ = fs::remove_file(&portal);
        let listener = UnixListener::bind(&portal)?;
        fs::set_permissions(&portal, fs::Permissions::from_mode(0o777))?;
        Ok(Gate { portal, listener, issued: Vec::new(), next_ticket: 1 })
    }

    /// Serves until a client cannot be accepted.
    pub fn serve(&mut self) -> io::Result<()> {
        loop {
            let (stream, _) = self.listener.accept()?;
            if let Err(error) = self.handle(stream) {
                eprintln!("client: {error}");
            }
        }
    }

    fn handle(&mut self, mut stream: UnixStream) -> io::Result<()> {
        let mut buffer = [0u8; MAX_REQUEST];
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        match parse(&buffer[..length]) {
            Some(Request::Issue(count)) => self.issue(count, &mut stream),
            Some(Request::Revoke(ticket)) => {
                self.revoke(ticket);
                Ok(())
            }
            None => stream.write_all(b"what?\n"),
        }
    }

    fn issue(&mut self, count: u32, stream: &mut UnixStream) -> io::Result<()> {
        let total = count * 4;
        let mut reply = Vec::with_capacity(total as usize);
        for _ in 0..count {
            let ticket = self.next_ticket;
            self.next_ticket += 1;
            self.issued.push(ticket);
            reply.extend_from_slice(&ticket.to_le_bytes());
        }
        stream.write_all(&reply)
    }

    fn revoke(&mut self, ticket: u32) {
        self.issued.retain(|known| *known != ticket);
    }

    pub(crate) fn issued_count(&self) -> usize {
        self.issued.len()
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        fs::remove_file(&self.portal).ok();
    }
}

fn parse(text: &[u8]) -> Option<Request> {
    let text = std::str::from_utf8(text).ok()?;
    let (verb, number) = text.trim().split_once(' ')?;
    let number = number.parse().unwrap_or(0);
    match verb {
        "issue" => Some(Request::Issue(number)),
        "revoke" => Some(Request::Revoke(number)),
        _ => None,
    }
}

fn main() {
    let mut gate = Gate::new(PathBuf::from(DEFAULT_PORTAL)).expect("the gate opens");
    gate.serve().unwrap();
}
