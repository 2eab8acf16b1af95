//! The grammar leaves what is between the brackets of a macro as single tokens. Here such a part of the file is
//! parsed again, at its place, so that spans stay true.

use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Point, Tree};

use super::super::{LowerError, MAX_SECONDS};

/// How many times its own length of a file may be parsed again. Macros in macros are read once for each level.
const MAX_TIMES: usize = 16;

/// Reads parts of a file again.
pub(super) struct Rereader<'a> {
    text: &'a str,
    parser: Parser,
    /// How many bytes may still be read.
    left: usize,
    deadline: Instant,
    /// Whether a part was not read, for all the time or bytes were used up.
    gave_up: bool,
}

/// Bytes of the file that read as something else.
#[derive(Clone, Copy)]
struct Edit {
    offset: usize,
    byte: u8,
}

impl<'a> Rereader<'a> {
    pub(super) fn of(text: &'a str, grammar: &tree_sitter::Language) -> Result<Self, LowerError> {
        let mut parser = Parser::new();
        parser.set_language(grammar).map_err(|_| LowerError::Grammar)?;
        let left = text.len().saturating_mul(MAX_TIMES);
        let deadline = Instant::now() + Duration::from_secs(MAX_SECONDS);
        Ok(Self { text, parser, left, deadline, gave_up: false })
    }

    /// Reads from the start of one token to the end of another as statements.
    pub(super) fn statements(&mut self, first: Node<'_>, last: Node<'_>) -> Option<Tree> {
        self.read(part(first.range(), last.range()), &[])
    }

    /// Reads a macro and its arguments as a call: `!` becomes a name.
    pub(super) fn call(&mut self, exclamation: Node<'_>, brackets: Node<'_>) -> Option<Tree> {
        let open = brackets.start_byte();
        let close = brackets.end_byte().saturating_sub(1);
        let edits = [
            Edit { offset: exclamation.start_byte(), byte: b'm' },
            Edit { offset: open, byte: b'(' },
            Edit { offset: close, byte: b')' },
        ];
        self.read(part(exclamation.range(), brackets.range()), &edits)
    }

    /// Whether there was too much to read for all of it.
    pub(super) fn gave_up(&self) -> bool {
        self.gave_up
    }

    fn read(&mut self, part: tree_sitter::Range, edits: &[Edit]) -> Option<Tree> {
        let tree = self.parse(part, edits);
        self.gave_up |= tree.is_none();
        tree
    }

    /// Parses a part of the file, and a semicolon after it. `edits` are in the order of the file.
    fn parse(&mut self, part: tree_sitter::Range, edits: &[Edit]) -> Option<Tree> {
        self.left = self.left.checked_sub(part.end_byte.saturating_sub(part.start_byte))?;
        let end = self.text.len();
        let semicolon = tree_sitter::Range {
            start_byte: end,
            end_byte: end.saturating_add(1),
            start_point: Point::new(part.end_point.row.saturating_add(1), 0),
            end_point: Point::new(part.end_point.row.saturating_add(1), 1),
        };
        self.parser.set_included_ranges(&[part, semicolon]).ok()?;
        let deadline = self.deadline;
        let mut late = |_: &ParseState| match Instant::now() > deadline {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let bytes = self.text.as_bytes();
        let mut source = |offset: usize, _| chunk(bytes, edits, offset);
        let options = ParseOptions::new().progress_callback(&mut late);
        self.parser.reset();
        self.parser.parse_with_options(&mut source, None, Some(options))
    }
}

fn part(first: tree_sitter::Range, last: tree_sitter::Range) -> tree_sitter::Range {
    tree_sitter::Range { end_byte: last.end_byte, end_point: last.end_point, ..first }
}

/// What the parser sees from an offset on, up to the next byte that reads as something else.
fn chunk<'t>(text: &'t [u8], edits: &'t [Edit], offset: usize) -> &'t [u8] {
    if offset == text.len() {
        return b";";
    }
    let next = edits.iter().find(|edit| edit.offset >= offset);
    match next {
        Some(edit) if edit.offset == offset => std::slice::from_ref(&edit.byte),
        Some(edit) => slice(text, offset..edit.offset),
        None => slice(text, offset..text.len()),
    }
}

fn slice(text: &[u8], bytes: Range<usize>) -> &[u8] {
    text.get(bytes).unwrap_or_default()
}
