use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn histogram(nanos: impl IntoIterator<Item = u64>) -> RttHistogram {
    let mut histogram = RttHistogram::new();
    nanos.into_iter().for_each(|ns| histogram.record(Duration::from_nanos(ns)));
    histogram
}

/// Whether `found` is `expected` nanoseconds to three significant digits.
fn near(found: Duration, expected: u64) -> bool {
    Duration::from_nanos(expected).abs_diff(found) <= Duration::from_nanos(expected / 1000 + 1)
}

#[test]
fn nothing_has_no_summary() {
    assert_eq!(RttHistogram::new().summary(), None);
    assert_eq!(RttHistogram::default().count(), 0);
}

#[test]
fn percentiles_are_those_of_the_samples() {
    let summary = histogram((1..=10_000).map(|us| us * 1_000)).summary().unwrap();
    assert_eq!(summary.count, 10_000);
    assert!(near(summary.min, 1_000));
    assert!(near(summary.p50, 5_000_000));
    assert!(near(summary.p90, 9_000_000));
    assert!(near(summary.p99, 9_900_000));
    assert!(near(summary.p999.unwrap(), 9_990_000));
    assert!(near(summary.max, 10_000_000));
    assert!(near(summary.mean, 5_000_500));
}

#[test]
fn a_round_trip_is_not_halved() {
    assert_eq!(histogram([1_000]).summary().unwrap().p50, Duration::from_nanos(1_000));
}

#[test]
fn the_thousandth_part_needs_ten_thousand_samples() {
    assert_eq!(histogram(vec![5; 9_999]).summary().unwrap().p999, None);
    assert!(histogram(vec![5; 10_000]).summary().unwrap().p999.is_some());
}

#[test]
fn times_out_of_range_are_counted_at_its_ends() {
    let mut histogram = histogram([0]);
    histogram.record(Duration::MAX);
    let summary = histogram.summary().unwrap();
    assert_eq!(summary.count, 2);
    assert_eq!(summary.min, Duration::from_nanos(1));
    assert!(near(summary.max, LONGEST_NS));
    assert_eq!(LONGEST, Duration::from_secs(60 * 60));
}

proptest! {
    #[test]
    fn merging_is_recording_everything_in_one(
        one in vec(0_u64..10_000_000_000, 0..200), other in vec(0_u64..10_000_000_000, 0..200),
    ) {
        let mut merged = histogram(one.iter().copied());
        merged.merge(&histogram(other.iter().copied()));
        prop_assert_eq!(merged.summary(), histogram(one.into_iter().chain(other)).summary());
    }

    #[test]
    fn a_summary_is_in_order(samples in vec(any::<u64>(), 1..300)) {
        let summary = histogram(samples).summary().unwrap();
        let ordered = [summary.min, summary.p50, summary.p90, summary.p99, summary.max];
        prop_assert!(ordered.is_sorted(), "{:?}", summary);
        prop_assert!(summary.min <= summary.mean && summary.mean <= summary.max);
    }
}
