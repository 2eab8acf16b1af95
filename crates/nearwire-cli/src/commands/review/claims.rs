//! `nearwire review claims`

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use nearwire::Escaped;
use nearwire_review::claims;

use super::source;
use crate::args::review::claims::ReviewClaims;
use crate::failure::{self, Failure};
use crate::output::{self, Export};
use crate::render::review::claims as render;

/// More than is read of a review, so that it is said that there is more.
const MOST: u64 = 2 << 20;

pub(crate) fn run(arguments: &ReviewClaims) -> Result<ExitCode, Failure> {
    let export = arguments.export.clone().map(|export| Ok((Export::open(export.path)?, export.format)));
    let export = export.transpose().map_err(|error: output::OutputError| {
        Failure::usage(error, "give a file in a directory that exists and that you can write to".to_owned())
    })?;
    let text = read(&arguments.review)?;
    let report = claims::review_paths(&text, &arguments.source).map_err(|error| source::failed(&error))?;
    output::print(&render::results(&report, arguments.format(), output::width())?)?;
    if let Some((file, format)) = export {
        file.write(&render::plain_results(&report, format)?)?;
    }
    // An answer that rests on a part of the code would pass for one that rests on all of it.
    let complete = report.incomplete.is_empty();
    Ok(if complete { ExitCode::SUCCESS } else { ExitCode::from(failure::TARGET) })
}

fn read(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let from_input = path.as_os_str() == "-";
    let result = if from_input {
        std::io::stdin().lock().take(MOST).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut bytes))
    };
    result.map_err(|error| {
        let advice = "give the file with the review, or - for standard input".to_owned();
        Failure::usage(format!("cannot read {}: {error}", Escaped::new(path)), advice)
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
