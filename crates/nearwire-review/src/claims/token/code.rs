//! Code in a sentence: names, calls, numbers, comparisons; anything else stays as it is written.

use super::Token;

/// A name as it stands in a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::claims) struct Named {
    /// The last name: `run` of `factory.run()`.
    pub(in crate::claims) name: String,
    /// What stands before it: `factory`, `SocketFactory`.
    pub(in crate::claims) owner: Option<String>,
    /// Whether it stands with parentheses: `run()`.
    pub(in crate::claims) is_call: bool,
    /// Whether it is marked as code, not guessed from its spelling.
    pub(in crate::claims) is_code: bool,
}

const SIGNS: &[&str] = &["==", "!=", "<=", ">=", "<", ">"];

/// Words of the languages that are words in a sentence, too.
const KEYWORDS: &[&str] = &[
    "new",
    "delete",
    "static",
    "const",
    "constexpr",
    "public",
    "private",
    "protected",
    "virtual",
    "override",
    "try",
    "catch",
    "throw",
    "unsafe",
    "mut",
    "volatile",
    "signals",
    "slots",
    "signal",
    "slot",
    "pub",
    "goto",
    "null",
    "true",
    "false",
    "final",
    "explicit",
    "extern",
    "inline",
    "if",
    "else",
    "while",
    "for",
    "return",
    "emit",
    "include",
];

/// The pieces of a code span.
pub(in crate::claims) fn parts_of_code(code: &str) -> Vec<Token> {
    let code = code.trim().trim_end_matches([';', ',', '.']);
    let code = code.strip_prefix("emit ").unwrap_or(code);
    if code.is_empty() {
        return Vec::new();
    }
    if let Some(header) = header_of(code) {
        return header;
    }
    let pieces: Option<Vec<Token>> = split_keeping_calls(code).into_iter().map(piece).collect();
    let plain = pieces.filter(|pieces| reads_well(pieces));
    plain.unwrap_or_else(|| vec![Token::Code(code.to_owned())])
}

/// `#include <string.h>`, `<string.h>`, `string.h`, `src/server.cpp`
fn header_of(code: &str) -> Option<Vec<Token>> {
    let (words, rest) = match code.strip_prefix("#include") {
        Some(rest) => (vec![Token::Word("include".to_owned())], rest.trim()),
        None => (Vec::new(), code),
    };
    let bracketed = rest.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let quoted = rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let name = bracketed.or(quoted).unwrap_or(rest);
    let is_file =
        [".h", ".hpp", ".c", ".cpp", ".cc", ".rs", ".moc"].iter().any(|ending| name.ends_with(ending));
    let is_header = is_file || bracketed.is_some() || !words.is_empty();
    let plain = name.chars().all(|character| character.is_alphanumeric() || "_./-+".contains(character));
    if !is_header || !plain || name.is_empty() {
        return None;
    }
    let named = Named { name: name.to_owned(), is_code: true, ..Named::default() };
    Some(words.into_iter().chain([Token::Name(named)]).collect())
}

/// Cuts at white space that is not within parentheses.
fn split_keeping_calls(code: &str) -> Vec<&str> {
    let (mut depth, mut start) = (0_usize, 0);
    let mut parts = Vec::new();
    for (offset, character) in code.char_indices() {
        match character {
            '(' | '[' | '{' => depth = depth.saturating_add(1),
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ if character.is_whitespace() && depth == 0 => {
                parts.push(code.get(start..offset).unwrap_or_default());
                start = offset;
            }
            _ => {}
        }
    }
    parts.push(code.get(start..).unwrap_or_default());
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn piece(text: &str) -> Option<Token> {
    if let Some(sign) = SIGNS.iter().find(|sign| **sign == text) {
        return Some(Token::Sign(sign));
    }
    if let Some(number) = number(text) {
        return Some(Token::Number(number));
    }
    if matches!(text, "nullptr" | "NULL" | "None") {
        return Some(Token::Word("null".to_owned()));
    }
    if KEYWORDS.contains(&text) {
        return Some(Token::Word(text.to_owned()));
    }
    named(text).map(Token::Name)
}

/// A single name, a comparison of two things, or a keyword with a name; everything else is code.
fn reads_well(pieces: &[Token]) -> bool {
    let is_value = |token: &Token| {
        matches!(token, Token::Name(_) | Token::Number(_))
            || matches!(token, Token::Word(word) if word == "null")
    };
    match pieces {
        [_] => true,
        [left, Token::Sign(_), right] => is_value(left) && is_value(right),
        [Token::Sign(_), right] => is_value(right),
        [Token::Word(word), Token::Name(_)] => matches!(word.as_str(), "new" | "delete"),
        _ => false,
    }
}

/// A number in decimal, hexadecimal or octal, with the separators of the languages.
pub(in crate::claims) fn number(text: &str) -> Option<i128> {
    let digits = text.replace(['_', '\''], "");
    let digits = digits.trim_end_matches(['u', 'U', 'l', 'L']);
    let (negative, digits) = digits.strip_prefix('-').map_or((false, digits), |rest| (true, rest));
    if !digits.starts_with(|character: char| character.is_ascii_digit()) {
        return None;
    }
    let value = if let Some(digits) = digits.strip_prefix("0x") {
        i128::from_str_radix(digits, 16)
    } else if let Some(digits) = digits.strip_prefix("0o") {
        i128::from_str_radix(digits, 8)
    } else if digits.len() > 1 && digits.starts_with('0') {
        i128::from_str_radix(digits, 8)
    } else {
        digits.parse()
    };
    value.ok().map(|value| if negative { value.saturating_neg() } else { value })
}

/// `name`, `A::b`, `a.b`, `a->b`, `~A`, each with or without parentheses.
pub(super) fn named(text: &str) -> Option<Named> {
    let (path, is_call) = match text.split_once('(') {
        Some((path, rest))
            if rest.ends_with(')')
                && rest.matches('(').count().saturating_add(1) == rest.matches(')').count() =>
        {
            (path, true)
        }
        Some(_) => return None,
        None => (text, false),
    };
    let path = path.strip_suffix('!').unwrap_or(path).replace("->", ".").replace("::", ".");
    let mut parts: Vec<&str> = path.split('.').collect();
    let name = parts.pop()?;
    // What is measured is no name.
    if matches!(name, "sizeof" | "alignof" | "decltype") {
        return None;
    }
    let is_plain = |part: &&str| is_identifier(part);
    if !is_identifier(name.strip_prefix('~').unwrap_or(name)) || !parts.iter().all(is_plain) {
        return None;
    }
    let owner = parts.iter().rev().find(|part| !matches!(**part, "this" | "self" | "Self" | "std" | "libc"));
    Some(Named {
        name: name.to_owned(),
        owner: owner.map(|owner| (*owner).to_owned()),
        is_call,
        is_code: true,
    })
}

pub(super) fn is_identifier(text: &str) -> bool {
    let starts = text.starts_with(|first: char| first.is_alphabetic() || first == '_');
    starts && text.chars().all(|character| character.is_alphanumeric() || character == '_')
}
