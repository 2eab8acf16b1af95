use super::*;
use proptest::prelude::*;

#[test]
fn each_is_multiplied_by_the_hypotheses_left() {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
    let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
    for (found, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
        assert!((found - expected).abs() < 1e-12, "{adjusted:?}");
    }
}

#[test]
fn one_question_needs_no_adjustment() {
    assert_eq!(holm(&[0.04]), [0.04]);
    assert!(holm(&[]).is_empty());
}

proptest! {
    #[test]
    fn adjusted_values_are_larger_probabilities_in_the_same_order(
        p_values in prop::collection::vec(0.0..=1.0_f64, 0..30),
    ) {
        let adjusted = holm(&p_values);
        prop_assert_eq!(adjusted.len(), p_values.len());
        for (i, (p, q)) in p_values.iter().zip(&adjusted).enumerate() {
            prop_assert!(p <= q && *q <= 1.0 && *q <= p * p_values.len() as f64 + 1.0);
            for (j, other) in p_values.iter().enumerate() {
                prop_assert!(p > other || adjusted[i] <= adjusted[j]);
            }
        }
    }
}
