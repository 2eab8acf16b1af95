//! Messages that begin with their length.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;

pub fn receive(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut head = [0; 4];
    stream.read_exact(&mut head)?;
    let length = u32::from_be_bytes(head);
    let mut message = vec![0; (length + 4) as usize]; // finding: len-arith
    stream.read_exact(&mut message)?;
    Ok(message)
}

pub fn receive_large(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut head = [0; 8];
    stream.read_exact(&mut head)?;
    let length = u64::from_le_bytes(head) as usize;
    let mut message = Vec::with_capacity(length * 2); // finding: len-arith
    stream.take(4096).read_to_end(&mut message)?;
    Ok(message)
}
