//! The table of one contender: a line for each case.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::render::compare::document::CaseV1;
use crate::render::compare::text::bar::Axis;
use crate::render::compare::text::view::Contender;
use crate::render::compare::text::{WIDTH, words};

/// The bar takes what the other columns leave, within these limits.
const BAR: std::ops::RangeInclusive<usize> = 12..=31;
/// Between two columns.
const GAP: &str = "  ";

/// The texts of a line, but for the bar: case, times of A and B, ratio, interval and verdict.
struct Line<'a> {
    cells: [String; 6],
    case: Option<&'a CaseV1>,
}

/// The table, aligned.
pub(super) fn table(contender: &Contender<'_>) -> String {
    let mut lines = vec![head(contender)];
    lines.extend(contender.cases.iter().map(|case| line(case, contender)));
    let widths: [usize; 6] = std::array::from_fn(|column| {
        let lengths = lines.iter().filter_map(|line| line.cells.get(column)).map(|cell| cell.chars().count());
        lengths.max().unwrap_or_default()
    });
    let taken = 1 + widths.iter().sum::<usize>() + 6 * GAP.len();
    let width = WIDTH.saturating_sub(taken).clamp(*BAR.start(), *BAR.end());
    let axis = Axis::around(contender.cases.iter().copied(), width);
    lines.iter().map(|line| text(line, &widths, &axis)).collect()
}

fn head(contender: &Contender<'_>) -> Line<'static> {
    let other = &contender.side.letter;
    let heads = ["case", "A", other, &format!("{other}/A"), "95 % interval", "verdict"];
    Line { cells: heads.map(str::to_owned), case: None }
}

fn line<'a>(case: &'a CaseV1, contender: &Contender<'_>) -> Line<'a> {
    let mark = if case.doubt.is_some() { "*" } else { "" };
    let cells = [
        words::case(case.key()),
        words::time_or_nothing(case.a_ns),
        words::time_or_nothing(case.b_ns),
        words::ratio_or_nothing(case.ratio),
        words::interval_or_nothing(case.ci),
        words::verdict(&case.verdict, &contender.side) + mark,
    ];
    Line { cells, case: Some(case) }
}

/// The first and the last cell to the left, the others to the right.
fn text(line: &Line<'_>, widths: &[usize; 6], axis: &Axis) -> String {
    let [case, a, b, ratio, interval, verdict] = &line.cells;
    let [case_width, a_width, b_width, ratio_width, interval_width, _] = *widths;
    let mut text = format!(" {case:<case_width$}");
    let numbers = [(a, a_width), (b, b_width), (ratio, ratio_width), (interval, interval_width)];
    for (cell, width) in numbers {
        let _ = write!(text, "{GAP}{cell:>width$}");
    }
    let bar = line.case.map_or_else(|| axis.head(), |case| axis.bar(case));
    let style = style(line.case);
    let _ = writeln!(text, "{GAP}{bar}{GAP}{style}{verdict}{style:#}");
    if line.case.is_none() { bold(&text) } else { text }
}

fn bold(line: &str) -> String {
    let bold = Style::new().bold();
    format!("{bold}{}{bold:#}\n", line.trim_end())
}

fn style(case: Option<&CaseV1>) -> Style {
    match case.map(|case| case.verdict.as_str()) {
        Some("faster") => AnsiColor::Green.on_default(),
        Some("slower") => AnsiColor::Red.on_default(),
        _ => Style::new(),
    }
}
