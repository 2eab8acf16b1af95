use super::*;
use proptest::prelude::*;

#[test]
fn agrees_with_the_literature() {
    // Darwin's maize in Fisher, The design of experiments, 1935; SciPy's `wilcoxon` says 0.041259765625.
    let heights = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75].map(f64::from);
    assert_eq!(signed_rank(&heights), 0.041_259_765_625);
}

#[test]
fn all_on_one_side_is_as_likely_as_so_many_tosses() {
    assert_eq!(signed_rank(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), 2.0 / 64.0);
    assert_eq!(signed_rank(&[-0.1; 10]), 2.0 / 1024.0);
}

#[test]
fn nothing_to_rank_proves_nothing() {
    assert_eq!(signed_rank(&[]), 1.0);
    assert_eq!(signed_rank(&[0.0, -0.0]), 1.0);
    assert_eq!(signed_rank(&[0.1]), 1.0);
    assert_eq!(signed_rank(&[0.1, -0.1]), 1.0);
}

/// The same by trying every way the signs could have fallen.
fn by_enumeration(values: &[f64]) -> f64 {
    let ranked = doubled_ranks(values);
    let total: usize = ranked.iter().map(|(_, rank)| rank).sum();
    let distance = |positive: usize| (2 * positive).abs_diff(total);
    let observed = distance(ranked.iter().filter(|(value, _)| *value > 0.0).map(|(_, rank)| rank).sum());
    let ways = 1_usize << ranked.len();
    let as_lopsided = (0..ways).filter(|way| {
        let positive = ranked.iter().enumerate().filter(|(bit, _)| way >> bit & 1 == 1);
        distance(positive.map(|(_, (_, rank))| rank).sum()) >= observed
    });
    as_lopsided.count() as f64 / ways as f64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn counts_every_way_the_signs_could_fall(values in prop::collection::vec(-4..=4_i8, 0..10)) {
        // Small whole numbers: many ties, some zeros.
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        prop_assert!((signed_rank(&values) - by_enumeration(&values)).abs() < 1e-12);
    }

    #[test]
    fn sides_and_scale_do_not_matter(values in prop::collection::vec(-2.0..2.0_f64, 0..60)) {
        let p = signed_rank(&values);
        let turned: Vec<f64> = values.iter().map(|value| -4.0 * value).collect();
        prop_assert!((0.0..=1.0).contains(&p));
        prop_assert_eq!(signed_rank(&turned), p);
    }
}
