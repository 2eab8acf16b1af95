//! Wilcoxon's signed-rank test: a second opinion that shares nothing with the bootstrap but the pairs.
//!
//! It is a cross-check and does not decide: given enough pairs it finds differences too small to matter. Its sibling
//! for unpaired measurements gave a very high number of false positives in clouds, where a difference of medians did
//! well (Laaber, Scheuner and Leitner, *Performance testing in the cloud*, 2018).

#[cfg(test)]
mod tests;

/// How likely log-ratios at least as lopsided as these are if the order within each pair is a matter of chance
/// (two-sided p-value).
///
/// The distribution is counted out, not approximated, so that it is exact for few pairs and with ties, which share
/// the mean of their ranks. Ratios of exactly 1 take no side and are left out. The effort grows with the third
/// power of the number of pairs: nothing for tens, a second for a thousand.
#[must_use]
pub fn signed_rank(log_ratios: &[f64]) -> f64 {
    let ranked = doubled_ranks(log_ratios);
    let total: usize = ranked.iter().map(|(_, rank)| rank).sum();
    let positive: usize = ranked.iter().filter(|(value, _)| *value > 0.0).map(|(_, rank)| rank).sum();
    let smaller = positive.min(total - positive);
    let ranks = ranked.iter().map(|(_, rank)| *rank);
    (2.0 * probability_up_to(smaller, ranks)).min(1.0)
}

/// The values that are not 0, with twice the rank of their magnitude: twice a mean rank is a whole number.
fn doubled_ranks(values: &[f64]) -> Vec<(f64, usize)> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| *value != 0.0).collect();
    sorted.sort_unstable_by(|a, b| a.abs().total_cmp(&b.abs()));
    let mut ranked = Vec::with_capacity(sorted.len());
    for tied in sorted.chunk_by(|a, b| a.abs() == b.abs()) {
        let (first, last) = (ranked.len() + 1, ranked.len() + tied.len());
        ranked.extend(tied.iter().map(|value| (*value, first + last)));
    }
    ranked
}

/// How likely the sum of the ranks on one side is at most `limit`, if each falls on either side by a fair coin.
fn probability_up_to(limit: usize, ranks: impl Iterator<Item = usize>) -> f64 {
    // The probability of each sum up to the limit; without ranks, the sum is certainly 0.
    let mut sums = vec![0.0; limit + 1];
    sums.iter_mut().take(1).for_each(|none| *none = 1.0);
    for rank in ranks {
        let with = std::iter::repeat_n(&0.0, rank).chain(&sums);
        sums = sums.iter().zip(with).map(|(without, with): (&f64, &f64)| without.midpoint(*with)).collect();
    }
    sums.iter().sum()
}
