//! A comparison as Markdown, for an issue or a pull request: a table for each contender, and what it comes to.

use std::fmt::Write;

use crate::render::compare::document::{CaseV1, Document};
use crate::render::compare::text::view::{Contender, Side, View};
use crate::render::compare::text::words;

pub(crate) fn results(document: &Document) -> String {
    let view = View::new(document);
    let sides: Vec<String> =
        view.sides().map(|side| format!("{} {}", side.letter, code(&side.name))).collect();
    let mut text = format!("## {}\n\n", sides.join(" · "));
    for line in caveats(&view) {
        let _ = writeln!(text, "> {line}\n");
    }
    if view.rows().next().is_none() {
        text += "No case was compared.\n\n";
    }
    for contender in view.contenders.iter().filter(|contender| !contender.cases.is_empty()) {
        text += &section(contender, &view);
    }
    text += &method(&view);
    text += &block(&words::printable(&document.command));
    text
}

fn caveats(view: &View<'_>) -> Vec<String> {
    let mut lines: Vec<String> = words::ended_early(view).iter().map(|line| code(line)).collect();
    lines.extend(words::doubts(view).iter().map(|line| plain(line)));
    lines
}

fn section(contender: &Contender<'_>, view: &View<'_>) -> String {
    let other = &contender.side.letter;
    let mut text = String::new();
    if view.contenders.len() > 1 {
        let _ = writeln!(text, "### {other} {}\n", code(&contender.side.name));
    }
    let _ = writeln!(text, "{}\n", overall(contender, view));
    let _ = writeln!(text, "| case | A | {other} | {other}/A | 95 % interval | verdict |");
    text += "| :--- | ---: | ---: | ---: | :---: | :--- |\n";
    for case in &contender.cases {
        text += &row(case, &contender.side);
    }
    text.push('\n');
    text
}

fn row(case: &CaseV1, other: &Side<'_>) -> String {
    let verdict = words::verdict(&case.verdict, other);
    let verdict = if case.doubt.is_some() { format!("{verdict}*") } else { verdict };
    format!(
        "| {} | {} | {} | {} | {} | {} |\n",
        plain(&words::case(case.key())),
        words::time_or_nothing(case.a_ns),
        words::time_or_nothing(case.b_ns),
        words::ratio_or_nothing(case.ratio),
        words::interval_or_nothing(case.ci),
        plain(&verdict),
    )
}

fn overall(contender: &Contender<'_>, view: &View<'_>) -> String {
    let Contender { side, overall, .. } = contender;
    let ratio = words::ratio_or_nothing(overall.ratio);
    let interval = words::interval_or_nothing(overall.ci);
    let meaning = words::meaning(overall, side, view.document.settings.threshold);
    format!("**Overall {}/A {ratio}** ({interval}): {}", side.letter, plain(&meaning))
}

fn method(view: &View<'_>) -> String {
    let document = view.document;
    let mut lines = vec![
        format!("{}; noise: {}", words::design(document), words::noise(view)),
        plain(&words::machine(&document.machine)),
    ];
    lines.extend(words::baseline(document).iter().map(|baseline| code(baseline)));
    lines.push("a ratio above 1: A takes less time for the same work".to_owned());
    lines.iter().map(|line| format!("- {line}\n")).collect::<String>() + "\n"
}

/// A code span: neither a mention, a link nor HTML can come of it. A run of backticks in it needs a longer one around.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let edge = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{edge}{text}{edge}{fence}")
}

fn block(text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!("{fence}console\n$ {text}\n{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

/// Text in which nothing is an instruction.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\`*_[]<>|#~&".contains(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

#[cfg(test)]
mod tests;
