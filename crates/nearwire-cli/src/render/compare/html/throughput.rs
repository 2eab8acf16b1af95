//! Throughput over the size of a chunk: for each number of connections a chart with a line for each side.

use maud::{Markup, html};

use crate::render::compare::html::chart::{self, Chart, Line, Point};
use crate::render::compare::html::scale::Scale;
use crate::render::compare::text::view::{Key, Side, View};
use crate::render::units;

/// The height covers a factor of this at least.
const LEAST: f64 = 4.0;
/// One byte to and fro says nothing about throughput.
const PINGPONG: &str = "pingpong";
/// Labels below a chart stand so far apart, as a share of its width.
const APART: f64 = 0.18;

pub(super) fn section(view: &View<'_>) -> Markup {
    let keys: Vec<Key<'_>> = view.keys.iter().filter(|key| key.kind != PINGPONG).copied().collect();
    let scale = scale(view, &keys);
    html! {
        section aria-labelledby="throughput" {
            h2 #throughput { "Throughput" }
            @if let Some(scale) = scale {
                p.muted {
                    "Bytes that came back per second of the median slice, over the size of a chunk; as many were sent. "
                    "All charts have the same logarithmic scale: MB/s are millions of bytes."
                }
                (chart::legend(view.sides().enumerate()))
                div.multiples {
                    @for chart in connections(&keys).into_iter().map(|number| chart(view, &keys, number, scale)) {
                        (chart.figure())
                    }
                }
            } @else if keys.is_empty() {
                p.muted { "No case with chunks of several bytes was measured: a ping-pong says nothing about throughput." }
            } @else {
                p.muted { "No case was measured to its end." }
            }
        }
    }
}

/// One scale for all charts, as they are compared with each other.
fn scale(view: &View<'_>, keys: &[Key<'_>]) -> Option<Scale> {
    let rate = |key: &Key<'_>, side: &Side<'_>| view.measured(side, *key)?.megabytes_per_second();
    let all = keys.iter().flat_map(|key| view.sides().filter_map(move |side| rate(key, side)));
    Scale::over(all, LEAST)
}

fn connections(keys: &[Key<'_>]) -> Vec<u32> {
    let mut numbers: Vec<u32> = keys.iter().map(|key| key.connections).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn chart<'a>(view: &View<'_>, keys: &[Key<'_>], connections: u32, scale: Scale) -> Chart<'a> {
    let mut keys: Vec<Key<'_>> = keys.iter().filter(|key| key.connections == connections).copied().collect();
    keys.sort_by_key(|key| key.chunk_size);
    let sizes: Vec<u64> = keys.iter().map(|key| key.chunk_size).collect();
    let mut lines = Vec::new();
    let mut told = Vec::new();
    for (index, side) in view.sides().enumerate() {
        let points: Vec<Point> = keys.iter().filter_map(|key| point(view, side, *key, &sizes)).collect();
        told.extend(points.iter().map(|point| point.says.clone()));
        lines.push(Line { side: index, points });
    }
    let noun = if connections == 1 { "connection" } else { "connections" };
    Chart {
        title: format!("{} {noun}", units::count(connections.into())),
        description: format!("Throughput over the size of a chunk. {}.", told.join("; ")),
        places: labels(&sizes),
        scale,
        label: &label,
        lines,
    }
}

fn point(view: &View<'_>, side: &Side<'_>, key: Key<'_>, sizes: &[u64]) -> Option<Point> {
    let value = view.measured(side, key)?.megabytes_per_second()?;
    let size = units::chosen_bytes(key.chunk_size);
    let says = format!("{} {}, chunks of {size}: {} MB/s", side.letter, side.name, units::count_f64(value));
    Some(Point { place: place(key.chunk_size, sizes), value, says })
}

/// The sizes below the chart, but for those that have no room.
fn labels(sizes: &[u64]) -> Vec<(f64, String)> {
    let mut labels: Vec<(f64, String)> = Vec::new();
    for size in sizes {
        let place = place(*size, sizes);
        if labels.last().is_none_or(|(last, _)| place - last >= APART) {
            labels.push((place, units::chosen_bytes(*size)));
        }
    }
    labels
}

/// From 0 for the smallest to 1 for the largest, on a logarithmic axis; in the middle if there is only one.
#[allow(clippy::cast_precision_loss)] // a place in a drawing
fn place(size: u64, sizes: &[u64]) -> f64 {
    let log = |size: u64| (size.max(1) as f64).ln();
    match (sizes.first(), sizes.last()) {
        (Some(first), Some(last)) if first < last => (log(size) - log(*first)) / (log(*last) - log(*first)),
        _ => 0.5,
    }
}

/// `200 MB/s`: heights are round numbers.
fn label(megabytes: f64) -> String {
    match megabytes {
        ..1e-3 => format!("{} B/s", chart::round(megabytes * 1e6)),
        ..1.0 => format!("{} kB/s", chart::round(megabytes * 1e3)),
        ..1e3 => format!("{} MB/s", chart::round(megabytes)),
        _ => format!("{} GB/s", chart::round(megabytes / 1e3)),
    }
}
