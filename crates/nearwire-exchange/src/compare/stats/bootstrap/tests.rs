use super::*;
use crate::compare::tests::normal;
use fastrand::Rng;
use proptest::prelude::*;

fn bootstrap(seed: u64) -> Bootstrap {
    Bootstrap::new(seed).with_resamples(1000)
}

/// Student's t with 3 degrees of freedom: tails so heavy that the fourth moment does not exist.
fn heavy_tailed(rng: &mut Rng) -> f64 {
    let squares: f64 = (0..3).map(|_| normal(rng).powi(2)).sum();
    normal(rng) / (squares / 3.0).sqrt()
}

/// A skewed distribution whose median is 0.
fn skewed(rng: &mut Rng) -> f64 {
    normal(rng).exp() - 1.0
}

fn coverage(pairs: usize, draw: fn(&mut Rng) -> f64) -> f64 {
    let mut rng = Rng::with_seed(42);
    let runs = 500;
    let covered = (0..runs).filter(|seed| {
        let values: Vec<f64> = (0..pairs).map(|_| 0.3 + 0.1 * draw(&mut rng)).collect();
        let estimate = Bootstrap::new(*seed).with_resamples(500).median(&values).unwrap();
        estimate.interval.contains(0.3_f64.exp())
    });
    covered.count() as f64 / runs as f64
}

/// The distribution of the median by making resamples.
#[test]
fn medians_are_drawn_as_if_of_resamples() {
    for (count, drawn) in [(1, 1), (5, 5), (6, 5), (9, 9), (20, 19)] {
        let values: Vec<f64> = (0..count).map(f64::from).collect();
        let medians = Medians::new(&values);
        let mut rng = Rng::with_seed(3);
        let mut resampled = vec![0_u32; values.len()];
        for _ in 0..10_000 {
            let mut resample: Vec<usize> = (0..drawn).map(|_| rng.usize(..values.len())).collect();
            resample.sort_unstable();
            resampled[resample[drawn / 2]] += 1;
        }
        let mut so_far = 0.0;
        for (times, cumulative) in resampled.iter().zip(&medians.cumulative) {
            so_far += f64::from(*times) / 10_000.0;
            assert!((so_far - cumulative).abs() < 0.02, "{count}: {so_far} {cumulative}");
        }
    }
}

#[test]
fn a_majority_is_as_likely_as_its_ways() {
    assert!((majority(1, 0.25) - 0.25).abs() < 1e-12);
    assert!((majority(3, 0.25) - 10.0 / 64.0).abs() < 1e-12);
    assert!((majority(5, 0.5) - 0.5).abs() < 1e-12);
    assert_eq!((majority(601, 0.0), majority(601, 1.0)), (0.0, 1.0));
    assert!((majority(601, 0.999) - 1.0).abs() < 1e-12 && majority(601, 0.001) < 1e-12);
}

#[test]
fn the_tail_is_that_of_the_expanded_percentile_interval() {
    // 40 000 × Φ(−t √(n/(n−1))), in R 40000 * pnorm(qt(0.025, n - 1) * sqrt(n / (n - 1))).
    let bootstrap = Bootstrap::new(0).with_resamples(40_000);
    for (pairs, expected) in [(10, 342.0), (15, 528.0), (20, 635.0), (30, 750.0), (60, 872.0)] {
        let tail = bootstrap.tail(pairs) as f64;
        assert!((tail / expected - 1.0).abs() < 1.0 / 7.0, "{pairs} pairs: {tail} instead of {expected}");
    }
    assert_eq!((bootstrap.tail(5), bootstrap.tail(0)), (0, 0));
}

#[test]
fn intervals_cover_the_median_of_any_distribution() {
    for pairs in [10, 15, 20, 31, 60] {
        for (name, draw) in
            [("normal", normal as fn(&mut Rng) -> f64), ("t", heavy_tailed), ("skewed", skewed)]
        {
            let coverage = coverage(pairs, draw);
            assert!((0.90..=0.99).contains(&coverage), "{pairs} pairs, {name}: {coverage}");
        }
    }
}

