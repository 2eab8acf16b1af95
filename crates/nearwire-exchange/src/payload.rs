//! The bytes an exchange sends, known at every position of every connection.
//!
//! A generated payload is a function of connection and position, so it needs no memory per connection, can be
//! produced and checked in any fragments, and betrays bytes that are wrong, lost, repeated, or another
//! connection's. It has to be cheaper than the sockets it measures: a fixed table of random bytes is combined with
//! a key by XOR, which compilers turn into vector instructions, and the key changes once per table length.

use rustix::fs::{FileType, Mode, OFlags};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[cfg(test)]
mod tests;

/// Bytes that share one key: the length of the table. It stays in the first-level cache.
const BLOCK: usize = 32 * 1024;
/// The same as a distance on a stream.
const BLOCK_BYTES: u64 = 32 * 1024;
/// Short contents of a file are repeated up to this length, so that filling is not done byte by byte.
const WORTHWHILE: usize = 64 * 1024;

/// Random bytes, the same in every build, so that two processes agree on the stream.
static TABLE: [u8; BLOCK] = random_bytes();

/// Why bytes cannot serve as a payload.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// There is nothing to send.
    #[error("{origin} is empty: a payload is at least 1 byte")]
    Empty {
        /// Where the bytes came from: an escaped path, or `payload`.
        origin: String,
    },
    /// There is more than [`Payload::MAX_BYTES`].
    #[error("{origin} is larger than {max} bytes (64 MiB), the most a payload may have", max = Payload::MAX_BYTES)]
    TooLarge {
        /// Where the bytes came from: an escaped path, or `payload`.
        origin: String,
    },
    /// The path leads to something other than a file with contents.
    #[error("{path:?} is a {found}: a payload is read from a regular file")]
    NotARegularFile {
        /// The path that was given.
        path: PathBuf,
        /// What is there.
        found: &'static str,
    },
    /// The file cannot be opened or read.
    #[error("{path:?} cannot be read: {source}")]
    Unreadable {
        /// The path that was given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The first byte that is not what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("connection {connection}, offset {offset}: expected {expected:#04x}, got {got:#04x}")]
#[non_exhaustive]
pub struct Mismatch {
    /// The connection it arrived on, counted from 0.
    pub connection: u32,
    /// Its position in the stream of that connection, counted from 0.
    pub offset: u64,
    /// The byte that belongs there.
    pub expected: u8,
    /// The byte that arrived.
    pub got: u8,
}

/// An endless stream of known bytes for every connection. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Payload(Source);

#[derive(Debug, Clone)]
enum Source {
    Generated,
    /// Never empty.
    Repeated(Arc<[u8]>),
}

impl Payload {
    /// The most bytes a payload can be made of: 64 MiB.
    pub const MAX_BYTES: usize = 64 * 1024 * 1024;

    /// A stream that differs for every connection and never repeats.
    #[must_use]
    pub fn generated() -> Self {
        Self(Source::Generated)
    }

    /// A stream that repeats `bytes`, the same for every connection. Bytes of one connection that reach another
    /// at the same place are not noticed then, nor is a loss of whole repetitions.
    ///
    /// # Errors
    /// [`PayloadError::Empty`] and [`PayloadError::TooLarge`] if there are not 1 to [`Payload::MAX_BYTES`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, PayloadError> {
        Self::repeating(bytes, "payload")
    }

    /// A stream that repeats the contents of a regular file, with the limits of [`Payload::from_bytes`]. A named
    /// pipe or a device is refused without waiting for it.
    ///
    /// # Errors
    /// Any [`PayloadError`].
    pub fn from_file(path: &Path) -> Result<Self, PayloadError> {
        let unreadable = |source| PayloadError::Unreadable { path: path.to_owned(), source };
        let (file, announced) = open_regular(path)?;
        let origin = format!("{path:?}");
        if announced > byte_count(Self::MAX_BYTES) {
            return Err(PayloadError::TooLarge { origin });
        }
        let mut bytes = Vec::new();
        // The size was only a snapshot: a file that grows meanwhile is caught by the byte too many.
        file.take(byte_count(Self::MAX_BYTES) + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        Self::repeating(bytes, &origin)
    }

    /// Writes what `connection` sends at `position` and after into `out`. Positions wrap around at 2^64.
    pub fn fill(&self, connection: u32, position: u64, out: &mut [u8]) {
        match &self.0 {
            Source::Generated => generate(connection, position, out),
            Source::Repeated(bytes) => repeat(bytes, position, out),
        }
    }

    /// Compares `received` with what `connection` sends at `position` and after.
    ///
    /// # Errors
    /// The first [`Mismatch`].
    pub fn check(&self, connection: u32, position: u64, received: &[u8]) -> Result<(), Mismatch> {
        let wrong = match &self.0 {
            Source::Generated => first_not_generated(connection, position, received),
            Source::Repeated(bytes) => first_not_repeated(bytes, position, received),
        };
        match wrong {
            None => Ok(()),
            Some(Wrong { index, expected, got }) => {
                let offset = position.wrapping_add(byte_count(index));
                Err(Mismatch { connection, offset, expected, got })
            }
        }
    }

    fn repeating(bytes: Vec<u8>, origin: &str) -> Result<Self, PayloadError> {
        match bytes.len() {
            0 => Err(PayloadError::Empty { origin: origin.to_owned() }),
            1..WORTHWHILE => Ok(Self(Source::Repeated(bytes.repeat(WORTHWHILE / bytes.len()).into()))),
            WORTHWHILE..=Self::MAX_BYTES => Ok(Self(Source::Repeated(bytes.into()))),
            _ => Err(PayloadError::TooLarge { origin: origin.to_owned() }),
        }
    }
}

impl Default for Payload {
    /// The generated payload.
    fn default() -> Self {
        Self::generated()
    }
}

/// A wrong byte within one piece.
struct Wrong {
    index: usize,
    expected: u8,
    got: u8,
}

fn generate(connection: u32, mut position: u64, mut out: &mut [u8]) {
    while !out.is_empty() {
        let (table, key) = stretch(connection, position, out.len());
        let (piece, rest) = out.split_at_mut(table.len());
        xor_into(piece, table, key);
        position = position.wrapping_add(byte_count(table.len()));
        out = rest;
    }
}

fn first_not_generated(connection: u32, position: u64, received: &[u8]) -> Option<Wrong> {
    let mut done = 0;
    while let Some(rest) = received.get(done..).filter(|rest| !rest.is_empty()) {
        let at = position.wrapping_add(byte_count(done));
        let (table, key) = stretch(connection, at, rest.len());
        let piece = rest.get(..table.len()).unwrap_or(rest);
        if differs(piece, table, key) {
            let expected = table.iter().zip(key.to_le_bytes().into_iter().cycle()).map(|(t, k)| t ^ k);
            return first_difference(piece, expected, done);
        }
        done += piece.len();
    }
    None
}

fn repeat(bytes: &[u8], mut position: u64, mut out: &mut [u8]) {
    while !out.is_empty() {
        let source = cyclic(bytes, position, out.len());
        let (piece, rest) = out.split_at_mut(source.len());
        piece.copy_from_slice(source);
        position = position.wrapping_add(byte_count(source.len()));
        out = rest;
    }
}

fn first_not_repeated(bytes: &[u8], position: u64, received: &[u8]) -> Option<Wrong> {
    let mut done = 0;
    while let Some(rest) = received.get(done..).filter(|rest| !rest.is_empty()) {
        let source = cyclic(bytes, position.wrapping_add(byte_count(done)), rest.len());
        let piece = rest.get(..source.len()).unwrap_or(rest);
        if piece != source {
            return first_difference(piece, source.iter().copied(), done);
        }
        done += piece.len();
    }
    None
}

/// The part of the table that lies under `position`, at most `len` bytes of it and at least one, and the key for
/// its first eight bytes. Turning the key to the position makes every stretch start at a word of its own, so
/// nothing ever needs to be aligned.
fn stretch(connection: u32, position: u64, len: usize) -> (&'static [u8], u64) {
    let under = usize::try_from(position % BLOCK_BYTES).map_or(&TABLE[..], |at| TABLE.split_at(at).1);
    let key = key(connection, position / BLOCK_BYTES);
    let turn = u32::try_from(position % 8).unwrap_or_default() * 8;
    (under.get(..len).unwrap_or(under), key.rotate_right(turn))
}

/// The part of `bytes`, endlessly repeated, that lies under `position`: at most `len` bytes and at least one.
fn cyclic(bytes: &[u8], position: u64, len: usize) -> &[u8] {
    let at = usize::try_from(position % byte_count(bytes.len())).unwrap_or_default();
    let under = bytes.get(at..).unwrap_or(bytes);
    under.get(..len).unwrap_or(under)
}

fn xor_into(out: &mut [u8], table: &[u8], key: u64) {
    let (words, tail) = out.as_chunks_mut::<8>();
    let (table_words, table_tail) = table.as_chunks::<8>();
    for (word, random) in words.iter_mut().zip(table_words) {
        *word = (u64::from_le_bytes(*random) ^ key).to_le_bytes();
    }
    for ((byte, random), key) in tail.iter_mut().zip(table_tail).zip(key.to_le_bytes()) {
        *byte = random ^ key;
    }
}

/// Whether any byte is wrong. Differences are only collected, so that the loop has no branch per word.
fn differs(received: &[u8], table: &[u8], key: u64) -> bool {
    let (words, tail) = received.as_chunks::<8>();
    let (table_words, table_tail) = table.as_chunks::<8>();
    let mut difference = 0;
    for (word, random) in words.iter().zip(table_words) {
        difference |= u64::from_le_bytes(*word) ^ u64::from_le_bytes(*random) ^ key;
    }
    for ((byte, random), key) in tail.iter().zip(table_tail).zip(key.to_le_bytes()) {
        difference |= u64::from(byte ^ random ^ key);
    }
    difference != 0
}

fn first_difference(piece: &[u8], expected: impl Iterator<Item = u8>, done: usize) -> Option<Wrong> {
    piece
        .iter()
        .zip(expected)
        .enumerate()
        .find(|(_, (got, expected))| *got != expected)
        .map(|(index, (got, expected))| Wrong { index: done + index, expected, got: *got })
}

/// The key of one block of one connection. Connections below 2^20 and positions below 2^59 never share a key: the
/// two numbers then occupy different bits, and `mix` maps different inputs to different outputs.
fn key(connection: u32, block: u64) -> u64 {
    mix(block ^ u64::from(connection).rotate_left(44))
}

/// One step of `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): a
/// bijection that spreads every input bit over all output bits.
const fn mix(input: u64) -> u64 {
    let mut z = input.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const fn random_bytes() -> [u8; BLOCK] {
    let mut bytes = [0; BLOCK];
    let (mut words, _) = bytes.as_chunks_mut::<8>();
    let mut state = 0_u64;
    while let Some((word, rest)) = words.split_first_mut() {
        // Doubly mixed, so that the table is no sequence of keys.
        *word = mix(!mix(state)).to_le_bytes();
        state += 1;
        words = rest;
    }
    bytes
}

/// Opens a regular file and tells its size. `NONBLOCK` keeps the open from waiting for the writer of a named pipe,
/// and the check is made on the open file, so it cannot be swapped in between.
fn open_regular(path: &Path) -> Result<(File, u64), PayloadError> {
    let unreadable = |source: io::Error| PayloadError::Unreadable { path: path.to_owned(), source };
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|errno| unreadable(errno.into()))?;
    let stat = rustix::fs::fstat(&file).map_err(|errno| unreadable(errno.into()))?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok((file.into(), u64::try_from(stat.st_size).unwrap_or_default())),
        other => Err(PayloadError::NotARegularFile { path: path.to_owned(), found: file_type_name(other) }),
    }
}

fn file_type_name(file_type: FileType) -> &'static str {
    match file_type {
        FileType::Directory => "directory",
        FileType::Fifo => "named pipe",
        FileType::Socket => "socket",
        FileType::CharacterDevice | FileType::BlockDevice => "device",
        _ => "special file",
    }
}

/// A length as a distance on a stream. No system has a `usize` above 64 bits.
fn byte_count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
