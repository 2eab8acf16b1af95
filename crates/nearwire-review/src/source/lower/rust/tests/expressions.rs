use super::{body, read};
use crate::source::model::{ExpressionKind, StatementKind};

#[test]
fn calls_have_a_path_or_a_receiver() {
    assert_eq!(
        body("let l = UnixListener::bind(\"/run/x\")?;"),
        "(let const l (try (call UnixListener::bind \"/run/x\")))"
    );
    assert_eq!(body("a.b(c).d::<u8>().await;"), "(call (call a->b c)->d)");
    assert_eq!(body("std::mem::swap(&mut a, &b)"), "(call std::mem::swap (address a) (address b))");
    assert_eq!(body("Vec::<u8>::with_capacity(1)"), "(call Vec::with_capacity 1)");
    assert_eq!(body("(self.make)(x)"), "(call self.make-> x)");
    assert_eq!(body("Some(x)"), "(call Some x)");
    assert_eq!(body("size_of::<libc::ucred>()"), "(sizeof libc::ucred)");
}

#[test]
fn the_name_of_a_call_is_where_it_stands() {
    let file = read("fn f() { libc::bind(fd); }");
    let StatementKind::Expression(call) = &file.functions[0].body.statements[0].kind else {
        panic!("a call")
    };
    let ExpressionKind::Call(made) = &call.kind else { panic!("a call") };
    assert_eq!((file.slice(call.span), file.slice(made.name_span)), ("libc::bind(fd)", "bind"));
    assert_eq!((made.name.as_str(), made.path.as_str()), ("bind", "libc::bind"));
}

#[test]
fn literals_have_values() {
    assert_eq!(
        body("[0o600, 0x1F_u32, 1_000usize, 0b11, 1.5, 2f32, 1e3]"),
        "[384 31 1000 3 (float) (float) (float)]"
    );
    assert_eq!(body(r#"["a\n\x41\u{e9}\"", b"b", c"c", r"\d", br"e"]"#), r#"["a\nAé\"" "b" "c" "\\d" "e"]"#);
    assert_eq!(body("r#\"a\"b\"#"), r#""a\"b""#);
    assert_eq!(body("\"a\\\n   b\""), r#""ab""#);
    assert_eq!(body(r"[b'\n', 'x', true]"), r"['\n' 'x' true]");
}

#[test]
fn operators() {
    assert_eq!(body("a + b * -c == !d && e"), "(&& (== (+ a (* b (negate c))) (not d)) e)");
    assert_eq!(body("*a = b; c += 1; _ = d();"), "(= (dereference a) b) (+= c 1) (= _ (call d))");
    assert_eq!(body("buf[..n].x.0 as *const u8"), "(cast `*const u8` buf[(range .. n)].x.0)");
    assert_eq!(body("(1..2, 3.., ..=4, ..)"), "[(range 1 .. 2) (range 3 ..) (range .. 4) (range ..)]");
    assert_eq!(body("[0u8; 4096]"), "[0 4096]");
    assert_eq!(body("&raw const x"), "(address x)");
}

#[test]
fn what_is_made_in_place() {
    assert_eq!(body("S { a, b: 1, ..d() }"), "(make `S` .a=a .b=1 (call d))");
    assert_eq!(body("|a, (b, c): (u8, u8)| a"), "(lambda [(a) ((b, c) `(u8, u8)`)] {a})");
    assert_eq!(body("async move { g().await }"), "(lambda [] {(call g)})");
}

#[test]
fn statements_that_have_values() {
    assert_eq!(body("let x = if a { b } else { c };"), "(let const x (control (if a {b} {c})))");
    assert_eq!(
        body("let x = y.unwrap_or_else(|| return);"),
        "(let const x (call y->unwrap_or_else (lambda [] {(return)})))"
    );
    assert_eq!(body("x = loop { break g(); };"), "(= x (control (infinite _ {(call g) (break)})))");
    assert_eq!(body(concat!("let x = un", "safe { g() };")), "(let const x (control {(call g)}))");
}
