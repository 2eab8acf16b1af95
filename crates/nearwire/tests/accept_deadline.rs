//! Accepting ends at its deadline, though for every client that is refused another one comes.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used)] // a failed step of a test is a failed test

use std::time::Duration;

use nearwire::{Address, Listener, Policy, Stream, Uid};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Sends another client whenever the listener reports anything, such as a refusal: the flood never ceases.
struct Flood {
    address: Address,
}

/// Where a listener that does not know when to stop is given up on.
const ENDLESS: Duration = Duration::from_secs(15);

impl Subscriber for Flood {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, _event: &Event<'_>) {
        // It fails once the test has given up.
        drop(Stream::connect(&self.address));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

#[test]
fn accepting_ends_though_refused_clients_never_cease() {
    let directory = tempfile::tempdir().unwrap();
    let address = Address::try_from(directory.path().join("demo.sock").as_path()).unwrap();
    let nobody = Policy::users([Uid::new(u32::MAX - 1)]);
    let listener = Listener::builder().policy(nobody).bind(&address).unwrap();
    let _first = Stream::connect(&address).unwrap();
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let flood = Flood { address };
        tracing::subscriber::with_default(flood, || {
            let accepted = listener.accept_within(Duration::from_millis(100));
            // Nobody listens any more if it took too long.
            let _ = done.send(accepted.unwrap().is_none());
        });
    });
    let outcome = ended.recv_timeout(ENDLESS);
    assert!(outcome == Ok(true), "still accepting, long after the deadline");
}
