//! Numbers that are known before the program runs, and the sizes of arrays.

use super::{Given, MAX_STEPS, Place, Scope};
use crate::source::model::{BinaryOperator, Expression, ExpressionKind, StatementKind};
use crate::source::rule::Unit;
use crate::source::walk::Body;

/// Types of one byte.
const BYTES: &[&str] = &[
    "char",
    "unsigned char",
    "signed char",
    "uint8_t",
    "int8_t",
    "u_char",
    "uchar",
    "quint8",
    "qint8",
    "guchar",
    "gchar",
    "guint8",
    "std::byte",
    "byte",
    "u8",
];

impl<'a> Unit<'a> {
    /// The number that an expression always is, as far as literals and constants show it.
    #[must_use]
    pub fn number(&self, body: &Body<'a>, expression: &Expression) -> Option<i128> {
        self.number_within(body, expression, MAX_STEPS)
    }

    fn number_within(&self, body: &Body<'a>, expression: &Expression, steps: usize) -> Option<i128> {
        let steps = steps.checked_sub(1)?;
        let inner = |part: &Expression| self.number_within(body, part, steps);
        match &expression.kind {
            ExpressionKind::Number { value } => *value,
            ExpressionKind::Cast { value, .. } => inner(value),
            ExpressionKind::Binary { operator, left, right } => {
                let (left, right) = (inner(left)?, inner(right)?);
                match operator {
                    BinaryOperator::Add => left.checked_add(right),
                    BinaryOperator::Subtract => left.checked_sub(right),
                    BinaryOperator::Multiply => left.checked_mul(right),
                    BinaryOperator::ShiftLeft => left.checked_shl(u32::try_from(right).ok()?),
                    _ => None,
                }
            }
            ExpressionKind::SizeOf(measured) => {
                let name = measured.trim_matches(['(', ')', ' ']);
                let name = name.strip_prefix("this->").unwrap_or(name);
                BYTES
                    .contains(&name)
                    .then_some(1)
                    .or_else(|| self.array_size(body, &self.place_named(body, name)?))
            }
            ExpressionKind::Name(name) => self.number_named(body, name, steps),
            _ => None,
        }
    }

    /// A constant, a macro, or a variable that is only ever given this number.
    fn number_named(&self, body: &Body<'a>, name: &str, steps: usize) -> Option<i128> {
        let place = self.place_named(body, name)?;
        if place.scope == Scope::Local {
            let definitions = self.definitions(body, &place);
            let [definition] = definitions.as_slice() else { return None };
            let Given::Value(value) = definition.given else { return None };
            let is_changed = body.sites().iter().any(|site| {
                site.expression().is_some_and(|expression| matches!(&expression.kind,
                    ExpressionKind::Unary { operator, operand }
                        if matches!(operator, super::UnaryOperator::Increment | super::UnaryOperator::Decrement)
                            && self.place(body, operand).as_ref() == Some(&place)))
            });
            return if is_changed { None } else { self.number_within(body, value, steps) };
        }
        let last = name.rsplit("::").next().unwrap_or(name);
        if let Some((_, constant)) = self.program.constant(self.file, last) {
            let value = constant.value.as_ref().filter(|_| constant.is_const)?;
            return self.number_within(body, value, steps);
        }
        let (_, entry) = self.program.macro_of(self.file, last)?;
        self.number_in(body, &entry.text, steps)
    }

    /// The number that a text of code says: a sum of products of numbers and names.
    fn number_in(&self, body: &Body<'a>, text: &str, steps: usize) -> Option<i128> {
        let steps = steps.checked_sub(1)?;
        let text = text.trim();
        let text = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(text);
        if text.is_empty() || text.contains(['(', '-', '/', '"', '\'']) {
            return None;
        }
        let atom = |text: &str| {
            let text = text.trim();
            let digits = text.trim_end_matches(['u', 'U', 'l', 'L']);
            match digits.strip_prefix("0x") {
                Some(hex) => i128::from_str_radix(hex, 16).ok(),
                None => digits.parse().ok(),
            }
            .or_else(|| self.number_named(body, text, steps))
        };
        let product =
            |text: &str| text.split('*').try_fold(1_i128, |product, part| product.checked_mul(atom(part)?));
        text.split('+').try_fold(0_i128, |sum, part| sum.checked_add(product(part)?))
    }

    /// The size in bytes of the array that a place is, if its elements are bytes.
    #[must_use]
    pub fn array_size(&self, body: &Body<'a>, place: &Place) -> Option<i128> {
        let ty = match place.path.rsplit_once('.') {
            Some((base, name)) => {
                let class = self.type_of_place(body, &Place { path: base.to_owned(), ..place.clone() });
                self.program.member(&class, name).map(|(_, member)| member.ty.clone())?
            }
            None => self.type_of_place(body, place),
        };
        let (element, length) = match ty.split_once("array<") {
            Some((_, parts)) => parts.trim_end_matches('>').split_once(',')?,
            None => ty.split_once('[').map(|(element, length)| (element, length.trim_end_matches(']')))?,
        };
        if length.contains('[') || !BYTES.contains(&element.trim()) {
            return None;
        }
        self.number_in(body, length, MAX_STEPS)
    }

    fn place_named(&self, body: &Body<'a>, name: &str) -> Option<Place> {
        let is_name = name.chars().all(|character| character.is_alphanumeric() || "_:".contains(character));
        let expression = Expression { kind: ExpressionKind::Name(name.to_owned()), span: Default::default() };
        if is_name { self.place(body, &expression) } else { None }
    }

    /// Whether a variable of the function is static: it begins with zeros, and keeps what it was given.
    #[must_use]
    pub fn is_static(&self, body: &Body<'a>, place: &Place) -> bool {
        body.sites().iter().filter_map(|site| site.statement()).any(|statement| {
            matches!(&statement.kind,
                StatementKind::Declare { name, is_static: true, .. } if *name == place.path)
        })
    }
}
