//! The table of `nearwire compare --counters`: what a chunk costs each side.

use std::fmt::Write;
use std::time::Duration;

use anstyle::Style;
use nearwire::Escaped;

use crate::render::compare::document::{Document, SideV1};
use crate::render::units;

/// The width of the programs' names.
const NAME: usize = 22;

/// The table; nothing without counters.
pub(super) fn table(document: &Document) -> String {
    let mut text = String::new();
    if document.sides.iter().all(|side| side.counters.is_none()) {
        return text;
    }
    let bold = Style::new().bold();
    let _ = writeln!(
        text,
        "\n{bold} {:<26} {:<NAME$} {:>12} {:>12} {:>15} {:>11}{bold:#}",
        "for each chunk", "program", "client calls", "server calls", "server switches", "server CPU"
    );
    document.sides.iter().for_each(|side| text.push_str(&row(side)));
    text.push_str(" (-: the system does not tell; counting calls takes CAP_PERFMON, and /sys/kernel/tracing, which\n  `mount -t tracefs nodev /sys/kernel/tracing` mounts)\n");
    text
}

fn row(side: &SideV1) -> String {
    let case = format!("{} {} × {}", side.case, side.connections, units::chosen_bytes(side.chunk_size));
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    let counters = side.counters.as_ref();
    let cpu = counters.and_then(|counters| counters.server_cpu_ns);
    let cpu = cpu.and_then(|nanoseconds| Duration::try_from_secs_f64(nanoseconds / 1e9).ok());
    format!(
        " {case:<26} {:<NAME$} {:>12} {:>12} {:>15} {:>11}\n",
        shortened(&side.name),
        number(counters.and_then(|counters| counters.client_calls)),
        number(counters.and_then(|counters| counters.server_calls)),
        number(counters.and_then(|counters| counters.server_switches)),
        cpu.map_or_else(|| "-".to_owned(), units::duration),
    )
}

/// A command may be longer than a column.
fn shortened(name: &str) -> String {
    let name = Escaped::new(name).to_string();
    if name.chars().count() <= NAME {
        return name;
    }
    name.chars().take(NAME - 1).chain(['…']).collect()
}