#[test]
fn five_pairs_have_their_range_as_interval() {
    let logs = [0.3, -0.1, 0.2, 0.0, 0.1];
    let estimate = Bootstrap::new(1).median(&logs).unwrap();
    assert_eq!(estimate.ratio, 0.1_f64.exp());
    assert_eq!((estimate.interval.low, estimate.interval.high), ((-0.1_f64).exp(), 0.3_f64.exp()));
}

#[test]
fn one_outlier_of_nine_is_outside() {
    let logs = [0.0, 0.01, -0.01, 0.02, -0.02, 0.03, -0.03, 0.01, 1.5];
    let estimate = Bootstrap::new(1).median(&logs).unwrap();
    assert!(estimate.interval.furthest() < 0.04_f64.exp(), "{estimate:?}");
}

#[test]
fn nothing_has_no_median() {
    assert_eq!(Bootstrap::new(1).median(&[]), None);
    assert_eq!(Bootstrap::new(1).geometric_mean(&[]), None);
    assert_eq!(Bootstrap::new(1).geometric_mean(&[&[0.1], &[]]), None);
}

#[test]
fn cases_are_averaged_as_factors() {
    let (half, double) = ([-(2.0_f64.ln()); 9], [2.0_f64.ln(); 9]);
    let estimate = Bootstrap::new(1).geometric_mean(&[&half, &double]).unwrap();
    assert!((estimate.ratio - 1.0).abs() < 1e-12 && estimate.interval.spread() < 1.0 + 1e-12, "{estimate:?}");
}

#[test]
fn many_cases_together_are_known_better_than_each() {
    let mut rng = Rng::with_seed(5);
    let cases: Vec<Vec<f64>> = (0..9).map(|_| (0..20).map(|_| 0.1 * normal(&mut rng)).collect()).collect();
    let cases: Vec<&[f64]> = cases.iter().map(Vec::as_slice).collect();
    let together = bootstrap(1).geometric_mean(&cases).unwrap().interval.spread().ln();
    let narrowest = cases
        .iter()
        .map(|case| bootstrap(1).median(case).unwrap().interval.spread().ln())
        .fold(1.0, f64::min);
    assert!(together < narrowest, "{together} {narrowest}");
}

#[test]
fn the_geometric_mean_is_covered_too() {
    let mut rng = Rng::with_seed(11);
    let truth = (0.4_f64 / 4.0).exp();
    let covered = (0..500).filter(|seed| {
        let draw = |shift: f64, rng: &mut Rng| (0..20).map(|_| shift + 0.1 * heavy_tailed(rng)).collect();
        let cases: Vec<Vec<f64>> = [0.5, 0.0, -0.3, 0.2].map(|shift| draw(shift, &mut rng)).into();
        let cases: Vec<&[f64]> = cases.iter().map(Vec::as_slice).collect();
        let estimate = Bootstrap::new(*seed).with_resamples(1000).geometric_mean(&cases).unwrap();
        estimate.interval.contains(truth)
    });
    let coverage = covered.count() as f64 / 500.0;
    assert!((0.90..=0.99).contains(&coverage), "{coverage}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_interval_holds_the_estimate_and_moves_with_the_values(
        logs in prop::collection::vec(-2.0..2.0_f64, 1..40), shift in -1.0..1.0_f64, seed: u64,
    ) {
        let estimate = bootstrap(seed).median(&logs).unwrap();
        prop_assert!(estimate.interval.contains(estimate.ratio));
        prop_assert_eq!(bootstrap(seed).median(&logs).unwrap(), estimate);

        let moved: Vec<f64> = logs.iter().map(|log| log + shift).collect();
        let moved = bootstrap(seed).median(&moved).unwrap();
        prop_assert!((moved.interval.low / estimate.interval.low - shift.exp()).abs() < 1e-9);
        prop_assert!((moved.interval.high / estimate.interval.high - shift.exp()).abs() < 1e-9);
    }

    #[test]
    fn the_order_of_the_pairs_does_not_matter(logs in prop::collection::vec(-2.0..2.0_f64, 1..20), seed: u64) {
        let reversed: Vec<f64> = logs.iter().rev().copied().collect();
        prop_assert_eq!(bootstrap(seed).median(&logs), bootstrap(seed).median(&reversed));
    }
}
