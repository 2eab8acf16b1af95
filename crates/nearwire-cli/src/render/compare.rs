//! Results of `nearwire compare`: the document that every format shows, and one file for each format.

mod counters;
pub(crate) mod csv;
pub(crate) mod document;
pub(crate) mod html;
pub(crate) mod markdown;
pub(crate) mod text;

use crate::args::compare::CompareFormat;
use crate::failure::Failure;
use document::Document;

/// The tables for people, and that of `--counters` if there is one.
pub(crate) fn with_counters(document: &Document) -> String {
    text::everything(document) + &counters::table(document)
}

/// The whole result in one text.
pub(crate) fn results(document: &Document, format: CompareFormat) -> Result<String, Failure> {
    match format {
        CompareFormat::Text => Ok(super::text::plain(&with_counters(document))),
        CompareFormat::Json => document.to_json(),
        CompareFormat::Csv => csv::results(document),
        CompareFormat::Markdown => Ok(markdown::results(document)),
        CompareFormat::Html => Ok(html::results(document)),
    }
}
