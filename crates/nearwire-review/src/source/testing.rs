//! For tests: a program of one file, and looking at it as a check does.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::lower;
use super::model::Language;
use super::program::Program;
use super::rule::Unit;
use super::walk::Body;

/// Reads `text`, and gives the file as a check sees it to `look`.
pub(crate) fn with_unit(language: Language, text: &str, look: impl FnOnce(&Unit<'_>)) {
    let file = lower::file("test".into(), language, text.as_bytes()).unwrap();
    assert!(!file.has_errors, "the test's code does not parse:\n{text}");
    let program = Program::of(vec![file]);
    let file = program.files().first().unwrap();
    look(&Unit { program: &program, file, bodies: file.functions.iter().map(Body::of).collect() });
}
