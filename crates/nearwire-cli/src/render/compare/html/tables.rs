//! What the plots show, as numbers.

use maud::{Markup, html};
use std::time::Duration;

use crate::render::compare::document::{CaseV1, SideV1};
use crate::render::compare::html::marks;
use crate::render::compare::text::view::{Contender, Side, View};
use crate::render::compare::text::words::{self, NOTHING};
use crate::render::units;

pub(super) fn section(view: &View<'_>) -> Markup {
    html! {
        @if !view.keys.is_empty() {
            section aria-labelledby="tables" {
                h2 #tables { "Numbers" }
                @for (index, contender) in view.contenders.iter().enumerate() {
                    @if !contender.cases.is_empty() { (comparison(index + 1, contender, view)) }
                }
                (sides(view))
            }
        }
    }
}

/// A table that can be scrolled, with the keyboard too, where the window is narrow.
fn scrolled(caption: &str, heads: &[&str], rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr { @for head in heads { th scope="col" class=[class(head)] { (head) } } } }
                tbody { (rows) }
            }
        }
    }
}

/// Words stand to the left, numbers to the right.
fn class(head: &str) -> Option<&'static str> {
    matches!(head, "Verdict" | "Side").then_some("words")
}

fn comparison(index: usize, contender: &Contender<'_>, view: &View<'_>) -> Markup {
    let other = &contender.side.letter;
    let (time, ratio) = (format!("{other} time"), format!("{other}/A"));
    let heads = [
        "Case",
        "A time",
        &time,
        &ratio,
        "95 % interval",
        "A/A interval",
        "Verdict",
        "Pairs",
        "Dropped",
        "p (Holm)",
    ];
    let rows = html! { @for case in &contender.cases { (row(case, index, &contender.side)) } };
    scrolled(&format!("{other} {} against A {}", contender.side.name, view.a.name), &heads, &rows)
}

fn row(case: &CaseV1, index: usize, other: &Side<'_>) -> Markup {
    html! {
        tr {
            th scope="row" { (words::case(case.key())) }
            td { (words::time_or_nothing(case.a_ns)) }
            td { (words::time_or_nothing(case.b_ns)) }
            td { b { (words::ratio_or_nothing(case.ratio)) } }
            td { (words::interval_or_nothing(case.ci)) }
            td { (words::interval_or_nothing(case.floor)) }
            td.words {
                (marks::verdict_mark(&case.verdict, index)) " " (words::verdict(&case.verdict, other))
                @if case.doubt.is_some() { "*" }
            }
            td { (case.pairs) }
            td { (case.dropped) }
            td { (p_value(case.adjusted_p_value)) }
        }
    }
}

fn p_value(p: f64) -> String {
    if p < 0.0005 { "< 0.001".to_owned() } else { format!("{p:.3}") }
}

/// What every side is shown with, and what only with `--counters`.
const SIDE_HEADS: [&str; 11] = [
    "Case",
    "Side",
    "Slices",
    "Median slice",
    "MB/s",
    "Chunks/s",
    "RTT p50",
    "p90",
    "p99",
    "max",
    "client CPU",
];
const COUNTER_HEADS: [&str; 4] =
    ["Calls of client/chunk", "Calls of server/chunk", "Switches of server/chunk", "CPU of server/chunk"];

fn sides(view: &View<'_>) -> Markup {
    let counted = view.document.sides.iter().any(|side| side.counters.is_some());
    let counter_heads = COUNTER_HEADS.iter().filter(|_| counted);
    let heads: Vec<&str> = SIDE_HEADS.iter().chain(counter_heads).copied().collect();
    let rows = html! {
        @for key in &view.keys {
            @for (index, side) in view.sides().enumerate() {
                @let measured = view.measured(side, *key);
                tr {
                    th scope="row" { (words::case(*key)) }
                    td.words { (marks::verdict_mark("slower", index)) " " (side.letter) " " (side.name) }
                    @for cell in measures(measured) { td { (cell) } }
                    @if counted { @for cell in counters(measured) { td { (cell) } } }
                }
            }
        }
    };
    html! {
        details {
            summary { "Each side by itself: slices, rates, round-trip times" }
            (scrolled("Each side by itself", &heads, &rows))
        }
    }
}

fn measures(measured: Option<&SideV1>) -> [String; 9] {
    let rtt = measured.and_then(|measured| measured.rtt_ns);
    let rate = |rate: fn(&SideV1) -> Option<f64>| or_nothing(measured.and_then(rate), units::count_f64);
    [
        or_nothing(measured, |measured| measured.slices_ns.len().to_string()),
        or_nothing(measured.and_then(SideV1::median_ns), duration),
        rate(SideV1::megabytes_per_second),
        rate(SideV1::chunks_per_second),
        words::time_or_nothing(rtt.map(|rtt| rtt.p50)),
        words::time_or_nothing(rtt.map(|rtt| rtt.p90)),
        words::time_or_nothing(rtt.map(|rtt| rtt.p99)),
        words::time_or_nothing(rtt.map(|rtt| rtt.max)),
        or_nothing(measured.and_then(SideV1::cpu_share), units::percent),
    ]
}

fn counters(measured: Option<&SideV1>) -> [String; 4] {
    let counters = measured.and_then(|measured| measured.counters);
    [
        or_nothing(counters.and_then(|counters| counters.client_calls), units::count_f64),
        or_nothing(counters.and_then(|counters| counters.server_calls), units::count_f64),
        or_nothing(counters.and_then(|counters| counters.server_switches), units::count_f64),
        or_nothing(counters.and_then(|counters| counters.server_cpu_ns), duration),
    ]
}

fn duration(nanoseconds: f64) -> String {
    units::duration(Duration::try_from_secs_f64(nanoseconds / 1e9).unwrap_or_default())
}

fn or_nothing<T>(value: Option<T>, text: impl Fn(T) -> String) -> String {
    value.map_or_else(|| NOTHING.to_owned(), text)
}
