use super::*;

#[test]
fn places_are_logarithmic_and_stay_on_the_scale() {
    let scale = Scale { low: 0.1, high: 10.0 };
    for (value, place) in
        [(0.1, 0.0), (1.0, 0.5), (10.0, 1.0), (0.001, 0.0), (1e9, 1.0), (f64::NAN, 0.0), (0.0, 0.0)]
    {
        assert!((scale.share(value) - place).abs() < 1e-9, "{value}");
    }
}

#[test]
fn a_scale_holds_its_values_with_a_margin() {
    let scale = Scale::over([0.5, f64::NAN, 0.0, 4.0].into_iter(), 1.5).unwrap();
    assert!(scale.share(0.5) > 0.04 && scale.share(4.0) < 0.96, "{scale:?}");
    assert!(Scale::over([f64::INFINITY, -1.0].into_iter(), 2.0).is_none());
}

#[test]
fn a_single_value_stands_in_the_middle() {
    let scale = Scale::over([7.0].into_iter(), 4.0).unwrap();
    assert!((scale.share(7.0) - 0.5).abs() < 1e-9);
    assert!(scale.ticks(0.1).len() >= 3);
}

#[test]
fn labels_are_round_and_have_room() {
    for (low, high, expected) in [
        (0.8, 1.25, [0.8, 0.9, 1.0, 1.1, 1.2].as_slice()),
        (0.4, 5.0, &[0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0]),
        (0.01, 150.0, &[0.01, 0.1, 1.0, 10.0, 100.0]),
        (1.0, 1e9, &[1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]),
    ] {
        assert_eq!(Scale { low, high }.ticks(0.08), expected);
    }
    let ticks = Scale { low: 1e-200, high: 1e200 }.ticks(0.1);
    assert!(ticks.len() <= 10, "{ticks:?}");
}
