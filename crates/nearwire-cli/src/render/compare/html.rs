//! A comparison as one page of HTML that needs nothing else: no script, no request, its plots are SVG made here.
//!
//! ```text
//! page ─┬─ summary     what it comes to, and what limits it
//!       ├─ ratios      every ratio with its interval
//!       ├─ latency     ─┐
//!       ├─ throughput  ─┴─ chart   small multiples with a line for each side
//!       ├─ tables      the same as numbers
//!       └─ about       how to read it, settings, machine, command
//! ```

mod about;
mod chart;
mod latency;
mod marks;
mod page;
mod ratios;
mod scale;
mod summary;
mod tables;
mod throughput;

use crate::render::compare::document::Document;
use crate::render::compare::text::view::View;

pub(crate) fn results(document: &Document) -> String {
    page::page(&View::new(document)).into_string()
}

#[cfg(test)]
mod tests;
