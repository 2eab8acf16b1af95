//! Every fixture under `tests/fixtures/<check>/` and every code block of `docs/checks/<check>.md` is a test.
//!
//! A fixture is a file or directory. In `vulnerable*`, all checks together find exactly what is marked by a comment
//! `finding: <check>` at the end of a line; in `safe*`, nothing. The findings of a check's fixtures are kept in its
//! `findings.txt`; `SNAPSHOTS=overwrite` writes it anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use nearwire_review::source::{self, Options};
use nearwire_review::{Check, Report, SubjectKind};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for directory in entries(&root().join("tests/fixtures")) {
        let check = name_of(&directory);
        for fixture in entries(&directory) {
            let name = name_of(&fixture);
            if name.starts_with("vulnerable") || name.starts_with("safe") {
                trials.push(Trial::test(format!("{check}/{name}"), move || marked_lines_are_found(&fixture)));
            }
        }
        trials.push(Trial::test(format!("{check}/findings.txt"), move || findings_are_as_kept(&directory)));
    }
    for check in source::checks() {
        trials.push(Trial::test(format!("{}/page", check.id), || page_is_true(check)));
        trials.push(Trial::test(format!("{}/has fixtures", check.id), || has_fixtures(check)));
    }
    assert!(!trials.is_empty(), "there are no fixtures");
    libtest_mimic::run(&arguments, trials).exit();
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = directory.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn review(path: &Path) -> Report {
    source::review(&[path.to_owned()], &Options::default()).unwrap()
}

/// What was found: file, line and check.
fn found(report: &Report) -> BTreeSet<(PathBuf, u32, String)> {
    let findings = report.findings();
    findings
        .map(|finding| {
            let location = finding.location();
            (
                location.file().unwrap().to_owned(),
                location.region().unwrap().line,
                finding.check().id.to_owned(),
            )
        })
        .collect()
}

/// What is marked: file, line and check.
fn marked(path: &Path) -> BTreeSet<(PathBuf, u32, String)> {
    let files = if path.is_dir() { entries(path) } else { vec![path.to_owned()] };
    let mut marked = BTreeSet::new();
    for file in files.iter().filter(|file| file.is_file()) {
        for (line, number) in std::fs::read_to_string(file).unwrap().lines().zip(1..) {
            let Some((_, mark)) = line.split_once("finding: ") else { continue };
            for check in mark.trim_end_matches("*/").split(',') {
                marked.insert((file.clone(), number, check.trim().to_owned()));
            }
        }
    }
    marked
}

fn marked_lines_are_found(path: &Path) -> Result<(), Failed> {
    let expected = marked(path);
    if name_of(path).starts_with("safe") != expected.is_empty() {
        return Err("a vulnerable fixture has marks, a safe one has none".into());
    }
    let report = review(path);
    if !report.incomplete.is_empty() {
        return Err(format!("not all was read: {:?}", report.incomplete).into());
    }
    let found = found(&report);
    let mut text = String::new();
    for (file, line, check) in expected.difference(&found) {
        writeln!(text, "{}:{line}: {check} was not found", file.display()).unwrap();
    }
    for (file, line, check) in found.difference(&expected) {
        writeln!(text, "{}:{line}: {check} was found and is not marked", file.display()).unwrap();
    }
    if text.is_empty() { Ok(()) } else { Err(text.into()) }
}

