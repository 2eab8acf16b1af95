//! `nearwire peer`: our own sockets as a program that speaks `peers/PROTOCOL.md`, so that `nearwire compare` treats us as
//! it treats everybody.

use std::process::ExitCode;

use nearwire::{Address, Drain, Limits, Listener, Policy, Spin, services};
use nearwire_exchange::{Plan, SocketFactory, Stop, Verify, Work};
use serde_json::json;

use crate::advice;
use crate::args::peer::{Peer, PeerExchange};
use crate::failure::Failure;
use crate::output;
use crate::signals;

pub(crate) fn run(arguments: &Peer) -> Result<ExitCode, Failure> {
    match arguments {
        Peer::Serve { address, spin } => run_server(address, *spin),
        Peer::Exchange(arguments) => exchange(arguments),
    }
}

fn run_server(address: &Address, spin: Spin) -> Result<ExitCode, Failure> {
    let signals = signals::readable_on_signals()
        .map_err(|error| Failure::target(format!("cannot watch for signals: {error}"), None))?;
    let most = u32::try_from(Limits::raise_descriptor_limit().saturating_sub(64)).unwrap_or(u32::MAX);
    let limits = Limits::default().connections(most).backlog(4096).idle(None).spin(spin);
    let listener = Listener::builder()
        .policy(Policy::same_user())
        .limits(limits)
        .bind(address)
        .map_err(|error| advice::bind(address, &error))?;
    // Clients wait in the backlog until the loop runs.
    output::print("ready\n")?;
    // One thread, as the protocol asks for.
    nearwire::serve_until(listener, services::Echo, &signals, Drain::now())
        .map_err(|error| Failure::target(format!("the event loop failed: {error}"), None))?;
    Ok(ExitCode::SUCCESS)
}

fn exchange(arguments: &PeerExchange) -> Result<ExitCode, Failure> {
    let verify = if arguments.verify { Verify::Full } else { Verify::Count };
    let plan = Plan::new(arguments.connections, arguments.chunk_size, Work::Iterations(arguments.iterations))
        .map_err(|error| Failure::usage(error, None))?
        .with_window(arguments.window)
        .with_verify(verify)
        .with_spin(arguments.spin)
        .without_rtt();
    let (stop, mut ignore) = (Stop::new(), |_| {});
    let failed = |error| advice::exchange(&arguments.address, false, &error);
    let outcome = SocketFactory::new(plan)
        .connect(&arguments.address, &stop, &mut ignore)
        .map_err(failed)?
        .run(&stop, &mut ignore)
        .into_result()
        .map_err(failed)?;
    let line = json!({
        "elapsed_ns": nanoseconds(outcome.elapsed),
        "bytes": outcome.bytes,
        "cpu_ns": outcome.client.map_or(0, |usage| nanoseconds(usage.cpu)),
        "calls": outcome.calls.in_all(),
    });
    output::print(&format!("{line}\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn nanoseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
