//! Results as JSON, schema `nearwire.exchange/1`: types of its own, so that the format changes only on purpose.

use std::time::Duration;

use nearwire_exchange::{Calls, Machine, Outcome, RttSummary, Usage, Verify};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::measure::{CaseResult, Context, Results, Server};
use crate::failure::Failure;

/// What `nearwire exchange`, `pingpong` and `suite` print with `--json`. Times are in nanoseconds, sizes in bytes.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "nearwire.exchange/1")]
pub(crate) struct Document {
    /// Always `nearwire.exchange/1`. Fields may be added; a change of their meaning makes it `/2`.
    schema: &'static str,
    /// The version of nearwire that made this.
    version: &'static str,
    /// The command that made this.
    command: String,
    machine: MachineV1,
    server: ServerV1,
    settings: SettingsV1,
    /// How many cases were asked for. Fewer are in `cases` when one failed: it is the last.
    planned_cases: usize,
    cases: Vec<CaseV1>,
    /// From the first connection to the end of the last case.
    elapsed_ns: u64,
}

/// What the results depend on. `null` where the system does not tell.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct MachineV1 {
    pub(crate) cpu_model: Option<String>,
    pub(crate) logical_cpus: Option<u32>,
    /// The kernel's release.
    pub(crate) kernel: String,
    pub(crate) architecture: String,
    pub(crate) hypervisor: Option<String>,
    pub(crate) memory_bytes: Option<u64>,
    /// The frequency governor of the first CPU.
    pub(crate) governor: Option<String>,
    /// The kernel's mitigations of CPU faults.
    pub(crate) mitigations: Option<String>,
}

/// Which server was measured.
#[derive(Serialize, JsonSchema)]
struct ServerV1 {
    /// `process`: our own, in a process of its own; `thread`: our own, in this process; `other`: given by `--to`.
    kind: &'static str,
    /// Where it listens, escaped; `null` for our own.
    address: Option<String>,
    /// The process of our own server.
    pid: Option<u32>,
}

/// What was the same for all cases.
#[derive(Serialize, JsonSchema)]
struct SettingsV1 {
    /// Chunks in flight on each connection.
    window: u32,
    /// Event loops of the client, and of our own server.
    threads: u16,
    /// `full`: every byte was checked; `count`: the bytes were counted.
    verify: &'static str,
    /// `generated`, or the file.
    payload: String,
    /// How long a connection may move no byte.
    timeout_ns: u64,
    /// How long a client, and our own server, that has nothing to do looks for more before it sleeps; 0: not at all.
    spin_ns: u64,
}

/// One case.
#[derive(Serialize, JsonSchema)]
struct CaseV1 {
    /// `exchange` or `pingpong`.
    case: &'static str,
    connections: u32,
    chunk_size: u64,
    /// Chunks that were asked for, over all connections; `null` with `--duration`.
    iterations: Option<u64>,
    /// Chunks that came back whole.
    chunks: u64,
    /// Bytes that came back. As many were sent, if the case is complete.
    bytes: u64,
    /// From the first byte sent to the last that came back.
    elapsed_ns: u64,
    /// How long it took to make the connections, before.
    connecting_ns: u64,
    bytes_per_second: f64,
    chunks_per_second: f64,
    /// Round-trip times of all chunks: from before a chunk's first byte is sent until after its last is read. `null` when
    /// none came back.
    rtt_ns: Option<RttV1>,
    /// What the client's threads used.
    client: Option<UsageV1>,
    /// What the server used, with the processes it started.
    server: Option<UsageV1>,
    /// With `--counters`: what was counted; else `null`.
    counters: Option<CountersV1>,
    /// Whether every chunk came back and every byte was checked.
    verified: bool,
    /// `ok`, or why the case is not complete.
    status: String,
}

/// Round-trip times, never halved.
#[derive(Serialize, JsonSchema)]
struct RttV1 {
    min: u64,
    p50: u64,
    p90: u64,
    p99: u64,
    /// `null` with fewer than 10 000 round trips.
    p999: Option<u64>,
    max: u64,
    mean: u64,
    /// How many round trips.
    count: u64,
}

/// What both sides counted during a case, over all chunks. Context switches are in `client` and `server`.
#[derive(Serialize, JsonSchema)]
struct CountersV1 {
    client: CallsV1,
    /// `null` where the server is not our own.
    server: Option<CallsV1>,
    /// Bytes that our own server copied, because a socket did not take them at once.
    server_copied_bytes: Option<u64>,
}

/// System calls, counted in our event loops.
#[derive(Serialize, JsonSchema)]
struct CallsV1 {
    /// Calls that read from connections.
    reads: u64,
    /// Calls that wrote to connections.
    writes: u64,
    /// Calls that waited for events, or looked for them.
    waits: u64,
    /// Calls that gave way to other threads between two looks.
    yields: u64,
}

