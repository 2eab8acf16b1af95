//! Text that means nothing in Markdown but itself.

use crate::render::review::words::printable;

/// A code span. A run of backticks in it needs a longer one around.
pub(in crate::render::review) fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let at_edge = |character: char| character == '`' || character == ' ';
    let edge = if text.is_empty() || text.starts_with(at_edge) || text.ends_with(at_edge) { " " } else { "" };
    format!("{fence}{edge}{text}{edge}{fence}")
}

/// A block of code. No line of it can end it.
pub(super) fn block(language: &str, lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| printable(&line.replace('\t', "    "))).collect();
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or_default();
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}\n\n", lines.join("\n"))
}

/// A sentence of ours with foreign words in it. What stands in backticks becomes code.
pub(in crate::render::review) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_balanced = parts.len() % 2 == 1;
    let mut prose = String::with_capacity(text.len());
    for (number, part) in parts.iter().enumerate() {
        match (number, is_balanced) {
            (0, _) => prose += &words(part),
            (_, false) => prose += &format!("\\`{}", words(part)),
            (_, true) if number % 2 == 1 => prose += &code(part),
            (_, true) => prose += &words(part),
        }
    }
    prose
}

/// What GitHub turns into a link, a mention or a formula, however it is escaped, is made code.
fn words(text: &str) -> String {
    let is_link = |word: &&str| ["@", "#", "$", "://", "www."].iter().any(|mark| word.contains(mark));
    let word = |word| if is_link(&word) { code(word) } else { plain(word) };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\`*_[]<>|~&!".contains(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}
