//! The command line, every number checked before it is used.

use std::ffi::OsString;
use std::path::PathBuf;

const CONNECTIONS: u64 = 1_000_000;
const CHUNK: u64 = 16 << 20;
const ITERATIONS: u64 = 1_000_000_000_000;
const WINDOW: u64 = 65_536;

pub(crate) enum Job {
    Serve(PathBuf),
    Exchange(PathBuf, Exchange),
}

/// What `exchange` was asked to do.
#[derive(Clone, Copy, Debug)]
pub struct Exchange {
    pub connections: usize,
    pub chunk: usize,
    pub iterations: u64,
    pub window: usize,
    pub verify: bool,
}

impl Exchange {
    /// The chunks that connection `c` sends.
    #[must_use]
    pub fn chunks_of(&self, c: usize) -> u64 {
        let (c, n) = (c as u64, self.connections as u64);
        self.iterations / n + u64::from(c < self.iterations % n)
    }

    /// The bytes that connection `c` sends, and gets back.
    #[must_use]
    pub fn bytes_of(&self, c: usize) -> u64 {
        self.chunks_of(c) * self.chunk as u64
    }

    /// All the bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.iterations * self.chunk as u64
    }

    /// How far connection `c` may have sent when `received` bytes are back: its window, counted in whole chunks.
    #[must_use]
    pub fn may_send(&self, c: usize, received: u64) -> u64 {
        let chunk = self.chunk as u64;
        self.bytes_of(c).min((received / chunk + self.window as u64) * chunk)
    }

    /// The bytes that a connection has in flight at most.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.window.saturating_mul(self.chunk)
    }
}

pub(crate) fn usage(name: &str) -> String {
    format!(
        "usage: {name} serve PATH | exchange PATH --connections N --chunk-size S --iterations I [--window W] [--verify]"
    )
}

/// Nothing when the arguments are not those of the protocol.
pub(crate) fn parse(mut words: impl Iterator<Item = OsString>) -> Option<Job> {
    let command = words.next()?;
    let path = PathBuf::from(words.next().filter(|path| !path.is_empty())?);
    if command == "serve" {
        return words.next().is_none().then_some(Job::Serve(path));
    }
    if command != "exchange" {
        return None;
    }
    let (mut connections, mut chunk, mut iterations, mut window, mut verify) =
        (None, None, None, None, false);
    while let Some(word) = words.next() {
        let (slot, most) = match word.to_str()? {
            "--connections" => (&mut connections, CONNECTIONS),
            "--chunk-size" => (&mut chunk, CHUNK),
            "--iterations" => (&mut iterations, ITERATIONS),
            "--window" => (&mut window, WINDOW),
            "--verify" => {
                verify = true;
                continue;
            }
            _ => return None,
        };
        *slot = Some(number(words.next()?.to_str()?, most)?);
    }
    let exchange = Exchange {
        connections: usize::try_from(connections?).ok()?,
        chunk: usize::try_from(chunk?).ok()?,
        iterations: iterations?,
        window: usize::try_from(window.unwrap_or(1)).ok()?,
        verify,
    };
    exchange.iterations.checked_mul(exchange.chunk as u64)?;
    Some(Job::Exchange(path, exchange))
}

fn number(text: &str, most: u64) -> Option<u64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| digits && (1..=most).contains(n))
}
