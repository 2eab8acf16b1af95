use super::read;
use crate::source::model::{Function, MemberKind, dump};

fn names(text: &str) -> Vec<(String, bool)> {
    read(text).functions.iter().map(|function| (function.qualified(), function.is_test)).collect()
}

fn named(names: &[(&str, bool)]) -> Vec<(String, bool)> {
    names.iter().map(|(name, is_test)| ((*name).to_owned(), *is_test)).collect()
}

#[test]
fn functions_wherever_they_stand() {
    let text = "fn a() { fn b() { || { fn c() {} } } }
                mod m { impl<T> fmt::Display for x::S<T> { fn d(&self) { fn e() {} } } }
                trait T { fn f(&self) {} fn g(&self); }
                extern \"C\" { fn h(fd: i32) -> i32; }";
    let all = ["a", "b", "c", "S::d", "e", "T::f"].map(|name| (name, false));
    assert_eq!(names(text), named(&all));
    let prototypes = read(text).prototypes;
    assert_eq!(prototypes.len(), 1);
    assert_eq!(prototypes[0].0, "h");
}

#[test]
fn tests_are_known() {
    let text = "#[test] fn a() { fn b() {} }
                /// Why.
                #[tokio::test(flavor = \"x\")] #[ignore] async fn c() {}
                #[rstest] fn d() {}
                #[cfg(all(test, unix))] mod m { fn e() {} impl S { fn f() {} } }
                #[cfg(not(test))] fn g() {}
                #[cfg(any(test, unix))] fn h() {}
                #[cfg(feature = \"test\")] fn i() {}
                mod n { #![cfg(test)] fn j() {} }
                fn k() {}";
    let tests = ["a", "b", "c", "d", "e", "S::f"].map(|name| (name, true));
    let others = [("g", false), ("h", false), ("i", false), ("j", true), ("k", false)];
    assert_eq!(names(text), named(&[tests.as_slice(), others.as_slice()].concat()));
}

#[test]
fn parameters_and_results() {
    let text = "fn a<T>(mut b: &Path, (c, _): (u8, T), _: [u8; 4]) -> Result<(), E> { b }";
    let line = "(fn a [(b `&Path`) ((c, _) `(u8, T)`) (_ `[u8; 4]`)] `Result<(), E>` {b})";
    assert_eq!(dump::file(&read(text)), line);
    let file = read(text);
    let Function { name_span, span, .. } = &file.functions[0];
    assert_eq!((file.slice(*name_span), file.slice(*span)), ("a", text));
}

#[test]
fn types_and_their_members() {
    let text = "#[derive(Debug, serde::Serialize)] pub struct S { pub a: u8, b: Vec<u8> }
                struct P(pub u8, String);
                enum E { A, B(u8), C = 3 }
                union U { a: u8 }
                trait T: Send + fmt::Debug { const K: u8; fn m(&self) -> u8; }";
    let lines = [
        "(struct S :Debug :Serialize (field a `u8` public) (field b `Vec<u8>` private))",
        "(struct P (field 0 `u8` public) (field 1 `String` private))",
        "(enum E (enumerator A public const) (enumerator B `(u8)` public const) (enumerator C public const 3))",
        "(union U (field a `u8` private))",
        "(trait T :Send :Debug (field K `u8` public static const) (method m `u8` public []))",
    ];
    assert_eq!(dump::file(&read(text)), lines.join("\n"));
}

#[test]
fn implementations_add_to_their_types() {
    let file = read(
        "impl S { const K: u8 = 1; pub fn a(&self, b: u8) {} fn c() {} }
         struct S;
         impl Drop for S { fn drop(&mut self) {} }
         impl Iterator for other::O<'_> { fn next(&mut self) -> Option<u8> { None } }",
    );
    let [class, other] = file.classes.as_slice() else { panic!("two types") };
    assert_eq!((class.name.as_str(), class.bases.as_slice()), ("S", ["Drop".to_owned()].as_slice()));
    assert_eq!((other.name.as_str(), other.bases.as_slice()), ("O", ["Iterator".to_owned()].as_slice()));
    let members: Vec<_> =
        class.members.iter().map(|member| (member.name.as_str(), member.is_static)).collect();
    assert_eq!(members, [("K", true), ("a", false), ("c", true), ("drop", false)]);
    let is_const = |at: usize| matches!(class.members[at].kind, MemberKind::Method { is_const: true, .. });
    assert!(is_const(1) && !is_const(2) && !is_const(3));
}

#[test]
fn constants_macros_and_includes() {
    let text = "use std::{os::unix::net::{self, UnixListener as L}, io::*}; use libc;
                const A: usize = 4 * 2; static mut B: u8 = 0;
                macro_rules! m { ($x:expr) => { fn hidden() { $x } }; }";
    let lines = [
        "(include std::os::unix::net)",
        "(include std::os::unix::net::UnixListener)",
        "(include std::io::*)",
        "(include libc)",
        "(define m ` ($x:expr) => { fn hidden() { $x } }; `)",
        "(const A `usize` (* 4 2))",
        "(global B `u8` 0)",
    ];
    assert_eq!(dump::file(&read(text)), lines.join("\n"));
}

#[test]
fn comments_wherever_they_stand() {
    let text = "//! a\n/// b\nfn f(/* c */) { say!(/* d */ 1); // e\n}\n/** g */";
    let file = read(text);
    let comments: Vec<_> = file.comments.iter().map(|comment| file.slice(comment.span)).collect();
    assert_eq!(comments, ["//! a", "/// b", "/* c */", "/* d */", "// e", "/** g */"]);
}
