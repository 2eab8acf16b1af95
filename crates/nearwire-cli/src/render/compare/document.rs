//! What a comparison gave, schema `nearwire.compare/1`: types of its own, so that the format changes only on purpose. They
//! are read back, too: an earlier run is a baseline.

use std::time::Duration;

use nearwire_exchange::compare::{CaseComparison, Comparison, Doubt, Estimate, Finding, Interval, Settings};
use nearwire_exchange::{CaseRecord, Contender, Machine, RaceOutcome, RttSummary, Window};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::render::json::MachineV1;

/// The schema's name.
pub(crate) const SCHEMA: &str = "nearwire.compare/1";

/// What `nearwire compare` prints with `--json`. Times are in nanoseconds, sizes in bytes. A ratio is the time of `b` over
/// the time of `a` for the same work: above 1, `a` takes less time.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "nearwire.compare/1")]
pub(crate) struct Document {
    /// Always `nearwire.compare/1`. Fields may be added; a change of their meaning makes it `/2`.
    pub(crate) schema: String,
    /// The version of nearwire that made this.
    pub(crate) version: String,
    /// The command that made this.
    pub(crate) command: String,
    pub(crate) machine: MachineV1,
    pub(crate) settings: SettingsV1,
    /// The side that all others are compared with.
    pub(crate) a: String,
    /// How many cases were asked for. Fewer are here when the run ended early.
    pub(crate) planned_cases: usize,
    /// Every case for every other side.
    pub(crate) cases: Vec<CaseV1>,
    /// What each case was made of: the slices of each side.
    pub(crate) sides: Vec<SideV1>,
    /// `a` and the first other side, over all cases.
    pub(crate) overall: OverallV1,
    /// `a` and each other side, over all cases.
    pub(crate) overalls: Vec<OverallV1>,
    /// `ok`, or why the run ended early.
    pub(crate) status: String,
    pub(crate) elapsed_ns: u64,
}

/// How it was measured.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct SettingsV1 {
    /// Pairs of each case; up to three times as many while undecided.
    pub(crate) pairs: usize,
    /// About how long the slowest side's slice takes.
    pub(crate) slice_ns: u64,
    /// What counts as a difference: a share of the time.
    pub(crate) threshold: f64,
    /// Chunks in flight on each connection.
    pub(crate) window: u32,
    /// What chose the order of the slices.
    pub(crate) seed: u64,
    /// The CPUs that server and client were bound to, if they were.
    pub(crate) pinned: Option<[u32; 2]>,
    /// The file of the earlier run that is side `b`, if this is compared with one.
    pub(crate) baseline: Option<String>,
}

/// One case of `a` and `b`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct CaseV1 {
    /// `exchange` or `pingpong`.
    pub(crate) case: String,
    pub(crate) connections: u32,
    pub(crate) chunk_size: u64,
    /// Chunks of a slice, over all its connections.
    pub(crate) iterations: u64,
    /// The other side.
    pub(crate) b: String,
    /// The median of the pairs' ratios; `null` if no pair was kept.
    pub(crate) ratio: Option<f64>,
    /// The 95 % interval of the ratio.
    pub(crate) ci: Option<[f64; 2]>,
    /// The 95 % interval of `a` against itself: what seems to differ though nothing does.
    pub(crate) floor: Option<[f64; 2]>,
    /// From the point of view of `a`: `faster`, `slower`, `unchanged` or `inconclusive`.
    pub(crate) verdict: String,
    /// Why there can be no verdict: `few_pairs`, `many_dropped` or `other_machine`.
    pub(crate) doubt: Option<String>,
    /// Pairs that were kept.
    pub(crate) pairs: usize,
    /// Pairs that were dropped because the machine was disturbed.
    pub(crate) dropped: usize,
    /// The p-value of Wilcoxon's signed-rank test: a cross-check.
    pub(crate) p_value: f64,
    /// The same, adjusted for the number of cases (Holm).
    pub(crate) adjusted_p_value: f64,
    /// The median time of a slice of `a`.
    pub(crate) a_ns: Option<u64>,
    /// The median time of a slice of `b`.
    pub(crate) b_ns: Option<u64>,
}

