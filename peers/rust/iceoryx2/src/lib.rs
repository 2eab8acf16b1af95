//! Shows iceoryx2: publish-subscribe with slices of bytes in shared memory, one pair of services for each connection.
//!
//! A chunk is copied into the memory of its publisher, from there by the server into its own, and out of that by the
//! client. A client creates the services of its connections and asks the server, by request and response, to open them.
//! Each side wakes the other once for all that it sent in a turn, or, polling, not at all.
//!
//! The library opens about five descriptors for each service, so that there is room for some hundred connections only.

mod client;
mod names;
mod server;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use common::{Result, While as _};
use iceoryx2::node::NodeView as _;
use iceoryx2::port::listener::Listener;
use iceoryx2::port::notifier::Notifier;
use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;

use names::Names;

/// How a side learns that there is something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    Events,
    Polling,
}

/// Runs the peer called `name`.
pub fn run(name: &'static str, waiting: Waiting) -> ExitCode {
    set_log_level(LogLevel::Fatal); // errors reach us as values
    let names = |path: &Path| Names::new(path, name);
    common::run(
        name,
        |path| {
            let names = names(path)?;
            let done = server::serve(&names, waiting);
            names.tidy();
            done
        },
        |path, exchange| {
            let names = names(path)?;
            let done = client::exchange(&names, exchange, waiting);
            names.tidy();
            done
        },
    )
}

/// How often a side looks whether the other one still lives.
const LOOK: Duration = Duration::from_millis(100);
/// Rounds without a sample after which a polling side gives its time slice away.
const SPINS: u32 = 1000;

/// What a client tells of itself when its services exist.
#[derive(Clone, Copy, Debug, ZeroCopySend)]
#[repr(C)]
struct Hello {
    session: u64,
    connections: u64,
    chunk: u64,
}

/// What the server says to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ZeroCopySend)]
#[repr(C)]
enum Answer {
    Opened,
    NoRoom,
    Failed,
}

/// One end of a connection.
struct Lane {
    publisher: Publisher<ipc::Service, [u8], ()>,
    subscriber: Subscriber<ipc::Service, [u8], ()>,
}

impl Lane {
    fn send(&self, bytes: &[u8]) -> Result<()> {
        let sample = self.publisher.loan_slice_uninit(bytes.len()).during("loan")?;
        sample.write_from_slice(bytes).send().during("send")?;
        Ok(())
    }
}

/// Wakes the other side. That it is awake already, or gone, is no matter: the latter is looked for anyway.
fn wake(notifier: &Notifier<ipc::Service>) {
    let _ = notifier.notify();
}

/// Sleeps until woken, and no longer than `LOOK`.
fn sleep(listener: &mut Listener<ipc::Service>) -> Result<()> {
    match listener.timed_wait(|_| (), LOOK) {
        Ok(_) | Err(iceoryx2::port::listener::ListenerWaitError::InterruptSignal) => Ok(()),
        Err(error) => Err(error).during("wait"),
    }
}

/// Whether a node other than ours lives that has opened `service`.
fn in_company(service: &impl PortFactory<Service = ipc::Service>, node: &Node<ipc::Service>) -> bool {
    let mut company = false;
    let listed = service.nodes(|state| {
        company |= matches!(&state, NodeState::Alive(view) if view.id() != node.id());
        CallbackProgression::Continue
    });
    company || listed.is_err()
}

/// Whether the descriptors are enough for `connections`.
fn room_for(connections: usize) -> std::result::Result<(), String> {
    const FOR_EACH: usize = 10;
    const FOR_ALL: usize = 100;
    let (needed, limit) = (connections * FOR_EACH + FOR_ALL, common::descriptors());
    if needed as u64 <= limit {
        return Ok(());
    }
    Err(format!("{connections} connections are {needed} descriptors on each side, and the limit is {limit}"))
}
