//! What came back on each connection, and whether one of them has stopped.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::{process, thread};

use crate::{DEADLINE, Exchange, Failure, Result, SWEEP, fail};

pub struct Progress {
    exchange: Exchange,
    received: Vec<AtomicU64>,
    seen: Mutex<Vec<(u64, u64)>>, // bytes at the last sweep, and sweeps since they changed
}

impl Progress {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        let n = exchange.connections;
        let received = (0..n).map(|_| AtomicU64::new(0)).collect();
        Self { exchange: *exchange, received, seen: Mutex::new(vec![(0, 0); n]) }
    }

    #[must_use]
    pub fn received(&self, c: usize) -> u64 {
        self.received[c].load(Relaxed)
    }

    /// Counts `n` bytes that came back on connection `c`, and says whether that was all. One thread counts.
    pub fn count(&self, c: usize, n: usize) -> Result<bool> {
        let received = self.received(c) + n as u64;
        self.received[c].store(received, Relaxed);
        if received > self.exchange.bytes_of(c) {
            return fail(format!("connection {c}: more bytes came back than were sent"));
        }
        Ok(received == self.exchange.bytes_of(c))
    }

    /// Has a thread do the sweeps and end the process `name` when one fails: for a library whose calls may block.
    pub fn watch(self: Arc<Self>, name: &'static str) {
        thread::spawn(move || {
            loop {
                thread::sleep(SWEEP);
                if let Err(Failure(why)) = self.sweep() {
                    eprintln!("{name}: {why}");
                    process::exit(1);
                }
            }
        });
    }

    /// Called once each `SWEEP`: fails when a connection got nothing for too long.
    pub fn sweep(&self) -> Result<()> {
        let Ok(mut seen) = self.seen.lock() else { return fail("poisoned") };
        for (c, (bytes, quiet)) in seen.iter_mut().enumerate() {
            let received = self.received(c);
            *quiet = if received == *bytes { *quiet + 1 } else { 0 };
            *bytes = received;
            if received < self.exchange.bytes_of(c) && *quiet >= DEADLINE.as_secs() / SWEEP.as_secs() {
                return fail(format!("connection {c}: 30 s without a byte"));
            }
        }
        Ok(())
    }
}
