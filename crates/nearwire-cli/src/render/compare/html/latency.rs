//! Round-trip times: for each case a curve of percentiles for each side whose server our client can reach.

use maud::{Markup, html};
use std::time::Duration;

use crate::render::compare::document::RttV1;
use crate::render::compare::html::chart::{self, Chart, Line, Point};
use crate::render::compare::html::scale::Scale;
use crate::render::compare::text::view::{Key, Side, View};
use crate::render::compare::text::words;
use crate::render::units;

/// The height covers a factor of this at least.
const LEAST: f64 = 4.0;

pub(super) fn section(view: &View<'_>) -> Markup {
    let sides: Vec<(usize, &Side<'_>)> = view.sides().enumerate().collect();
    let (with, without): (Vec<_>, Vec<_>) = sides.into_iter().partition(|(_, side)| measures(view, side));
    let missing: Vec<String> =
        without.iter().map(|(_, side)| format!("{} {}", side.letter, side.name)).collect();
    html! {
        section aria-labelledby="latency" {
            h2 #latency { "Round-trip times" }
            @if with.is_empty() {
                p.muted { "None of the servers speaks plain sockets, so round trips could not be timed." }
            } @else {
                p.muted {
                    "What the client of nearwire, the same for all, sees at each server, in runs of their own: from before a "
                    "chunk is sent until it is back as a whole. Half, 90 % and 99 % of them took no longer, and the longest. "
                    "Each chart has a logarithmic scale of its own."
                    @if !missing.is_empty() { " Not plain sockets: " (missing.join(", ")) "." }
                }
                (chart::legend(with.iter().map(|(index, side)| (*index, *side))))
                @for kind in kinds(view) { (family(view, kind)) }
            }
        }
    }
}

fn measures(view: &View<'_>, side: &Side<'_>) -> bool {
    view.keys.iter().any(|key| rtt(view, side, *key).is_some())
}

fn rtt(view: &View<'_>, side: &Side<'_>, key: Key<'_>) -> Option<RttV1> {
    view.measured(side, key)?.rtt_ns.filter(|rtt| rtt.p50 > 0)
}

fn kinds<'a>(view: &View<'a>) -> Vec<&'a str> {
    let mut kinds: Vec<&str> = Vec::new();
    for key in &view.keys {
        if !kinds.contains(&key.kind) {
            kinds.push(key.kind);
        }
    }
    kinds
}

fn family(view: &View<'_>, kind: &str) -> Markup {
    let charts: Vec<Chart<'_>> =
        view.keys.iter().filter(|key| key.kind == kind).filter_map(|key| chart(view, *key)).collect();
    html! {
        @if !charts.is_empty() {
            h3 { (words::name(kind)) }
            div.multiples { @for chart in &charts { (chart.figure()) } }
        }
    }
}

fn chart<'a>(view: &View<'_>, key: Key<'_>) -> Option<Chart<'a>> {
    let mut lines = Vec::new();
    let mut told = Vec::new();
    for (index, side) in view.sides().enumerate() {
        if let Some(rtt) = rtt(view, side, key) {
            lines.push(Line { side: index, points: points(rtt, side) });
            let percentiles: Vec<String> =
                values(rtt).iter().map(|(_, name, time)| format!("{name} {}", duration(*time))).collect();
            told.push(format!("{} {}: {}", side.letter, side.name, percentiles.join(", ")));
        }
    }
    let all = lines.iter().flat_map(|line| line.points.iter().map(|point| point.value));
    let scale = Scale::over(all, LEAST)?;
    let places = ["p50", "p90", "p99", "max"].iter().zip(0_u8..);
    Some(Chart {
        title: words::case(key),
        description: format!("Round-trip times. {}.", told.join("; ")),
        places: places.map(|(name, number)| (f64::from(number) / 3.0, (*name).to_owned())).collect(),
        scale,
        label: &label,
        lines,
    })
}

fn points(rtt: RttV1, side: &Side<'_>) -> Vec<Point> {
    let point = |(place, name, time): (f64, &str, f64)| {
        let says = format!("{} {}: {name} {}", side.letter, side.name, duration(time));
        Point { place, value: time, says }
    };
    values(rtt).into_iter().map(point).collect()
}

#[allow(clippy::cast_precision_loss)] // 53 bits of nanoseconds are 104 days
fn values(rtt: RttV1) -> [(f64, &'static str, f64); 4] {
    let RttV1 { p50, p90, p99, max } = rtt;
    let third = 1.0 / 3.0;
    [
        (0.0, "p50", p50 as f64),
        (third, "p90", p90 as f64),
        (2.0 * third, "p99", p99 as f64),
        (1.0, "max", max as f64),
    ]
}

fn duration(nanoseconds: f64) -> String {
    units::duration(Duration::try_from_secs_f64(nanoseconds / 1e9).unwrap_or_default())
}

/// `20 µs`: heights are round numbers.
fn label(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        ..1e3 => (nanoseconds, "ns"),
        ..1e6 => (nanoseconds / 1e3, "µs"),
        ..1e9 => (nanoseconds / 1e6, "ms"),
        _ => (nanoseconds / 1e9, "s"),
    };
    format!("{} {unit}", chart::round(value))
}
