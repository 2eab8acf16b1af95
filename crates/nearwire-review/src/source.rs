//! The review of source code in C, C++ and Rust.
//!
//! Files are collected, those that have to do with local sockets are read into one [`model`], and every check looks at
//! each of them. Checks follow values within a function and through the members of a class.

pub(crate) mod checks;
mod collect;
pub mod lower;
pub mod model;
pub mod program;
pub mod rule;
mod suppress;
#[cfg(test)]
mod testing;
pub mod values;
pub mod walk;

use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use self::collect::{Collected, Reading};
use self::model::{File, Language};
use self::program::Program;
use self::rule::{Findings, Rule, Unit};
use self::walk::Body;
use crate::{Check, Finding, Outcome, Report, Subject};

pub use collect::{MAX_FILE_BYTES, read_all};
pub use suppress::IgnoreError;

/// What to review, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The checks to run; all if empty.
    pub checks: Vec<&'static Check>,
    /// A file that says which findings to leave out; see [`IgnoreError`] for its form.
    pub ignore: Option<PathBuf>,
}

/// Why a review of source code failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A path cannot be read. The user's fault, or the system's.
    #[error("cannot read {}: {source}", nearwire::Escaped::new(path))]
    Read {
        /// The path.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file that was named is in no language that is known. The user's fault.
    #[error("{}: not in C, C++ or Rust", nearwire::Escaped::new(path))]
    UnknownLanguage {
        /// The file.
        path: PathBuf,
    },
    /// There is nothing to review below the paths.
    #[error("no C, C++ or Rust file in {}", nearwire::Escaped::new(paths))]
    NothingToReview {
        /// The paths, as they were given.
        paths: String,
    },
    /// The file of findings to leave out is wrong.
    #[error(transparent)]
    Ignore(#[from] IgnoreError),
}

/// The checks of source code.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    checks::RULES.iter().map(|rule| rule.check)
}

/// Reviews files, and all files below directories.
///
/// What git ignores and hidden files are left out below directories; a file that is named is always reviewed. Symbolic
/// links below directories are not followed. Files over [`MAX_FILE_BYTES`] are named in [`Report::incomplete`].
///
/// # Errors
///
/// [`SourceError`]; a file below a directory that cannot be read is no error, but named in [`Report::incomplete`].
pub fn review(paths: &[PathBuf], options: &Options) -> Result<Report, SourceError> {
    let ignore = options.ignore.as_deref().map(suppress::Ignore::read).transpose()?.unwrap_or_default();
    let Collected { files, mut incomplete } = collect::collect(paths)?;
    let reading = collect::read_relevant(&files)?;
    incomplete.extend(reading.incomplete.iter().cloned());
    let subject = subject(paths, &reading);
    let unseen = unseen(&reading.files);
    let program = Program::of(reading.files);
    let found = run(&program, options);
    let sorted = suppress::sort(&program, &ignore, found);
    incomplete.extend(sorted.notes);
    let outcomes = outcomes(options, &reading.languages, sorted.kept);
    Ok(Report { subject, outcomes, suppressed: sorted.suppressed, incomplete, unseen })
}

/// Runs every chosen rule on every file, in parallel; the findings in the order of files.
fn run(program: &Program, options: &Options) -> Vec<Finding> {
    let rules: Vec<&Rule> = checks::RULES.iter().filter(|rule| is_chosen(options, rule.check)).collect();
    let needles: Vec<Option<AhoCorasick>> =
        rules.iter().map(|rule| AhoCorasick::new(rule.needles).ok()).collect();
    let found = program.files().par_iter().flat_map_iter(|file| {
        let concerned: Vec<&Rule> = rules
            .iter()
            .zip(&needles)
            .filter(|(rule, needles)| {
                let named = needles.as_ref().is_none_or(|needles| needles.is_match(&file.text));
                named && rule.languages.contains(&file.language)
            })
            .map(|(rule, _)| *rule)
            .collect();
        if concerned.is_empty() { Vec::new() } else { of_file(program, file, &concerned) }
    });
    let mut found: Vec<Finding> = found.collect();
    found.sort_by(|one, other| one.location().cmp(other.location()));
    found
}

