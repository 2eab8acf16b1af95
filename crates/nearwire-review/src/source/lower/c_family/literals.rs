//! Numbers, texts and characters.

use tree_sitter::Node;

use super::reader::Reader;
use crate::source::model::{BinaryOperator, Expression, ExpressionKind, Span, UnaryOperator};

impl<'t> Reader<'t> {
    /// A text or character without its quotes, escapes resolved.
    pub(super) fn quoted(&mut self, node: Node<'t>) -> String {
        let mut text = String::new();
        for part in self.children(node) {
            match part.kind() {
                "string_content" | "raw_string_content" | "character" => text.push_str(self.text(part)),
                "escape_sequence" => text.push_str(&unescaped(self.text(part))),
                _ => {}
            }
        }
        text
    }

    /// Texts in a row. A macro between them makes it a sum, since what it stands for is not known here.
    pub(super) fn concatenated(&mut self, node: Node<'t>) -> ExpressionKind {
        let mut parts: Vec<Expression> = Vec::new();
        let pieces = self.children(node).into_iter().flat_map(|piece| match piece.kind() {
            "ERROR" => self.within(piece),
            _ => vec![self.expression(piece)],
        });
        for next in pieces.collect::<Vec<_>>() {
            match (parts.last_mut(), next) {
                (
                    Some(Expression { kind: ExpressionKind::Text(before), span }),
                    Expression { kind: ExpressionKind::Text(text), span: of },
                ) => {
                    before.push_str(&text);
                    span.end = of.end;
                }
                (_, next) => parts.push(next),
            }
        }
        let sum = parts.into_iter().reduce(|left, right| {
            let span = Span { start: left.span.start, end: right.span.end };
            let (left, right) = (Box::new(left), Box::new(right));
            Expression { kind: ExpressionKind::Binary { operator: BinaryOperator::Add, left, right }, span }
        });
        sum.map_or(ExpressionKind::Text(String::new()), |sum| sum.kind)
    }

    /// A literal with a suffix of the program: `"a"_s`, `5ms`.
    pub(super) fn user_defined(&mut self, node: Node<'t>) -> ExpressionKind {
        let literal = self.children(node).into_iter().find(|part| part.kind() != "literal_suffix");
        literal.map_or(ExpressionKind::Other(Vec::new()), |part| self.expression(part).kind)
    }

    /// What a `sizeof` measures, without the parentheses around it.
    pub(super) fn measured(&mut self, node: Node<'t>) -> ExpressionKind {
        let text = self.text(node).strip_prefix("sizeof").unwrap_or_default().trim();
        let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        let whole = inner.filter(|inner| closes_itself(inner)).unwrap_or(text);
        ExpressionKind::SizeOf(super::reader::one_line(whole))
    }
}

/// Whether no parenthesis in the text belongs to one outside of it.
fn closes_itself(text: &str) -> bool {
    let mut open = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' => open = open.saturating_add(1),
            b')' if open == 0 => return false,
            b')' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    true
}

/// The value of an integer as C writes it; `None` for a floating-point number and for what is too large.
pub(super) fn number(text: &str) -> Option<i128> {
    let text: String = text.chars().filter(|letter| *letter != '\'').collect();
    let lower = text.to_ascii_lowercase();
    let (digits, radix) = if let Some(digits) = lower.strip_prefix("0x") {
        (digits, 16)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        (digits, 2)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (lower.as_str(), 8)
    } else {
        (lower.as_str(), 10)
    };
    let digits = digits.trim_end_matches(['u', 'l', 'z']);
    let digits = digits.strip_suffix("i64").or_else(|| digits.strip_suffix("i32")).unwrap_or(digits);
    i128::from_str_radix(digits, radix).ok()
}

/// What an escape sequence stands for; itself where it is not simple.
fn unescaped(sequence: &str) -> String {
    let code = sequence.strip_prefix('\\').unwrap_or(sequence);
    let by_code = |digits: &str, radix| {
        let value = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        value.map_or_else(|| sequence.to_owned(), String::from)
    };
    match code {
        "n" => "\n".to_owned(),
        "t" => "\t".to_owned(),
        "r" => "\r".to_owned(),
        "a" => "\u{7}".to_owned(),
        "b" => "\u{8}".to_owned(),
        "f" => "\u{c}".to_owned(),
        "v" => "\u{b}".to_owned(),
        "e" => "\u{1b}".to_owned(),
        "\\" | "'" | "\"" | "?" => code.to_owned(),
        "\n" | "\r\n" => String::new(),
        _ => match code.strip_prefix(['x', 'u', 'U']) {
            Some(digits) => by_code(digits, 16),
            None => by_code(code, 8),
        },
    }
}

/// A number as an expression. The grammars take a sign for a part of it, the model does not.
pub(super) fn number_of(text: &str, span: Span) -> ExpressionKind {
    let Some(positive) = text.strip_prefix('-') else {
        return ExpressionKind::Number { value: number(text.trim_start_matches('+')) };
    };
    let kind = ExpressionKind::Number { value: number(positive) };
    let operand = Box::new(Expression { kind, span: Span { start: span.start.saturating_add(1), ..span } });
    ExpressionKind::Unary { operator: UnaryOperator::Negate, operand }
}
