//! A line of code with marks below the part that matters. Columns of a [`Region`] are bytes, those of a terminal are not.

use nearwire_review::Region;

use super::layout::columns;
use crate::render::review::words::printable;

/// Where a tabulator ends.
const TAB: usize = 4;

/// A line of code as it is shown, and where its marks stand.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Snippet {
    pub(super) code: String,
    /// Columns before the first mark.
    pub(super) before: usize,
    /// Columns that are marked: at least one.
    pub(super) marked: usize,
}

/// What is shown for one character.
struct Cell {
    shown: String,
    column: usize,
    width: usize,
    is_marked: bool,
}

impl Snippet {
    /// The line without its indentation; if it is wider than `room`, what stands around the region.
    pub(super) fn of(line: &str, region: Region, room: usize) -> Self {
        let cells = cells(line, region);
        let total = cells.last().map_or(0, |last| last.column + last.width);
        let mut marked = cells.iter().filter(|cell| cell.is_marked);
        let first = marked.next();
        let start = first.map_or(total, |first| first.column);
        let end =
            marked.next_back().or(first).map_or(start + 1, |last| (last.column + last.width).max(start + 1));
        if total <= room {
            let code = cells.iter().map(|cell| cell.shown.as_str()).collect();
            return Self { code, before: start, marked: end - start };
        }
        cut(&cells, total, (start, end), room)
    }
}

/// One cell for each character behind the indentation.
fn cells(line: &str, region: Region) -> Vec<Cell> {
    let byte = |column: u32| usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    let start = byte(region.column);
    let end = if region.end_line == region.line { byte(region.end_column) } else { usize::MAX };
    let code = line.trim_start();
    let indentation = line.len() - code.len();
    let mut column = 0;
    let cell = |(offset, character): (usize, char)| {
        let offset = indentation + offset;
        let shown = match character {
            '\t' => " ".repeat(TAB - column % TAB),
            _ => printable(character.encode_utf8(&mut [0; 4])),
        };
        let width = columns(&shown);
        let cell = Cell { shown, column, width, is_marked: (start..end).contains(&offset) };
        column += width;
        cell
    };
    code.trim_end().char_indices().map(cell).collect()
}

/// What fits around the marks, with an ellipsis where something is missing.
fn cut(cells: &[Cell], total: usize, (start, end): (usize, usize), room: usize) -> Snippet {
    let inner = room.saturating_sub(2).max(1);
    let context = inner.saturating_sub(end - start) / 2;
    let from = start.saturating_sub(context).min(total.saturating_sub(inner));
    let to = from + inner;
    let shown: Vec<&Cell> =
        cells.iter().filter(|cell| cell.column >= from && cell.column + cell.width <= to).collect();
    let first = shown.first().map_or(from, |cell| cell.column);
    let last = shown.last().map_or(from, |cell| cell.column + cell.width);
    let (left, right) = (if first > 0 { "…" } else { "" }, if last < total { "…" } else { "" });
    let code: String = shown.iter().map(|cell| cell.shown.as_str()).collect();
    let before = start.saturating_sub(first) + columns(left);
    let marked = end.min(last).saturating_sub(start).max(1);
    Snippet { code: format!("{left}{code}{right}"), before, marked }
}

#[cfg(test)]
mod tests;
