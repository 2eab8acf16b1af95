use super::*;
use proptest::prelude::*;

const USUAL: Duration = Duration::from_millis(2);

fn slice(millis: u64, steal: f64, calibration: u64) -> Slice {
    let calibration = Duration::from_micros(calibration);
    let noise = Noise { steal: Some(steal), calibration, ..Noise::default() };
    Slice { elapsed: Duration::from_millis(millis), noise }
}

fn any_slice() -> impl Strategy<Value = Slice> {
    (0..10_000_u64, 0.0..0.1_f64, 1500..2800_u64).prop_map(|(time, steal, micros)| slice(time, steal, micros))
}

fn any_pairs() -> impl Strategy<Value = Vec<Pair>> {
    prop::collection::vec((any_slice(), any_slice()).prop_map(|(a, b)| Pair { a, b }), 0..30)
}

#[test]
fn a_pair_goes_if_either_slice_was_disturbed() {
    let (calm, stolen, slow) = (slice(100, 0.0, 2000), slice(100, 0.2, 2000), slice(100, 0.0, 3000));
    let pairs = [(calm, calm), (stolen, calm), (calm, stolen), (slow, calm), (calm, slow), (calm, calm)];
    let sample = Sample::new(&pairs.map(|(a, b)| Pair { a, b }), USUAL);
    assert_eq!((sample.pairs().len(), sample.dropped()), (2, 4));
}

#[test]
fn typical_times_are_medians_of_each_side() {
    let pairs = [(1, 10), (3, 30), (2, 20)];
    let pairs = pairs.map(|(a, b)| Pair { a: slice(a, 0.0, 2000), b: slice(b, 0.0, 2000) });
    let times = Sample::new(&pairs, USUAL).typical_times();
    assert_eq!(times, Some((Duration::from_millis(2), Duration::from_millis(20))));
    assert_eq!(Sample::default().typical_times(), None);
}

proptest! {
    #[test]
    fn what_was_measured_does_not_decide(pairs in any_pairs(), times in any::<[u16; 2]>()) {
        let before = Sample::new(&pairs, USUAL);
        prop_assert_eq!(before.pairs().len() + before.dropped(), pairs.len());
        let other = |slice: Slice, time: u16| Slice { elapsed: Duration::from_millis(time.into()), ..slice };
        let changed: Vec<Pair> =
            pairs.iter().map(|pair| Pair { a: other(pair.a, times[0]), b: other(pair.b, times[1]) }).collect();
        prop_assert_eq!(Sample::new(&changed, USUAL).dropped(), before.dropped());
    }

    #[test]
    fn no_side_is_favoured(pairs in any_pairs()) {
        let turned: Vec<Pair> = pairs.iter().map(|pair| Pair { a: pair.b, b: pair.a }).collect();
        let (straight, turned) = (Sample::new(&pairs, USUAL), Sample::new(&turned, USUAL));
        prop_assert_eq!(straight.dropped(), turned.dropped());
        let negated: Vec<f64> = turned.log_ratios().iter().map(|log| -log).collect();
        prop_assert_eq!(straight.log_ratios(), negated);
    }
}
