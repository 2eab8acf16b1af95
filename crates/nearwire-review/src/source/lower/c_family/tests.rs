mod classes;
mod declarations;
mod hostile;
mod surface;

use std::path::PathBuf;

use crate::source::model::{File, Language, dump};

fn lower(language: Language, text: &str) -> File {
    super::file(PathBuf::from("x"), language, text.to_owned()).expect("the text is short")
}

fn cpp(text: &str) -> String {
    dump::file(&lower(Language::Cpp, text))
}

fn c(text: &str) -> String {
    dump::file(&lower(Language::C, text))
}

/// The statements of a function of C++.
#[track_caller]
fn statements(text: &str) -> String {
    let file = lower(Language::Cpp, &format!("void f() {{ {text} }}"));
    let function = file.functions.first().expect("there is a function");
    let all = dump::block(&function.body);
    all.trim_start_matches('{').strip_suffix('}').unwrap_or_default().to_owned()
}

/// Checks statements, one pair for each: the text and what it becomes.
#[track_caller]
fn reads(pairs: &[(&str, &str)]) {
    for (text, expected) in pairs {
        assert_eq!(&statements(text), expected, "{text}");
    }
}

#[test]
fn calls_have_names_paths_and_receivers() {
    reads(&[
        ("::close(fd);", "(call ::close fd)"),
        ("a->template foo<int>(b);", "(call a->foo b)"),
        ("x.y->z(1);", "(call x.y->z 1)"),
        ("std::make_unique<Foo>(a);", "(call std::make_unique<Foo> a)"),
        ("(*hook)(a);", "(call hook a)"),
        ("ops->read(fd);", "(call ops->read fd)"),
        ("table[1](a)(b);", "(call (call table[1]-> a)-> b)"),
        ("obj.~Foo();", "(call obj->~Foo)"),
        ("std::cout << \"a\" << b();", "(<< (<< std::cout \"a\") (call b))"),
    ]);
    let file = lower(Language::Cpp, "void f() { A::b<int>(1); }");
    let calls = crate::source::walk::Body::of(file.functions.first().expect("one"));
    let (_, call) = calls.calls().next().expect("one");
    assert_eq!((call.name.as_str(), call.path.as_str(), file.slice(call.name_span)), ("b", "A::b<int>", "b"));
}

#[test]
fn numbers_have_the_value_they_are_written_for() {
    reads(&[
        ("0600; 0; 10ull; 0xFFu; 0b11; 1'000; 1.5; 1e3;", "384 0 10 255 3 1000 (float) (float)"),
        (
            "-1; ~0; +2; a -1; a-1; f(a, -1);",
            "(negate 1) (complement 0) 2 (- a 1) (- a 1) (call f a (negate 1))",
        ),
    ]);
}