fn findings_are_as_kept(directory: &Path) -> Result<(), Failed> {
    let mut text = String::new();
    for fixture in entries(directory).iter().filter(|path| name_of(path).starts_with("vulnerable")) {
        for finding in review(fixture).findings() {
            let shown = |location: &nearwire_review::Location| {
                location.to_string().replace(&format!("{}/", directory.display()), "")
            };
            writeln!(text, "{} {}: {}", shown(finding.location()), finding.check().id, finding.message())
                .unwrap();
            writeln!(text, "  {} severity, {} confidence", finding.severity(), finding.confidence()).unwrap();
            for observation in finding.evidence().iter() {
                let at = observation
                    .location()
                    .map(|location| format!(" [{}]", shown(location)))
                    .unwrap_or_default();
                writeln!(text, "  seen{at}: {}", observation.text()).unwrap();
            }
            writeln!(text, "  fix: {}", finding.fix().as_str()).unwrap();
            for line in finding.fix().example().unwrap_or_default().lines() {
                writeln!(text, "       {line}").unwrap();
            }
            text.push('\n');
        }
    }
    let kept = directory.join("findings.txt");
    if std::env::var_os("SNAPSHOTS").is_some_and(|mode| mode == "overwrite") {
        std::fs::write(&kept, &text)?;
    }
    let expected = std::fs::read_to_string(&kept).unwrap_or_default();
    if text == expected { Ok(()) } else { Err(format!("{} differs; now:\n{text}", kept.display()).into()) }
}

fn has_fixtures(check: &Check) -> Result<(), Failed> {
    let directory = root().join("tests/fixtures").join(check.id);
    let names: Vec<_> = if directory.is_dir() { entries(&directory) } else { Vec::new() };
    let has = |start: &str| names.iter().any(|path| name_of(path).starts_with(start));
    if has("vulnerable") && has("safe") { Ok(()) } else { Err("a fixture is missing".into()) }
}

/// The head of the page agrees with the catalogue, and its code does what the page says.
fn page_is_true(check: &'static Check) -> Result<(), Failed> {
    let mut lines = check.page.lines();
    let title = lines.next().unwrap_or_default();
    let head = lines.nth(1).unwrap_or_default();
    let expected = format!("# {}: {}", check.id, check.title);
    if title != expected {
        return Err(format!("the page begins with {title:?}, not {expected:?}").into());
    }
    let expected =
        format!("{} · severity {} · confidence {} · ", check.weakness, check.severity, check.confidence);
    if !head.starts_with(&expected) {
        return Err(format!("the page's third line is {head:?}, and should begin with {expected:?}").into());
    }
    for section in ["## Why", "## Before", "## After", "## When it is wrong", "## References"] {
        if !check.page.contains(section) {
            return Err(format!("the page has no section {section:?}").into());
        }
    }
    if check.subjects.contains(&SubjectKind::Source) { code_is_true(check) } else { Ok(()) }
}

fn code_is_true(check: &'static Check) -> Result<(), Failed> {
    let (before, after) = (blocks(check.page, "## Before"), blocks(check.page, "## After"));
    if before.is_empty() || before.len() != after.len() {
        return Err(format!("{} blocks before, {} after", before.len(), after.len()).into());
    }
    for (ending, code) in before {
        let ids = ids_in(&ending, &code);
        if ids != [check.id] {
            return Err(format!("in the block before, all checks find {ids:?}:\n{code}").into());
        }
    }
    for (ending, code) in after {
        let ids = ids_in(&ending, &code);
        if !ids.is_empty() {
            return Err(format!("in the block after, all checks find {ids:?}:\n{code}").into());
        }
    }
    Ok(())
}

fn ids_in(ending: &str, code: &str) -> Vec<&'static str> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("block").with_extension(ending);
    std::fs::write(&file, code).unwrap();
    review(&file).findings().map(|finding| finding.check().id).collect()
}

/// The fenced blocks of a section, with their languages as endings of files.
fn blocks(page: &str, section: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = page.split_once(section) else { return Vec::new() };
    let section = rest.split_once("\n## ").map_or(rest, |(section, _)| section);
    let mut parts = section.split("```");
    let mut blocks = Vec::new();
    while let (Some(_), Some(block)) = (parts.next(), parts.next()) {
        let (language, code) = block.split_once('\n').unwrap_or_default();
        let ending = match language {
            "rust" => "rs",
            other => other,
        };
        if matches!(ending, "c" | "cpp" | "rs") {
            blocks.push((ending.to_owned(), code.to_owned()));
        }
    }
    blocks
}
