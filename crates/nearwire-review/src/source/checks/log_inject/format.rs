//! What prints, and which of the values it is given it prints as they are.

use std::borrow::Cow;

use crate::source::model::{BinaryOperator, Call, Expression, ExpressionKind, Language, Span};
use crate::source::rule::Unit;
use crate::source::walk::{Body, Frame, Site};

/// Functions that print by a format, and which argument that is. Those that print to standard output are last.
const FORMATTED: &[(&str, usize)] = &[
    ("syslog", 1),
    ("sd_journal_print", 1),
    ("warnx", 0),
    ("warn", 0),
    ("errx", 1),
    ("err", 1),
    ("g_message", 0),
    ("g_warning", 0),
    ("g_debug", 0),
    ("g_info", 0),
    ("g_critical", 0),
    ("g_printerr", 0),
    ("qDebug", 0),
    ("qInfo", 0),
    ("qWarning", 0),
    ("qCritical", 0),
    ("fprintf", 1),
    ("dprintf", 1),
    ("printf", 0),
    ("g_print", 0),
];

/// Macros of Rust that print or log by a format.
const MACROS: &[&str] =
    &["println", "print", "eprintln", "eprint", "trace", "debug", "info", "warn", "error", "log"];

/// Whether a function prints.
pub(super) fn prints(name: &str) -> bool {
    FORMATTED.iter().any(|(known, _)| *known == name)
}

/// The values that are printed as they are at a site, if something is printed there.
pub(super) fn printed_raw<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> Vec<Cow<'a, Expression>> {
    let Some(expression) = site.expression() else { return Vec::new() };
    match (&expression.kind, unit.file.language) {
        (ExpressionKind::Macro { name, arguments, .. }, Language::Rust) if is_print_macro(name) => {
            by_macro(name, arguments, expression.span)
        }
        (ExpressionKind::Call(call), Language::C | Language::Cpp) if call.receiver.is_none() => {
            by_call(unit, call).into_iter().map(Cow::Borrowed).collect()
        }
        (ExpressionKind::Binary { operator: BinaryOperator::ShiftLeft, .. }, Language::Cpp) => {
            // Only the whole of `stream << a << b`.
            let is_inner =
                matches!(body.around(site).next(), Some(Frame::Binary(BinaryOperator::ShiftLeft, _)));
            let parts = if is_inner { Vec::new() } else { by_stream(expression) };
            parts.into_iter().map(Cow::Borrowed).collect()
        }
        _ => Vec::new(),
    }
}

fn is_print_macro(name: &str) -> bool {
    MACROS.contains(&name.rsplit("::").next().unwrap_or(name))
}

/// `printf("… %s …", a, b)`: those of `%s`.
fn by_call<'a>(unit: &Unit<'a>, call: &'a Call) -> Vec<&'a Expression> {
    let Some((_, position)) = FORMATTED.iter().find(|(name, _)| *name == call.name) else {
        return Vec::new();
    };
    let Some(ExpressionKind::Text(format)) = call.arguments.get(*position).map(|format| &format.kind) else {
        return Vec::new();
    };
    let to_output = match call.name.as_str() {
        "printf" | "g_print" => true,
        "fprintf" => call.arguments.first().is_some_and(|stream| unit.file.slice(stream.span) != "stderr"),
        "dprintf" => true,
        _ => false,
    };
    let values = call.arguments.iter().skip(position.saturating_add(1));
    let conversions = conversions(format);
    if to_output && !has_words(format, &conversions) {
        return Vec::new();
    }
    let taken =
        conversions.iter().flat_map(|(stars, kind)| std::iter::repeat_n(None, *stars).chain([Some(*kind)]));
    taken.zip(values).filter(|(kind, _)| *kind == Some('s')).map(|(_, value)| value).collect()
}

/// The conversions of a format: how many `*` stand in each, and its letter.
fn conversions(format: &str) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    let mut rest = format;
    while let Some((_, tail)) = rest.split_once('%') {
        let flags = tail.find(|character: char| {
            character == '%' || (character.is_ascii_alphabetic() && !"lhzjtqL".contains(character))
        });
        let Some(end) = flags else { break };
        let (flags, letter) = tail.split_at(end);
        let letter = letter.chars().next().unwrap_or('%');
        if letter != '%' {
            found.push((flags.matches('*').count(), letter));
        }
        rest = tail.get(end.saturating_add(letter.len_utf8())..).unwrap_or_default();
    }
    found
}

