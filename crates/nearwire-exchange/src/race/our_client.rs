//! What our own client says of a contender's server: whether it echoes, and how long a round trip takes.
//!
//! One client for all: what differs is the server. And the clock is read here, not in the slices that are compared, where
//! it would make clients that measure round trips slower than those that do not.

use std::io;
use std::time::Duration;

use nearwire::Address;

use crate::case::{Case, CaseKind};
use crate::contender::{ContenderError, Order, Serving, on_cpu};
use crate::error::ExchangeError;
use crate::factory::SocketFactory;
use crate::outcome::Outcome;
use crate::plan::{Plan, Verify, Work};
use crate::quantity::{ChunkSize, Connections, Iterations, Window};
use crate::race::RaceError;
use crate::stop::Stop;

/// How long it waits for a byte.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Before a contender is timed: a verified exchange with itself, in odd pieces; and one with our client, if it speaks
/// plain sockets.
pub(super) fn check(server: &Serving, stop: &Stop) -> Result<(), RaceError> {
    for (connections, chunk, iterations) in [(3, 70_001, 50), (5, 1, 100), (1, 1009, 200)] {
        let (connections, chunk_size) = (Connections::new(connections)?, ChunkSize::new(chunk)?);
        let iterations = Iterations::new(iterations)?;
        let case = Case { kind: CaseKind::Exchange, connections, chunk_size, iterations };
        let order = Order { case, window: Window::default(), verify: true };
        server.exchange(&order, stop)?;
        if server.is_plain() {
            exchange(server, &order, stop)?;
        }
    }
    Ok(())
}

/// An exchange as ordered, with our client.
pub(super) fn exchange(server: &Serving, order: &Order, stop: &Stop) -> Result<Outcome, RaceError> {
    let exchanged = planned(server, order).and_then(|(address, plan)| {
        let connect_and_run = || {
            let connected = SocketFactory::new(plan).connect(&address, stop, &mut |_| {});
            Ok(connected.and_then(|connected| connected.run(stop, &mut |_| {}).into_result()))
        };
        on_cpu(server.client_cpu(), connect_and_run)
            .map_err(ExchangeError::io("bind the client to its CPU"))?
    });
    exchanged.map_err(|error| match error {
        ExchangeError::Interrupted => ContenderError::Interrupted.into(),
        source => RaceError::Unserved { name: server.name().to_owned(), source },
    })
}

fn planned(server: &Serving, order: &Order) -> Result<(Address, Plan), ExchangeError> {
    let invalid = |error: &dyn std::fmt::Display| ExchangeError::Io {
        action: "plan an exchange",
        source: io::Error::other(error.to_string()),
    };
    let Case { connections, chunk_size, iterations, .. } = order.case;
    let address = Address::try_from(server.path()).map_err(|error| invalid(&error))?;
    let plan = Plan::new(connections, chunk_size, Work::Iterations(iterations))
        .and_then(|plan| plan.with_timeout(TIMEOUT))
        .map_err(|error| invalid(&error))?;
    let verify = if order.verify { Verify::Full } else { Verify::Count };
    Ok((address, plan.with_window(order.window).with_verify(verify)))
}
