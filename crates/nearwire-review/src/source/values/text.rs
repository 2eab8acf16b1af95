//! The texts that an expression may be: literals, followed through variables, constants, macros and formatting.

use super::{Given, Place};
use crate::source::model::{BinaryOperator, Call, Expression, ExpressionKind, StatementKind};
use crate::source::rule::Unit;
use crate::source::walk::Body;

/// What stands for a part that is not known.
pub const UNKNOWN: &str = "{}";

/// How deep values are followed, and how many are kept.
const MAX_STEPS: usize = 6;
const MAX_TEXTS: usize = 16;
/// More definitions of one variable than this are many.
const MANY: usize = 3;

/// Functions and constructors whose value is the text of their last argument.
const WRAPPERS: &[&str] = &[
    "CString",
    "QByteArray",
    "QByteArrayLiteral",
    "QLatin1String",
    "QLatin1StringView",
    "QString",
    "QStringLiteral",
    "from",
    "fromLatin1",
    "fromLocal8Bit",
    "fromUtf8",
    "g_strdup",
    "new",
    "path",
    "strdup",
    "string",
    "string_view",
    "tr",
    "Some",
    "Ok",
    "from_str",
    "from_bytes_with_nul",
    "from_pathname",
    "absolute",
    "canonicalize",
    "xstrdup",
    "TRUE",
    "_T",
    "u8",
];

/// Functions that give the directory for temporary files, which anybody may write to.
const TEMPORARY: &[&str] = &["temp_dir", "tempPath", "temp_directory_path", "g_get_tmp_dir"];

impl<'a> Unit<'a> {
    /// The texts an expression may be, as far as literals show it; an unknown part is [`UNKNOWN`], and so is every
    /// conversion of a format (`%s`). The directory for temporary files is `/tmp`. Empty if nothing is known.
    #[must_use]
    pub fn texts(&self, body: &Body<'a>, expression: &Expression) -> Vec<String> {
        self.texts_within(body, expression, MAX_STEPS)
    }

    /// The texts a place may hold; see [`Unit::texts`].
    #[must_use]
    pub fn texts_of_place(&self, body: &Body<'a>, place: &Place) -> Vec<String> {
        self.held(body, place, MAX_STEPS)
    }

