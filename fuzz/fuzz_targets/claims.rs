//! Any text is read as a review and held against code in three languages; every answer but "not understood" says why.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nearwire_review::claims::{self, Answer};
use nearwire_review::source::lower;
use nearwire_review::source::model::Language;
use nearwire_review::source::program::Program;

const C: &str = "#define LIMIT 8\nstatic int used;\nint main(void) { char b[9]; if (used < LIMIT) gets(b); return 0; }\n";
const CPP: &str = "class A : public QObject { Q_OBJECT public: A(); void run(); signals: void start(); private: char *p; };\n\
    A::A() : p(new char[9]) {}\nvoid A::run() { try { emit start(); } catch (...) {} }\n";
const RUST: &str = "pub struct S { pub x: u32, y: Vec<u8> }\nimpl S { fn f(&self, n: usize) -> Option<u8> { self.y.get(n).copied() } }\n";

static PROGRAM: LazyLock<Program> = LazyLock::new(|| {
    let files = [("a.c", Language::C, C), ("a.cpp", Language::Cpp, CPP), ("a.rs", Language::Rust, RUST)];
    let read = files.map(|(name, language, text)| lower::file(name.into(), language, text.as_bytes()));
    Program::of(read.into_iter().map(|file| file.expect("small files are read")).collect())
});

fuzz_target!(|text: &str| {
    let report = claims::review(text, &PROGRAM);
    for claim in report.statements.iter().flat_map(|statement| &statement.claims) {
        assert_eq!(claim.says.is_empty(), claim.answer == Answer::NotUnderstood, "{claim:?}");
    }
});
