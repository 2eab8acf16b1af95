use super::*;
use proptest::prelude::*;

fn connections(n: u32) -> Connections {
    Connections::new(n).unwrap()
}

fn plan(n: u32, size: u32, iterations: u64) -> Plan {
    let work = Work::Iterations(Iterations::new(iterations).unwrap());
    Plan::new(connections(n), ChunkSize::new(size).unwrap(), work).unwrap()
}

fn timed() -> Plan {
    let work = Work::Duration(RunTime::new(Duration::from_secs(1)).unwrap());
    Plan::new(connections(3), ChunkSize::MIN, work).unwrap()
}

#[test]
fn a_new_plan_is_the_classic_exchange() {
    let plan = plan(10, 100, 50_000);
    assert_eq!(plan.window().get(), 1);
    assert_eq!(plan.threads().get(), 1);
    assert_eq!(plan.timeout(), Plan::DEFAULT_TIMEOUT);
    assert_eq!(plan.verify(), Verify::Full);
    assert_eq!(plan.bytes(), Some(5_000_000));
    assert_eq!(plan.bytes_in_flight(), 1_000);
}

#[test]
fn parts_can_be_replaced() {
    let plan = plan(10, 100, 50_000)
        .with_window(Window::new(8).unwrap())
        .with_threads(Threads::new(4).unwrap())
        .with_verify(Verify::Count)
        .with_timeout(Duration::from_millis(1))
        .unwrap();
    assert_eq!((plan.window().get(), plan.threads().get()), (8, 4));
    assert_eq!((plan.verify(), plan.timeout()), (Verify::Count, Duration::from_millis(1)));
    assert_eq!(plan.ranges().collect::<Vec<_>>(), [0..3, 3..6, 6..8, 8..10]);
}

#[test]
fn pillar_682_calculation_uncountable_bytes_are_refused() {
    let work = Work::Iterations(Iterations::MAX);
    let error = Plan::new(Connections::MIN, ChunkSize::MAX, work).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1000000000000000 chunks of 16777216 bytes: expected at most 18446744073709551615 bytes in all"
    );
    assert_eq!(plan(1, 1, 1_000_000_000_000_000).bytes(), Some(1_000_000_000_000_000));
}

#[test]
fn the_largest_window_of_the_largest_plan_can_be_counted() {
    let plan = plan(1_000_000, 16_777_216, 1).with_window(Window::MAX);
    assert_eq!(plan.bytes_in_flight(), 1_000_000 * 65_536 * 16_777_216);
}

#[test]
fn times_have_bounds() {
    assert_eq!(RunTime::new(RunTime::MAX.get()), Ok(RunTime::MAX));
    for given in [Duration::ZERO, RunTime::MAX.get() + Duration::from_nanos(1), Duration::MAX] {
        assert_eq!(RunTime::new(given), Err(PlanError::RunTime { given }));
    }
    assert!(timed().with_timeout(Plan::MAX_TIMEOUT).is_ok());
    for given in [Duration::ZERO, Duration::MAX] {
        assert_eq!(timed().with_timeout(given), Err(PlanError::Timeout { given }));
    }
}

#[test]
fn time_has_no_shares() {
    assert_eq!(timed().share(0), None);
    assert_eq!(timed().bytes(), None);
}

#[test]
fn a_connection_that_does_not_exist_has_no_work() {
    assert_eq!(plan(3, 1, 100).share(3), Some(0));
    assert_eq!(plan(3, 1, 100).share(u32::MAX), Some(0));
}

#[test]
fn more_threads_than_connections_are_not_used() {
    let plan = plan(3, 1, 100).with_threads(Threads::MAX);
    assert_eq!(plan.threads().get(), 3);
    assert_eq!(plan.ranges().collect::<Vec<_>>(), [0..1, 1..2, 2..3]);
}

proptest! {
    #[test]
    fn pillar_682_calculation_shares_are_exact(n in 1_u32..5_000, iterations in 1_u64..=1_000_000_000_000_000) {
        let plan = plan(n, 1, iterations);
        let shares: Vec<u64> = (0..n).map(|i| plan.share(i).unwrap()).collect();
        prop_assert_eq!(shares.iter().sum::<u64>(), iterations);
        prop_assert!(shares.iter().max().unwrap() - shares.iter().min().unwrap() <= 1);
    }

    #[test]
    fn few_iterations_are_shared_exactly_too(n in 1_u32..5_000, iterations in 1_u64..10_000) {
        let plan = plan(n, 1, iterations);
        prop_assert_eq!((0..n).map(|i| plan.share(i).unwrap()).sum::<u64>(), iterations);
    }

    #[test]
    fn ranges_partition_the_connections(n in 1_u32..=1_000_000, threads in 1_u16..=256) {
        let plan = plan(n, 1, 1).with_threads(Threads::new(threads).unwrap());
        let ranges: Vec<_> = plan.ranges().collect();
        prop_assert_eq!(ranges.len(), usize::from(plan.threads().get()));
        let mut next = 0;
        for range in &ranges {
            prop_assert_eq!(range.start, next);
            prop_assert!(!range.is_empty());
            next = range.end;
        }
        prop_assert_eq!(next, n);
        let longest = ranges.iter().map(ExactSizeIterator::len).max().unwrap();
        prop_assert!(longest - ranges.iter().map(ExactSizeIterator::len).min().unwrap() <= 1);
    }
}
