//! Where a variable is used.

use super::Asked;
use crate::claims::code::In;
use crate::claims::resolve::{Entity, Scope};
use crate::source::model::{Expression, ExpressionKind, UnaryOperator};
use crate::source::walk::Site;

/// Whether an expression is a variable of this name, or an element of it: `x`, `this->x`, `x[i]`, `*x`, `(int) x`.
pub(super) fn is_named(expression: &Expression, name: &str) -> bool {
    match &expression.kind {
        ExpressionKind::Name(found) => found == name || found.rsplit("::").next() == Some(name),
        ExpressionKind::Field { name: found, .. } => found == name,
        ExpressionKind::Index { base, .. } => is_named(base, name),
        ExpressionKind::Cast { value, .. } | ExpressionKind::Try(value) => is_named(value, name),
        ExpressionKind::Unary { operator: UnaryOperator::Dereference | UnaryOperator::Address, operand } => {
            is_named(operand, name)
        }
        _ => false,
    }
}

/// The functions in which a variable can be used: its own, or those of its class; all others for what is global.
/// With a scope, those of them that are in it.
pub(super) fn functions_of<'c>(
    asked: Asked<'c>,
    entity: &Entity<'c>,
    scope: Option<&Scope<'c>>,
) -> Vec<In<'c>> {
    let own: Vec<In<'c>> = match entity {
        Entity::Field { .. } | Entity::Enumerator { .. } | Entity::Constant { .. } | Entity::Macro { .. } => {
            asked.code.bodies().collect()
        }
        _ => entity.function().into_iter().collect(),
    };
    let Some(scope) = scope else { return own };
    own.into_iter().filter(|at| scope.bodies.iter().any(|body| std::ptr::eq(body.body, at.body))).collect()
}

/// The name of a variable.
pub(super) fn name_of<'e>(entity: &'e Entity<'_>) -> Option<&'e str> {
    Some(match entity {
        Entity::Field { member, .. } | Entity::Enumerator { member, .. } => &member.name,
        Entity::Constant { constant, .. } => &constant.name,
        Entity::Macro { entry, .. } => &entry.name,
        Entity::Local(local) => local.name,
        Entity::Parameter { parameter, .. } => &parameter.name,
        Entity::Used { name, .. } => name,
        Entity::Class { .. } | Entity::Callable(_) => return None,
    })
}

/// The sites at which a variable of this name stands by itself in a function.
pub(super) fn sites<'c>(at: In<'c>, name: &'c str) -> impl Iterator<Item = Site<'c>> {
    at.body.sites().iter().copied().filter(move |site| {
        site.expression().is_some_and(|expression| match &expression.kind {
            ExpressionKind::Name(found) => found == name,
            ExpressionKind::Field { name: found, .. } => found == name,
            _ => false,
        })
    })
}
