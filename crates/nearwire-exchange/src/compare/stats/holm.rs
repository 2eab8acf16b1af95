//! Many questions asked at once: among twenty cases without any difference, one has p < 0.05.

#[cfg(test)]
mod tests;

/// Adjusts p-values so that all of them below a level may be believed together at that level (Holm, *A simple
/// sequentially rejective multiple test procedure*, 1979), in the order given.
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut ordered: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
    ordered.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    let hypotheses_left = (1..=ordered.len()).rev();
    let mut least = 0.0_f64;
    for ((_, p), left) in ordered.iter_mut().zip(hypotheses_left) {
        // A larger p-value is never adjusted to a smaller one.
        least = least.max((*p * left as f64).min(1.0));
        *p = least;
    }
    ordered.sort_by_key(|(index, _)| *index);
    ordered.into_iter().map(|(_, p)| p).collect()
}
