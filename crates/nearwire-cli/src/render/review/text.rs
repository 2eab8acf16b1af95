//! A report as text for people: the ten pillars in order, what was found under each, and what it comes to.

mod finding;
mod layout;
mod snippet;

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use nearwire_review::{Report, Severity};

use super::Context;
use super::section::{Section, Standing, Untested};
use super::words::{self, printable};
use layout::hanging;
pub(super) use layout::{columns, paragraph};

/// How far what belongs to a pillar stands to the right.
const INDENT: &str = "    ";
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

pub(super) fn everything(report: &Report, context: &Context) -> String {
    let mut text = heading(report, context.width);
    let untested = Untested::all(report);
    for section in Section::all(report) {
        text += &pillar(&section, context.width);
        for (number, found) in section.findings.iter().enumerate() {
            let before = number.checked_sub(1).and_then(|before| section.findings.get(before)).copied();
            text += &finding::text(found, before, context.width);
            text.push('\n');
        }
        text += &not_tested_here(&section, &untested, context.width);
    }
    text.truncate(text.trim_end().len());
    text += "\n\n";
    text += &not_tested_anywhere(&untested, context.width);
    text += &suppressed(report, context.width);
    text += &incomplete(report, context.width);
    text + &conclusion(report, context)
}

fn heading(report: &Report, width: usize) -> String {
    let checks = words::counted(report.outcomes.len(), "check", "checks");
    let (name, description) = (printable(&report.subject.name), printable(&report.subject.description));
    let rest = words::dotted(["", &description, &checks]);
    paragraph("", &format!("{BOLD}Security review of {name}{BOLD:#} · {rest}"), width) + "\n"
}

/// Number and name to the left, the verdict to the right.
fn pillar(section: &Section<'_>, width: usize) -> String {
    let verdict = section.verdict();
    let room = width.saturating_sub(columns(&verdict) + 2);
    let lead = format!("{:>2}. {} ", section.number, section.pillar);
    let named = paragraph(&lead, section.pillar.name(), room);
    let (first, others) = named.split_once('\n').unwrap_or((&named, ""));
    let gap = width.saturating_sub(columns(first) + columns(&verdict));
    let style = colour(section.standing());
    let mut text = format!("{BOLD}{first}{BOLD:#}{:gap$}{style}{verdict}{style:#}\n", "");
    for line in others.lines() {
        let _ = writeln!(text, "{BOLD}{line}{BOLD:#}");
    }
    text
}

fn colour(standing: Standing) -> Style {
    match standing {
        Standing::Good => AnsiColor::Green.on_default(),
        Standing::Doubtful => AnsiColor::Yellow.on_default(),
        Standing::Bad => AnsiColor::Red.on_default().bold(),
        Standing::Unknown => DIM,
    }
}

/// The checks of a pillar that were not run, if few pillars share the reason.
fn not_tested_here(section: &Section<'_>, untested: &[Untested<'_>], width: usize) -> String {
    let special = untested.iter().filter(|untested| !untested.is_general());
    let lines = special.filter_map(|untested| {
        let ids = untested.ids(Some(section.pillar));
        let line = format!("{}: {}", ids.join(", "), printable(&untested.why()));
        (!ids.is_empty()).then(|| paragraph(&format!("{INDENT}{DIM}not tested{DIM:#}  "), &line, width))
    });
    set_apart(lines.collect())
}

fn not_tested_anywhere(untested: &[Untested<'_>], width: usize) -> String {
    let general = untested.iter().filter(|untested| untested.is_general());
    let lines = general.map(|untested| {
        let ids = untested.ids(None);
        let checks = words::counted(ids.len(), "check", "checks");
        paragraph("", &format!("Not tested: {checks}: {}", printable(&untested.why())), width)
    });
    set_apart(lines.collect())
}

fn suppressed(report: &Report, width: usize) -> String {
    let mut text = String::new();
    for (number, suppression) in report.suppressed.iter().enumerate() {
        if number == 0 {
            let _ = writeln!(text, "{BOLD}Suppressed{BOLD:#}");
        }
        let (found, (file, line)) = (&suppression.finding, &suppression.by);
        let by = format!("by {}:{line}: {}", nearwire::Escaped::new(file), printable(&suppression.reason));
        let what =
            words::dotted([words::rank(found), found.check().id, &words::place(found.location()), &by]);
        text += &hanging(INDENT, 2, &what, width);
    }
    set_apart(text)
}

fn incomplete(report: &Report, width: usize) -> String {
    let mut text = String::new();
    for (number, what) in report.incomplete.iter().enumerate() {
        if number == 0 {
            let yellow = AnsiColor::Yellow.on_default().bold();
            let _ = writeln!(text, "{yellow}Not examined{yellow:#}");
        }
        text += &hanging(INDENT, 2, &printable(what), width);
    }
    set_apart(text)
}

fn conclusion(report: &Report, context: &Context) -> String {
    let style = match (report.fails(context.fail_on), report.incomplete.is_empty()) {
        (true, _) => AnsiColor::Red.on_default().bold(),
        (false, false) => AnsiColor::Yellow.on_default().bold(),
        (false, true) => AnsiColor::Green.on_default().bold(),
    };
    let sentences = words::conclusion(report, context).join(" ");
    let mut text = paragraph(&format!("{style}Conclusion:{style:#} "), &sentences, context.width);
    for (number, unseen) in report.unseen.iter().enumerate() {
        let lead = if number == 0 { format!("{BOLD}Not seen:{BOLD:#}   ") } else { " ".repeat(12) };
        text += &hanging(&lead, 2, &printable(unseen), context.width);
    }
    text
}

/// With an empty line behind it, if there is something.
fn set_apart(text: String) -> String {
    if text.is_empty() { text } else { text + "\n" }
}

/// The colour of how bad something is.
fn rank_colour(severity: Severity, is_warning: bool) -> Style {
    match (is_warning, severity) {
        (true, _) => AnsiColor::Cyan.on_default().bold(),
        (false, Severity::High) => AnsiColor::Red.on_default().bold(),
        (false, Severity::Medium) => AnsiColor::Yellow.on_default().bold(),
        (false, Severity::Low) => AnsiColor::Blue.on_default().bold(),
    }
}

#[cfg(test)]
mod tests;
