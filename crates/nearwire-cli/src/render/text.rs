//! Results as a table for people: rows as they come, then a summary.

mod counters;

use std::fmt::Write;

use anstyle::Style;
use nearwire::Spin;
use nearwire_exchange::{Outcome, Usage, Verify};

use crate::commands::measure::{CaseResult, Context, Results, Server};
use crate::render::units;

const HEADS: [&str; 13] = [
    "case",
    "conns",
    "chunk",
    "chunks",
    "time",
    "MB/s",
    "chunks/s",
    "RTT p50",
    "p99",
    "max",
    "CPU client",
    "server",
    "verified",
];
const WIDTHS: [usize; 13] = [8, 6, 7, 7, 8, 6, 8, 8, 8, 8, 10, 8, 10];

/// A share of one CPU from which a side counts as its bottleneck.
const BUSY: f64 = 0.95;
/// A share of one CPU from which spinning is shown.
const SPUN: f64 = 0.005;

/// What is measured, and where.
fn heading(context: &Context) -> String {
    let server = match &context.server {
        Server::OwnProcess { pid } => format!("child process {pid}"),
        Server::OwnThread => "threads of this process".to_owned(),
        Server::Other { address } => address.escaped(),
    };
    let checked = match context.verify {
        Verify::Full => "every byte verified",
        Verify::Count => "bytes counted, not verified",
    };
    let bold = Style::new().bold();
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "{bold}nearwire {version}{bold:#} · socket · server: {server} · {checked} · {}\n{}\n\n",
        spin(context.spin),
        context.machine
    )
}

fn spin(spin: Spin) -> String {
    if spin == Spin::OFF { "no spin".to_owned() } else { format!("spin {}", units::duration(spin.time())) }
}

/// What the newest case adds to what was printed; the first one comes with all that stands above it.
pub(crate) fn newest(results: &Results, quiet: bool) -> String {
    let mut text = String::new();
    if results.nothing_was_exchanged() {
        return text;
    }
    if results.cases.len() == 1 {
        if !quiet {
            text.push_str(&heading(&results.context));
        }
        text.push_str(&heads());
    }
    results.cases.last().map(row).iter().for_each(|row| text.push_str(row));
    text
}

fn heads() -> String {
    let bold = Style::new().bold();
    format!("{bold}{}{bold:#}\n", line(&HEADS.map(str::to_owned)))
}

fn row(result: &CaseResult) -> String {
    format!("{}\n", line(&cells(result)))
}

/// The first cell to the left, the others to the right.
fn line(cells: &[String; 13]) -> String {
    let mut line = String::new();
    for ((cell, width), number) in cells.iter().zip(WIDTHS).zip(0..) {
        let _ = if number == 0 { write!(line, " {cell:<width$}") } else { write!(line, " {cell:>width$}") };
    }
    line.trim_end().to_owned()
}

fn cells(result: &CaseResult) -> [String; 13] {
    let case = &result.case;
    let (kind, connections) = (case.kind.to_string(), units::count(case.connections.get().into()));
    let chunk = units::chosen_bytes(case.chunk_size.bytes());
    let Some(outcome) = &result.outcome else {
        let mut cells = std::array::from_fn(|_| "-".to_owned());
        cells[..3].clone_from_slice(&[kind, connections, chunk]);
        return cells;
    };
    let rtt = outcome.rtt_summary();
    let time = |pick: fn(&nearwire_exchange::RttSummary) -> std::time::Duration| {
        rtt.as_ref().map_or_else(|| "-".to_owned(), |rtt| units::duration(pick(rtt)))
    };
    [
        kind,
        connections,
        chunk,
        units::count(outcome.chunks),
        units::duration(outcome.elapsed),
        units::count_f64(outcome.bytes_per_second() / 1e6),
        units::count_f64(outcome.chunks_per_second()),
        time(|rtt| rtt.p50),
        time(|rtt| rtt.p99),
        time(|rtt| rtt.max),
        cpu(outcome, outcome.client.as_ref()),
        cpu(outcome, outcome.server.as_ref()),
        verdict(result, outcome).to_owned(),
    ]
}

