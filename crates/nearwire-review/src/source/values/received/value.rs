//! Values that a peer sent, followed through a function.

use super::Reception;
use crate::source::model::{Expression, ExpressionKind, Span, StatementKind, UnaryOperator};
use crate::source::rule::Unit;
use crate::source::values::{Given, MAX_STEPS, Place, TRANSPARENT};
use crate::source::walk::{Body, Site};

/// Functions and methods whose value is that of their argument or of what they are called on, in another form.
const CONVERSIONS: &[&str] = &[
    "ntohl",
    "ntohs",
    "be16toh",
    "be32toh",
    "be64toh",
    "le16toh",
    "le32toh",
    "le64toh",
    "bswap_32",
    "bswap_64",
    "qFromBigEndian",
    "qFromLittleEndian",
    "from_be_bytes",
    "from_le_bytes",
    "from_ne_bytes",
    "from_be",
    "from_le",
    "try_into",
    "from_utf8",
    "from_utf8_lossy",
    "from_utf8_unchecked",
    "fromUtf8",
    "fromLatin1",
    "fromLocal8Bit",
    "qPrintable",
    "qUtf8Printable",
    "trimmed",
    "simplified",
    "trim",
    "trim_end",
    "trim_start",
    "into_owned",
    "unwrap_or_default",
    "unwrap_or",
    "unwrap_or_else",
    "map_err",
    "context",
    "with_context",
    "QString",
    "QByteArray",
    "QLatin1String",
    "string",
    "string_view",
    "move",
];

