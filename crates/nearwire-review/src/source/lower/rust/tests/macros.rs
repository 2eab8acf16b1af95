use super::{body, read};
use crate::source::model::{ExpressionKind, StatementKind};

#[test]
fn arguments_are_expressions() {
    assert_eq!(body("assert!(foo(bar)?);"), "(assert! (try (call foo bar)))");
    assert_eq!(body("println!(\"{} {x}\", x.y(), x = z());"), "(println! \"{} {x}\" (call x->y) (call z))");
    assert_eq!(body("vec![0u8; n]"), "(vec! 0 n)");
    assert_eq!(body("vec![]"), "(vec!)");
    assert_eq!(
        body(concat!("a!(|b, c| d(b), un", "safe { e() } == 0)")),
        "(a! (lambda [(b) (c)] {(call d b)}) (== (control {(call e)}) 0))"
    );
    assert_eq!(body("a!(b!(c!(d())))"), "(a! (b! (c! (call d))))");
    assert_eq!(
        body("log::info!(target: \"t\", ?peer, id = %x.id(), \"m\")"),
        "(info! \"t\" peer (call x->id) \"m\")"
    );
}

#[test]
fn their_spans_are_those_of_the_file() {
    let file = read("fn f() { say! [\"é\", g(1)] }");
    let StatementKind::Expression(expression) = &file.functions[0].body.statements[0].kind else { panic!() };
    let ExpressionKind::Macro { arguments, text, .. } = &expression.kind else { panic!() };
    assert_eq!(text, "\"é\", g(1)");
    let spans: Vec<_> = arguments.iter().map(|argument| file.slice(argument.span)).collect();
    assert_eq!(spans, ["\"é\"", "g(1)"]);
}

#[test]
fn matches_matches() {
    assert_eq!(body("matches!(a.b(), Some(_) | None)"), "(matches `Some(_) | None` (call a->b))");
    assert_eq!(body("matches!(a, Some(b) if b > 1,)"), "(&& (matches `Some(b)` a) (> b 1))");
}

#[test]
fn select_declares() {
    let select =
        "tokio::select! { Some(m) = rx.recv(), if on() => { handle(m).await } _ = tick() => stop(), }";
    let read = "(select! (control (let const Some(m) (call rx->recv))) (call on) (control {(call handle m)}) \
                (control (let const _ (call tick))) (call stop))";
    assert_eq!(body(select), read);
}

#[test]
fn statements_in_braces() {
    let code = "thread_local! { static A: HashMap<u8, u8> = HashMap::new(); }";
    assert_eq!(
        body(code),
        "(thread_local! (control (let static const A `HashMap<u8, u8>` (call HashMap::new))))"
    );
    assert_eq!(body("quote! { fn g() { h() } }"), "(quote! (control {(call h)}))");
}

#[test]
fn what_cannot_be_read_as_expressions_keeps_its_calls() {
    assert!(body("json!({\"a\": g(), \"b\": [h()]})").contains("(call g)"));
    assert!(body("a!(b => c(), .. @ # d())").contains("(call c)"));
}

#[test]
fn items_in_macros_are_items() {
    let file = read(
        "cfg_if! { if #[cfg(unix)] { fn a() { x() } } else { fn b() {} } }
         cfg_net! { mod m { impl S { cfg_x! { pub fn c(&self) {} } } } }
         lazy_static! { static ref D: u8 = 1; }",
    );
    let names: Vec<_> = file.functions.iter().map(crate::source::model::Function::qualified).collect();
    assert_eq!(names, ["a", "b", "S::c"]);
    assert_eq!(file.constants[0].name, "D");
}
