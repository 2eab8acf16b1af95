//! Numbers, texts, characters.

use crate::source::model::ExpressionKind;

/// A number as written: `0o600`, `1_000u32`, `1.5`.
pub(super) fn number(text: &str) -> ExpressionKind {
    let digits = text.replace('_', "");
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, digits.get(2..)),
        Some("0o") => (8, digits.get(2..)),
        Some("0b") => (2, digits.get(2..)),
        _ => (10, digits.get(..)),
    };
    let digits = digits.unwrap_or_default();
    let end = digits.find(['u', 'i']).unwrap_or(digits.len());
    let value = digits.get(..end).and_then(|digits| i128::from_str_radix(digits, radix).ok());
    ExpressionKind::Number { value }
}

/// What stands between the quotes, escapes resolved: of `"…"`, `b"…"`, `c"…"`, `'…'`, `b'…'`.
pub(super) fn quoted(text: &str, quote: char) -> String {
    let inner = text.trim_start_matches(['b', 'c']);
    let inner = inner.strip_prefix(quote).unwrap_or(inner);
    unescaped(inner.strip_suffix(quote).unwrap_or(inner))
}

/// What stands between the quotes of `r"…"`, `br#"…"#`, `cr"…"`.
pub(super) fn raw(text: &str) -> String {
    let inner = text.trim_start_matches(['b', 'c', 'r']).trim_matches('#');
    let inner = inner.strip_prefix('"').unwrap_or(inner);
    inner.strip_suffix('"').unwrap_or(inner).to_owned()
}

fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        result.push_str(before);
        rest = resolve(after, &mut result);
    }
    result.push_str(rest);
    result
}

/// Resolves the escape behind a backslash, and returns what follows.
fn resolve<'t>(text: &'t str, result: &mut String) -> &'t str {
    let mut signs = text.chars();
    match signs.next() {
        Some('n') => result.push('\n'),
        Some('r') => result.push('\r'),
        Some('t') => result.push('\t'),
        Some('0') => result.push('\0'),
        Some('\n' | '\r') => return text.trim_start(),
        Some('x') => return by_number(signs.as_str(), signs.as_str().get(..2), 2, result),
        Some('u') => {
            let digits = signs.as_str().strip_prefix('{').and_then(|digits| digits.split_once('}'));
            let digits = digits.map(|(digits, _)| digits);
            return by_number(signs.as_str(), digits, digits.map_or(0, str::len).saturating_add(2), result);
        }
        Some(sign) => result.push(sign),
        None => {}
    }
    signs.as_str()
}

/// Resolves the number of a character that takes `length` bytes of `text`.
fn by_number<'t>(text: &'t str, digits: Option<&str>, length: usize, result: &mut String) -> &'t str {
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match (number.and_then(char::from_u32), text.get(length..)) {
        (Some(sign), Some(rest)) => {
            result.push(sign);
            rest
        }
        _ => text,
    }
}
