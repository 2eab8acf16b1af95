use super::*;

#[test]
fn only_what_makes_sense_is_accepted() {
    for pairs in [0, 4, 201, usize::MAX] {
        assert_eq!(Settings::new(pairs, 0.05, 0), Err(SettingsError::Pairs { given: pairs }));
    }
    for threshold in [0.0, -0.05, 1.01, f64::INFINITY] {
        let error = Settings::new(20, threshold, 0).unwrap_err();
        assert_eq!(error, SettingsError::Threshold { given: threshold });
    }
    assert!(matches!(Settings::new(20, f64::NAN, 0), Err(SettingsError::Threshold { .. })));
    assert!(Settings::new(5, 1.0, 0).is_ok() && Settings::new(200, 0.001, 0).is_ok());
}

#[test]
fn errors_say_what_is_expected() {
    assert_eq!(Settings::new(4, 0.05, 0).unwrap_err().to_string(), "4 pairs: expected 5 to 200");
    assert_eq!(
        Settings::new(20, 5.0, 0).unwrap_err().to_string(),
        "a threshold of 5: expected a share above 0 and at most 1, such as 0.05"
    );
}

#[test]
fn the_rest_follows_from_the_pairs() {
    let settings = Settings::new(20, 0.05, 9).unwrap();
    assert_eq!((settings.pairs(), settings.extension(), settings.max_pairs()), (20, 10, 60));
    assert_eq!([5, 20, 40, 60].map(|pairs| settings.floor_pairs(pairs)), [5, 10, 10, 15]);
    assert_eq!((settings.threshold(), settings.seed()), (0.05, 9));
    assert_eq!(settings.without_extension().max_pairs(), 20);
}