fn verdict(result: &CaseResult, outcome: &Outcome) -> &'static str {
    match (&result.failure, outcome.verified) {
        (Some(_), _) => "unfinished",
        (None, true) => "yes",
        (None, false) => "no",
    }
}

/// `48+52 %`: work, and looking for work.
fn cpu(outcome: &Outcome, usage: Option<&Usage>) -> String {
    let Some(usage) = usage else { return "-".to_owned() };
    let (work, spin) = (outcome.work_share(usage), outcome.spin_share(usage));
    let percent = units::percent(work);
    match percent.strip_suffix(" %") {
        Some(digits) if spin >= SPUN => format!("{digits}+{}", units::percent(spin)),
        _ => percent,
    }
}

/// What it comes to.
pub(crate) fn summary(results: &Results) -> String {
    let complete = results.cases.iter().filter(|case| case.failure.is_none()).count();
    let outcomes = || results.cases.iter().filter_map(|case| case.outcome.as_ref());
    let bytes: u64 = outcomes().map(|outcome| outcome.bytes).sum();
    let verified = match results.context.verify {
        Verify::Full => "sent, received and verified",
        Verify::Count => "sent and received, not verified",
    };
    let bold = Style::new().bold();
    let mut text = format!(
        "\n{bold}{complete} of {} cases complete{bold:#} · {} {verified} · {}\n",
        results.context.planned,
        units::bytes(bytes),
        units::duration(results.elapsed),
    );
    if results.context.counters {
        text.push_str(&counters::table(results));
    }
    for (who, cases) in bottlenecks(results) {
        let _ = writeln!(text, "{who}-bound: {}", cases.join(", "));
    }
    if anything_was_spun(results) {
        text.push_str("CPU: work + spin, looking for work before sleeping (--spin off: sleep at once)\n");
    }
    let _ = writeln!(text, "repeat: {}", results.context.command);
    text
}

fn anything_was_spun(results: &Results) -> bool {
    let spun = |outcome: &Outcome| {
        let sides = [&outcome.client, &outcome.server];
        sides.into_iter().flatten().any(|usage| outcome.spin_share(usage) >= SPUN)
    };
    results.cases.iter().filter_map(|case| case.outcome.as_ref()).any(spun)
}

/// Cases in which one side worked on a CPU of its own all the time, and the other had time left.
fn bottlenecks(results: &Results) -> Vec<(&'static str, Vec<String>)> {
    let threads = f64::from(results.context.threads.get());
    let mut bound = vec![("client", Vec::new()), ("server", Vec::new())];
    for result in &results.cases {
        let Some(outcome) = &result.outcome else { continue };
        let (Some(client), Some(server)) = (&outcome.client, &outcome.server) else { continue };
        let (client, server) = (outcome.work_share(client) / threads, outcome.work_share(server) / threads);
        let name =
            format!("{} × {}", result.case.connections, units::chosen_bytes(result.case.chunk_size.bytes()));
        let busiest = match (client >= BUSY, server >= BUSY) {
            (true, false) => "client",
            (false, true) => "server",
            _ => continue,
        };
        bound.iter_mut().filter(|(who, _)| *who == busiest).for_each(|(_, cases)| cases.push(name.clone()));
    }
    bound.retain(|(_, cases)| !cases.is_empty());
    bound
}

/// Heading, rows and summary in one.
pub(crate) fn everything(results: &Results) -> String {
    let rows: String = results.cases.iter().map(row).collect();
    let failure = results.cases.iter().find_map(|case| case.failure.as_ref());
    let failure = failure.map(|failure| format!("error: {failure}\n")).unwrap_or_default();
    heading(&results.context) + &heads() + &rows + &summary(results) + &failure
}

/// The text without its colours, for files.
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[cfg(test)]
mod tests;
