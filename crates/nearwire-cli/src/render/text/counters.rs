//! The table of `--counters`: what a chunk costs in system calls and context switches. Those of a side that
//! sleeps at once hardly depend on how busy the machine is; one that spins waits and yields as often as it finds nothing.

use std::fmt::Write;

use anstyle::Style;
use nearwire_exchange::{Calls, Usage};

use crate::commands::measure::{CaseResult, Results};
use crate::render::units;

const HEADS: [&str; 11] = [
    "case", "conns", "chunk", "reads", "writes", "waits", "yields", "switches", "calls", "switches", "copied",
];
const WIDTHS: [usize; 11] = [8, 6, 7, 7, 7, 7, 7, 8, 9, 8, 8];

/// The table, with an empty line before and after.
pub(super) fn table(results: &Results) -> String {
    let bold = Style::new().bold();
    let mut text = format!("\n{bold}for each chunk{:17}client{:40}server{bold:#}\n", "", "");
    let _ = writeln!(text, "{bold}{}{bold:#}", line(&HEADS.map(str::to_owned)));
    for result in &results.cases {
        let _ = writeln!(text, "{}", line(&cells(result)));
    }
    text.push('\n');
    text
}

fn line(cells: &[String; 11]) -> String {
    let mut line = String::new();
    for ((cell, width), number) in cells.iter().zip(WIDTHS).zip(0..) {
        let _ = if number == 0 { write!(line, " {cell:<width$}") } else { write!(line, " {cell:>width$}") };
    }
    line
}

/// What is not known is `-`.
fn cells(result: &CaseResult) -> [String; 11] {
    let outcome = result.outcome.as_ref();
    let chunks = outcome.map(|outcome| outcome.chunks).filter(|&chunks| chunks > 0);
    let per_chunk = |count: Option<u64>| match count.zip(chunks) {
        Some((count, chunks)) => format!("{:.2}", ratio(count, chunks)),
        None => "-".to_owned(),
    };
    let calls = outcome.map(|outcome| outcome.calls);
    let server = result.server_counts;
    let copied = server.zip(chunks).map(|(server, chunks)| units::bytes(server.copied_bytes / chunks));
    [
        result.case.kind.to_string(),
        units::count(result.case.connections.get().into()),
        units::chosen_bytes(result.case.chunk_size.bytes()),
        per_chunk(calls.map(|calls| calls.reads)),
        per_chunk(calls.map(|calls| calls.writes)),
        per_chunk(calls.map(|calls| calls.waits)),
        per_chunk(calls.map(|calls| calls.yields)),
        per_chunk(outcome.and_then(|outcome| outcome.client).map(switches)),
        per_chunk(server.map(|server| Calls::in_all(&server.calls))),
        per_chunk(outcome.and_then(|outcome| outcome.server).map(switches)),
        copied.unwrap_or_else(|| "-".to_owned()),
    ]
}

fn switches(usage: Usage) -> u64 {
    usage.voluntary_switches + usage.involuntary_switches
}

#[allow(clippy::cast_precision_loss)] // two digits are shown
fn ratio(count: u64, of: u64) -> f64 {
    count as f64 / of as f64
}
