use super::{conversions, format_has_words, has_words};

#[test]
fn conversions_are_read_with_flags_widths_and_stars() {
    assert_eq!(conversions("%s %-5lu %*.*s %% %zd"), [(0, 's'), (0, 'u'), (2, 's'), (0, 'd')]);
    assert_eq!(conversions("no value"), []);
    assert_eq!(conversions("ends in %"), []);
    assert_eq!(conversions("100 % ä"), []);
}

#[test]
fn output_of_values_alone_has_no_words() {
    let has = |format: &str| has_words(format, &conversions(format));
    assert!(!has("%s\n"));
    assert!(!has("%s: %s\n"));
    assert!(has("client %s\n"));
    assert!(!format_has_words("{name}: {}"));
    assert!(format_has_words("client {}"));
}
