//! What a comparison says, in words and numbers: the same in every format for people.

use std::time::Duration;

use nearwire::Escaped;

use crate::render::compare::document::{Document, OverallV1};
use crate::render::compare::text::view::{Key, Side, View};
use crate::render::json::MachineV1;
use crate::render::units;

/// Where a number is not known.
pub(crate) const NOTHING: &str = "-";

/// `A`, `B` and so on; after `Z` numbers.
pub(crate) fn letter(index: usize) -> String {
    ('A'..='Z').nth(index).map_or_else(|| format!("#{}", index + 1), String::from)
}

/// A name that came from somebody else.
pub(crate) fn name(raw: &str) -> String {
    Escaped::new(raw).to_string()
}

/// Text that was escaped where it was made, as a rule. What was not is escaped; backslashes are not doubled again.
pub(crate) fn printable(text: &str) -> String {
    Escaped::new(text).to_string().replace(r"\\", r"\")
}

/// `exchange 10 × 64 KiB`.
pub(crate) fn case(key: Key<'_>) -> String {
    let Key { kind, connections, chunk_size } = key;
    format!("{} {} × {}", name(kind), units::count(connections.into()), units::chosen_bytes(chunk_size))
}

/// A ratio that can be shown and drawn.
pub(crate) fn sound(ratio: Option<f64>) -> Option<f64> {
    ratio.filter(|ratio| ratio.is_finite() && *ratio > 0.0)
}

/// An interval that can be shown and drawn.
pub(crate) fn sound_interval(interval: Option<[f64; 2]>) -> Option<[f64; 2]> {
    interval.filter(|[low, high]| sound(Some(*low)).is_some() && high.is_finite() && low <= high)
}

/// `0.023`, `1.56`, `40.2`, `128`.
pub(crate) fn ratio(ratio: f64) -> String {
    match ratio {
        _ if ratio < 0.0995 => format!("{ratio:.3}"),
        _ if ratio < 9.995 => format!("{ratio:.2}"),
        _ if ratio < 99.95 => format!("{ratio:.1}"),
        _ => format!("{ratio:.0}"),
    }
}

/// `1.52 … 1.60`.
pub(crate) fn interval([low, high]: [f64; 2]) -> String {
    format!("{} … {}", ratio(low), ratio(high))
}

pub(crate) fn ratio_or_nothing(value: Option<f64>) -> String {
    sound(value).map_or_else(|| NOTHING.to_owned(), ratio)
}

pub(crate) fn interval_or_nothing(value: Option<[f64; 2]>) -> String {
    sound_interval(value).map_or_else(|| NOTHING.to_owned(), interval)
}

pub(crate) fn time_or_nothing(nanoseconds: Option<u64>) -> String {
    nanoseconds.map_or_else(|| NOTHING.to_owned(), |time| units::duration(Duration::from_nanos(time)))
}

/// `A faster`, `B faster`, `unchanged` or `inconclusive`.
pub(crate) fn verdict(verdict: &str, other: &Side<'_>) -> String {
    match verdict {
        "faster" => "A faster".to_owned(),
        "slower" => format!("{} faster", other.letter),
        _ => name(verdict),
    }
}

/// What the overall ratio means: `A takes 34 % less time`.
pub(crate) fn meaning(overall: &OverallV1, other: &Side<'_>, threshold: f64) -> String {
    let Some(ratio) = sound(overall.ratio) else {
        return "not known: too little was measured".to_owned();
    };
    match overall.verdict.as_str() {
        "faster" => format!("A takes {} less time", share(1.0 - 1.0 / ratio)),
        "slower" => format!("{} takes {} less time", other.letter, share(1.0 - ratio)),
        "unchanged" => format!("no difference that matters (less than {})", share(threshold)),
        _ => "it cannot be told which takes less time".to_owned(),
    }
}

/// `34 %`, but `99.7 %` where whole numbers would say everything or nothing.
pub(crate) fn share(share: f64) -> String {
    if !(0.01..=0.99).contains(&share) { format!("{:.1} %", share * 100.0) } else { units::percent(share) }
}

/// How it was measured: `20 pairs a case, ABBA, new processes each time`.
pub(crate) fn design(document: &Document) -> String {
    format!("{} pairs a case, {}, new processes each time", document.settings.pairs, order(document))
}

/// Runs of two times have no order among each other.
fn order(document: &Document) -> &'static str {
    if document.settings.baseline.is_some() { "drawn from two runs" } else { "ABBA" }
}

