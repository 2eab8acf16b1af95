use super::*;
use proptest::prelude::*;

#[test]
fn the_median_is_in_the_middle() {
    assert_eq!(median(&[]), None);
    assert_eq!(median(&[3.0]), Some(3.0));
    assert_eq!(median(&[9.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(median(&[9.0, 1.0, 2.0, 4.0]), Some(3.0));
}

#[test]
fn a_ratio_above_one_means_that_a_takes_less_time() {
    let (short, long) = (Duration::from_millis(100), Duration::from_millis(150));
    assert!((log_ratio(short, long).exp() - 1.5).abs() < 1e-12);
    assert_eq!(log_ratio(long, long), 0.0);
}

#[test]
fn an_interval_knows_its_ends() {
    let interval = Interval { low: 0.5, high: 1.5 };
    assert_eq!((interval.furthest(), interval.spread()), (2.0, 3.0));
    assert!(interval.contains(0.5) && interval.contains(1.5) && !interval.contains(1.6));
    assert_eq!(Interval { low: 1.0, high: 1.0 }.furthest(), 1.0);
}

proptest! {
    #[test]
    fn any_two_times_have_a_ratio_and_its_inverse(a: Duration, b: Duration) {
        let log = log_ratio(a, b);
        prop_assert!(log.exp().is_finite() && log.exp() > 0.0);
        prop_assert_eq!(log_ratio(b, a), -log);
    }
}
