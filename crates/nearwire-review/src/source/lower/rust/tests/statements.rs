use super::{body, read};

#[test]
fn declarations() {
    assert_eq!(body("let mut x: [u8; 4] = g();"), "(let x `[u8; 4]` (call g))");
    assert_eq!(body("let (a, mut b) = c;"), "(let (a, mut b) c)");
    assert_eq!(body("let Ok(x) = y else { return };"), "(let const Ok(x) y else {(return)})");
    assert_eq!(
        body("const A: u8 = 1; static B: u8 = 2;"),
        "(let const A `u8` 1) (let static const B `u8` 2)"
    );
}

#[test]
fn conditions() {
    assert_eq!(
        body("if let Some(a) = b && c {} else if d {}"),
        "(if (&& (matches `Some(a)` b) c) {} {(if d {})})"
    );
    assert_eq!(
        body("while let Some(a) = b.next() { g(a) }"),
        "(while (matches `Some(a)` (call b->next)) {(call g a)})"
    );
    assert_eq!(
        body("match x { A | B(_) if k => 1, C => { 2 } _ => return, }"),
        "(switch x (arm A | B(_) if k {1}) (arm C {2}) (arm _ {(return)}))"
    );
    let file = read("fn f() { match x { A | B | C => 1 } }");
    let crate::source::model::StatementKind::Switch { arms, .. } = &file.functions[0].body.statements[0].kind
    else {
        panic!("a switch")
    };
    assert_eq!(arms[0].patterns, ["A", "B", "C"]);
}

#[test]
fn loops() {
    assert_eq!(
        body("for (a, b) in c.iter() { continue }"),
        "(foreach (let const (a, b)) (call c->iter) {(continue)})"
    );
    assert_eq!(body("'a: loop { loop { break 'a; } }"), "(infinite _ {(infinite _ {(goto a)})})");
    assert_eq!(body("'a: loop { break 'a; }"), "(infinite _ {(break)})");
    assert_eq!(
        body("'a: while b { for c in d { continue 'a } break }"),
        "(while b {(foreach (let const c) d {(goto a)}) (break)})"
    );
}

#[test]
fn blocks_and_returns() {
    assert_eq!(
        body(concat!("un", "safe { g(); } { h() } return Err(e);")),
        "{(call g)} {(call h)} (return (call Err e))"
    );
    assert_eq!(body("#[cfg(unix)] g();"), "(call g)");
}
