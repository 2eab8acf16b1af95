//! One file for each format of results.

pub(crate) mod compare;
pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod review;
pub(crate) mod serve;
pub(crate) mod text;
pub(crate) mod units;

use crate::args::Format;
use crate::commands::measure::Results;
use crate::failure::Failure;

/// All results in one text.
pub(crate) fn results(results: &Results, format: Format) -> Result<String, Failure> {
    match format {
        Format::Text => Ok(text::plain(&text::everything(results))),
        Format::Json => json::results(results),
        Format::Csv => csv::results(results),
    }
}
