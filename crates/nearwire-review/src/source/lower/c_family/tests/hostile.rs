use proptest::prelude::*;

use super::lower;
use crate::source::lower;
use crate::source::model::Language;

const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    ";",
    ":",
    "::",
    ",",
    "=",
    "*",
    "&",
    "\n",
    " ",
    "#if 0\n",
    "#ifdef A\n",
    "#else\n",
    "#endif\n",
    "\n#define A",
    "\\\n",
    "/*",
    "*/",
    "//",
    "\"",
    "'",
    "R\"(",
    "class ",
    "struct ",
    "enum ",
    "A",
    "Q_OBJECT",
    "signals",
    "public slots:",
    "emit ",
    "foreach(",
    "forever",
    "SIGNAL(",
    "int ",
    "operator ",
    "if ",
    "else ",
    "for ",
    "while ",
    "switch ",
    "case 1:",
    "default:",
    "try ",
    "catch ",
    "return ",
    "new ",
    "delete ",
    "template ",
    "namespace ",
    "extern \"C\" ",
    "0x",
    "é",
    "->",
    ".",
    "~",
    "? ",
    "\u{0}",
    "[=]",
    "typedef ",
    "static ",
];

proptest! {
    #[test]
    fn any_bytes_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..400), is_c in any::<bool>()) {
        let language = if is_c { Language::C } else { Language::Cpp };
        let file = lower::file("x".into(), language, &bytes);
        prop_assert!(file.is_ok());
    }

    #[test]
    fn any_tokens_can_be_read(picks in prop::collection::vec(0..PIECES.len(), 0..120), is_c in any::<bool>()) {
        let text: String = picks.iter().filter_map(|pick| PIECES.get(*pick)).copied().collect();
        let language = if is_c { Language::C } else { Language::Cpp };
        let file = lower(language, &text);
        for function in &file.functions {
            prop_assert!(file.text.get(function.span.start as usize..function.span.end as usize).is_some());
        }
    }
}

#[test]
fn deep_nesting_ends() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    for text in [
        format!("int a = {};", deep("(", ")")),
        format!("int f(void) {{ return {}; }}", deep("(", ")")),
        format!("int f(void) {{ return {}; }}", deep("-", "")),
        format!("int f(void) {{ {} }}", "{".repeat(5_000)),
        format!("int f(void) {{ {} }}", "if (a) ".repeat(5_000)),
        format!("int f(void) {{ {} ; }}", "a = ".repeat(5_000)),
        format!("int {}x;", "*".repeat(100_000)),
        "namespace a {".repeat(5_000),
        "class A {".repeat(5_000),
        "#if A\n".repeat(100_000),
        "f(".repeat(5_000),
    ] {
        for language in [Language::C, Language::Cpp] {
            let file = lower::file("x".into(), language, text.as_bytes());
            assert!(matches!(file, Ok(_) | Err(lower::LowerError::Slow(_))));
        }
    }
}

#[test]
fn truncated_code_can_be_read() {
    let text = "class A : public B { Q_OBJECT signals: void s(); }; int A::f(int a) { for (auto x : y) { z(\"a\", [=] { b(); }); } }";
    for end in 0..text.len() {
        lower(Language::Cpp, text.get(..end).unwrap_or_default());
    }
    let whole = lower(Language::Cpp, text.get(..text.len() - 2).unwrap_or_default());
    assert!(whole.functions.iter().any(|function| function.name == "f"), "{whole:?}");
}