/// Whether a format says something besides its values. A program that prints an answer and nothing else is a filter, and
/// its output is what the peer sent.
fn has_words(format: &str, conversions: &[(usize, char)]) -> bool {
    format.chars().filter(|character| character.is_alphabetic()).count() > conversions.len().saturating_mul(2)
}

/// `std::cerr << "…" << text`, `qDebug() << bytes.constData()`.
fn by_stream(expression: &Expression) -> Vec<&Expression> {
    let mut parts = Vec::new();
    let mut left = expression;
    while let ExpressionKind::Binary { operator: BinaryOperator::ShiftLeft, left: inner, right } = &left.kind
    {
        parts.push(&**right);
        left = inner;
    }
    parts.reverse();
    let has_text = parts.iter().any(
        |part| matches!(&part.kind, ExpressionKind::Text(text) if text.chars().any(char::is_alphabetic)),
    );
    match &left.kind {
        ExpressionKind::Name(name)
            if matches!(name.as_str(), "std::cerr" | "cerr" | "std::clog" | "clog") =>
        {
            parts
        }
        ExpressionKind::Name(name) if matches!(name.as_str(), "std::cout" | "cout") && has_text => parts,
        _ if is_quoting_stream(left) => {
            // QDebug quotes QByteArray and QString, and prints what is behind a `char *` as it is.
            parts.into_iter().filter(|part| is_pointer(part)).collect()
        }
        _ if is_unquoted_stream(left) => parts,
        _ => Vec::new(),
    }
}

/// `qDebug()`
fn is_quoting_stream(stream: &Expression) -> bool {
    matches!(&stream.kind, ExpressionKind::Call(call) if matches!(call.name.as_str(), "qDebug" | "qInfo" | "qWarning" | "qCritical")
        && call.arguments.is_empty())
}

/// `qDebug().noquote()`
fn is_unquoted_stream(stream: &Expression) -> bool {
    matches!(&stream.kind, ExpressionKind::Call(call) if call.name == "noquote"
        && call.receiver.as_ref().is_some_and(is_quoting_stream))
}

fn is_pointer(part: &Expression) -> bool {
    match &part.kind {
        ExpressionKind::Call(call) => {
            matches!(call.name.as_str(), "constData" | "data" | "c_str" | "qPrintable" | "qUtf8Printable")
        }
        _ => false,
    }
}

/// `println!("… {} {name}", a)`: those of `{}` without `?`.
fn by_macro<'a>(name: &str, arguments: &'a [Expression], span: Span) -> Vec<Cow<'a, Expression>> {
    let format = arguments.iter().position(|argument| matches!(argument.kind, ExpressionKind::Text(_)));
    let Some(position) = format else { return Vec::new() };
    let Some(ExpressionKind::Text(format)) = arguments.get(position).map(|format| &format.kind) else {
        return Vec::new();
    };
    let values: Vec<_> = arguments.iter().skip(position.saturating_add(1)).collect();
    if matches!(name, "println" | "print") && !format_has_words(format) {
        return Vec::new();
    }
    let mut next = 0_usize;
    let mut found = Vec::new();
    let mut rest = format.replace("{{", "");
    while let Some((_, tail)) = rest.clone().split_once('{') {
        let Some((hole, after)) = tail.split_once('}') else { break };
        let (argument, style) = hole.split_once(':').unwrap_or((hole, ""));
        if argument.is_empty() {
            found.extend(values.get(next).filter(|_| style.is_empty()).map(|value| Cow::Borrowed(*value)));
            next = next.saturating_add(1);
        } else if style.is_empty() {
            let named = values.iter().find_map(|value| named(value, argument));
            // `{text}` alone names a variable.
            let variable =
                || Cow::Owned(Expression { kind: ExpressionKind::Name(argument.to_owned()), span });
            found.push(named.map_or_else(variable, Cow::Borrowed));
        }
        rest = after.to_owned();
    }
    found
}

/// The value of `name = value`.
fn named<'a>(argument: &'a Expression, name: &str) -> Option<&'a Expression> {
    let ExpressionKind::Assign { target, value, .. } = &argument.kind else { return None };
    matches!(&target.kind, ExpressionKind::Name(known) if known == name).then_some(value)
}

/// Whether a format says something besides its values; see [`has_words`].
fn format_has_words(format: &str) -> bool {
    let mut depth = 0_usize;
    format.chars().any(|character| {
        match character {
            '{' => depth = depth.saturating_add(1),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && character.is_alphabetic()
    })
}

#[cfg(test)]
mod tests;
