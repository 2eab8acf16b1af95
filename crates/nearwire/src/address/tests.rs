use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Result<Address, AddressError> {
    text.parse()
}

#[test]
fn the_three_kinds_are_told_apart() {
    assert!(parse("demo").unwrap().is_name());
    assert!(parse("@demo").unwrap().is_abstract());
    assert_eq!(parse("/run/a.sock").unwrap().path().unwrap(), Some(PathBuf::from("/run/a.sock")));
    assert_eq!(parse("./a.sock").unwrap().path().unwrap(), Some(PathBuf::from("./a.sock")));
    assert_eq!(parse("@demo").unwrap().path().unwrap(), None);
}

#[test]
fn a_path_without_a_slash_is_a_file_of_this_directory() {
    let address = Address::try_from(Path::new("a.sock")).unwrap();
    assert_eq!(address.to_string(), "./a.sock");
}

#[test]
fn what_cannot_be_an_address_is_told_why() {
    assert_eq!(parse(""), Err(AddressError::Empty));
    assert_eq!(parse("@"), Err(AddressError::Empty));
    assert!(matches!(parse("a\0b"), Err(AddressError::Nul { position: 1, .. })));
    assert!(matches!(parse("/a/"), Err(AddressError::NoFileName { .. })));
    assert!(matches!(parse("/a/."), Err(AddressError::NoFileName { .. })));
    assert!(matches!(parse("/a/.."), Err(AddressError::NoFileName { .. })));
    assert!(matches!(parse("/"), Err(AddressError::NoFileName { .. })));
    assert!(matches!(parse("a\u{1b}b"), Err(AddressError::NotPrintable { .. })));
}

#[test]
fn lengths_end_exactly_at_their_limits() {
    assert!(parse(&"n".repeat(NAME_MAX)).is_ok());
    assert!(matches!(parse(&"n".repeat(NAME_MAX + 1)), Err(AddressError::TooLong { what: "name", .. })));
    assert!(parse(&format!("@{}", "a".repeat(107))).is_ok());
    assert!(parse(&format!("@{}", "a".repeat(108))).is_err());
    assert!(parse(&format!("/{}", "f".repeat(FILE_NAME_MAX))).is_ok());
    assert!(parse(&format!("/{}", "f".repeat(FILE_NAME_MAX + 1))).is_err());
    assert!(parse(&format!("{}f", "d/".repeat(2047))).is_ok());
    assert!(matches!(
        parse(&format!("{}ff", "d/".repeat(2047))),
        Err(AddressError::TooLong { what: "path", .. })
    ));
}

#[test]
fn an_error_never_prints_what_a_terminal_obeys() {
    let error = parse("/tmp/\u{1b}[2J/").unwrap_err();
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
    assert!(!parse("/tmp/\u{1b}[2J").unwrap().escaped().contains('\u{1b}'));
}

proptest! {
    #[test]
    fn every_address_reads_back_as_itself(text in "\\PC{0,40}|[@/.a-z\\x00-\\x20]{0,20}") {
        if let Ok(address) = parse(&text) {
            prop_assert_eq!(address.to_string(), text);
            prop_assert_eq!(parse(&address.to_string()).unwrap(), address);
        }
    }
}