/// What a side used during a case.
#[derive(Serialize, JsonSchema)]
struct UsageV1 {
    /// CPU time.
    cpu_ns: u64,
    /// How much of it was spent looking for something to do, before sleeping; 0 for a server that is not our own.
    spun_ns: u64,
    /// How often a thread gave up the CPU, to wait.
    voluntary_switches: u64,
    /// How often a thread lost the CPU to another.
    involuntary_switches: u64,
}

pub(crate) fn results(results: &Results) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(&document(results))
        .map_err(|error| Failure::target(format!("cannot write JSON: {error}"), None))?;
    text.push('\n');
    Ok(text)
}

fn document(results: &Results) -> Document {
    let Results { context, cases, elapsed } = results;
    Document {
        schema: "nearwire.exchange/1",
        version: env!("CARGO_PKG_VERSION"),
        command: context.command.clone(),
        machine: machine(&context.machine),
        server: server(&context.server),
        settings: settings(context),
        planned_cases: context.planned,
        cases: cases.iter().map(|each| case(each, context.counters)).collect(),
        elapsed_ns: nanoseconds(*elapsed),
    }
}

pub(crate) fn machine(machine: &Machine) -> MachineV1 {
    let machine = machine.clone();
    MachineV1 {
        cpu_model: machine.cpu_model,
        logical_cpus: machine.logical_cpus,
        kernel: machine.kernel,
        architecture: machine.architecture,
        hypervisor: machine.hypervisor,
        memory_bytes: machine.memory_bytes,
        governor: machine.governor,
        mitigations: machine.mitigations,
    }
}

fn server(server: &Server) -> ServerV1 {
    match server {
        Server::OwnProcess { pid } => ServerV1 { kind: "process", address: None, pid: Some(*pid) },
        Server::OwnThread => ServerV1 { kind: "thread", address: None, pid: None },
        Server::Other { address } => ServerV1 { kind: "other", address: Some(address.escaped()), pid: None },
    }
}

fn settings(context: &Context) -> SettingsV1 {
    SettingsV1 {
        window: context.window.get(),
        threads: context.threads.get(),
        verify: verify_name(context.verify),
        payload: context.payload.clone(),
        timeout_ns: nanoseconds(context.timeout),
        spin_ns: nanoseconds(context.spin.time()),
    }
}

fn verify_name(verify: Verify) -> &'static str {
    match verify {
        Verify::Full => "full",
        _ => "count",
    }
}

fn case(result: &CaseResult, with_counters: bool) -> CaseV1 {
    let outcome = result.outcome.as_ref();
    CaseV1 {
        case: result.case.kind.as_str(),
        connections: result.case.connections.get(),
        chunk_size: result.case.chunk_size.bytes(),
        iterations: result.iterations,
        chunks: outcome.map_or(0, |outcome| outcome.chunks),
        bytes: outcome.map_or(0, |outcome| outcome.bytes),
        elapsed_ns: outcome.map_or(0, |outcome| nanoseconds(outcome.elapsed)),
        connecting_ns: outcome.map_or(0, |outcome| nanoseconds(outcome.connecting)),
        bytes_per_second: outcome.map_or(0.0, Outcome::bytes_per_second),
        chunks_per_second: outcome.map_or(0.0, Outcome::chunks_per_second),
        rtt_ns: outcome.and_then(Outcome::rtt_summary).as_ref().map(rtt),
        client: outcome.and_then(|outcome| outcome.client.as_ref()).map(usage),
        server: outcome.and_then(|outcome| outcome.server.as_ref()).map(usage),
        counters: outcome.filter(|_| with_counters).map(|outcome| counters(outcome, result)),
        verified: outcome.is_some_and(|outcome| outcome.verified),
        status: result.failure.clone().unwrap_or_else(|| "ok".to_owned()),
    }
}

fn rtt(summary: &RttSummary) -> RttV1 {
    RttV1 {
        min: nanoseconds(summary.min),
        p50: nanoseconds(summary.p50),
        p90: nanoseconds(summary.p90),
        p99: nanoseconds(summary.p99),
        p999: summary.p999.map(nanoseconds),
        max: nanoseconds(summary.max),
        mean: nanoseconds(summary.mean),
        count: summary.count,
    }
}

fn counters(outcome: &Outcome, result: &CaseResult) -> CountersV1 {
    CountersV1 {
        client: calls(outcome.calls),
        server: result.server_counts.map(|counts| calls(counts.calls)),
        server_copied_bytes: result.server_counts.map(|counts| counts.copied_bytes),
    }
}

fn calls(calls: Calls) -> CallsV1 {
    let Calls { reads, writes, waits, yields } = calls;
    CallsV1 { reads, writes, waits, yields }
}

fn usage(usage: &Usage) -> UsageV1 {
    UsageV1 {
        cpu_ns: nanoseconds(usage.cpu),
        spun_ns: nanoseconds(usage.spun),
        voluntary_switches: usage.voluntary_switches,
        involuntary_switches: usage.involuntary_switches,
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
