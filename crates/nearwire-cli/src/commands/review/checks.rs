//! `nearwire review checks`

use std::process::ExitCode;

use nearwire_review::{Check, catalogue};

use crate::args::review::{ChecksFormat, ReviewChecks};
use crate::failure::Failure;
use crate::output;
use crate::render::review::catalogue as render;

pub(crate) fn run(arguments: &ReviewChecks) -> Result<ExitCode, Failure> {
    let text = match (arguments.id, arguments.format()) {
        (Some(check), ChecksFormat::Text) => render::page(check, output::width()),
        (Some(check), ChecksFormat::Markdown) => render::raw_page(check),
        (Some(check), ChecksFormat::Json) => render::json(&[check])?,
        (None, ChecksFormat::Text) => render::table(&listed(arguments), output::width()),
        (None, ChecksFormat::Markdown) => render::markdown_table(&listed(arguments)),
        (None, ChecksFormat::Json) => render::json(&listed(arguments))?,
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn listed(arguments: &ReviewChecks) -> Vec<&'static Check> {
    let under = |check: &&'static Check| {
        arguments.pillar.is_empty() || arguments.pillar.contains(&check.weakness.pillar())
    };
    catalogue::all().into_iter().filter(under).collect()
}
