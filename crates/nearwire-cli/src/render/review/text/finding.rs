//! One finding: what and where, the code, what was seen, how to see it again, and what to do.

use std::fmt::Write;

use anstyle::Style;
use nearwire_review::{Finding, Location, Observation};

use super::layout::{columns, hanging, paragraph};
use super::snippet::Snippet;
use super::{BOLD, DIM, INDENT, rank_colour};
use crate::render::review::words::{self, printable};

/// The text of a finding. What it has in common with the one `before` is not said again.
pub(super) fn text(finding: &Finding, before: Option<&Finding>, width: usize) -> String {
    let style = rank_colour(finding.severity(), words::is_warning(finding));
    let mut text = heading(finding, style, width);
    text += &body(finding, style, width);
    for (number, observation) in finding.evidence().iter().enumerate() {
        let label = if number == 0 { "seen" } else { "" };
        text += &hanging(&lead(label), 2, &seen(observation, finding.location()), width);
    }
    // A command that is broken up cannot be pasted.
    text += &labelled("repeat", &printable(finding.reproduction().as_str()), usize::MAX);
    let alike = before.filter(|before| before.check() == finding.check());
    if alike.is_some_and(|before| before.fix() == finding.fix()) {
        return text + &labelled("fix", "as above", width);
    }
    text += &labelled("fix", &printable(finding.fix().as_str()), width);
    text += &example(finding);
    if alike.is_none() {
        text += &labelled("see", &words::see(finding.check()), width);
    }
    text
}

/// How bad, which check, which weakness, where.
fn heading(finding: &Finding, style: Style, width: usize) -> String {
    let rank = format!("{style}{}{style:#}", words::rank(finding));
    let check = format!("{BOLD}{}{BOLD:#}", finding.check().id);
    let (weakness, place) = (finding.weakness().to_string(), words::place(finding.location()));
    hanging(INDENT, 2, &words::dotted([rank.as_str(), &check, &weakness, &place]), width)
}

/// The code with marks, and what is wrong with it.
fn body(finding: &Finding, style: Style, width: usize) -> String {
    let message = printable(finding.message());
    let Location::Code { region, text, .. } = finding.location() else {
        return paragraph(INDENT, &message, width);
    };
    let number = region.line.to_string();
    let gutter = format!("{INDENT}{:digits$} {DIM}│{DIM:#} ", "", digits = number.len());
    let room = width.saturating_sub(columns(&gutter));
    let snippet = Snippet::of(text, *region, room);
    let marks =
        format!("{:before$}{style}{}{style:#}", "", "^".repeat(snippet.marked), before = snippet.before);
    let mut body = format!("{INDENT}{DIM}{number} │{DIM:#} {}\n", snippet.code);
    if columns(&marks) + 1 + columns(&message) <= room {
        let _ = writeln!(body, "{gutter}{marks} {message}");
        return body;
    }
    let _ = writeln!(body, "{gutter}{marks}");
    let below_marks = snippet.before + columns(&message) <= room;
    let indent = " ".repeat(if below_marks { snippet.before } else { 0 });
    for line in paragraph(&indent, &message, room).lines() {
        let _ = writeln!(body, "{gutter}{line}");
    }
    body
}

/// An observation; its place as well, unless it is that of the finding. In the same file the line is enough.
fn seen(observation: &Observation, at: &Location) -> String {
    let text = printable(observation.text());
    match observation.location() {
        Some(location) if location != at => format!("{text} · {}", words::near(location, at)),
        _ => text,
    }
}

fn example(finding: &Finding) -> String {
    let mut text = String::new();
    for line in finding.fix().example().unwrap_or_default().lines() {
        let line = printable(&line.replace('\t', "    "));
        let _ = writeln!(text, "{}", format!("{INDENT}{:10}{line}", "").trim_end());
    }
    text
}

fn labelled(label: &str, text: &str, width: usize) -> String {
    paragraph(&lead(label), text, width)
}

fn lead(label: &str) -> String {
    format!("{INDENT}{DIM}{label:<6}{DIM:#}  ")
}
