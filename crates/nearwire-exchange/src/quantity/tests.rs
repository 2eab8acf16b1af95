use super::*;
use proptest::prelude::*;

fn message<T: FromStr<Err = QuantityError> + fmt::Debug>(text: &str) -> String {
    text.parse::<T>().unwrap_err().to_string()
}

#[test]
fn plain_and_multiplied_numbers_are_read() {
    let cases = [
        ("1", 1),
        ("100", 100),
        ("10k", 10_000),
        ("10K", 10_000),
        ("1M", 1_000_000),
        ("64Ki", 65_536),
        ("1Mi", 1_048_576),
        ("16_777_216", 16_777_216),
        ("100B", 100),
        ("10kB", 10_000),
        ("64KiB", 65_536),
    ];
    for (text, bytes) in cases {
        assert_eq!(text.parse::<ChunkSize>().map(ChunkSize::bytes), Ok(bytes), "{text}");
    }
    assert_eq!("1G".parse::<Iterations>().map(Iterations::get), Ok(1_000_000_000));
    assert_eq!("2Gi".parse::<Iterations>().map(Iterations::get), Ok(2_147_483_648));
}

#[test]
fn what_is_no_number_is_refused() {
    let texts = ["", "ten", "-1", "+1", "1.5", "1m", "1ki", "1 k", " 1", "1_", "_1", "1__0", "k", "1kk", "٣"];
    for text in texts {
        let error = text.parse::<ChunkSize>().unwrap_err();
        assert!(matches!(error, QuantityError::NotANumber { quantity: "chunk size", .. }), "{text}: {error}");
    }
    // Only sizes have bytes as their unit, and only one of them.
    assert!("100B".parse::<Connections>().is_err());
    assert!("100BB".parse::<ChunkSize>().is_err());
    assert!("B".parse::<ChunkSize>().is_err());
}

#[test]
fn errors_name_the_text_and_what_was_expected() {
    assert_eq!(message::<Connections>("0"), "0: at least 1 connection is needed");
    assert_eq!(message::<Connections>("2M"), "2M: at most 1000000 connections are supported");
    assert_eq!(
        message::<ChunkSize>("99999999999"),
        "99999999999: a chunk is at most 16777216 bytes (16 MiB)"
    );
    assert_eq!(message::<Iterations>("ten"), "ten: expected a number such as 100, 10k, 1M or 64Ki");
    assert_eq!(message::<Window>(""), "\"\": expected a number such as 100, 10k, 1M or 64Ki");
    assert_eq!(message::<Threads>("\u{1b}[2J"), "\\u{1b}[2J: expected a number such as 100, 10k, 1M or 64Ki");
    assert_eq!(Threads::new(257).unwrap_err().to_string(), "257: at most 256 threads are supported");
}

#[test]
fn errors_do_not_repeat_endless_texts() {
    let message = message::<Window>(&"x".repeat(10_000));
    assert!(message.len() < 200, "{message}");
}

#[test]
fn pillar_682_calculation_no_number_is_too_long_to_be_refused() {
    for text in ["18446744073709551616", "99999999999999999999999999G", "18446744073709551615Gi"] {
        assert!(matches!(text.parse::<Iterations>(), Err(QuantityError::OutOfRange { .. })), "{text}");
        assert!(matches!(text.parse::<Window>(), Err(QuantityError::OutOfRange { .. })), "{text}");
    }
}

#[test]
fn bounds_are_inclusive() {
    assert_eq!(Connections::new(1_000_000), Ok(Connections::MAX));
    assert!(Connections::new(1_000_001).is_err());
    assert_eq!("16Mi".parse(), Ok(ChunkSize::MAX));
    assert!(ChunkSize::new(16_777_217).is_err());
    assert_eq!(Iterations::new(1_000_000_000_000_000), Ok(Iterations::MAX));
    assert!(Iterations::new(0).is_err());
    assert_eq!("64Ki".parse(), Ok(Window::MAX));
    assert_eq!(Threads::new(1), Ok(Threads::default()));
}

proptest! {
    #[test]
    fn what_is_printed_can_be_read(value in 1_u64..=1_000_000_000_000_000) {
        let iterations = Iterations::new(value).unwrap();
        prop_assert_eq!(iterations.to_string().parse::<Iterations>(), Ok(iterations));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
        if let Ok(size) = text.parse::<ChunkSize>() {
            prop_assert!((ChunkSize::MIN..=ChunkSize::MAX).contains(&size));
        }
    }

    #[test]
    fn any_number_with_any_unit_is_read_or_refused(text in "[0-9_]{0,25}[kKMGi]{0,2}B?") {
        let _ = text.parse::<ChunkSize>();
        let _ = text.parse::<Iterations>();
    }
}
