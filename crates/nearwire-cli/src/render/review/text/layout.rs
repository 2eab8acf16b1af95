//! Lines that fit.

use super::super::words::GLUE;
use textwrap::{Options, WordSeparator, WordSplitter};

/// How many columns a text takes on a terminal; colours take none.
pub(in crate::render::review) fn columns(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// Text broken between words, further lines as far to the right as the first. Words longer than a line stay whole: they
/// are paths and commands, which somebody copies.
pub(in crate::render::review) fn paragraph(lead: &str, text: &str, width: usize) -> String {
    hanging(lead, 0, text, width)
}

/// The same, with further lines `more` columns farther to the right: what tells one item of a list from the next.
pub(super) fn hanging(lead: &str, more: usize, text: &str, width: usize) -> String {
    let indent = " ".repeat(columns(lead) + more);
    let options = Options::new(width)
        .initial_indent(lead)
        .subsequent_indent(&indent)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::fill(text, options).replace(GLUE, " ") + "\n"
}
