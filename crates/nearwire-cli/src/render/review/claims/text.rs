//! The answers as text for people.

use anstyle::{AnsiColor, Style};
use nearwire_review::Location;
use nearwire_review::claims::{Answer, ClaimsReport, Effect, Statement};

use super::super::text::{columns, paragraph};
use super::super::words::{GLUE, printable};
use super::{Said, effect, heading, places, sentences, totals, verdict};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const INDENT: &str = "    ";
/// How many columns of a sentence are quoted.
const QUOTED: usize = 220;

pub(super) fn everything(report: &ClaimsReport, width: usize) -> String {
    let mut text = paragraph("", &format!("{BOLD}{}{BOLD:#}", heading(report)), width) + "\n";
    for one in &report.statements {
        text += &statement(one, width);
        text.push('\n');
    }
    if !report.incomplete.is_empty() {
        let yellow = AnsiColor::Yellow.on_default().bold();
        text += &format!("{yellow}Not read{yellow:#}\n");
        report.incomplete.iter().for_each(|what| text += &paragraph(INDENT, &printable(what), width));
        text.push('\n');
    }
    text + &paragraph("", &totals(report), width)
}

fn statement(statement: &Statement, width: usize) -> String {
    let mut text = String::new();
    let said = sentences(statement);
    let lead = format!("{:>2}. ", statement.number);
    let title = statement.title.as_deref().map(printable).unwrap_or_default();
    let answer = verdict(statement).map(Answer::name).unwrap_or_default();
    let room = width.saturating_sub(answer.len() + 2);
    let named = paragraph(&lead, &format!("{BOLD}{title}{BOLD:#}"), room);
    let mut lines = named.lines();
    let first = lines.next().unwrap_or_default();
    let gap = width.saturating_sub(columns(first) + answer.len());
    let style = verdict(statement).map(colour).unwrap_or_default();
    text += &format!("{first}{:gap$}{style}{answer}{style:#}\n", "");
    lines.for_each(|line| text += &format!("{line}\n"));
    for one in &said {
        text += &sentence(one, width);
    }
    text
}

fn sentence(said: &Said<'_>, width: usize) -> String {
    let quote = shortened(&printable(said.sentence));
    let mut text = paragraph(INDENT, &format!("{DIM}“{quote}”{DIM:#}"), width);
    for claim in &said.claims {
        let style = colour(claim.answer);
        let lead = format!("{INDENT}{INDENT}{style}{}{style:#}", claim.answer.name());
        text += &told(&lead, &claim.says, &claim.shown, width);
    }
    for fix in &said.fixes {
        let style = if fix.effect == Effect::Applies { Style::new() } else { DIM };
        let lead = format!("{INDENT}{INDENT}{style}{}{style:#}", effect(fix));
        text += &told(&lead, &fix.says, &fix.shown, width);
    }
    text
}

/// What the code says, and where.
fn told(lead: &str, says: &str, shown: &[Location], width: usize) -> String {
    let places = places(shown).replace(' ', GLUE);
    let mut parts = vec![lead.to_owned()];
    if !says.is_empty() {
        parts.push(format!("· {}", printable(says)));
    }
    if !places.is_empty() {
        parts.push(format!("{DIM}{places}{DIM:#}"));
    }
    let indent = INDENT.len() * 2;
    let all = parts.join(" ");
    paragraph(&" ".repeat(indent), all.trim_start(), width)
}

fn shortened(quote: &str) -> String {
    if quote.chars().count() <= QUOTED {
        return quote.to_owned();
    }
    let short: String = quote.chars().take(QUOTED).collect();
    let end = short.rfind(' ').unwrap_or(short.len());
    format!("{}…", short.get(..end).unwrap_or_default())
}

fn colour(answer: Answer) -> Style {
    match answer {
        Answer::Holds => AnsiColor::Green.on_default(),
        Answer::DoesNotHold => AnsiColor::Red.on_default().bold(),
        Answer::CannotBeDecided => AnsiColor::Yellow.on_default(),
        Answer::NotUnderstood => DIM,
    }
}