/// One side in one case.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct SideV1 {
    pub(crate) name: String,
    pub(crate) case: String,
    pub(crate) connections: u32,
    pub(crate) chunk_size: u64,
    pub(crate) iterations: u64,
    /// The time of each slice, in the order they were run.
    pub(crate) slices_ns: Vec<u64>,
    /// The CPU time of the client process in each slice.
    pub(crate) cpu_ns: Vec<u64>,
    /// The round-trip times that the client of nearwire sees at this side's server. `null` where it cannot connect.
    pub(crate) rtt_ns: Option<RttV1>,
    /// With `--counters`: what a chunk cost; else `null`.
    pub(crate) counters: Option<CountersV1>,
}

/// What a chunk cost, on average over all slices. `null` where it cannot be told.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct CountersV1 {
    /// System calls of the client, counted by the kernel where it lets us, else by the program, if it does.
    pub(crate) client_calls: Option<f64>,
    /// System calls of the server, with all that it started, counted by the kernel where it lets us.
    pub(crate) server_calls: Option<f64>,
    /// Context switches of the server, with all that it started.
    pub(crate) server_switches: Option<f64>,
    /// CPU time of the server, in nanoseconds.
    pub(crate) server_cpu_ns: Option<f64>,
}

/// Round-trip times.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RttV1 {
    pub(crate) p50: u64,
    pub(crate) p90: u64,
    pub(crate) p99: u64,
    pub(crate) max: u64,
}

/// All cases together.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct OverallV1 {
    /// The other side.
    pub(crate) b: String,
    /// The geometric mean of the cases' ratios.
    pub(crate) ratio: Option<f64>,
    /// Its 95 % interval.
    pub(crate) ci: Option<[f64; 2]>,
    /// As for a case, of the geometric mean.
    pub(crate) floor: Option<[f64; 2]>,
    /// As for a case.
    pub(crate) verdict: String,
    /// As for a case.
    pub(crate) doubt: Option<String>,
}

/// What is known beside the measurements.
pub(crate) struct Circumstances {
    pub(crate) command: String,
    pub(crate) slice: Duration,
    pub(crate) window: Window,
    pub(crate) pinned: Option<[u32; 2]>,
    pub(crate) planned: usize,
    pub(crate) elapsed: Duration,
    pub(crate) counters: bool,
}

impl Document {
    /// The result of a race.
    pub(crate) fn new(
        contenders: &[Contender],
        outcome: &RaceOutcome,
        settings: &Settings,
        around: &Circumstances,
    ) -> Self {
        let names: Vec<String> = contenders.iter().map(|contender| contender.name.clone()).collect();
        let others: Vec<(String, Comparison)> = names
            .iter()
            .skip(1)
            .enumerate()
            .map(|(index, name)| (name.clone(), outcome.comparison(index, settings)))
            .collect();
        let overalls: Vec<OverallV1> =
            others.iter().map(|(name, comparison)| overall(name, &comparison.overall)).collect();
        Self {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command: around.command.clone(),
            machine: crate::render::json::machine(&Machine::detect()),
            settings: SettingsV1 {
                pairs: settings.pairs(),
                slice_ns: nanoseconds(around.slice),
                threshold: settings.threshold(),
                window: around.window.get(),
                seed: settings.seed(),
                pinned: around.pinned,
                baseline: None,
            },
            a: names.first().cloned().unwrap_or_default(),
            planned_cases: around.planned,
            cases: cases(&others),
            sides: sides(&names, outcome, around.counters),
            overall: overalls.first().cloned().unwrap_or_else(OverallV1::unknown),
            overalls,
            status: outcome.error.as_ref().map_or_else(|| "ok".to_owned(), ToString::to_string),
            elapsed_ns: nanoseconds(around.elapsed),
        }
    }

    pub(crate) fn to_json(&self) -> Result<String, Failure> {
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| Failure::target(format!("cannot write JSON: {error}"), None))?;
        text.push('\n');
        Ok(text)
    }
}

impl OverallV1 {
    fn unknown() -> Self {
        let verdict = "inconclusive".to_owned();
        Self { b: String::new(), ratio: None, ci: None, floor: None, verdict, doubt: None }
    }
}

