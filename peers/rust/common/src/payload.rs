//! The bytes that are sent, and the check of those that come back.

use crate::{Exchange, Result, fail};

/// The verified stream repeats after this many bytes (and after 256 connections), so that a few tables hold every
/// stream, and are sent and compared without another copy.
const PERIOD: usize = 251 * 256;
const SPAN: usize = 256 * 1024;

pub struct Payload {
    verify: bool,
    span: usize,
    tables: Vec<Vec<u8>>,
}

impl Payload {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        let flight = exchange.in_flight().min(SPAN);
        let span = if exchange.verify { flight } else { flight.max(exchange.chunk) };
        let tables = if exchange.verify { exchange.connections.min(256) } else { 1 };
        let table = |c| (0..PERIOD + span).map(|p| (c * 131 + p * 7 + p / 251) as u8).collect();
        Self { verify: exchange.verify, span, tables: (0..tables).map(table).collect() }
    }

    /// What connection `c` sends from position `at` of its stream up to `end`, or the beginning of that.
    #[must_use]
    pub fn piece(&self, c: usize, at: u64, end: u64) -> &[u8] {
        let len = usize::try_from(end - at).unwrap_or(self.span).min(self.span);
        if self.verify {
            let start = (at % PERIOD as u64) as usize;
            &self.tables[c % 256][start..start + len]
        } else {
            &self.tables[0][..len]
        }
    }

    /// All of it; `scratch` is used when no table is so long.
    #[must_use]
    pub fn whole<'a>(&'a self, c: usize, mut at: u64, end: u64, scratch: &'a mut Vec<u8>) -> &'a [u8] {
        if end - at <= self.span as u64 {
            return self.piece(c, at, end);
        }
        scratch.clear();
        while at < end {
            let piece = self.piece(c, at, end);
            scratch.extend_from_slice(piece);
            at += piece.len() as u64;
        }
        scratch
    }

    /// Whether `bytes` are those that connection `c` sent from position `at` on.
    pub fn check(&self, c: usize, mut at: u64, mut bytes: &[u8]) -> Result<()> {
        while self.verify && !bytes.is_empty() {
            let sent = self.piece(c, at, at + bytes.len() as u64);
            let (now, later) = bytes.split_at(sent.len());
            if now != sent {
                return fail(format!("connection {c}: a byte came back that was not sent, after byte {at}"));
            }
            at += sent.len() as u64;
            bytes = later;
        }
        Ok(())
    }
}
