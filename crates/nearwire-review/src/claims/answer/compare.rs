//! What is compared with what.

use super::Asked;
use super::uses::{functions_of, is_named, name_of};
use crate::claims::code::In;
use crate::claims::fact::{Literal, Operand};
use crate::claims::phrase::Mention;
use crate::claims::reply::Reply;
use crate::claims::resolve::{Entity, resolve};
use crate::source::model::{BinaryOperator, Expression, ExpressionKind, Span};
use crate::source::walk::Frame;

/// A comparison of a variable: with what, and how; the variable on the left.
#[derive(Clone, Copy)]
pub(super) struct Comparison<'c> {
    pub(super) at: In<'c>,
    pub(super) sign: &'static str,
    /// Nothing where the variable alone decides: `if (x)`, `!x`.
    pub(super) other: Option<&'c Expression>,
    pub(super) span: Span,
    pub(super) index: usize,
}

/// The comparisons of a variable in a function, and whether it decides something in another way, too.
pub(super) fn comparisons<'c>(at: In<'c>, name: &str) -> (Vec<Comparison<'c>>, bool) {
    let (mut found, mut otherwise) = (Vec::new(), false);
    for site in at.body.sites() {
        let Some(expression) = site.expression() else { continue };
        if let ExpressionKind::Binary { operator, left, right } = &expression.kind
            && operator.compares()
        {
            let (span, index) = (expression.span, site.index);
            if is_named(left, name) {
                found.push(Comparison { at, sign: operator.sign(), other: Some(right), span, index });
            } else if is_named(right, name) {
                found.push(Comparison { at, sign: mirrored(*operator), other: Some(left), span, index });
            } else if speaks_of(left, name) || speaks_of(right, name) {
                otherwise = true;
            }
        } else if is_named(expression, name) && decides_alone(at, *site) {
            found.push(Comparison { at, sign: "!=", other: None, span: expression.span, index: site.index });
        } else if is_named(expression, name) && at.body.decides(*site) && !is_operand(at, *site) {
            otherwise = true;
        }
    }
    (found, otherwise)
}

fn mirrored(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Less => ">",
        BinaryOperator::LessOrEqual => ">=",
        BinaryOperator::Greater => "<",
        BinaryOperator::GreaterOrEqual => "<=",
        other => other.sign(),
    }
}

fn decides_alone(at: In<'_>, site: crate::source::walk::Site<'_>) -> bool {
    at.body.around(site).next().is_some_and(|frame| {
        matches!(
            frame,
            Frame::Condition(_)
                | Frame::LoopCondition(_)
                | Frame::Unary(crate::source::model::UnaryOperator::Not)
                | Frame::Binary(BinaryOperator::LogicalAnd | BinaryOperator::LogicalOr, _)
        )
    })
}

/// Whether a site is an operand of a comparison, itself or as the base of an element.
fn is_operand(at: In<'_>, site: crate::source::walk::Site<'_>) -> bool {
    let mut frames =
        at.body.around(site).skip_while(|frame| matches!(frame, Frame::Part | Frame::Cast(_) | Frame::Try));
    frames.next().is_some_and(|frame| matches!(frame, Frame::Binary(operator, _) if operator.compares()))
}

/// Whether a variable is part of an expression: `x.size()`, `x + 1`.
fn speaks_of(expression: &Expression, name: &str) -> bool {
    match &expression.kind {
        ExpressionKind::Call(call) => call
            .receiver
            .iter()
            .chain(&call.arguments)
            .any(|part| is_named(part, name) || speaks_of(part, name)),
        ExpressionKind::Binary { left, right, .. } => {
            [left, right].into_iter().any(|part| is_named(part, name) || speaks_of(part, name))
        }
        ExpressionKind::Unary { operand, .. } => is_named(operand, name) || speaks_of(operand, name),
        ExpressionKind::Field { base, .. } | ExpressionKind::Index { base, .. } => {
            is_named(base, name) || speaks_of(base, name)
        }
        ExpressionKind::Cast { value, .. } => speaks_of(value, name),
        _ => false,
    }
}