impl<'a> Unit<'a> {
    /// What a peer sent before `at` that an expression is worth, in whatever form.
    #[must_use]
    pub fn received(&self, body: &Body<'a>, expression: &Expression, at: Site<'a>) -> Option<Reception<'a>> {
        let receptions = self.receptions(body);
        if receptions.is_empty() {
            return None;
        }
        self.received_within(body, &receptions, expression, at, MAX_STEPS)
    }

    fn received_within(
        &self,
        body: &Body<'a>,
        receptions: &[Reception<'a>],
        expression: &Expression,
        at: Site<'a>,
        steps: usize,
    ) -> Option<Reception<'a>> {
        let steps = steps.checked_sub(1)?;
        let inner = |part: &Expression| self.received_within(body, receptions, part, at, steps);
        match &expression.kind {
            ExpressionKind::Call(call) => {
                let own = receptions.iter().find(|reception| std::ptr::eq(reception.call, call.as_ref()));
                if let Some(own) = own {
                    return own.buffer.is_none().then_some(*own);
                }
                let passes =
                    [CONVERSIONS, TRANSPARENT].iter().any(|names| names.contains(&call.name.as_str()));
                let parts = call.receiver.iter().chain(call.arguments.first());
                if passes { parts.into_iter().find_map(inner) } else { None }
            }
            ExpressionKind::Cast { value, .. } | ExpressionKind::Try(value) => inner(value),
            ExpressionKind::Construct { arguments, .. } => {
                inner(arguments.first().filter(|_| arguments.len() == 1)?)
            }
            ExpressionKind::Unary {
                operator: UnaryOperator::Address | UnaryOperator::Dereference,
                operand,
            } => inner(operand),
            ExpressionKind::Name(_) | ExpressionKind::Field { .. } | ExpressionKind::Index { .. } => {
                let place = self.place(body, expression)?;
                let fills = |reception: &&Reception<'a>| {
                    reception.site.index < at.index
                        && reception.buffer.is_some_and(|buffer| self.covers(body, buffer, &place))
                };
                let filled = receptions.iter().rfind(fills).copied();
                filled.or_else(|| {
                    let definitions = self.definitions(body, &place).into_iter();
                    let earlier =
                        definitions.filter(|one| std::ptr::eq(one.body, body) && one.site.index < at.index);
                    earlier
                        .filter_map(|one| match one.given {
                            Given::Value(value) => Some(value),
                            Given::Written(..) | Given::Nothing => None,
                        })
                        .find_map(inner)
                })
            }
            _ => None,
        }
    }

    /// Whether what is written to a buffer is written to a place.
    fn covers(&self, body: &Body<'a>, buffer: &Expression, place: &Place) -> bool {
        self.place(body, buffer).is_some_and(|filled| {
            // `buf[..n]` and `&buf[n]` are parts of `buf`.
            let path = filled.path.trim_end_matches("[]").to_owned();
            Place { path, ..filled }.contains(place)
        })
    }

    /// The call by which an expression is an amount of bytes that a peer sent: what a read returned, what is available,
    /// the size of what was read.
    #[must_use]
    pub fn amount_received(
        &self,
        body: &Body<'a>,
        expression: &Expression,
        at: Site<'a>,
    ) -> Option<Reception<'a>> {
        let receptions = self.receptions(body);
        self.amount_within(body, &receptions, expression, at, MAX_STEPS)
    }

    fn amount_within(
        &self,
        body: &Body<'a>,
        receptions: &[Reception<'a>],
        expression: &Expression,
        at: Site<'a>,
        steps: usize,
    ) -> Option<Reception<'a>> {
        let steps = steps.checked_sub(1)?;
        let inner = |part: &Expression| self.amount_within(body, receptions, part, at, steps);
        match &expression.kind {
            ExpressionKind::Call(call) => match call.name.as_str() {
                "size" | "length" | "count" | "len" => {
                    self.received_within(body, receptions, call.receiver.as_ref()?, at, steps)
                }
                "unwrap" | "expect" | "unwrap_or_default" | "unwrap_or" | "context" | "map_err" => {
                    inner(call.receiver.as_ref()?)
                }
                _ => {
                    let own =
                        receptions.iter().find(|reception| std::ptr::eq(reception.call, call.as_ref()))?;
                    own.buffer.is_some().then_some(*own)
                }
            },
            ExpressionKind::Cast { value, .. } | ExpressionKind::Try(value) => inner(value),
            ExpressionKind::Control(statement) => match &statement.kind {
                StatementKind::Switch { subject, .. } => inner(subject),
                StatementKind::Block(block) => match &block.statements.last()?.kind {
                    StatementKind::Expression(value) => inner(value),
                    _ => None,
                },
                _ => None,
            },
            ExpressionKind::Name(_) => {
                let place = self.place(body, expression)?;
                let definitions = self.definitions(body, &place).into_iter();
                let mut earlier =
                    definitions.filter(|one| std::ptr::eq(one.body, body) && one.site.index < at.index);
                earlier.find_map(|one| match one.given {
                    Given::Value(value) => inner(value),
                    Given::Written(..) | Given::Nothing => None,
                })
            }
            _ => None,
        }
    }

    /// Whether the value of an expression is made from a place alone: the place itself, in another form, or calculated
    /// with. What a call is only given does not count.
    #[must_use]
    pub fn is_made_from(&self, body: &Body<'a>, expression: &Expression, place: &Place) -> bool {
        match &expression.kind {
            ExpressionKind::Name(_) | ExpressionKind::Field { .. } | ExpressionKind::Index { .. } => {
                self.place(body, expression).is_some_and(|found| place.contains(&found))
            }
            ExpressionKind::Cast { value, .. } | ExpressionKind::Try(value) => {
                self.is_made_from(body, value, place)
            }
            ExpressionKind::Unary { operand, .. } => self.is_made_from(body, operand, place),
            ExpressionKind::Binary { left, right, .. } => {
                self.is_made_from(body, left, place) || self.is_made_from(body, right, place)
            }
            ExpressionKind::Call(call) => {
                let passes =
                    [CONVERSIONS, TRANSPARENT].iter().any(|names| names.contains(&call.name.as_str()));
                let mut parts = call.receiver.iter().chain(&call.arguments);
                passes && parts.any(|part| self.is_made_from(body, part, place))
            }
            _ => false,
        }
    }

    /// The sites in `span` that read or change a place or a part of it.
    pub fn mentions<'u>(
        &'u self,
        body: &'u Body<'a>,
        span: Span,
        place: &'u Place,
    ) -> impl Iterator<Item = Site<'a>> + 'u {
        body.sites().iter().copied().filter(move |site| {
            span.contains(site.span())
                && site.expression().is_some_and(|expression| {
                    let named = matches!(
                        expression.kind,
                        ExpressionKind::Name(_) | ExpressionKind::Field { .. } | ExpressionKind::Index { .. }
                    );
                    named && self.place(body, expression).is_some_and(|found| place.contains(&found))
                })
        })
    }
}
