use super::*;

#[test]
fn terminal_escapes_lose_their_power() {
    let shown = Escaped::new("/tmp/\u{1b}]0;owned\u{7}\r\n.sock").to_string();
    assert_eq!(shown, r"/tmp/\u{1b}]0;owned\u{7}\r\n.sock");
}

#[test]
fn invalid_bytes_and_direction_changes_are_escaped() {
    assert_eq!(Escaped::bytes(b"a\xff\xfeb").to_string(), r"a\xff\xfeb");
    assert_eq!(Escaped::new("a\u{202e}b").to_string(), r"a\u{202e}b");
}

#[test]
fn printable_text_stays() {
    assert_eq!(Escaped::new("it's \"fine\" ü").to_string(), "it's \"fine\" ü");
    assert_eq!(Escaped::new(r"back\slash").to_string(), r"back\\slash");
}
