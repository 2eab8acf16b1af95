#![allow(clippy::unwrap_used)]

use crate::source::model::Language;
use crate::source::testing::with_unit;

#[test]
fn what_stands_before_a_return_leads_nowhere() {
    let code = "
        int f(int failed, int other) {
            if (failed) { first(); return -1; }
            if (other) { second(); } else { third(); }
            return last();
        }";
    with_unit(Language::C, code, |unit| {
        let body = unit.bodies.first().unwrap();
        let site = |name: &str| body.calls_of(&[name]).next().unwrap().0;
        assert!(!body.leads_to(site("first"), site("last")));
        assert!(body.leads_to(site("second"), site("last")));
        assert!(!body.leads_to(site("second"), site("third")));
        assert!(!body.leads_to(site("last"), site("second")));
    });
}

#[test]
fn what_is_under_a_condition_does_not_hold_elsewhere() {
    let code = "int f(int asked) { if (asked) { inner(); } always(); return 0; }";
    with_unit(Language::C, code, |unit| {
        let body = unit.bodies.first().unwrap();
        let site = |name: &str| body.calls_of(&[name]).next().unwrap().0;
        assert!(!body.holds_at(site("inner"), site("always")));
        assert!(body.holds_at(site("always"), site("inner")));
    });
}

#[test]
fn callers_are_functions_that_name_it() {
    let code =
        "static int open_it(void) { return 1; } int a(void) { return open_it(); } int b(void) { return 2; }";
    with_unit(Language::C, code, |unit| {
        let function = unit.file.functions.first().unwrap();
        let callers: Vec<_> = unit.callers(function).map(|(_, caller)| caller.name.as_str()).collect();
        assert_eq!(callers, ["a"]);
    });
}

#[test]
fn a_method_is_called_by_its_type_or_behind_a_dot() {
    let code = "
        struct A; struct B;
        impl A { fn new() -> A { A } fn go(&self) {} }
        impl B { fn new() -> B { let a = A::new(); a.go(); B } }
        fn renew() { B::new(); }
        fn go() {}
        fn all() { go(); self::go(); }";
    with_unit(Language::Rust, code, |unit| {
        let callers = |number: usize| {
            let function = unit.file.functions.get(number).unwrap();
            let callers = unit.callers(function);
            callers
                .map(|(_, caller)| format!("{:?} {}", caller.class, caller.name))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let names: Vec<_> = unit.file.functions.iter().map(|function| function.name.as_str()).collect();
        assert_eq!(names, ["new", "go", "new", "renew", "go", "all"]);
        assert_eq!(callers(0), r#"Some("B") new"#);
        assert_eq!(callers(1), r#"Some("B") new"#);
        assert_eq!(callers(2), "None renew");
        assert_eq!(callers(4), "None all");
    });
}
