use super::*;
use std::time::Duration;

use nearwire_exchange::{
    Calls, Case, CaseKind, ChunkSize, Connections, Iterations, Machine, Plan, RttHistogram, Threads, Window,
    Work,
};
use snapbox::{assert_data_eq, file};

fn usage(milliseconds: u64) -> Usage {
    let mut usage = Usage::default();
    usage.cpu = Duration::from_millis(milliseconds);
    usage.with_spun(Duration::from_millis(1))
}

fn result(connections: u32, chunk: u32, failure: Option<&str>) -> CaseResult {
    let iterations = Iterations::new(50_000).unwrap();
    let (connections, chunk_size) = (Connections::new(connections).unwrap(), ChunkSize::new(chunk).unwrap());
    let plan = Plan::new(connections, chunk_size, Work::Iterations(iterations)).unwrap();
    let mut rtt = RttHistogram::new();
    (1..=1000).for_each(|each| rtt.record(Duration::from_nanos(each * 20)));
    let outcome = Outcome {
        plan,
        chunks: 50_000,
        bytes: 50_000 * u64::from(chunk),
        elapsed: Duration::from_millis(710),
        connecting: Duration::from_micros(12),
        calls: Calls { reads: 50_000, writes: 50_000, waits: 25_000, yields: 0 },
        rtt,
        client: Some(usage(704)),
        server: Some(usage(355)),
        complete: failure.is_none(),
        verified: failure.is_none(),
    };
    let case = Case { kind: CaseKind::Exchange, connections, chunk_size, iterations };
    CaseResult {
        case,
        iterations: Some(50_000),
        outcome: Some(outcome),
        server_counts: None,
        failure: failure.map(str::to_owned),
    }
}

fn results() -> Results {
    let mut machine = Machine::detect();
    machine.cpu_model = Some("A CPU".to_owned());
    machine.logical_cpus = Some(2);
    machine.kernel = "6.18".to_owned();
    machine.hypervisor = None;
    let context = Context {
        machine,
        server: Server::OwnProcess { pid: 4242 },
        threads: Threads::default(),
        window: Window::default(),
        verify: Verify::Full,
        payload: "generated".to_owned(),
        timeout: Duration::from_secs(30),
        spin: Spin::default(),
        planned: 3,
        command: "nearwire exchange".to_owned(),
        counters: false,
    };
    let cases = vec![result(1, 100, None), result(10_000, 65_536, Some("interrupted"))];
    Results { context, cases, elapsed: Duration::from_secs(9) }
}

#[test]
fn the_table_is_aligned_and_says_what_was_not_finished() {
    assert_data_eq!(plain(&everything(&results())), file!["table.txt"].raw());
}

#[test]
fn spinning_is_no_work() {
    let mut results = results();
    for case in &mut results.cases {
        let outcome = case.outcome.as_mut().unwrap();
        outcome.client = Some(usage(704).with_spun(Duration::from_millis(355)));
    }
    let text = plain(&everything(&results));
    assert!(text.contains("    49+50 %     50 %"), "{text}");
    assert!(text.contains("CPU: work + spin") && !text.contains("client-bound"), "{text}");
    assert!(!plain(&everything(&self::results())).contains("work + spin"));
}

#[test]
fn rows_come_one_by_one_with_the_head_above_the_first() {
    let mut all = results();
    let last = all.cases.pop().unwrap();
    let first = plain(&newest(&all, true));
    assert_eq!(first.lines().count(), 2, "{first}");
    all.cases.push(last);
    assert_eq!(plain(&newest(&all, true)).lines().count(), 1);
}
