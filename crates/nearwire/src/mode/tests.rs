use super::*;

#[test]
fn octal_texts_read_back() {
    for text in ["0600", "0660", "0000", "0777"] {
        assert_eq!(text.parse::<Mode>().unwrap().to_string(), text);
    }
    assert_eq!("600".parse::<Mode>().unwrap(), Mode::OWNER);
    assert_eq!("0o660".parse::<Mode>().unwrap(), Mode::GROUP);
}

#[test]
fn what_is_not_a_mode_is_refused() {
    for text in ["", "0o", "8", "+600", "-1", "01000", "4600", "rw-------", "77777777777777"] {
        assert!(text.parse::<Mode>().is_err(), "{text}");
    }
    assert!(Mode::new(0o1000).is_err());
}