/// Case by case, and in each case one other side after the other.
fn cases(others: &[(String, Comparison)]) -> Vec<CaseV1> {
    let count = others.first().map_or(0, |(_, comparison)| comparison.cases.len());
    (0..count)
        .flat_map(|number| {
            others
                .iter()
                .filter_map(move |(name, comparison)| Some(case(name, comparison.cases.get(number)?)))
        })
        .collect()
}

fn case(name: &str, compared: &CaseComparison) -> CaseV1 {
    let CaseComparison { case, finding, times, .. } = compared;
    CaseV1 {
        case: case.kind.as_str().to_owned(),
        connections: case.connections.get(),
        chunk_size: case.chunk_size.bytes(),
        iterations: case.iterations.get(),
        b: name.to_owned(),
        ratio: ratio(finding.estimate),
        ci: finding.estimate.map(|estimate| bounds(estimate.interval)),
        floor: finding.floor.map(bounds),
        verdict: finding.verdict.as_str().to_owned(),
        doubt: finding.doubt.map(doubt),
        pairs: compared.pairs,
        dropped: compared.dropped,
        p_value: compared.p_value,
        adjusted_p_value: compared.adjusted_p_value,
        a_ns: times.map(|(a, _)| nanoseconds(a)),
        b_ns: times.map(|(_, b)| nanoseconds(b)),
    }
}

fn sides(names: &[String], outcome: &RaceOutcome, with_counters: bool) -> Vec<SideV1> {
    let mut sides = Vec::new();
    for record in &outcome.cases {
        for (index, (name, answers)) in names.iter().zip(&record.answers).enumerate() {
            sides.push(SideV1 {
                name: name.clone(),
                case: record.case.kind.as_str().to_owned(),
                connections: record.case.connections.get(),
                chunk_size: record.case.chunk_size.bytes(),
                iterations: record.case.iterations.get(),
                slices_ns: answers.iter().map(|answer| answer.elapsed_ns).collect(),
                cpu_ns: answers.iter().map(|answer| answer.cpu_ns).collect(),
                rtt_ns: record.rtts.get(index).and_then(Option::as_ref).map(rtt),
                counters: with_counters.then(|| counters(record, index)),
            });
        }
    }
    sides
}

#[allow(clippy::cast_precision_loss)] // an average needs no 53 bits
fn counters(record: &CaseRecord, index: usize) -> CountersV1 {
    let answers = record.answers.get(index).map(Vec::as_slice).unwrap_or_default();
    let chunks = record.case.iterations.get() as f64 * answers.len() as f64;
    let per_chunk = |count: u64| count as f64 / chunks;
    let calls: Option<u64> = answers.iter().map(|answer| answer.calls).sum();
    let counted = record.calls.get(index).copied().flatten();
    let server = record.servers.get(index).copied().flatten().filter(|_| !answers.is_empty());
    let nanoseconds = server.map(|server| nanoseconds(server.cpu));
    CountersV1 {
        client_calls: counted
            .map(|counted| counted.client)
            .or_else(|| calls.filter(|_| !answers.is_empty()).map(per_chunk)),
        server_calls: counted.map(|counted| counted.server),
        server_switches: server
            .map(|server| per_chunk(server.voluntary_switches + server.involuntary_switches)),
        server_cpu_ns: nanoseconds.map(per_chunk),
    }
}

fn rtt(rtt: &RttSummary) -> RttV1 {
    let RttSummary { p50, p90, p99, max, .. } = *rtt;
    let [p50, p90, p99, max] = [p50, p90, p99, max].map(nanoseconds);
    RttV1 { p50, p90, p99, max }
}

fn overall(name: &str, finding: &Finding) -> OverallV1 {
    OverallV1 {
        b: name.to_owned(),
        ratio: ratio(finding.estimate),
        ci: finding.estimate.map(|estimate| bounds(estimate.interval)),
        floor: finding.floor.map(bounds),
        verdict: finding.verdict.as_str().to_owned(),
        doubt: finding.doubt.map(doubt),
    }
}

fn ratio(estimate: Option<Estimate>) -> Option<f64> {
    estimate.map(|estimate| estimate.ratio)
}

fn bounds(interval: Interval) -> [f64; 2] {
    [interval.low, interval.high]
}

fn doubt(doubt: Doubt) -> String {
    match doubt {
        Doubt::FewPairs => "few_pairs",
        Doubt::ManyDropped => "many_dropped",
        _ => "other",
    }
    .to_owned()
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
