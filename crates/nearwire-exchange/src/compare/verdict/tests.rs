use super::*;
use crate::compare::{Noise, Pair, Slice};
use proptest::prelude::*;
use std::time::Duration;

const QUIET: Interval = Interval { low: 0.99, high: 1.01 };

fn verdict(low: f64, high: f64) -> Verdict {
    Verdict::of(&Interval { low, high }, &QUIET, 0.05)
}

/// So many pairs of which B takes so many percent of A's time, and so many that were disturbed.
fn sample(kept: usize, dropped: usize, percent: u64) -> Sample {
    let slice = |millis, steal| Slice {
        elapsed: Duration::from_millis(millis),
        noise: Noise { steal: Some(steal), ..Noise::default() },
    };
    let pair = |steal| Pair { a: slice(100, steal), b: slice(percent, 0.0) };
    let pairs: Vec<Pair> = [vec![pair(0.0); kept], vec![pair(1.0); dropped]].concat();
    Sample::new(&pairs, Duration::ZERO)
}

fn evidence(kept: usize, dropped: usize, percent: u64) -> Evidence {
    Evidence { floor: sample(7, 0, 100), pairs: sample(kept, dropped, percent) }
}

fn settings() -> Settings {
    Settings::new(20, 0.05, 1).unwrap().with_resamples(100)
}

fn finding(evidence: &Evidence) -> Finding {
    Finding::new(&[evidence], &settings())
}

#[test]
fn the_whole_interval_counts() {
    assert_eq!(verdict(1.06, 1.50), Verdict::Faster);
    assert_eq!(verdict(1.04, 1.50), Verdict::Inconclusive);
    assert_eq!(verdict(0.96, 1.04), Verdict::Unchanged);
    assert_eq!(verdict(0.94, 1.04), Verdict::Inconclusive);
    assert_eq!(verdict(0.50, 0.94), Verdict::Slower);
    assert_eq!(verdict(0.50, 0.96), Verdict::Inconclusive);
}

#[test]
fn a_difference_lies_beyond_the_noise_floor() {
    let loud = Interval { low: 0.80, high: 1.02 };
    let judge = |low, high| Verdict::of(&Interval { low, high }, &loud, 0.05);
    assert_eq!(judge(1.2, 1.3), Verdict::Inconclusive);
    assert_eq!(judge(1.26, 1.3), Verdict::Faster);
    assert_eq!(judge(0.97, 1.03), Verdict::Unchanged);
}

#[test]
fn a_fifth_may_be_dropped_but_no_more() {
    assert_eq!(finding(&evidence(16, 4, 150)).verdict, Verdict::Faster);
    let dropped = finding(&evidence(15, 4, 150));
    assert_eq!((dropped.verdict, dropped.doubt), (Verdict::Inconclusive, Some(Doubt::ManyDropped)));
    assert!(dropped.estimate.is_some_and(|estimate| (estimate.ratio - 1.5).abs() < 1e-9));
}

#[test]
fn five_pairs_are_needed_of_each_kind() {
    assert_eq!(finding(&evidence(5, 0, 150)).verdict, Verdict::Faster);
    assert_eq!(finding(&evidence(4, 0, 150)).doubt, Some(Doubt::FewPairs));
    assert_eq!(finding(&Evidence::default()).doubt, Some(Doubt::FewPairs));
    let no_floor = Evidence { floor: sample(4, 3, 100), ..evidence(20, 0, 150) };
    assert_eq!(finding(&no_floor).doubt, Some(Doubt::FewPairs));
    assert_eq!(Finding::new(&[], &settings()).verdict, Verdict::Inconclusive);
}

#[test]
fn cases_are_judged_together() {
    let (faster, slower) = (evidence(20, 0, 200), evidence(20, 0, 50));
    assert_eq!(Finding::new(&[&faster, &slower], &settings()).verdict, Verdict::Unchanged);
    assert_eq!(Finding::new(&[&faster, &faster, &slower], &settings()).verdict, Verdict::Faster);
    assert_eq!(Finding::new(&[&faster, &evidence(3, 0, 200)], &settings()).doubt, Some(Doubt::FewPairs));
}

#[test]
fn more_pairs_are_of_no_use_when_all_is_known() {
    let settled = |evidence: &Evidence| finding(evidence).settled(&settings());
    assert!(settled(&evidence(20, 0, 150)) && settled(&evidence(20, 0, 100)));
    assert!(settled(&evidence(20, 0, 105)), "right on the limit");
    assert!(!settled(&evidence(20, 6, 150)) && !settled(&evidence(4, 0, 150)));
}

proptest! {
    #[test]
    fn exchanging_a_and_b_turns_the_verdict(
        low in 0.3..2.0_f64, spread in 1.0..1.5_f64, floor_low in 0.8..1.0_f64, floor_high in 1.0..1.2_f64,
    ) {
        // Written so that the inverse of an inverse is the same number again.
        let (interval, turned) =
            (Interval { low, high: low * spread }, Interval { low: 1.0 / (low * spread), high: 1.0 / low });
        let floor = Interval { low: floor_low, high: floor_high };
        let near = |limit: f64| {
            [interval.low, interval.high, 1.0 / interval.low, 1.0 / interval.high]
                .iter()
                .any(|end| (end / limit - 1.0).abs() < 1e-9)
        };
        prop_assume!(!near(1.05) && !near(floor.furthest()));
        let expected = match Verdict::of(&interval, &floor, 0.05) {
            Verdict::Faster => Verdict::Slower,
            Verdict::Slower => Verdict::Faster,
            same => same,
        };
        prop_assert_eq!(Verdict::of(&turned, &floor, 0.05), expected);
    }
}