#[test]
fn texts_are_joined_and_their_escapes_resolved() {
    reads(&[
        (r#"s = "a\n" "b\x41\101" R"x(raw "q")x";"#, r#"(= s "a\nbAAraw \"q\"")"#),
        (r#"s = "/run/" NAME ".sock";"#, r#"(= s (+ (+ "/run/" NAME) ".sock"))"#),
        (r"c = '\0'; d = 'x'; e = '\'';", r"(= c '\0') (= d 'x') (= e '\'')"),
        (r#"L"abc"; "x"_s; 5ms;"#, r#""abc" "x" 5"#),
    ]);
}

#[test]
fn casts_and_sizes() {
    reads(&[
        ("static_cast<int>(a); (char *) b; int(c);", "(cast `int` a) (cast `char *` b) (cast `int` c)"),
        ("sizeof(struct a); sizeof x; sizeof(a) + 1;", "(sizeof struct a) (sizeof x) (+ (sizeof a) 1)"),
        ("(void) foo();", "(cast `void` (call foo))"),
    ]);
}

#[test]
fn operators() {
    reads(&[
        ("a += b << 1;", "(+= a (<< b 1))"),
        ("i++, --j;", "(, (increment i) (decrement j))"),
        ("a ? b : c; a ?: f();", "(? a b c) (? a (other) (call f))"),
        ("!a and not *b;", "(&& (not a) (not (dereference b)))"),
        ("(((a)));", "a"),
        ("p = NULL; q = nullptr; r = true;", "(= p null) (= q null) (= r true)"),
        ("(a->*b)(f());", "(call a->b (call f))"),
    ]);
}

#[test]
fn values_of_classes() {
    reads(&[
        ("p = new Foo(a, b);", "(= p (new `Foo` a b))"),
        ("p = new (std::nothrow) Foo{a};", "(= p (new `Foo` a))"),
        ("p = new char[n];", "(= p (new `char[]` n))"),
        ("delete p; delete[] q;", "(delete p) (delete q)"),
        ("g(Foo{1}, {2});", "(call g (make `Foo` 1) (make 2))"),
        (
            "a = (struct sockaddr_un){ .sun_family = AF_UNIX, .sun_path[0] = 1, 2 };",
            "(= a (make `struct sockaddr_un` .sun_family=AF_UNIX .sun_path[0]=1 2))",
        ),
    ]);
}

#[test]
fn lambdas() {
    reads(&[
        (
            "connect(a, &A::sig, this, [=](int n) { b(n); });",
            "(call connect a (address A::sig) this (lambda [(n `int`)] {(call b n)}))",
        ),
        ("auto l = [] { return 1; };", "(let l `auto` (lambda [] {(return 1)}))"),
    ]);
}

#[test]
fn coroutines_and_statements_as_values() {
    reads(&[
        ("auto n = co_await read(); co_return n;", "(let n `auto` (call read)) (return n)"),
        ("int n = ({ int y = g(); y; });", "(let n `int` (control {(let y `int` (call g)) y}))"),
    ]);
}

#[test]
fn local_variables() {
    reads(&[
        (
            "static const char *p = \"a\", buf[100];",
            "(let static p `const char *` \"a\") (let static const buf `const char[100]`)",
        ),
        ("char *const p = a; constexpr int n = 3;", "(let const p `char *const` a) (let const n `int` 3)"),
        ("T a[3] = {1, 2}, **pp;", "(let a `T[3]` (make `T[3]` 1 2)) (let pp `T **`)"),
        ("auto [a, b] = pair();", "(let [a, b] `auto` (call pair))"),
        ("int (*hook)(int) = g;", "(let hook `int (*)(int)` g)"),
        ("unsigned long n = 1; struct stat st;", "(let n `unsigned long` 1) (let st `struct stat`)"),
    ]);
}

#[test]
fn what_looks_like_a_prototype_in_a_function_makes_a_variable() {
    let made = |arguments: &str| format!("(let x `Foo` (make `Foo` {arguments}))");
    for (arguments, expected) in [
        ("this", "this"),
        ("a, b", "a b"),
        ("&a, *b", "(address a) (dereference b)"),
        ("bar()", "(call bar)"),
        ("std::move(a)", "(call std::move a)"),
        ("a::b, c[1]", "a::b c[1]"),
        ("a && b", "(&& a b)"),
        ("path + \"x\"", "(+ path \"x\")"),
        ("T<int>(), y", "(call T<int>) y"),
    ] {
        assert_eq!(statements(&format!("Foo x({arguments});")), made(expected), "{arguments}");
        if !arguments.contains("::b") {
            assert_eq!(statements(&format!("Foo x{{{arguments}}};")), made(expected), "{arguments}");
        }
    }
    for prototype in
        ["Foo x(int a);", "Foo x();", "extern Foo x(Bar);", "Foo x(const Bar &b);", "Foo x(Bar b);"]
    {
        assert_eq!(statements(prototype), "", "{prototype}");
        assert!(cpp(&format!("void f() {{ {prototype} }}")).contains("(prototype x)"), "{prototype}");
    }
    assert!(!c("void f(void) { foo x(a, b); }").contains("make"), "C has no constructors");
}

#[test]
fn branches() {
    reads(&[
        ("if (a) b(); else if (c) d(); else { e(); }", "(if a {(call b)} {(if c {(call d)} {(call e)})})"),
        ("if (int n = f(); n > 0) {}", "(let n `int` (call f)) (if (> n 0) {})"),
        ("if (auto *p = g()) {}", "(let p `auto *` (call g)) (if p {})"),
        ("if constexpr (a) b();", "(if a {(call b)})"),
    ]);
}

#[test]
fn loops() {
    reads(&[
        ("for (int i = 0; i < 3; i++) a();", "(for (let i `int` 0) (< i 3) step (increment i) {(call a)})"),
        ("for (;;) { break; }", "(for _ {(break)})"),
        (
            "for (const auto &x : xs()) { continue; }",
            "(foreach (let const x `const auto &`) (call xs) {(continue)})",
        ),
        ("while (a) { }", "(while a {})"),
        ("while (auto *p = next()) { }", "(while (let p `auto *`) (= p (call next)) {})"),
        ("do { a(); } while (b);", "(dowhile b {(call a)})"),
        ("list_for_each(p, &head) { a(p); }", "(foreach (call list_for_each p (address head)) {(call a p)})"),
    ]);
}

#[test]
fn labels_in_a_row_share_an_arm() {
    reads(&[
        (
            "switch (x) { case 1: case A::B: a(); break; default: { b(); } case 'c': c(); d(); }",
            "(switch x (arm 1 | A::B {(call a) (break)}) (arm default {{(call b)}}) (arm 'c' {(call c) (call d)}))",
        ),
        (
            "switch (x) { case 1: a(); [[fallthrough]]; case 2: return; }",
            "(switch x (arm 1 {(call a)}) (arm 2 {(return)}))",
        ),
    ]);
    assert!(c("void f(int x) { switch (x) { case 1 ... 5: a(); } }").contains("(arm 1 ... 5 {(call a)})"));
}

#[test]
fn jumps_and_exceptions() {
    reads(&[
        ("goto out; out: a();", "(goto out) (label out) (call a)"),
        (
            "try { a(); } catch (const E &e) { throw; } catch (...) { throw F(1); }",
            "(try {(call a)} (catch `const E &e` {(throw)}) (catch `...` {(throw (call F 1))}))",
        ),
        ("return {a, b};", "(return (make a b))"),
    ]);
}
