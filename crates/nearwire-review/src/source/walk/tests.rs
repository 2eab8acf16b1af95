#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::source::model::Language;
use crate::source::testing::with_unit;
use crate::source::values::Usage;

/// The names that are called, in order.
fn calls(body: &Body<'_>) -> Vec<String> {
    body.calls().map(|(_, call)| call.name.clone()).collect()
}

fn site<'a>(body: &Body<'a>, name: &str) -> Site<'a> {
    body.calls().find(|(_, call)| call.name == name).unwrap_or_else(|| panic!("{name} is not called")).0
}

#[test]
fn arguments_come_before_their_call_and_conditions_before_branches() {
    with_unit(
        Language::C,
        "void f(void) { if (a(b())) { c(); } else d(); for (e(); g(); h()) i(); }",
        |unit| {
            assert_eq!(calls(&unit.bodies[0]), ["b", "a", "c", "d", "e", "g", "i", "h"]);
        },
    );
}

#[test]
fn branches_of_one_decision_exclude_each_other() {
    with_unit(
        Language::C,
        "void f(int x) { if (x) a(); else b(); c(); switch (x) { case 1: d(); break; default: e(); } }",
        |unit| {
            let body = &unit.bodies[0];
            let [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map(|name| site(body, name));
            assert!(!body.precedes(a, b) && body.excludes(d, e));
            assert!(body.precedes(a, c) && body.precedes(b, c) && !body.precedes(c, a));
        },
    );
}

#[test]
fn a_loop_in_a_closure_is_not_around_what_is_outside() {
    with_unit(Language::Rust, "fn f() { loop { let g = || a(); b(); } }", |unit| {
        let body = &unit.bodies[0];
        assert_eq!(body.loops(site(body, "a")).count(), 0);
        assert_eq!(body.loops(site(body, "b")).count(), 1);
    });
}

#[test]
fn guards_say_how_the_condition_came_out() {
    with_unit(Language::C, "void f(int x) { if (x < 0) a(); else b(); }", |unit| {
        let body = &unit.bodies[0];
        assert!(body.guards(site(body, "a")).next().unwrap().1);
        assert!(!body.guards(site(body, "b")).next().unwrap().1);
    });
}

#[test]
fn the_use_of_a_result_is_known() {
    let code =
        "int f(int s) { a(); (void)b(); if (c() < 0) return 1; int x = d(); x = e(); g(h()); return i(); }";
    with_unit(Language::C, code, |unit| {
        let body = &unit.bodies[0];
        let usage = |name| body.usage(site(body, name));
        assert!(matches!(usage("a"), Usage::Ignored));
        assert!(matches!(usage("b"), Usage::Dropped));
        assert!(matches!(usage("c"), Usage::Tested));
        assert!(matches!(usage("d"), Usage::Declared(_)));
        assert!(matches!(usage("e"), Usage::Assigned(_)));
        assert!(matches!(usage("h"), Usage::Passed(_, 0)));
        assert!(matches!(usage("i"), Usage::Returned));
    });
}

#[test]
fn the_use_of_a_rust_result_is_known() {
    let code = "fn f() -> R { a(); let _ = b(); c()?; d().unwrap(); if let Ok(x) = e() { g(x) } h() }";
    with_unit(Language::Rust, code, |unit| {
        let body = &unit.bodies[0];
        let usage = |name| body.usage(site(body, name));
        assert!(matches!(usage("a"), Usage::Ignored));
        assert!(matches!(usage("b"), Usage::Dropped));
        assert!(matches!(usage("c"), Usage::Returned));
        assert!(matches!(usage("d"), Usage::Tested));
        assert!(matches!(usage("e"), Usage::Tested));
        assert!(matches!(usage("h"), Usage::Returned));
    });
}

#[test]
fn the_value_of_a_block_is_used_as_the_block_is() {
    let code = "fn f() -> R { let x = if y { a() } else { { b() } }; ({ c() }).ok()?; g(|| { d() }); match x { Ok(_) => e(), Err(_) => h()?, } }";
    with_unit(Language::Rust, code, |unit| {
        let body = &unit.bodies[0];
        let usage = |name| body.usage(site(body, name));
        assert!(matches!(usage("a"), Usage::Declared(_)));
        assert!(matches!(usage("b"), Usage::Declared(_)));
        assert!(matches!(usage("c"), Usage::Receiver(_)));
        assert!(matches!(usage("d"), Usage::Returned));
        assert!(matches!(usage("e"), Usage::Returned));
    });
}
