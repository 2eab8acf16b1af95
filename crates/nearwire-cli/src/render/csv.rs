//! Results as CSV: one line for each case, with the names and units of the JSON.

use nearwire_exchange::{Outcome, RttSummary, Usage};

use crate::commands::measure::{CaseResult, Results};
use crate::failure::Failure;

const HEADS: [&str; 22] = [
    "case",
    "connections",
    "chunk_size",
    "iterations",
    "chunks",
    "bytes",
    "elapsed_ns",
    "connecting_ns",
    "bytes_per_second",
    "chunks_per_second",
    "rtt_min_ns",
    "rtt_p50_ns",
    "rtt_p90_ns",
    "rtt_p99_ns",
    "rtt_p999_ns",
    "rtt_max_ns",
    "client_cpu_ns",
    "client_spun_ns",
    "server_cpu_ns",
    "server_spun_ns",
    "verified",
    "status",
];

pub(crate) fn results(results: &Results) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let cannot = |error: &dyn std::fmt::Display| Failure::target(format!("cannot write CSV: {error}"), None);
    writer.write_record(HEADS).map_err(|error| cannot(&error))?;
    for case in &results.cases {
        writer.write_record(record(case)).map_err(|error| cannot(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| cannot(&error))?;
    String::from_utf8(bytes).map_err(|error| cannot(&error))
}

/// What is not known is an empty cell.
fn record(result: &CaseResult) -> [String; 22] {
    let outcome = result.outcome.as_ref();
    let rtt = outcome.and_then(Outcome::rtt_summary);
    let number = |pick: &dyn Fn(&Outcome) -> String| outcome.map(pick).unwrap_or_default();
    let time = |pick: &dyn Fn(&RttSummary) -> Option<std::time::Duration>| {
        rtt.as_ref().and_then(pick).map(|time| time.as_nanos().to_string()).unwrap_or_default()
    };
    let (client, server) =
        (outcome.and_then(|outcome| outcome.client), outcome.and_then(|outcome| outcome.server));
    let used = |usage: Option<Usage>, pick: &dyn Fn(Usage) -> std::time::Duration| {
        usage.map(|usage| pick(usage).as_nanos().to_string()).unwrap_or_default()
    };
    [
        result.case.kind.to_string(),
        result.case.connections.to_string(),
        result.case.chunk_size.to_string(),
        result.iterations.map(|iterations| iterations.to_string()).unwrap_or_default(),
        number(&|outcome| outcome.chunks.to_string()),
        number(&|outcome| outcome.bytes.to_string()),
        number(&|outcome| outcome.elapsed.as_nanos().to_string()),
        number(&|outcome| outcome.connecting.as_nanos().to_string()),
        number(&|outcome| format!("{:.0}", outcome.bytes_per_second())),
        number(&|outcome| format!("{:.0}", outcome.chunks_per_second())),
        time(&|rtt| Some(rtt.min)),
        time(&|rtt| Some(rtt.p50)),
        time(&|rtt| Some(rtt.p90)),
        time(&|rtt| Some(rtt.p99)),
        time(&|rtt| rtt.p999),
        time(&|rtt| Some(rtt.max)),
        used(client, &|usage| usage.cpu),
        used(client, &|usage| usage.spun),
        used(server, &|usage| usage.cpu),
        used(server, &|usage| usage.spun),
        outcome.is_some_and(|outcome| outcome.verified).to_string(),
        result.failure.clone().unwrap_or_else(|| "ok".to_owned()),
    ]
}