    fn texts_within(&self, body: &Body<'a>, expression: &Expression, steps: usize) -> Vec<String> {
        let Some(steps) = steps.checked_sub(1) else { return Vec::new() };
        let mut found = match &expression.kind {
            ExpressionKind::Text(text) => vec![text.clone()],
            ExpressionKind::Call(call) => self.of_call(body, call, steps),
            ExpressionKind::Macro { name, arguments, .. } if name == "format" || name == "concat" => {
                let values: Vec<_> =
                    arguments.iter().map(|value| self.texts_within(body, value, steps)).collect();
                formatted(&values)
            }
            ExpressionKind::Binary {
                operator: BinaryOperator::Add | BinaryOperator::Divide,
                left,
                right,
            } => {
                let slash = matches!(
                    &expression.kind,
                    ExpressionKind::Binary { operator: BinaryOperator::Divide, .. }
                );
                let (left, right) =
                    (self.texts_within(body, left, steps), self.texts_within(body, right, steps));
                joined(&left, if slash { "/" } else { "" }, &right)
            }
            ExpressionKind::Conditional { then, otherwise, .. } => {
                let mut both = self.texts_within(body, then, steps);
                both.extend(self.texts_within(body, otherwise, steps));
                both
            }
            ExpressionKind::Cast { value, .. } | ExpressionKind::Try(value) => {
                self.texts_within(body, value, steps)
            }
            ExpressionKind::Unary { operand, .. } => self.texts_within(body, operand, steps),
            ExpressionKind::Construct { arguments, .. } => {
                arguments.first().map(|first| self.texts_within(body, first, steps)).unwrap_or_default()
            }
            ExpressionKind::Control(statement) => match &statement.kind {
                StatementKind::If { then, otherwise, .. } => {
                    let blocks = std::iter::once(then).chain(otherwise);
                    let last = blocks.filter_map(|block| block.statements.last());
                    last.flat_map(|statement| match &statement.kind {
                        StatementKind::Expression(value) => self.texts_within(body, value, steps),
                        _ => Vec::new(),
                    })
                    .collect()
                }
                _ => Vec::new(),
            },
            ExpressionKind::Name(_) | ExpressionKind::Field { .. } | ExpressionKind::Index { .. } => {
                self.place(body, expression).map(|place| self.held(body, &place, steps)).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        found.truncate(MAX_TEXTS);
        found
    }

    fn held(&self, body: &Body<'a>, place: &Place, steps: usize) -> Vec<String> {
        let mut found = Vec::new();
        let definitions = self.definitions(body, place);
        // What is given many values is followed less deep, or all ways together would be too many.
        let steps = if definitions.len() > MANY { steps.saturating_sub(2) } else { steps };
        for definition in definitions.into_iter().take(MAX_TEXTS) {
            match definition.given {
                Given::Value(value) => found.extend(self.texts_within(definition.body, value, steps)),
                Given::Written(call, 0) => found.extend(self.written(definition.body, call, steps)),
                Given::Written(..) | Given::Nothing => {}
            }
        }
        if found.is_empty() {
            found = self.constant_text(body, place, steps);
        }
        found.truncate(MAX_TEXTS);
        found
    }

    /// What stands behind a constant, a member's initial value, or a macro.
    fn constant_text(&self, body: &Body<'a>, place: &Place, steps: usize) -> Vec<String> {
        let name = place.path.rsplit("::").next().unwrap_or_default();
        if place.scope == super::Scope::Local {
            return Vec::new();
        }
        if let super::Scope::Member(class) = &place.scope {
            let initial =
                self.program.member(class, place.root()).and_then(|(_, member)| member.initial.as_ref());
            return initial.map(|value| self.texts_within(body, value, steps)).unwrap_or_default();
        }
        if let Some((_, constant)) = self.program.constant(self.file, name) {
            let value = constant.value.as_ref();
            return value.map(|value| self.texts_within(body, value, steps)).unwrap_or_default();
        }
        let entry = self.program.macro_of(self.file, name);
        entry.and_then(|(_, entry)| first_literal(&entry.text)).into_iter().collect()
    }

    fn of_call(&self, body: &Body<'a>, call: &Call, steps: usize) -> Vec<String> {
        let name = call.name.as_str();
        if TEMPORARY.contains(&name) {
            return vec!["/tmp".to_owned()];
        }
        if matches!(name, "join" | "filePath" | "absoluteFilePath" | "push" | "append") {
            let base =
                call.receiver.as_ref().map(|base| self.texts_within(body, base, steps)).unwrap_or_default();
            let part =
                call.arguments.first().map(|part| self.texts_within(body, part, steps)).unwrap_or_default();
            return joined(&base, "/", &part);
        }
        if matches!(name, "g_strdup_printf" | "g_strconcat" | "g_build_filename" | "asprintf" | "arg") {
            let values = call.receiver.iter().chain(&call.arguments);
            let values: Vec<_> = values.map(|value| self.texts_within(body, value, steps)).collect();
            return if name == "g_build_filename" { path_of(&values) } else { formatted(&values) };
        }
        if super::TRANSPARENT.contains(&name) {
            return call
                .receiver
                .as_ref()
                .map(|from| self.texts_within(body, from, steps))
                .unwrap_or_default();
        }
        if WRAPPERS.contains(&name) {
            return call
                .arguments
                .first()
                .map(|text| self.texts_within(body, text, steps))
                .unwrap_or_default();
        }
        Vec::new()
    }

    /// The text that a call writes to its first argument.
    fn written(&self, body: &Body<'a>, call: &Call, steps: usize) -> Vec<String> {
        let from = match call.name.as_str() {
            "snprintf" | "g_snprintf" => 2,
            "strcpy" | "strncpy" | "strlcpy" | "stpcpy" | "sprintf" | "memcpy" | "memmove" | "g_strlcpy"
            | "qstrncpy" | "strscpy" => 1,
            _ => return Vec::new(),
        };
        let values = call.arguments.iter().skip(from);
        if call.name.ends_with("printf") {
            let values: Vec<_> = values.map(|value| self.texts_within(body, value, steps)).collect();
            return formatted(&values);
        }
        values.take(1).flat_map(|value| self.texts_within(body, value, steps)).collect()
    }
}

/// Every pair of texts with something between; an unknown side is [`UNKNOWN`], and two of them are nothing.
fn joined(left: &[String], between: &str, right: &[String]) -> Vec<String> {
    if left.is_empty() && right.is_empty() {
        return Vec::new();
    }
    let unknown = [UNKNOWN.to_owned()];
    let or_unknown = |side: &[String]| if side.is_empty() { unknown.to_vec() } else { side.to_vec() };
    let (left, right) = (or_unknown(left), or_unknown(right));
    left.iter()
        .flat_map(|left| {
            right.iter().map(move |right| match (between, left.ends_with('/')) {
                ("/", _) if right.starts_with('/') => right.clone(),
                ("/", true) | ("", _) => format!("{left}{right}"),
                _ => format!("{left}{between}{right}"),
            })
        })
        .take(MAX_TEXTS)
        .collect()
}

/// All parts with slashes between.
fn path_of(values: &[Vec<String>]) -> Vec<String> {
    values
        .iter()
        .filter(|value| !value.is_empty())
        .fold(Vec::new(), |path, part| if path.is_empty() { part.clone() } else { joined(&path, "/", part) })
}

/// A format with its conversions replaced, in order, by the values as far as they are known.
fn formatted(values: &[Vec<String>]) -> Vec<String> {
    let Some((formats, values)) = values.split_first() else { return Vec::new() };
    formats.iter().map(|format| fill(format, values)).collect()
}

fn fill(format: &str, values: &[Vec<String>]) -> String {
    let mut values = values.iter();
    let mut text = String::new();
    let mut rest = format;
    while let Some(position) = rest.find(['%', '{']) {
        let (head, tail) = rest.split_at(position);
        text.push_str(head);
        let length = conversion_length(tail);
        if tail.starts_with("%%") {
            text.push('%');
        } else {
            let value = values.next().and_then(|value| value.first());
            text.push_str(value.map_or(UNKNOWN, String::as_str));
        }
        rest = tail.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// The length of `%-5lu`, `%1` or `{name:?}` at the beginning of a text; at least one byte.
fn conversion_length(text: &str) -> usize {
    if text.starts_with('{') {
        return text.find('}').map_or(1, |end| end.saturating_add(1));
    }
    let specifiers = |character: char| {
        character.is_ascii_alphabetic() && !matches!(character, 'l' | 'h' | 'z' | 'j' | 't')
    };
    let body = text.get(1..).unwrap_or_default();
    let end = body.find(|character: char| specifiers(character) || character == '%');
    let digits = body.len().saturating_sub(body.trim_start_matches(|c: char| c.is_ascii_digit()).len());
    match end {
        Some(end)
            if body
                .get(..end)
                .is_some_and(|flags| flags.chars().all(|c| "0123456789.-+ #*lhzjt".contains(c))) =>
        {
            end.saturating_add(2)
        }
        _ => digits.saturating_add(1),
    }
}

/// The first text literal in the definition of a macro.
fn first_literal(definition: &str) -> Option<String> {
    let (_, rest) = definition.split_once('"')?;
    let (literal, _) = rest.split_once('"')?;
    Some(literal.to_owned())
}
