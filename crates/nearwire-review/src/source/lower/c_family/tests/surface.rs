use super::{c, cpp, lower, reads};
use crate::source::model::Language;

#[test]
fn includes_and_defines() {
    let text = "#include <sys/socket.h>\n#  include \"a.h\" // x\n#define A 0600 /* mode */\n#define MAX(a, b) \\\n  ((a) > (b))\n\
                #define URL \"http://x\"\n#define EMPTY\n";
    assert_eq!(
        c(text),
        "(include sys/socket.h)\n(include a.h)\n(define A `0600`)\n(define MAX `\\\n  ((a) > (b))`)\n\
         (define URL `\"http://x\"`)\n(define EMPTY ``)"
    );
}

#[test]
fn all_branches_are_read() {
    assert_eq!(
        c(
            "#ifdef A\nint f(void) {\n#if B\n  g();\n#elif C\n  h();\n#else\n  i();\n#endif\n}\n#else\nint j(void) { }\n#endif\n"
        ),
        "(fn f [] `int` {(call g) (call h) (call i)})\n(fn j [] `int` {})"
    );
}

#[test]
fn of_branches_that_do_not_fit_together_the_first_is_read() {
    assert_eq!(
        c(
            "#ifdef A\nint f(int a) {\n#else\nint f(long a) {\n#endif\n  g();\n}\nint h(void) { return\n#if X\n  a()\n#else\n  b()\n#endif\n  ; }"
        ),
        "(fn f [(a `int`)] `int` {(call g)})\n(fn h [] `int` {(return (call a))})"
    );
    assert_eq!(
        c("void f(void) {\n#ifdef A\n  if (x) {\n    a();\n  } else\n#endif\n  {\n    b();\n  }\n}"),
        "(fn f [] `void` {(if x {(call a)} {(call b)})})"
    );
}

#[test]
fn code_that_is_never_compiled_is_none() {
    assert_eq!(
        c("#if 0\nit's { broken\n#define X 1\n#else\nint f(void) { }\n#endif\n"),
        "(fn f [] `int` {})"
    );
    let both = "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void) { }\n#ifdef __cplusplus\n}\n#endif\n";
    assert_eq!(c(both), "(fn f [] `int` {})");
    assert_eq!(cpp(both), "(fn f [] `int` {})");
}

#[test]
fn words_of_qt() {
    reads(&[
        ("emit start(); Q_EMIT go(1);", "(call start) (call go 1)"),
        (
            "foreach (const QString &s, list()) { u(s); }",
            "(foreach (let const s `const QString &`) (call list) {(call u s)})",
        ),
        ("forever { a(); }", "(for _ {(call a)})"),
        (
            "connect(a, SIGNAL(newConnection()), this, SLOT(on(int,const QString &)));",
            "(call connect a (call SIGNAL (call newConnection)) this (call SLOT (call on)))",
        ),
        (
            "QObject::connect(a, SIGNAL(b()), c, SLOT(d()));",
            "(call QObject::connect a (call SIGNAL (call b)) c (call SLOT (call d)))",
        ),
        ("if (a) emit b(); else emit c();", "(if a {(call b)} {(call c)})"),
    ]);
}

#[test]
fn macros_in_functions_lose_no_calls() {
    reads(&[
        ("Q_UNUSED(a)\n g();", "(call Q_UNUSED a) (call g)"),
        ("CHECK(a)\n if (b) { g(); }", "(call CHECK a) (if b {(call g)})"),
        (
            "p = g_new0(struct foo, n()); q = va_arg(ap, const char *);",
            "(= p (call g_new0 foo (call n))) (= q (call va_arg ap))",
        ),
        ("g_assert_cmpint(f(), ==, g());", "(call g_assert_cmpint (call f) (call g))"),
        ("run_with_period(100) { g(); }", "(call run_with_period 100) {(call g)}"),
    ]);
}

#[test]
fn quotes_and_comments_hide_what_is_in_them() {
    let text = "const char *a = \"signals: /* #if 0 \";\nchar b = '\"'; // emit\nconst char *c = R\"(\n#if 0\n)\";\nint f() { }\n";
    let file = lower(Language::Cpp, text);
    assert!(!file.has_errors);
    assert_eq!((file.constants.len(), file.functions.len(), file.comments.len()), (3, 1, 1));
}
