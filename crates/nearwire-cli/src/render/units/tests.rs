use super::*;

#[test]
fn times_have_three_digits_and_the_unit_that_fits() {
    for (nanoseconds, text) in [
        (850, "850 ns"),
        (13_940, "13.9 µs"),
        (310_000, "310 µs"),
        (999_499, "999 µs"),
        (999_600, "1.00 ms"),
        (1_204_000, "1.20 ms"),
        (712_000_000, "0.71 s"),
        (9_130_000_000, "9.13 s"),
        (91_300_000_000, "91.3 s"),
    ] {
        assert_eq!(duration(Duration::from_nanos(nanoseconds)), text);
    }
}

#[test]
fn sizes_are_decimal_and_whole_ones_stay_whole() {
    for (number, text) in [
        (0, "0 B"),
        (1, "1 B"),
        (100, "100 B"),
        (1000, "1 kB"),
        (10_000, "10 kB"),
        (65_536, "65.5 kB"),
        (16_665_000_000, "16.7 GB"),
    ] {
        assert_eq!(bytes(number), text);
    }
    assert_eq!(bytes(100_000), "100 kB");
    assert_eq!(chosen_bytes(100_000), "100 kB");
    assert_eq!(chosen_bytes(65_536), "64 KiB");
    assert_eq!(chosen_bytes(1 << 24), "16 MiB");
    assert_eq!(chosen_bytes(1_024_000), "1.02 MB");
    assert_eq!(bytes(u64::MAX), "18.4 EB");
}

#[test]
fn counts_are_grouped_and_rates_rounded() {
    assert_eq!(count(0), "0");
    assert_eq!(count(999), "999");
    assert_eq!(count(50_000), "50 000");
    assert_eq!(count(1_234_567), "1 234 567");
    assert_eq!(count_f64(70_412.3), "70 400");
    assert_eq!(count_f64(999_900.0), "1 000 000");
    assert_eq!(count_f64(7.04), "7.04");
    assert_eq!(percent(0.483), "48 %");
}
