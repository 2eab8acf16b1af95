//! Logarithmic scales and where their labels stand.

/// What follows a power of ten on an axis, from fine to coarse.
const STEPS: [&[f64]; 5] = [
    &[1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
    &[1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
    &[1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0],
    &[1.0, 1.5, 2.0, 3.0, 5.0, 7.0],
    &[1.0, 2.0, 5.0],
];
/// Powers of ten that any double lies between.
const EXPONENTS: std::ops::RangeInclusive<i32> = -308..=308;

/// A logarithmic scale from `low` to `high`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// A scale for all of `values` that are above zero, with a margin, over a factor of `least` or more. `None` if
    /// there are no values.
    pub(super) fn over(values: impl Iterator<Item = f64>, least: f64) -> Option<Self> {
        let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
        for value in values.filter(|value| value.is_finite() && *value > 0.0) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            return None;
        }
        let missing = (least / (high / low)).max(1.0).sqrt();
        let margin = ((high / low) * missing * missing).powf(0.06);
        Some(Self { low: low / missing / margin, high: high * missing * margin })
    }

    /// The same, but nothing below `low` and above `high`.
    pub(super) fn within(self, low: f64, high: f64) -> Self {
        Self { low: self.low.max(low), high: self.high.min(high) }
    }

    pub(super) fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Where a value stands, from 0 to 1; what lies outside stands at the edge.
    pub(super) fn share(&self, value: f64) -> f64 {
        let share = (value / self.low).ln() / (self.high / self.low).ln();
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Round values, as many as there is room for: neighbours stand at least `apart` from each other, a share.
    pub(super) fn ticks(&self, apart: f64) -> Vec<f64> {
        let fits = |ticks: &Vec<f64>| {
            let neighbours = ticks.iter().zip(ticks.iter().skip(1));
            neighbours.map(|(one, next)| self.share(*next) - self.share(*one)).all(|gap| gap >= apart)
        };
        let fine = STEPS.iter().map(|steps| self.round_values(steps, 1));
        let coarse = (1..=12).map(|every| self.round_values(&[1.0], every));
        fine.chain(coarse).find(fits).unwrap_or_default()
    }

    fn round_values(&self, steps: &[f64], every: i32) -> Vec<f64> {
        let exponents = EXPONENTS.filter(|exponent| exponent % every == 0);
        let values = exponents.flat_map(|exponent| {
            // Divided, not multiplied by a power below one: so 0.7 is 0.7 and not 0.7000000000000001.
            let power = 10_f64.powi(exponent.abs());
            steps.iter().map(move |step| if exponent < 0 { step / power } else { step * power })
        });
        values.filter(|value| self.contains(*value)).collect()
    }
}

#[cfg(test)]
mod tests;