fn of_file(program: &Program, file: &File, rules: &[&Rule]) -> Vec<Finding> {
    let unit = Unit { program, file, bodies: file.functions.iter().map(Body::of).collect() };
    rules
        .iter()
        .flat_map(|rule| {
            let mut findings = Findings::of(rule, file);
            (rule.run)(&unit, &mut findings);
            findings.finish()
        })
        .collect()
}

fn is_chosen(options: &Options, check: &Check) -> bool {
    options.checks.is_empty() || options.checks.iter().any(|chosen| chosen.id == check.id)
}

/// One outcome for each check, in the order of pillars.
fn outcomes(options: &Options, languages: &[(Language, u64)], found: Vec<Finding>) -> Vec<Outcome> {
    let mut found = found;
    let mut outcomes: Vec<Outcome> = checks::RULES
        .iter()
        .map(|rule| {
            let check = rule.check;
            if !is_chosen(options, check) {
                return Outcome::not_tested(check, "not chosen", Some(format!("--check {}", check.id)));
            }
            if !languages.iter().any(|(language, _)| rule.languages.contains(language)) {
                let names: Vec<_> = rule.languages.iter().map(|language| language.name()).collect();
                return Outcome::not_tested(check, format!("no file in {}", names.join(" or ")), None);
            }
            let (own, others) =
                std::mem::take(&mut found).into_iter().partition(|finding| finding.check() == check);
            found = others;
            Outcome::of(check, own)
        })
        .collect();
    outcomes.sort_by_key(|outcome| outcome.check().weakness.pillar());
    outcomes
}

/// What is reviewed: the paths, and how many lines of which languages.
fn subject(paths: &[PathBuf], reading: &Reading) -> Subject {
    let name = names_of(paths);
    let languages: Vec<String> = reading
        .languages
        .iter()
        .map(|(language, lines)| format!("{lines} lines of {}", language.name()))
        .collect();
    let files = if reading.count == 1 { "1 file".to_owned() } else { format!("{} files", reading.count) };
    let about = match reading.files.len() {
        count if count == reading.count => String::new(),
        1 => "; 1 file is about local sockets".to_owned(),
        count => format!("; {count} files are about local sockets"),
    };
    Subject { name, description: format!("{files}, {}{about}", languages.join(", ")) }
}

fn names_of(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
    names.join(" ")
}

/// What a review of source code cannot see.
fn unseen(files: &[File]) -> Vec<String> {
    let unread = files.iter().filter(|file| file.has_errors).count();
    let unread =
        (unread > 0).then(|| format!("what the parser could not read, in {unread} of {} files", files.len()));
    let always = [
        "what other files, libraries and macros do that were not given",
        "values that pass through more than a function, its callees by name and the members of its class",
        "the mode and owner of directories at run time (nearwire review endpoint shows them)",
    ]
    .map(str::to_owned);
    always.into_iter().chain(unread).collect()
}

/// A command that runs one check again on one file.
pub(crate) fn command_for(path: &Path, id: &str) -> String {
    let quoted = match path.to_str().map(shlex::try_quote) {
        Some(Ok(quoted)) => quoted.into_owned(),
        _ => in_dollar_quotes(path),
    };
    format!("nearwire review source --check {id} {quoted}")
}

/// A path that is no text, as `$'…'` (POSIX.1-2024).
fn in_dollar_quotes(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    let escaped = bytes.map(|byte| match byte {
        b'\'' | b'\\' => format!("\\{}", char::from(*byte)),
        b' '..=b'~' => char::from(*byte).to_string(),
        other => format!("\\{other:03o}"),
    });
    format!("$'{}'", escaped.collect::<String>())
}
