//! Words outside of code spans: their spelling made one, names among them found by how they are written.

use super::Token;
use super::code::{Named, is_identifier, named, number, parts_of_code};

/// Cuts prose into tokens.
pub(super) fn prose(text: &str, tokens: &mut Vec<Token>) {
    for piece in text.split_whitespace() {
        word(piece, tokens);
        if tokens.len() > super::MAX_TOKENS {
            break;
        }
    }
}

/// One piece between white space, with the punctuation around it.
fn word(piece: &str, tokens: &mut Vec<Token>) {
    let mut rest = piece;
    while let Some(inner) = rest.strip_prefix(['(', '"', '\'', '*', '_', '[']) {
        // `_` may begin a name.
        if rest.starts_with('_') && !rest.ends_with('_') {
            break;
        }
        if rest.starts_with(['(', '[']) {
            tokens.push(Token::Break('('));
        }
        rest = inner;
    }
    let mut closing = Vec::new();
    while let Some(last) = rest.chars().next_back() {
        let is_call = rest.ends_with(')') && rest.contains('(');
        let is_mark =
            matches!(last, ',' | ';' | ':' | '.' | '!' | '?' | '"' | '\'' | ')' | ']' | '*' | '—' | '–');
        if !is_mark || is_call {
            break;
        }
        match last {
            ',' | ';' | ':' => closing.push(Token::Break(last)),
            ')' | ']' => closing.push(Token::Break(')')),
            '—' | '–' => closing.push(Token::Break(';')),
            _ => {}
        }
        rest = rest.get(..rest.len().saturating_sub(last.len_utf8())).unwrap_or_default();
    }
    if piece.starts_with('"') && piece.len() > 2 && is_identifier(rest) {
        tokens.extend(parts_of_code(rest));
    } else if rest == "-" || rest == "--" {
        tokens.push(Token::Break(';'));
    } else if !rest.is_empty() {
        core(rest, tokens);
    }
    tokens.extend(closing.into_iter().rev());
}

fn core(text: &str, tokens: &mut Vec<Token>) {
    if let Some(head) = text.strip_suffix("'s") {
        if matches!(head.to_lowercase().as_str(), "it" | "that" | "there" | "what") {
            tokens.extend([head, "is"].map(|word| Token::Word(word.to_lowercase())));
            return;
        }
        core(head, tokens);
        tokens.push(Token::Word("'s".to_owned()));
        return;
    }
    if text == "s" && matches!(tokens.last(), Some(Token::Name(_))) {
        tokens.push(Token::Word("'s".to_owned()));
        return;
    }
    if let Some(sign) = ["==", "!=", "<=", ">=", "<", ">"].into_iter().find(|sign| *sign == text) {
        tokens.push(Token::Sign(sign));
    } else if let Some(value) = number(&text.replace(',', "")) {
        tokens.push(Token::Number(value));
    } else if is_file(text) {
        tokens.extend(parts_of_code(text));
    } else if looks_like_name(text) {
        match named(text) {
            Some(found) => tokens.push(Token::Name(Named { is_code: false, ..found })),
            None => tokens.extend(parts_of_code(text)),
        }
    } else {
        plain(text, tokens);
    }
}

/// `string.h`, `src/server.cpp`
fn is_file(text: &str) -> bool {
    let plain = text.chars().all(|character| character.is_alphanumeric() || "_./-".contains(character));
    let endings = [".h", ".hpp", ".c", ".cc", ".cpp", ".rs"];
    plain && endings.iter().any(|ending| text.ends_with(ending) && text.len() > ending.len())
}

/// Functions of C whose names are no words.
const FUNCTIONS: &[&str] = &[
    "strcpy",
    "strncpy",
    "strcat",
    "strncat",
    "sprintf",
    "snprintf",
    "vsprintf",
    "fgets",
    "scanf",
    "sscanf",
    "malloc",
    "calloc",
    "realloc",
    "memcpy",
    "memset",
    "memmove",
    "strlen",
    "strcmp",
    "strncmp",
    "memcmp",
    "atoi",
    "strtol",
    "recv",
    "recvmsg",
    "recvfrom",
    "sendmsg",
    "sendto",
    "setsockopt",
    "getsockopt",
    "chmod",
    "fchmod",
    "umask",
    "mkdir",
    "unlink",
    "fopen",
    "fclose",
    "mktemp",
    "mkstemp",
    "tmpnam",
    "getenv",
    "printf",
    "fprintf",
    "alloca",
    "errno",
    "strdup",
    "accept4",
];

/// Whether a word is written as no word is: `snake_case`, `camelCase`, `a::b`, `f()`, `x->y`, `m_x`, `strcpy`.
fn looks_like_name(text: &str) -> bool {
    let has_call = text.ends_with(')') && text.contains('(');
    let has_path = text.contains("::") || text.contains("->");
    if has_call || has_path || FUNCTIONS.contains(&text) {
        return true;
    }
    if !is_identifier(text) {
        return false;
    }
    let underscored = text.trim_matches('_').contains('_') || (text.starts_with("m_") || text.ends_with('_'));
    let mut last_small = false;
    let hump = text.chars().any(|character| {
        let here = last_small && character.is_uppercase();
        last_small = character.is_lowercase() || character.is_ascii_digit();
        here
    });
    let qt = text
        .strip_prefix('Q')
        .is_some_and(|rest| rest.starts_with(char::is_uppercase) && rest.contains(char::is_lowercase));
    underscored || hump || qt
}

/// A word, in small letters; contractions and spellings made one.
fn plain(text: &str, tokens: &mut Vec<Token>) {
    let lower = text.to_lowercase();
    let parts: &[&str] = match lower.as_str() {
        "cannot" | "can't" => &["can", "not"],
        "won't" => &["will", "not"],
        "nowhere" => &["never", "anywhere"],
        "they're" => &["they", "are"],
        "multi-byte" => &["multibyte"],
        _ => &[],
    };
    if !parts.is_empty() {
        tokens.extend(parts.iter().map(|part| Token::Word((*part).to_owned())));
        return;
    }
    if let Some(verb) = lower.strip_suffix("n't") {
        tokens.extend([verb, "not"].map(|part| Token::Word(part.to_owned())));
        return;
    }
    for part in lower.split(['/', '…']).filter(|part| !part.is_empty()) {
        tokens.push(Token::Word(spelling(part)));
    }
}

/// One spelling for words that have several.
fn spelling(word: &str) -> String {
    let word = word.replace("isation", "ization").replace("ise", "ize");
    let word = word.replace("yze", "yse");
    match word.as_str() {
        "raize" | "raizes" | "raized" => word.replace("ize", "ise"),
        "otherwize" | "precize" | "preciely" | "likewize" | "exercize" | "promize" | "rize" | "wize" => {
            word.replace("ize", "ise")
        }
        "nullptr" | "none" if word == "nullptr" => "null".to_owned(),
        "nul" => "null".to_owned(),
        "ctor" => "constructor".to_owned(),
        "dtor" => "destructor".to_owned(),
        "uninitialised" => "uninitialized".to_owned(),
        "un-initialized" => "uninitialized".to_owned(),
        "hard-coded" => "hardcoded".to_owned(),
        "non-null" => "nonnull".to_owned(),
        "func" | "routine" => "function".to_owned(),
        "var" => "variable".to_owned(),
        "behaviour" => "behavior".to_owned(),
        _ => word,
    }
}
