//! `nearwire review`: one file for each of its commands, and what they share.

mod checks;
mod claims;
mod endpoint;
mod source;

use std::process::ExitCode;

use nearwire_review::{Check, Pillar, Report, SubjectKind};

use crate::args::review::{Review, ReviewCommon, ReviewFormat};
use crate::commands::measure::command_line;
use crate::failure::{self, Failure};
use crate::output::{self, Export};
use crate::render::review::{self as render, Context};

/// A defect of ours that a file brings to light must not pass for a verdict on that file.
pub(crate) fn run(review: &Review) -> Result<ExitCode, Failure> {
    std::panic::catch_unwind(|| run_one(review)).unwrap_or_else(|_| {
        let advice = "this is a defect of nearwire; what is above says where".to_owned();
        Err(Failure::target("the review broke off", advice))
    })
}

fn run_one(review: &Review) -> Result<ExitCode, Failure> {
    match review {
        Review::Source(arguments) => source::run(arguments),
        Review::Claims(arguments) => claims::run(arguments),
        Review::Endpoint(arguments) => endpoint::run(arguments),
        Review::Visit => endpoint::visit(),
        Review::Checks(arguments) => checks::run(arguments),
    }
}

/// The checks of a subject that somebody chose by name, by pillar or by both; none if nobody chose, which means all.
fn chosen(
    named: &[&'static Check],
    pillars: &[Pillar],
    kinds: &[SubjectKind],
    all: impl IntoIterator<Item = &'static Check>,
) -> Result<Vec<&'static Check>, Failure> {
    if named.is_empty() && pillars.is_empty() {
        return Ok(Vec::new());
    }
    let advice = || "see `nearwire review checks`".to_owned();
    if let Some(other) = named.iter().find(|check| !check.subjects.iter().any(|kind| kinds.contains(kind))) {
        let looks_at = render::words::subjects(other);
        return Err(Failure::usage(format!("--check {}: it looks at {looks_at} only", other.id), advice()));
    }
    let candidates = if named.is_empty() { all.into_iter().collect() } else { named.to_vec() };
    let under = |check: &&'static Check| pillars.is_empty() || pillars.contains(&check.weakness.pillar());
    let chosen: Vec<_> = candidates.into_iter().filter(under).collect();
    if chosen.is_empty() {
        let names: Vec<String> = pillars.iter().map(Pillar::to_string).collect();
        return Err(Failure::usage(
            format!("--pillar {}: no such check is there", names.join(",")),
            advice(),
        ));
    }
    Ok(chosen)
}

/// Where a report goes besides stdout.
struct Exported {
    file: Export,
    format: ReviewFormat,
}

/// Opens the file of `--export`, before anything is reviewed.
fn open_export(common: &ReviewCommon) -> Result<Option<Exported>, Failure> {
    let Some(export) = common.export.clone() else { return Ok(None) };
    let advice = || "give a file in a directory that exists and that you can write to".to_owned();
    let file = Export::open(export.path).map_err(|error| Failure::usage(error, advice()))?;
    Ok(Some(Exported { file, format: export.format }))
}

/// Prints and exports a report, and says by the exit code what it comes to.
fn finish(report: &Report, common: &ReviewCommon, export: Option<Exported>) -> Result<ExitCode, Failure> {
    let context = Context {
        command: command_line(),
        directory: std::env::current_dir().ok(),
        fail_on: common.fail_on,
        width: output::width(),
    };
    output::print(&render::results(report, &context, common.format())?)?;
    if let Some(Exported { file, format }) = export {
        let context = Context { width: output::DEFAULT_WIDTH, ..context };
        file.write(&render::plain_results(report, &context, format)?)?;
    }
    Ok(verdict(report, common))
}

/// What was not examined is not clean: a script that trusts exit code 0 would never learn of it.
fn verdict(report: &Report, common: &ReviewCommon) -> ExitCode {
    if report.fails(common.fail_on) {
        ExitCode::from(failure::THRESHOLD)
    } else if report.incomplete.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(failure::TARGET)
    }
}
