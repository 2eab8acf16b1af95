//! What a run tells while it goes on.

use std::time::Duration;

/// Something that happened in a run. The engines tell; who draws a progress bar listens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// Connections are being made.
    Connecting {
        /// Connections made so far.
        made: u32,
        /// Connections in all.
        of: u32,
    },
    /// Chunks are being exchanged. Told about ten times a second.
    Exchanging {
        /// Chunks that came back so far.
        chunks: u64,
        /// Time since the first was sent.
        elapsed: Duration,
    },
}

/// Who listens to the events of a run. Any closure that takes an [`Event`] does; it is called on the caller's thread.
pub trait Observer {
    /// Something happened.
    fn observe(&mut self, event: Event);
}

impl<F: FnMut(Event)> Observer for F {
    fn observe(&mut self, event: Event) {
        self(event);
    }
}
