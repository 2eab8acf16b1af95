//! Whether something is looked at before it is used.

use super::Asked;
use super::compare::{Comparison, comparisons};
use super::types::is_unsigned;
use super::uses::{functions_of, is_named, name_of, sites};
use crate::claims::code::In;
use crate::claims::fact::{Aim, Literal};
use crate::claims::phrase::Mention;
use crate::claims::reply::Reply;
use crate::claims::resolve::{Entity, resolve};
use crate::source::model::ExpressionKind;
use crate::source::walk::Frame;

/// Whether a variable is checked for something.
pub(super) fn checked(asked: Asked<'_>, what: &Mention, aim: Aim, within: Option<&Mention>) -> Reply {
    let scope = match super::place(asked, within) {
        Ok(scope) => scope,
        Err(reply) => return reply,
    };
    let entities = match resolve(asked.code, &super::as_value(what), &super::places(asked, within)) {
        Ok(entities) => entities,
        Err(reply) => return reply,
    };
    if entities.iter().all(|entity| matches!(entity, Entity::Callable(_))) {
        return if aim == Aim::Any {
            super::calls::result_used(asked, what, within)
        } else {
            Reply::open("what a function returns is not followed that far")
        };
    }
    let replies = entities.iter().map(|entity| {
        let Some(name) = name_of(entity) else { return Reply::open(entity.is()) };
        if let Some(reply) = needs_none(asked, entity, aim) {
            return reply;
        }
        let bodies = functions_of(asked, entity, scope.as_ref().filter(|scope| scope.is_function));
        let reply = of_variable(asked, name, aim, &bodies);
        match entity.place() {
            Some((file, span)) => reply.at(file, span),
            None => reply,
        }
    });
    Reply::agreed(replies.collect())
        .unwrap_or_else(|| Reply::open(format!("what {} is was not seen", what.shown())))
}

/// What never changes and is right needs no check.
fn needs_none(asked: Asked<'_>, entity: &Entity<'_>, aim: Aim) -> Option<Reply> {
    let (file, span) = entity.place()?;
    let ty = super::types::declared(entity).unwrap_or_default();
    if let Some(Literal::Number(number)) = super::values::constant(asked, entity) {
        let is_right = match aim {
            Aim::Any | Aim::Null | Aim::Bounds => true,
            Aim::Negative => number >= 0,
            Aim::Zero => number != 0,
        };
        let says = format!(
            "{} is a constant: {}",
            name_of(entity)?,
            file.slice(span).split_whitespace().collect::<Vec<_>>().join(" ")
        );
        return is_right.then(|| Reply::settled(says.trim_end_matches(';').to_owned()).at(file, span));
    }
    if aim == Aim::Negative && is_unsigned(ty) == Some(true) {
        return Some(
            Reply::settled(format!("{} is never negative: its type is {ty}", name_of(entity)?))
                .at(file, span),
        );
    }
    None
}

fn of_variable<'c>(asked: Asked<'_>, name: &'c str, aim: Aim, bodies: &[In<'c>]) -> Reply {
    let (mut fitting, mut others, mut otherwise) = (Vec::new(), Vec::new(), false);
    for at in bodies {
        let (found, more) = comparisons(*at, name);
        otherwise |= more || at.body.sites().iter().any(|site| is_bounded(*at, *site, name));
        for comparison in found {
            match serves(asked, &comparison, aim) {
                Some(true) => fitting.push(comparison),
                Some(false) => others.push(comparison),
                None => otherwise = true,
            }
        }
    }
    let shown = |found: &[Comparison<'_>]| -> Vec<crate::Location> {
        found.iter().map(|comparison| comparison.at.file().location(comparison.span)).collect()
    };
    if let Some(first) = fitting.first() {
        let text = first.at.file().slice(first.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let says = format!("{} checks {name}: {text}", first.at.name());
        let is_early = fitting.iter().any(|comparison| !is_used_before(comparison, name));
        let reply =
            if is_early { Reply::yes(says) } else { Reply::open(format!("{says}, after it was used")) };
        return reply.at_all(shown(&fitting));
    }
    if otherwise || is_handed_on(asked, name, bodies) {
        return Reply::open(format!("{name} is looked at in a way that is not read")).at_all(shown(&others));
    }
    if bodies.iter().all(|at| sites(*at, name).next().is_none()) {
        return Reply::open(format!("{name} is not used in what was seen"));
    }
    let instead = others.first().map(|comparison| comparison.at.file().slice(comparison.span).to_owned());
    let instead = instead.map(|text| format!("; there is: {text}")).unwrap_or_default();
    Reply::no(format!("nothing checks {name}{}{instead}", for_what(aim))).at_all(shown(&others))
}

fn for_what(aim: Aim) -> &'static str {
    match aim {
        Aim::Any => "",
        Aim::Null => " for null",
        Aim::Negative => " for being negative",
        Aim::Zero => " for 0",
        Aim::Bounds => " against a bound",
    }
}