/// Whether a variable is compared so.
pub(super) fn compared(
    asked: Asked<'_>,
    what: &Mention,
    with: Option<&Operand>,
    sign: Option<&'static str>,
    within: Option<&Mention>,
) -> Reply {
    let scope = match super::place(asked, within) {
        Ok(scope) => scope,
        Err(reply) => return reply,
    };
    // A type compares as its size or fields do; that is not read.
    let replies = match resolve(asked.code, &super::as_value(what), &super::places(asked, within)) {
        Ok(entities) => entities
            .iter()
            .map(|entity| match name_of(entity) {
                Some(name) => {
                    let bodies =
                        functions_of(asked, entity, scope.as_ref().filter(|scope| scope.is_function));
                    of_variable(asked, entity, name, &bodies, with, sign)
                }
                None => Reply::open(entity.is()),
            })
            .collect(),
        Err(reply) => vec![reply],
    };
    Reply::agreed(replies).unwrap_or_else(|| Reply::open("nothing to compare was found"))
}

fn of_variable<'c>(
    asked: Asked<'_>,
    entity: &Entity<'c>,
    name: &str,
    bodies: &[In<'c>],
    with: Option<&Operand>,
    sign: Option<&'static str>,
) -> Reply {
    let (mut all, mut doubtful, mut otherwise) = (Vec::new(), false, false);
    for at in bodies {
        let (found, more) = comparisons(*at, name);
        otherwise |= more;
        all.extend(found);
    }
    for comparison in &all {
        let (file, span) = (comparison.at.file(), comparison.span);
        if sign.is_some_and(|sign| sign != comparison.sign || comparison.other.is_none()) {
            continue;
        }
        match matches(asked, comparison, with) {
            Some(true) => {
                return Reply::yes(format!("{}: {}", place_of(comparison.at), line(file.slice(span))))
                    .at(file, span);
            }
            Some(false) => {}
            None => doubtful = true,
        }
    }
    let what = match with {
        Some(Operand::Literal(Literal::Number(number))) => format!(" with {number}"),
        Some(Operand::Name(mention)) => format!(" with {}", mention.name),
        Some(_) | None => String::new(),
    };
    let sign = sign.map(|sign| format!(" using {sign}")).unwrap_or_default();
    let instead: Vec<_> =
        all.iter().map(|comparison| line(comparison.at.file().slice(comparison.span))).take(3).collect();
    let instead =
        if instead.is_empty() { String::new() } else { format!("; there is: {}", instead.join(", ")) };
    let says = format!("nothing compares {name}{what}{sign}{instead}");
    let reply = if doubtful || otherwise && (with.is_some() || all.is_empty()) && !is_plain_number(with) {
        Reply::open(format!("{name} decides something in a way that is not read{instead}"))
    } else {
        Reply::no(says)
    };
    let reply = reply.at_all(all.iter().map(|comparison| comparison.at.file().location(comparison.span)));
    match entity.place() {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    }
}

/// A number that is not 0 is compared in plain sight, or not at all.
fn is_plain_number(with: Option<&Operand>) -> bool {
    matches!(with, Some(Operand::Literal(Literal::Number(number))) if *number > 1)
}

fn place_of(at: In<'_>) -> String {
    at.name()
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a comparison is with this; nothing if that is not known.
fn matches(asked: Asked<'_>, comparison: &Comparison<'_>, with: Option<&Operand>) -> Option<bool> {
    let Some(with) = with else { return Some(true) };
    let Some(other) = comparison.other else {
        // `if (x)` compares with 0 and null.
        return Some(matches!(
            with,
            Operand::Literal(Literal::Null | Literal::Number(0) | Literal::Boolean(_))
        ));
    };
    match with {
        Operand::Name(mention) => {
            let same = is_named(other, &mention.name);
            (same || !speaks_of(other, &mention.name)).then_some(same)
        }
        Operand::Literal(literal) => {
            let found = super::values::of_expression(asked, comparison.at, other)?;
            Some(match (literal, &found) {
                (Literal::Null, Literal::Null)
                | (Literal::Null, Literal::Number(0))
                | (Literal::Number(0), Literal::Null) => true,
                (literal, found) => literal == found,
            })
        }
    }
}
