//! How the owner of a server tells its event loops to end.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use mio::Waker;

/// Shared by a server's owner and its loops.
#[derive(Debug)]
pub(crate) struct Control {
    drain_until: OnceLock<Instant>,
    wakers: Vec<Arc<Waker>>,
}

impl Control {
    pub(crate) fn new(wakers: Vec<Arc<Waker>>) -> Self {
        Self { drain_until: OnceLock::new(), wakers }
    }

    /// Tells every loop to drain. The first call counts.
    pub(crate) fn drain(&self, deadline: Instant) {
        if self.drain_until.set(deadline).is_ok() {
            for waker in &self.wakers {
                if let Err(error) = waker.wake() {
                    tracing::error!(%error, "an event loop could not be woken");
                }
            }
        }
    }

    /// Until when to drain, if at all.
    pub(crate) fn drain_until(&self) -> Option<Instant> {
        self.drain_until.get().copied()
    }
}
