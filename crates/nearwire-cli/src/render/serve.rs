//! What `nearwire serve` prints: a line when it listens, and a report at its end.

use std::fmt::Write;

use nearwire::{Address, CloseReason, RefusalCause, Report};
use serde_json::{Map, Value, json};

use crate::args::ServeFormat;
use crate::render::units;

const SCHEMA: &str = "nearwire.serve/1";

/// The line that says that clients can connect.
pub(crate) fn listening(format: ServeFormat, address: &Address) -> String {
    let place = match address.path() {
        Ok(Some(path)) => nearwire::Escaped::new(&path).to_string(),
        _ => address.escaped(),
    };
    match format {
        ServeFormat::Text => format!("listening on {place}\n"),
        ServeFormat::Json => {
            let line = json!({ "schema": SCHEMA, "event": "listening", "address": place, "pid": std::process::id() });
            format!("{line}\n")
        }
    }
}

/// What the server did.
pub(crate) fn report(format: ServeFormat, report: &Report) -> String {
    match format {
        ServeFormat::Text => report_text(report),
        ServeFormat::Json => report_json(report),
    }
}

fn report_text(report: &Report) -> String {
    let mut text = format!(
        "served {} connections, {} received, {} sent\n",
        units::count(report.served),
        units::bytes(report.received_bytes),
        units::bytes(report.sent_bytes),
    );
    let closed = CloseReason::ALL.map(|reason| (reason.as_str(), report.closed(reason)));
    let refused = RefusalCause::ALL.map(|cause| (cause.as_str(), report.refused(cause)));
    for (what, counts) in [("closed", &closed[..]), ("refused", &refused[..])] {
        let counts: Vec<String> = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| format!("{} {}", units::count(*count), name.replace('_', " ")))
            .collect();
        if !counts.is_empty() {
            let _ = writeln!(text, "{what}: {}", counts.join(", "));
        }
    }
    if report.accept_pauses > 0 {
        let _ = writeln!(
            text,
            "accepting paused {} times: no descriptor was left",
            units::count(report.accept_pauses)
        );
    }
    text
}

fn report_json(report: &Report) -> String {
    let closed: Map<String, Value> = CloseReason::ALL
        .map(|reason| (reason.as_str().to_owned(), report.closed(reason).into()))
        .into_iter()
        .collect();
    let refused: Map<String, Value> = RefusalCause::ALL
        .map(|cause| (cause.as_str().to_owned(), report.refused(cause).into()))
        .into_iter()
        .collect();
    let line = json!({
        "schema": SCHEMA,
        "event": "report",
        "served": report.served,
        "received_bytes": report.received_bytes,
        "sent_bytes": report.sent_bytes,
        "accept_pauses": report.accept_pauses,
        "read_calls": report.read_calls,
        "write_calls": report.write_calls,
        "wait_calls": report.wait_calls,
        "yield_calls": report.yield_calls,
        "spun_ns": report.spun_ns,
        "copied_bytes": report.copied_bytes,
        "refused": refused,
        "closed": closed,
    });
    format!("{line}\n")
}
