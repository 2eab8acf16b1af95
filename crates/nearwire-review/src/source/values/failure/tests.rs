#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use super::{Convention, Failure};
use crate::source::lower;
use crate::source::model::Language;
use crate::source::program::Program;
use crate::source::rule::Unit;
use crate::source::walk::Body;

/// Where a function goes on when `f` in it fails: `leaves` if the way of failure returns.
fn way(language: Language, text: &str) -> &'static str {
    let file = lower::file(PathBuf::from("file"), language, text.as_bytes()).unwrap();
    let program = Program::of(vec![file]);
    let file = program.files().first().unwrap();
    let unit = Unit { program: &program, file, bodies: file.functions.iter().map(Body::of).collect() };
    let body = unit.bodies.last().unwrap();
    let (site, _) = body.calls_of(&["f"]).next().unwrap();
    match unit.failure(body, site, Convention::Number) {
        Failure::Ignored => "ignored",
        Failure::Returned => "returned",
        Failure::Panics => "panics",
        Failure::Unknown => "unknown",
        Failure::Decided(decision) if !decision.whole => "sometimes",
        Failure::Decided(decision) if decision.ended_loop().is_some() => "ends the loop",
        Failure::Decided(decision) if decision.retrying_loop().is_some() => "tries again",
        Failure::Decided(decision) => {
            let mut sites = decision.failure_sites(body);
            if sites.any(|site| site.statement().is_some() && decision.is_certain(body, site)) {
                "leaves"
            } else {
                "goes on"
            }
        }
    }
}

#[test]
fn c() {
    let cases = [
        ("f();", "ignored"),
        ("(void)f();", "ignored"),
        ("int a = f(); use(a);", "unknown"),
        ("int a = f(); if (a < 0) return;", "leaves"),
        ("int a; if ((a = f()) == -1) { log(); }", "goes on"),
        ("int a = f(); if (a < 0 && errno == EINTR) return;", "sometimes"),
        ("int a = f(); if (a >= 0) use(a); else return;", "leaves"),
        ("while ((a = f()) >= 0) use(a);", "ends the loop"),
        ("while (f() < 0) ;", "tries again"),
        ("bool bad = f() < 0; if (bad) return;", "leaves"),
        ("bool good = f() >= 0; if (!good) return;", "leaves"),
        ("assert(f() >= 0);", "panics"),
        ("return f();", "returned"),
    ];
    for (code, expected) in cases {
        assert_eq!(way(Language::C, &format!("void g(void) {{ int a; {code} }}")), expected, "{code}");
    }
}

#[test]
fn rust() {
    let cases = [
        ("f();", "ignored"),
        ("let _ = f();", "ignored"),
        ("f()?;", "returned"),
        ("f().map_err(E)?;", "returned"),
        ("f()", "returned"),
        ("f().unwrap();", "panics"),
        ("let Ok(a) = f() else { return };", "leaves"),
        ("if let Err(error) = f() { return; }", "leaves"),
        ("let a = match f() { Ok(a) => a, Err(_) => return };", "leaves"),
        ("match f() { Ok(a) => g(a), Err(error) => log(error) }", "goes on"),
        ("let a = f(); let b = a?;", "returned"),
        ("while let Ok(a) = f() { g(a); }", "ends the loop"),
        ("while f().is_err() {}", "tries again"),
    ];
    for (code, expected) in cases {
        assert_eq!(way(Language::Rust, &format!("fn g() -> R {{ {code} }}")), expected, "{code}");
    }
}
