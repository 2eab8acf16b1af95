//! The table of `nearwire compare --counters`: what a chunk costs each side.

use std::fmt::Write;
use std::time::Duration;

use anstyle::Style;
use nearwire::Escaped;

use crate::render::compare::document::{Document, SideV1};
use crate::render::units;

/// The table; nothing without counters.
pub(super) fn table(document: &Document) -> String {
    let mut text = String::new();
    if document.sides.iter().all(|side| side.counters.is_none()) {
        return text;
    }
    let bold = Style::new().bold();
    let _ = writeln!(
        text,
        "\n{bold} {:<26} {:<20} {:>12} {:>15} {:>11}{bold:#}",
        "for each chunk", "program", "client calls", "server switches", "server CPU"
    );
    document.sides.iter().for_each(|side| text.push_str(&row(side)));
    text.push_str(" (-: the program does not count them, or the system does not tell)\n");
    text
}

fn row(side: &SideV1) -> String {
    let case = format!("{} {} × {}", side.case, side.connections, units::chosen_bytes(side.chunk_size));
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    let counters = side.counters.as_ref();
    let cpu = counters.and_then(|counters| counters.server_cpu_ns);
    let cpu = cpu.and_then(|nanoseconds| Duration::try_from_secs_f64(nanoseconds / 1e9).ok());
    format!(
        " {case:<26} {:<20} {:>12} {:>15} {:>11}\n",
        Escaped::new(&side.name).to_string(),
        number(counters.and_then(|counters| counters.client_calls)),
        number(counters.and_then(|counters| counters.server_switches)),
        cpu.map_or_else(|| "-".to_owned(), units::duration),
    )
}
