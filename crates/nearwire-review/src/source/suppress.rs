//! Findings that somebody decided to live with: by a comment in the code, or by a file.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher};

use super::model::{Comment, File};
use super::program::Program;
use crate::{Finding, Suppression, catalogue};

/// What a comment says before the checks: `nearwire: allow(check-id) reason`.
const MARK: &str = "nearwire: allow(";

/// The file of findings to leave out is wrong.
///
/// Its lines are `check-id glob reason`: findings of that check in files whose path matches the glob are left out. Empty
/// lines and those that begin with `#` are skipped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IgnoreError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", nearwire::Escaped::new(path))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A line of it makes no sense.
    #[error("{}:{line}: {problem}", nearwire::Escaped::new(path))]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What is wrong with it.
        problem: String,
    },
}

/// A file of findings to leave out.
#[derive(Debug, Default)]
pub(super) struct Ignore {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    check: &'static str,
    files: GlobMatcher,
    reason: String,
    by: (PathBuf, u32),
}

impl Ignore {
    pub(super) fn read(path: &Path) -> Result<Self, IgnoreError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| IgnoreError::Read { path: path.to_owned(), source })?;
        let mut entries = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            let entry = Entry::parse(line, (path.to_owned(), number));
            entries.push(entry.map_err(|problem| IgnoreError::Line {
                path: path.to_owned(),
                line: number,
                problem,
            })?);
        }
        Ok(Self { entries })
    }
}

impl Entry {
    fn parse(line: &str, by: (PathBuf, u32)) -> Result<Self, String> {
        let expected = "expected: check-id glob reason";
        let (id, rest) = line.trim().split_once(char::is_whitespace).ok_or(expected)?;
        let (glob, reason) = rest.trim_start().split_once(char::is_whitespace).ok_or(expected)?;
        let check = catalogue::find(id).map_err(|error| error.to_string())?.id;
        let files = Glob::new(glob).map_err(|error| error.to_string())?.compile_matcher();
        Ok(Self { check, files, reason: reason.trim().to_owned(), by })
    }
}

/// Findings, sorted into those that stay and those that were left out.
#[derive(Debug)]
pub(super) struct Sorted {
    pub(super) kept: Vec<Finding>,
    pub(super) suppressed: Vec<Suppression>,
    /// What is wrong with suppressions.
    pub(super) notes: Vec<String>,
}

/// A comment that allows something.
struct Allowance<'a> {
    file: &'a File,
    checks: Vec<&'a str>,
    reason: &'a str,
    line: u32,
    end_line: u32,
}

pub(super) fn sort(program: &Program, ignore: &Ignore, found: Vec<Finding>) -> Sorted {
    let mut sorted = Sorted { kept: Vec::new(), suppressed: Vec::new(), notes: Vec::new() };
    let mut allowances = Vec::new();
    for file in program.files() {
        let comments = file.comments.iter();
        allowances.extend(comments.filter_map(|comment| allowance(file, comment)));
    }
    let (with_reason, without): (Vec<_>, Vec<_>) =
        allowances.into_iter().partition(|allowance| !allowance.reason.is_empty());
    for allowance in without {
        let path = allowance.file.path.to_string_lossy();
        sorted.notes.push(format!("{path}:{}: `allow` without a reason has no effect", allowance.line));
    }
    for finding in found {
        let by_comment = with_reason.iter().find(|allowance| allowance.covers(&finding));
        let by_file = || {
            let path = finding.location().file()?;
            ignore
                .entries
                .iter()
                .find(|entry| entry.check == finding.check().id && entry.files.is_match(path))
        };
        let decided = by_comment
            .map(|allowance| ((allowance.file.path.clone(), allowance.line), allowance.reason.to_owned()))
            .or_else(|| by_file().map(|entry| (entry.by.clone(), entry.reason.clone())));
        match decided {
            Some((by, reason)) => sorted.suppressed.push(Suppression { finding, by, reason }),
            None => sorted.kept.push(finding),
        }
    }
    sorted
}

impl Allowance<'_> {
    /// A comment covers its own lines and the one below.
    fn covers(&self, finding: &Finding) -> bool {
        let same_file = finding.location().file() == Some(&self.file.path);
        let near = finding
            .location()
            .region()
            .is_some_and(|region| (self.line..=self.end_line.saturating_add(1)).contains(&region.line));
        same_file && near && self.checks.contains(&finding.check().id)
    }
}

fn allowance<'a>(file: &'a File, comment: &Comment) -> Option<Allowance<'a>> {
    let text = file.slice(comment.span);
    let (before, after) = text.split_once(MARK)?;
    let (checks, rest) = after.split_once(')')?;
    let reason = rest.lines().next().unwrap_or_default().trim().trim_end_matches("*/").trim();
    let offset = comment.span.start.saturating_add(u32::try_from(before.len()).unwrap_or_default());
    Some(Allowance {
        file,
        checks: checks.split(',').map(str::trim).collect(),
        reason,
        line: file.line_of(offset),
        end_line: file.line_of(comment.span.end.saturating_sub(1)),
    })
}
