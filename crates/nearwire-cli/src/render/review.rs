//! Reports of `nearwire review`: one file for each format, all made of a [`Report`] alone, so that every kind of subject
//! looks the same.

pub(crate) mod catalogue;
pub(crate) mod claims;
mod json;
mod markdown;
mod page;
#[cfg(test)]
mod samples;
mod sarif;
mod section;
pub(crate) mod survey;
mod text;
pub(crate) mod words;

use std::path::PathBuf;

use nearwire_review::{Report, Severity};
use serde::Serialize;

use crate::args::review::ReviewFormat;
use crate::failure::Failure;

/// What a report is told with, besides what is in it.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// The command that made the report.
    pub(crate) command: String,
    /// Where the command ran: what its relative paths begin at.
    pub(crate) directory: Option<PathBuf>,
    /// How bad a finding must be to make the review fail.
    pub(crate) fail_on: Severity,
    /// How many columns text has.
    pub(crate) width: usize,
}

/// The whole report in one text; for people, with colour.
pub(crate) fn results(report: &Report, context: &Context, format: ReviewFormat) -> Result<String, Failure> {
    match format {
        ReviewFormat::Text => Ok(text::everything(report, context)),
        ReviewFormat::Json => json::results(report, context),
        ReviewFormat::Sarif => sarif::results(report, context),
        ReviewFormat::Markdown => Ok(markdown::results(report, context)),
    }
}

/// The whole report in one text, without colour.
pub(crate) fn plain_results(
    report: &Report,
    context: &Context,
    format: ReviewFormat,
) -> Result<String, Failure> {
    let text = results(report, context, format)?;
    Ok(if format == ReviewFormat::Text { super::text::plain(&text) } else { text })
}

/// JSON that a terminal can be trusted with: in its strings, what steers a terminal or turns the direction of writing is
/// escaped, beyond what JSON asks for.
fn to_json(document: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string_pretty(document)
        .map_err(|error| Failure::target(format!("cannot write JSON: {error}"), None))?;
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        // In JSON, these stand only in strings.
        let steers = character == '\u{7f}' || (!character.is_ascii() && character.escape_debug().count() > 1);
        if steers {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(character);
        }
    }
    safe.push('\n');
    Ok(safe)
}
