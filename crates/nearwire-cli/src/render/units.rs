//! Numbers for people: three digits that matter, and a unit.

use std::time::Duration;

/// `13.9 µs`, `1.20 ms`, `0.71 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match time.as_nanos() {
        0..1_000 => format!("{} ns", time.as_nanos()),
        1_000..999_500 => format!("{} µs", three_digits(seconds * 1e6)),
        999_500..100_000_000 => format!("{} ms", three_digits(seconds * 1e3)),
        100_000_000..10_000_000_000 => format!("{seconds:.2} s"),
        _ => format!("{} s", three_digits(seconds)),
    }
}

/// `100 B`, `10 kB`, `1.05 MB`, `16.7 GB`: decimal.
pub(crate) fn bytes(count: u64) -> String {
    scaled(count, &["B", "kB", "MB", "GB", "TB", "PB", "EB"])
}

/// A size that somebody chose: `10 kB`, but `64 KiB` where that is the round number.
pub(crate) fn chosen_bytes(count: u64) -> String {
    match count {
        _ if count == 0 || !count.is_multiple_of(1 << 10) || count.is_multiple_of(1000) => bytes(count),
        _ if count.is_multiple_of(1 << 20) => format!("{} MiB", count >> 20),
        _ => format!("{} KiB", count >> 10),
    }
}

#[allow(clippy::cast_precision_loss)] // three digits are shown
fn scaled(count: u64, units: &[&str]) -> String {
    let mut value = count as f64;
    let mut units = units.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    for next in units {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    let digits = three_digits(value);
    // Whole numbers of a unit stay whole: 10 kB, not 10.0 kB.
    let digits =
        if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { &digits };
    format!("{digits} {unit}")
}

/// `50 000`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// `70 400`: a rate, to three digits that matter.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not negative, and saturating
pub(crate) fn count_f64(number: f64) -> String {
    if number < 1000.0 {
        return three_digits(number);
    }
    let magnitude = 10_f64.powf(number.log10().floor() - 2.0);
    count(((number / magnitude).round() * magnitude).round() as u64)
}

/// `48 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn three_digits(value: f64) -> String {
    if value < 9.995 {
        format!("{value:.2}")
    } else if value < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

#[cfg(test)]
mod tests;
