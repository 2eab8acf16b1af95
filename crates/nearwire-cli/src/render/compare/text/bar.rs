//! Ratios and their intervals as bars on a logarithmic axis of text.

use crate::render::compare::document::CaseV1;
use crate::render::compare::text::words;

/// An axis reaches this far at most, in powers of two; what lies beyond is an arrow.
const FURTHEST: i32 = 6;
/// An axis of small differences reaches from 0.8 to 1.25.
const SMALL: f64 = 1.25;
/// Labels stand at least so many columns apart.
const APART: f64 = 6.0;

/// A logarithmic axis of so many columns.
#[derive(Debug)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    width: usize,
    labels: Vec<(f64, String)>,
}

impl Axis {
    /// An axis on which most of what is to be drawn has its place.
    pub(super) fn around<'a>(cases: impl Iterator<Item = &'a CaseV1>, width: usize) -> Self {
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for case in cases {
            let interval = words::sound_interval(case.ci).unwrap_or([1.0, 1.0]);
            for value in interval.into_iter().chain(words::sound(case.ratio)) {
                low = low.min(value.log2());
                high = high.max(value.log2());
            }
        }
        let small = SMALL.log2();
        if low >= -small && high <= small {
            let labels = [1.0 / SMALL, 1.0, SMALL].map(|ratio| (ratio.log2(), trimmed(ratio)));
            return Self { low: -small, high: small, width, labels: labels.to_vec() };
        }
        let furthest = f64::from(FURTHEST);
        let (low, high) = (low.floor().clamp(-furthest, -1.0), high.ceil().clamp(1.0, furthest));
        Self { low, high, width, labels: powers_of_two(low, high, width) }
    }

    /// The labels, with a mark half-way between two.
    pub(super) fn head(&self) -> String {
        let mut cells = vec![' '; self.width];
        let mut places: Vec<usize> = Vec::new();
        for (power, label) in &self.labels {
            let length = label.chars().count();
            let start = self.column(*power).saturating_sub(length / 2).min(self.width.saturating_sub(length));
            put(&mut cells, start, label);
            places.push(self.column(*power));
        }
        for (left, right) in places.iter().zip(places.iter().skip(1)) {
            let middle = left.midpoint(*right);
            let around = cells.get(middle.saturating_sub(1)..=middle + 1).unwrap_or_default();
            if around == [' '; 3] {
                put(&mut cells, middle, "┊");
            }
        }
        cells.into_iter().collect()
    }

    /// One ratio with its interval.
    pub(super) fn bar(&self, case: &CaseV1) -> String {
        let mut cells = vec![' '; self.width];
        put(&mut cells, self.column(0.0), "┊");
        if let Some(ratio) = words::sound(case.ratio) {
            let [low, high] = words::sound_interval(case.ci).unwrap_or([ratio, ratio]);
            self.draw(&mut cells, ratio.log2(), low.log2(), high.log2());
        }
        cells.into_iter().collect()
    }

    fn draw(&self, cells: &mut [char], ratio: f64, low: f64, high: f64) {
        let end = self.width.saturating_sub(1);
        if high < self.low {
            return put(cells, 0, "◂");
        }
        if low > self.high {
            return put(cells, end, "▸");
        }
        let dot = self.column(ratio);
        // The ends stay visible beside the dot of an interval that is narrower than a column.
        let first = self.column(low).min(dot.saturating_sub(1));
        let last = self.column(high).max(dot + 1).min(end);
        for column in first..=last {
            put(cells, column, "─");
        }
        put(cells, first, if low < self.low { "◂" } else { "├" });
        put(cells, last, if high > self.high { "▸" } else { "┤" });
        if (self.low..=self.high).contains(&ratio) {
            put(cells, dot, "●");
        }
    }

    /// The column of a power of two; the outermost for what lies beyond.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // few columns
    fn column(&self, power: f64) -> usize {
        let share = ((power - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        (share * self.width.saturating_sub(1) as f64).round() as usize
    }
}

#[allow(clippy::cast_precision_loss)] // few columns
fn powers_of_two(low: f64, high: f64, width: usize) -> Vec<(f64, String)> {
    let columns_per_power = width.saturating_sub(1) as f64 / (high - low);
    let step = (1..=FURTHEST).find(|step| columns_per_power * f64::from(*step) >= APART).unwrap_or(FURTHEST);
    (-FURTHEST..=FURTHEST)
        .filter(|power| power % step == 0 && (low..=high).contains(&f64::from(*power)))
        .map(|power| (f64::from(power), power_label(power)))
        .collect()
}

/// `1/8` is shorter than 0.125.
fn power_label(power: i32) -> String {
    match power {
        ..-2 => format!("1/{}", trimmed(2_f64.powi(-power))),
        _ => trimmed(2_f64.powi(power)),
    }
}

/// Without zeros that say nothing.
fn trimmed(ratio: f64) -> String {
    format!("{ratio:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn put(cells: &mut [char], start: usize, text: &str) {
    for (cell, character) in cells.iter_mut().skip(start).zip(text.chars()) {
        *cell = character;
    }
}

#[cfg(test)]
mod tests;
