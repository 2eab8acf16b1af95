//! `docs/ten-pillars.md` tells the truth: the tests it names exist, and no test of a pillar is missing from it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn tests_of_the_command() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Whether `text` is a path of lower-case names, such as `module::test`; types and methods are not.
fn is_lower_case_path(text: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    text.contains("::") && text.split("::").all(is_name)
}

/// The tests that the document names.
fn named() -> BTreeSet<String> {
    let text = fs::read_to_string(repository().join("docs/ten-pillars.md")).unwrap();
    // Every other piece is between backticks; the three of a fence count as one.
    let quoted = text.split('`').skip(1).step_by(2);
    let named: BTreeSet<String> =
        quoted.filter(|quoted| is_lower_case_path(quoted)).map(str::to_owned).collect();
    assert!(named.len() > 100, "found only {} names", named.len());
    named
}

/// The file of a module, as the document says where tests stand.
fn file_of(module: &str) -> PathBuf {
    let file = match module.split_once("::") {
        Some(("nearwire", module)) => repository().join("crates/nearwire/tests").join(module),
        Some((program, module)) => tests_of_the_command().join(program).join(module),
        None => tests_of_the_command().join("ten_pillars").join(module),
    };
    file.with_extension("rs")
}

/// The names of the functions behind `#[test]`.
fn tests_in(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let behind = text.split("#[test]").skip(1);
    behind
        .map(|rest| rest.split_once("fn ").unwrap().1.split_once('(').unwrap().0.trim().to_owned())
        .collect()
}

#[test]
fn every_test_that_the_document_names_exists() {
    for name in named() {
        let (module, test) = name.rsplit_once("::").unwrap();
        let file = file_of(module);
        assert!(tests_in(&file).contains(test), "{name}: there is no such test in {}", file.display());
    }
}

#[test]
fn every_test_of_a_pillar_is_in_the_document() {
    let named = named();
    let mut pillars = 0;
    for entry in fs::read_dir(tests_of_the_command().join("ten_pillars")).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap();
        if module.starts_with("cwe_") {
            pillars += 1;
            for test in tests_in(&path) {
                let name = format!("{module}::{test}");
                assert!(named.contains(&name), "docs/ten-pillars.md does not name {name}");
            }
        }
    }
    assert_eq!(pillars, 10);
}