/// Whether a comparison is a check of this kind; nothing if that is not known.
fn serves(asked: Asked<'_>, comparison: &Comparison<'_>, aim: Aim) -> Option<bool> {
    if aim == Aim::Any {
        return Some(true);
    }
    let Some(other) = comparison.other else {
        return Some(matches!(aim, Aim::Null | Aim::Zero)).filter(|serves| *serves);
    };
    let value = super::values::of_expression(asked, comparison.at, other);
    let is_order = matches!(comparison.sign, "<" | "<=" | ">" | ">=");
    match (aim, value) {
        (Aim::Bounds, Some(Literal::Number(0 | -1))) => Some(false),
        (Aim::Bounds, _) => is_order.then_some(true),
        (Aim::Null, Some(Literal::Null | Literal::Number(0))) => Some(!is_order),
        (Aim::Null, Some(Literal::Number(_))) => Some(false),
        (Aim::Zero, Some(Literal::Number(0))) => Some(true),
        (Aim::Zero, Some(Literal::Number(_))) => None,
        (Aim::Negative, Some(Literal::Number(0))) => is_order.then_some(true).or(Some(false)),
        (Aim::Negative, Some(Literal::Number(-1))) => Some(true),
        (Aim::Negative, Some(Literal::Number(1))) => is_order.then_some(true).or(Some(false)),
        (Aim::Negative, Some(Literal::Number(_))) => Some(false),
        _ => None,
    }
}

/// `min(x, …)`, `x.clamp(…)`, `x.is_empty()`: something is done about its range.
fn is_bounded(at: In<'_>, site: crate::source::walk::Site<'_>, name: &str) -> bool {
    const BOUNDING: &[&str] = &[
        "min",
        "max",
        "qMin",
        "qMax",
        "qBound",
        "clamp",
        "MIN",
        "MAX",
        "try_from",
        "try_into",
        "checked_add",
        "checked_mul",
        "checked_sub",
        "saturating_add",
        "saturating_sub",
        "is_some",
        "is_none",
        "is_ok",
        "is_err",
        "isEmpty",
        "is_empty",
        "isNull",
        "contains",
        "get",
        "assert",
        "strnlen",
        "strlcpy",
    ];
    let Some(expression) = site.expression() else { return false };
    if let ExpressionKind::Matches { value, .. } = &expression.kind {
        return is_named(value, name);
    }
    is_named(expression, name)
        && at.body.around(site).any(|frame| match frame {
            Frame::Argument(call, _) | Frame::Receiver(call) => BOUNDING.contains(&call.name.as_str()),
            Frame::Subject(_) | Frame::Try => true,
            Frame::Macro(name) => name.starts_with("assert") || name.starts_with("debug_assert"),
            _ => false,
        })
}

/// Whether it was used before it is compared: given to a call, or as an index.
fn is_used_before(comparison: &Comparison<'_>, name: &str) -> bool {
    let body = comparison.at.body;
    let used = body.sites().iter().filter(|site| site.index < comparison.index).any(|site| {
        let is_it = site.expression().is_some_and(|expression| is_named(expression, name));
        let is_written = body
            .around(*site)
            .next()
            .is_some_and(|frame| matches!(frame, Frame::Unary(crate::source::model::UnaryOperator::Address)));
        is_it
            && !is_written
            && body
                .around(*site)
                .take_while(|frame| !matches!(frame, Frame::Statement(_)))
                .any(|frame| matches!(frame, Frame::Argument(..)))
    });
    used && !body.sites().iter().any(|site| {
        // A variable that is given a new value in between begins anew.
        site.index < comparison.index
            && site.expression().is_some_and(|expression| matches!(&expression.kind, ExpressionKind::Assign { target, .. } if is_named(target, name)))
    })
}

/// Whether it is given to a function of these files that looks at what it is given.
fn is_handed_on(asked: Asked<'_>, name: &str, bodies: &[In<'_>]) -> bool {
    bodies.iter().flat_map(|at| at.body.calls()).any(|(_, call)| {
        let place = call.arguments.iter().position(|argument| is_named(argument, name));
        let Some(place) = place else { return false };
        asked.code.bodies().filter(|callee| callee.body.function.name == call.name).any(|callee| {
            callee.body.function.parameters.get(place).is_some_and(|parameter| {
                let (found, otherwise) = comparisons(callee, &parameter.name);
                otherwise || !found.is_empty()
            })
        })
    })
}
