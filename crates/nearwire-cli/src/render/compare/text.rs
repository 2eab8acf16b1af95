//! A comparison as text for people: what was compared, a table for each contender, and what it comes to.

mod bar;
#[cfg(test)]
pub(crate) mod samples;
mod table;
pub(crate) mod view;
pub(crate) mod words;

use std::fmt::Write;

use anstyle::Style;

use crate::render::compare::document::Document;
use view::{Contender, View};

/// No line that can be broken is longer, in columns.
const WIDTH: usize = 100;

/// What is compared, how, where, and how much noise there was.
pub(crate) fn heading(document: &Document) -> String {
    let view = View::new(document);
    let bold = Style::new().bold();
    let mut parts: Vec<String> = view.sides().map(|side| format!("{} {}", side.letter, side.name)).collect();
    parts.push(words::design(document));
    let mut text = String::new();
    for line in joined(&parts) {
        let _ = writeln!(text, "{bold}{line}{bold:#}");
    }
    if let Some(line) = words::baseline(document) {
        text += &wrapped("", &line);
    }
    text += &wrapped("noise: ", &words::noise(&view));
    text += &wrapped("", &words::machine(&document.machine));
    text
}

/// Heading, tables and conclusions in one.
pub(crate) fn everything(document: &Document) -> String {
    let view = View::new(document);
    let mut text = heading(document);
    for contender in &view.contenders {
        text.push('\n');
        if view.contenders.len() > 1 {
            text += &wrapped("", &format!("A {} against {}", view.a.name, named(contender)));
        }
        text += &table_or_nothing(contender);
    }
    text.push('\n');
    text += &conclusions(&view);
    text += &caveats(&view);
    let _ = writeln!(text, "repeat: {}", words::printable(&document.command));
    text
}

fn table_or_nothing(contender: &Contender<'_>) -> String {
    if contender.cases.is_empty() { " no case was compared\n".to_owned() } else { table::table(contender) }
}

fn named(contender: &Contender<'_>) -> String {
    format!("{} {}", contender.side.letter, contender.side.name)
}

/// All cases together: a sentence for one contender, a ranking of several.
fn conclusions(view: &View<'_>) -> String {
    if let [only] = view.contenders.as_slice() {
        return wrapped("overall  ", &conclusion(only, view));
    }
    let mut ranked: Vec<(f64, String)> = vec![(1.0, format!("{} A {}", words::ratio(1.0), view.a.name))];
    for contender in &view.contenders {
        let ratio = words::sound(contender.overall.ratio);
        let line =
            format!("{} {}{}", words::ratio_or_nothing(ratio), named(contender), meaning(contender, view));
        ranked.push((ratio.unwrap_or(f64::INFINITY), line));
    }
    ranked.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let mut text = "overall, the least time first, A = 1\n".to_owned();
    for (_, line) in ranked {
        text += &wrapped(" ", &line);
    }
    text
}

/// `B/A 1.52 (1.48 … 1.57): A takes 34 % less time`.
fn conclusion(contender: &Contender<'_>, view: &View<'_>) -> String {
    let letter = &contender.side.letter;
    match words::sound(contender.overall.ratio) {
        Some(ratio) => format!("{letter}/A {}{}", words::ratio(ratio), meaning(contender, view)),
        None => format!("{letter}/A{}", meaning(contender, view)),
    }
}

/// ` (1.48 … 1.57): A takes 34 % less time`.
fn meaning(contender: &Contender<'_>, view: &View<'_>) -> String {
    let interval = words::sound_interval(contender.overall.ci).map(words::interval);
    let interval = interval.map(|interval| format!(" ({interval})")).unwrap_or_default();
    let threshold = view.document.settings.threshold;
    format!("{interval}: {}", words::meaning(contender.overall, &contender.side, threshold))
}

/// What limits the results: an early end, and doubts.
fn caveats(view: &View<'_>) -> String {
    let mut text = String::new();
    if let Some(line) = words::ended_early(view) {
        text += &wrapped("", &line);
    }
    for line in words::doubts(view) {
        text += &wrapped("* ", &line);
    }
    text
}

/// Parts in as few lines as have room for them.
fn joined(parts: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 4 + part.chars().count() <= WIDTH => {
                *line += "    ";
                *line += part;
            }
            _ => lines.push(part.clone()),
        }
    }
    lines
}

/// Text broken between words, further lines as far to the right as the first.
fn wrapped(lead: &str, text: &str) -> String {
    let indent = lead.chars().count();
    let (mut lines, mut column) = (lead.to_owned(), indent);
    for (number, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if number > 0 && column + 1 + length > WIDTH {
            let _ = write!(lines, "\n{:indent$}", "");
            column = indent;
        } else if number > 0 {
            lines.push(' ');
            column += 1;
        }
        lines += word;
        column += length;
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests;
