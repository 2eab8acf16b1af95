//! Whatever the file contains: no panic, no overflow of the stack, and the rest of it is still read.

use proptest::prelude::*;

use super::super::file;
use super::read;

#[test]
fn what_does_not_parse_does_not_hide_the_rest() {
    let file = read("fn a() { let = ; g( } fn b() {}\n %% fn c() { h() }");
    assert!(file.has_errors);
    assert!(file.functions.iter().any(|function| function.name == "c"));
    assert!(!read("").has_errors);
    assert!(read("fn a() { loop { match x { A =>").has_errors);
    read("say!(");
    read("fn a() { \"\\u{\\x9\\");
    read("fn a() { '\\u{110000}'; \"\\u{zz}\\xé\"; 99999999999999999999999999999999999999999; 0x_ }");
}

#[test]
fn depth_is_limited() {
    let deep = |open: &str, close: &str, times: usize| {
        let text = format!("fn a() {{ {}1{} }} fn b() {{}}", open.repeat(times), close.repeat(times));
        let file = read(&text);
        assert!(file.functions.iter().any(|function| function.name == "b"), "{open}");
    };
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("g(", ")"),
        ("!", ""),
        ("return ", ""),
        ("|| ", ""),
        ("async {", "}"),
        ("if a {", "}"),
        ("if a {} else ", ";"),
        ("match a { b => ", "}"),
        ("loop {", "}"),
        ("fn c() {", "}"),
        ("m!(", ")"),
        ("m!{", "}"),
        ("a + ", ""),
        ("let b = S { c: ", "};"),
        ("a.b()?.", ""),
    ] {
        deep(open, close, 2_000);
    }
    read(&format!("{}{}", "(".repeat(100_000), ")".repeat(100_000)));
    deep("(", ")", 100_000);
    deep("[", "]", 100_000);
    read(&"mod a {".repeat(20_000));
    read(&format!("use {}b{};", "a::{".repeat(20_000), "}".repeat(20_000)));
    read(&format!("fn a() {{ match x {{ {} => 1 }} }}", vec!["A"; 20_000].join(" | ")));
    read(&format!("use {};", vec!["a"; 20_000].join("::")));
}

const TOKENS: &[&str] = &[
    "fn",
    "f",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "impl",
    "for",
    "trait",
    "let",
    "=",
    ";",
    ",",
    "=>",
    "match",
    "if",
    "else",
    "|",
    "||",
    "&",
    "&&",
    "m!",
    "matches!",
    "select!",
    "\"t\"",
    "'c'",
    "'l",
    ":",
    "::",
    "0x1f",
    "1",
    "..",
    "?",
    ".",
    "await",
    "async",
    "loop",
    "break",
    "return",
    "use",
    "struct",
    "S",
    "#",
    "[test]",
    "/*",
    "*/",
    "//",
    "\n",
    "r#\"",
    "\"",
    "!",
    "-",
    "*",
    "as",
    "u8",
    "mut",
    "self",
    "unsafe",
    "const",
    "static",
    "macro_rules!",
    "$x",
    "é",
    "%",
    "=",
];

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        file("a.rs".into(), String::from_utf8_lossy(&bytes).into_owned()).unwrap();
    }

    #[test]
    fn any_tokens(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..120)) {
        let text = tokens.join(" ");
        let file = file("a.rs".into(), text.clone()).unwrap();
        for function in &file.functions {
            prop_assert!(text.get(function.span.start as usize..function.span.end as usize).is_some());
        }
    }
}
