use super::*;
use crate::case::PingPong;
use crate::compare::{Noise, Pair, Sample, Slice, Verdict};

fn sample(pairs: usize, percent: u64) -> Sample {
    let slice = |millis| Slice { elapsed: Duration::from_millis(millis), noise: Noise::default() };
    Sample::new(&vec![Pair { a: slice(100), b: slice(percent) }; pairs], Duration::ZERO)
}

fn comparison(percents: &[u64]) -> Comparison {
    let settings = Settings::new(20, 0.05, 1).unwrap().with_resamples(100);
    let matrix = PingPong::matrix().unwrap();
    let evidence = |percent: &u64| Evidence { floor: sample(7, 100), pairs: sample(20, *percent) };
    let cases: Vec<_> = matrix.cases().zip(percents.iter().map(evidence)).collect();
    Comparison::new(&cases, &settings)
}

#[test]
fn cases_stay_in_order_and_know_what_they_are() {
    let comparison = comparison(&[150, 100, 50]);
    let verdicts: Vec<_> = comparison.cases.iter().map(|case| case.finding.verdict).collect();
    assert_eq!(verdicts, [Verdict::Faster, Verdict::Unchanged, Verdict::Slower]);
    let connections: Vec<_> = comparison.cases.iter().map(|case| case.case.connections.get()).collect();
    assert_eq!(connections, [10, 50, 100]);
    assert_eq!(comparison.cases[0].times, Some((Duration::from_millis(100), Duration::from_millis(150))));
    assert_eq!((comparison.cases[0].pairs, comparison.cases[0].dropped), (20, 0));
}

#[test]
fn p_values_are_adjusted_for_the_number_of_cases() {
    let comparison = comparison(&[150, 100, 50]);
    let [faster, same, _] = &comparison.cases[..] else { panic!("three cases") };
    assert_eq!(faster.p_value, 2.0 / 2.0_f64.powi(20));
    assert_eq!(faster.adjusted_p_value, 3.0 * faster.p_value);
    assert_eq!((same.p_value, same.adjusted_p_value), (1.0, 1.0));
}

#[test]
fn all_cases_together_have_a_geometric_mean() {
    let overall = comparison(&[400, 100]).overall;
    assert!((overall.estimate.unwrap().ratio - 2.0).abs() < 1e-9);
    assert_eq!(overall.verdict, Verdict::Faster);
    assert_eq!(comparison(&[]).overall.verdict, Verdict::Inconclusive);
}
