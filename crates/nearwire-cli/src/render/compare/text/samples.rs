//! Documents for tests of every format.

use serde_json::{Value, json};

use crate::render::compare::document::Document;

/// A name in which every format finds something that it must not obey.
pub(crate) const HOSTILE: &str = "</script><b>\"it's\" `x` | & \u{1b}[31m\n\u{202e}*";

const CASES: [(&str, u32, u64); 4] =
    [("pingpong", 10, 1), ("exchange", 1, 100), ("exchange", 1, 10_000), ("exchange", 5, 10_000)];

/// `a` against others: of each its ratio in the first case. The ratio rises from case to case.
pub(crate) fn document(a: &str, others: &[(&str, f64)]) -> Document {
    read(a, others, &CASES)
}

/// The run ended before the first case.
pub(crate) fn nothing() -> Document {
    let mut document = read("nearwire", &[("qt6", 1.0)], &[]);
    document.status = "qt6: the server did not get ready".to_owned();
    document.planned_cases = 17;
    document
}

/// The run ended early, and of what was measured some bears no verdict.
pub(crate) fn doubtful() -> Document {
    let mut document = document("nearwire:socket", &[("qt6", 1.56)]);
    document.status = "interrupted".to_owned();
    document.planned_cases = 17;
    for (case, doubt) in
        document.cases.iter_mut().zip(["few_pairs", "many_dropped", "other_machine", "few_pairs"])
    {
        case.doubt = Some(doubt.to_owned());
        case.verdict = "inconclusive".to_owned();
    }
    let lost = document.cases.last_mut().unwrap();
    (lost.ratio, lost.ci, lost.floor, lost.a_ns, lost.b_ns, lost.pairs) = (None, None, None, None, None, 0);
    let lost = document.sides.last_mut().unwrap();
    lost.slices_ns.clear();
    lost.rtt_ns = None;
    document
}

fn read(a: &str, others: &[(&str, f64)], keys: &[(&str, u32, u64)]) -> Document {
    let sides: Vec<(&str, f64)> = std::iter::once((a, 1.0)).chain(others.iter().copied()).collect();
    let overalls: Vec<Value> =
        others.iter().map(|(name, ratio)| overall(name, *ratio, keys.is_empty())).collect();
    let cases = keys.iter().zip(0..).flat_map(|(key, number)| {
        others.iter().map(move |(name, ratio)| case(*key, name, ratio * 1.1_f64.powi(number)))
    });
    let sides = keys.iter().flat_map(|key| sides.iter().map(|(name, ratio)| side(*key, name, *ratio)));
    let document = json!({
        "schema": "nearwire.compare/1",
        "version": "0.1.0",
        "command": format!("nearwire compare {a}"),
        "machine": {
            "cpu_model": "A CPU", "logical_cpus": 2, "kernel": "6.18", "architecture": "x86_64", "hypervisor": "KVM",
            "memory_bytes": 8_000_000_000_u64, "governor": null, "mitigations": null,
        },
        "settings": {
            "pairs": 20, "slice_ns": 700_000_000, "threshold": 0.05, "window": 1, "seed": 42, "pinned": [0, 1],
            "baseline": null,
        },
        "a": a,
        "planned_cases": keys.len(),
        "cases": cases.collect::<Vec<_>>(),
        "sides": sides.collect::<Vec<_>>(),
        "overall": overalls.first().unwrap_or(&overall("", 1.0, true)),
        "overalls": overalls,
        "status": "ok",
        "elapsed_ns": 91_000_000_000_u64,
    });
    serde_json::from_value(document).unwrap()
}

fn case((case, connections, chunk_size): (&str, u32, u64), b: &str, ratio: f64) -> Value {
    json!({
        "case": case, "connections": connections, "chunk_size": chunk_size, "iterations": 50_000, "b": b,
        "ratio": ratio, "ci": [ratio * 0.97, ratio * 1.04], "floor": [0.99, 1.02], "verdict": verdict(ratio),
        "doubt": null, "pairs": 20, "dropped": 1, "p_value": 0.000_02, "adjusted_p_value": 0.000_08,
        "a_ns": 260_000_000, "b_ns": nanoseconds(260e6 * ratio),
    })
}

fn side((case, connections, chunk_size): (&str, u32, u64), name: &str, ratio: f64) -> Value {
    let time = nanoseconds(260e6 * ratio);
    let rtt = |factor: f64| nanoseconds(5200.0 * ratio * factor);
    json!({
        "name": name, "case": case, "connections": connections, "chunk_size": chunk_size, "iterations": 50_000,
        "slices_ns": [time, time + 2, time - 2], "cpu_ns": [time / 2, time / 2, time / 2],
        "rtt_ns": { "p50": rtt(1.0), "p90": rtt(1.2), "p99": rtt(2.5), "max": rtt(90.0) },
        "counters": null,
    })
}

fn overall(b: &str, ratio: f64, nothing: bool) -> Value {
    if nothing {
        return json!({ "b": b, "ratio": null, "ci": null, "verdict": "inconclusive", "doubt": "few_pairs" });
    }
    json!({ "b": b, "ratio": ratio, "ci": [ratio * 0.98, ratio * 1.02], "verdict": verdict(ratio), "doubt": null })
}

fn verdict(ratio: f64) -> &'static str {
    match ratio {
        ..0.91 => "slower",
        0.98..1.01 => "unchanged",
        1.09.. => "faster",
        _ => "inconclusive",
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a time of a sample
fn nanoseconds(time: f64) -> u64 {
    time as u64
}