/// What seemed to differ though nothing did: the bounds of all cases together, and what was dropped.
pub(crate) fn noise(view: &View<'_>) -> String {
    let floors = || view.rows().filter_map(|case| sound_interval(case.floor));
    let low = floors().map(|[low, _]| low).fold(f64::INFINITY, f64::min);
    let high = floors().map(|[_, high]| high).fold(f64::NEG_INFINITY, f64::max);
    let floor = if low <= high { interval([low, high]) } else { "not measured".to_owned() };
    let dropped: usize = view.rows().map(|case| case.dropped).sum();
    let total: usize = view.rows().map(|case| case.pairs + case.dropped).sum();
    let pairs = if total == 1 { "pair" } else { "pairs" };
    format!("A against A {floor} · {dropped} of {total} {pairs} dropped")
}

/// `2 × Intel(R) Xeon(R) Processor (KVM) · Linux 6.18`.
pub(crate) fn machine(machine: &MachineV1) -> String {
    let cpus = machine.logical_cpus.map(|cpus| format!("{cpus} × ")).unwrap_or_default();
    let unknown = || format!("unknown {} processor", machine.architecture);
    let model = machine.cpu_model.clone().unwrap_or_else(unknown);
    let hypervisor = match machine.hypervisor.as_deref() {
        None => String::new(),
        Some("unknown") => " (virtual)".to_owned(),
        Some(hypervisor) => format!(" ({hypervisor})"),
    };
    printable(&format!("{cpus}{model}{hypervisor} · Linux {}", machine.kernel))
}

/// Which earlier run is one of the sides, if one is.
pub(crate) fn baseline(document: &Document) -> Option<String> {
    let baseline = document.settings.baseline.as_ref()?;
    Some(format!("compared with an earlier run: {}", printable(baseline)))
}

/// Why the run is not whole.
pub(crate) fn ended_early(view: &View<'_>) -> Option<String> {
    let document = view.document;
    (document.status != "ok").then(|| {
        format!(
            "ended early with {} of {} cases: {}",
            view.keys.len(),
            document.planned_cases,
            printable(&document.status)
        )
    })
}

/// Why some cases have no verdict, one sentence each.
pub(crate) fn doubts(view: &View<'_>) -> Vec<String> {
    let mut kinds: Vec<&str> = Vec::new();
    let overall = view.contenders.iter().filter_map(|contender| contender.overall.doubt.as_deref());
    for kind in view.rows().filter_map(|case| case.doubt.as_deref()).chain(overall) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.into_iter().map(|kind| doubt(view, kind)).collect()
}

fn doubt(view: &View<'_>, kind: &str) -> String {
    let all = view.rows().count();
    let count = view.rows().filter(|case| case.doubt.as_deref() == Some(kind)).count();
    let what = if view.contenders.len() > 1 { "comparisons" } else { "cases" };
    let cases = if count == 0 { "overall".to_owned() } else { format!("in {count} of {all} {what}") };
    match kind {
        "few_pairs" => format!("fewer than 5 pairs were left {cases}: too few for a verdict"),
        "many_dropped" => {
            format!("more than a fifth of the pairs was dropped {cases}: the machine was busy, untrustworthy")
        }
        "other_machine" => format!("the earlier run was made on another machine: no verdict {cases}"),
        _ => format!("{}: no verdict {cases}", name(kind)),
    }
}
