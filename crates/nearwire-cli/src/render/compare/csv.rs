//! A comparison as CSV: one line for each case and contender, with the names and units of the JSON.

use nearwire::Escaped;

use crate::failure::Failure;
use crate::render::compare::document::{CaseV1, Document};

const HEADS: [&str; 19] = [
    "case",
    "connections",
    "chunk_size",
    "iterations",
    "a",
    "b",
    "ratio",
    "ci_low",
    "ci_high",
    "floor_low",
    "floor_high",
    "verdict",
    "doubt",
    "pairs",
    "dropped",
    "p_value",
    "adjusted_p_value",
    "a_ns",
    "b_ns",
];

pub(crate) fn results(document: &Document) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let cannot = |error: &dyn std::fmt::Display| Failure::target(format!("cannot write CSV: {error}"), None);
    writer.write_record(HEADS).map_err(|error| cannot(&error))?;
    for case in &document.cases {
        writer.write_record(record(case, &document.a)).map_err(|error| cannot(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| cannot(&error))?;
    String::from_utf8(bytes).map_err(|error| cannot(&error))
}

/// What is not known is an empty cell. Names are escaped, as CSV may be shown on a terminal.
fn record(case: &CaseV1, a: &str) -> [String; 19] {
    let [ci_low, ci_high] = bounds(case.ci);
    let [floor_low, floor_high] = bounds(case.floor);
    [
        Escaped::new(&case.case).to_string(),
        case.connections.to_string(),
        case.chunk_size.to_string(),
        case.iterations.to_string(),
        Escaped::new(a).to_string(),
        Escaped::new(&case.b).to_string(),
        optional(case.ratio),
        ci_low,
        ci_high,
        floor_low,
        floor_high,
        case.verdict.clone(),
        case.doubt.clone().unwrap_or_default(),
        case.pairs.to_string(),
        case.dropped.to_string(),
        case.p_value.to_string(),
        case.adjusted_p_value.to_string(),
        optional(case.a_ns),
        optional(case.b_ns),
    ]
}

fn bounds(interval: Option<[f64; 2]>) -> [String; 2] {
    interval.map_or_else(Default::default, |bounds| bounds.map(|bound| bound.to_string()))
}

fn optional<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
