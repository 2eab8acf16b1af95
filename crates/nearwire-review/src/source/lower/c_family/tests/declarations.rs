use super::{c, cpp, lower};
use crate::source::model::Language;

#[test]
fn functions_of_c() {
    assert_eq!(
        c(
            "static inline int f(int a, const char *x[], int n[10], void (*cb)(int), ...) { return a; }\nchar *g(void) { }"
        ),
        "(fn f [(a `int`) (x `const char *[]`) (n `int[10]`) (cb `void (*)(int)`)] `int` {(return a)})\n\
         (fn g [] `char *` {})"
    );
    assert_eq!(
        c("int k(a, b) int a; char *b; { return g(a); }"),
        "(fn k [(a `int`) (b `char *`)] `int` {(return (call g a))})"
    );
    assert_eq!(c("int (*get(int a))(char) { }"), "(fn get [(a `int`)] `int (*)(char)` {})");
}

#[test]
fn functions_of_cpp() {
    assert_eq!(
        cpp("namespace a::b { template <class T> T *f(T &&x, int = 3) { } auto g() -> int { } }\n\
             extern \"C\" { int h(void) { } }\n[[nodiscard]] int i() { }\nvoid t() try { a(); } catch (...) { b(); }"),
        "(fn f [(x `T &&`) (`int`)] `T *` {})\n(fn g [] `int` {})\n(fn h [] `int` {})\n(fn i [] `int` {})\n\
         (fn t [] `void` {(try {(call a)} (catch `...` {(call b)}))})"
    );
}

#[test]
fn macros_around_functions_do_not_hide_them() {
    assert_eq!(
        c(
            "G_BEGIN_DECLS\nG_DEFINE_TYPE (Foo, foo, G_TYPE_OBJECT)\nstatic inline G_GNUC_UNUSED int f(int a) { }\n\
           WL_EXPORT struct s *g(void) { }\nint API h(UNUSED int a, char *b UNUSED) { }\nint v(void) G_GNUC_CONST;\n\
           DWORD\nlong_name (int a)\n{\n}\nDEFINE_LOCK(m);\nBOOL WINAPI w(HANDLE h) { }\nstatic void *ALLOC(2) x(FILE *f) { }\n"
        ),
        "(prototype v)\n(fn f [(a `int`)] `int` {})\n(fn g [] `struct s *` {})\n\
         (fn h [(a `int`) (b `char *`)] `int` {})\n(fn long_name [(a `int`)] `DWORD` {})\n\
         (fn w [(h `HANDLE`)] `WINAPI` {})\n(fn x [(f `FILE *`)] `void *` {})"
    );
}

#[test]
fn variables_and_prototypes() {
    assert_eq!(
        c("static const struct ops x = { .open = f, .n = { 1 }, [3] = 4 };\nint n = 1, *p;\nextern int e;\n\
           extern int g(int), *h(void);\nstatic const char *const names[] = { \"a\" };\nchar *s __attribute__((unused)) = 0;"),
        "(const x `const struct ops` (make `const struct ops` .open=f .n=(make 1) 4))\n(global n `int` 1)\n\
         (global p `int *`)\n(const names `const char *const []` (make `const char *const []` \"a\"))\n\
         (global s `char *` 0)\n(prototype g)\n(prototype h)"
    );
    assert_eq!(
        cpp(
            "namespace n { constexpr auto K = 5; const std::string s(\"a\"); Foo x(1, 2), y{3}; inline int z = f(); }"
        ),
        "(const K `auto` 5)\n(const s `const std::string` (make `const std::string` \"a\"))\n\
         (global x `Foo` (make `Foo` 1 2))\n(global y `Foo` (make `Foo` 3))\n(global z `int` (call f))"
    );
}

#[test]
fn functions_in_broken_code_are_found() {
    let text = "int a(void) { if (x { b(); }\n}\n\nint c(void)\n{\n  return d();\n}\n";
    let file = lower(Language::C, text);
    assert!(file.has_errors);
    let names: Vec<_> = file.functions.iter().map(|function| function.name.as_str()).collect();
    assert!(names.contains(&"a") && names.contains(&"c"), "{names:?}");
    assert!(c(text).contains("(call b)") && c(text).contains("(call d)"));
}

#[test]
fn macros_that_stand_for_a_head_name_the_function() {
    let text = "START_TEST(one)\n{\n  f();\n}\nEND_TEST\nSTART_TEST(two)\n{\n  g();\n}\nEND_TEST\n";
    assert_eq!(c(text), "(fn START_TEST [] {(call f)})\n(fn START_TEST [] {(call g)})");
    assert_eq!(c("TEST(a, b) { f(); }\nmain() { g(); }"), "(fn TEST [] {(call f)})\n(fn main [] {(call g)})");
    assert!(cpp(text).contains("(call f)") && cpp(text).contains("(call g)"));
}

#[test]
fn spans_are_those_of_the_file() {
    let text = "#define X 1\n/* a */ int f(void)\n{\n  return g(2); // b\n}\n";
    let file = lower(Language::C, text);
    let function = file.functions.first().expect("one");
    assert_eq!(file.slice(function.name_span), "f");
    assert!(file.slice(function.span).starts_with("int f(void)") && file.slice(function.span).ends_with('}'));
    let comments: Vec<_> = file.comments.iter().map(|comment| file.slice(comment.span)).collect();
    assert_eq!(comments, ["/* a */", "// b"]);
    assert_eq!(file.text, text);
}
