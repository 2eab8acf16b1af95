//! What the code says to what a review states.

mod access;
mod calls;
mod checks;
mod compare;
mod exceptions;
mod files;
mod kinds;
mod lifetime;
mod memory;
mod types;
mod uses;
mod values;

use super::code::Code;
use super::fact::{Fact, Stated};
use super::phrase::{Hint, Mention};
use super::reply::Reply;
use super::resolve::{Entity, Scope, resolve, scope};

/// What is asked, and where the statement says it is.
#[derive(Clone, Copy)]
pub(super) struct Asked<'c> {
    pub(super) code: &'c Code<'c>,
    pub(super) within: &'c [Mention],
}

/// What the code says to a statement.
pub(super) fn answer(asked: Asked<'_>, stated: &Stated) -> Reply {
    let reply = fact(asked, &stated.fact);
    let is_done = reply.answer == super::Answer::Holds;
    // What is done may still not be done properly, unless what is said is as concrete as an access specifier.
    let is_concrete =
        matches!(stated.fact, Fact::Access { .. } | Fact::Initialised { .. } | Fact::Reachable { .. });
    if stated.vague && is_done && !is_concrete && !reply.is_settled {
        return Reply { answer: super::Answer::CannotBeDecided, ..reply };
    }
    if stated.negated { reply.denied() } else { reply }
}

/// Whether a fact is so.
pub(super) fn fact(asked: Asked<'_>, fact: &Fact) -> Reply {
    match fact {
        Fact::Exists { what, within } => files::exists(asked, what, within.as_ref()),
        Fact::Access { what, access } => each(asked, what, |entity| access::access(entity, *access)),
        Fact::Reachable { what, how } => each(asked, what, |entity| access::reachable(asked, entity, *how)),
        Fact::Called { what, times, within } => calls::called(asked, what, *times, within.as_ref()),
        Fact::InLoop { what, within } => calls::in_loop(asked, what, within.as_ref()),
        Fact::Before { first, second, within } => calls::before(asked, first, second, within.as_ref()),
        Fact::Allocated { what, place } => {
            each(asked, &as_value(what), |entity| memory::allocated(asked, entity, *place))
        }
        Fact::Initialised { what, by_constructor } => {
            each(asked, &as_value(what), |entity| memory::initialised(asked, entity, *by_constructor))
        }
        Fact::Value { what, value } => {
            each(asked, &as_value(what), |entity| values::value(asked, entity, value))
        }
        Fact::Length { what, count } => {
            each(asked, &as_value(what), |entity| values::length(asked, entity, *count))
        }
        Fact::Compared { what, with, sign, within } => {
            compare::compared(asked, what, with.as_ref(), *sign, within.as_ref())
        }
        Fact::Checked { what, aim, within } => checks::checked(asked, what, *aim, within.as_ref()),
        Fact::ResultUsed { what, within } => calls::result_used(asked, what, within.as_ref()),
        Fact::Catches { within } => exceptions::catches(asked, within.as_ref()),
        Fact::Throws { within } => exceptions::throws(asked, within.as_ref()),
        Fact::Released { what, how, within } => {
            let scope = match within.as_ref().map(|within| place(asked, Some(within))).transpose() {
                Ok(scope) => scope.flatten(),
                Err(reply) => return reply,
            };
            let places = places(asked, within.as_ref());
            let asked = Asked { within: &places, ..asked };
            let what = &as_value(what);
            match resolve(asked.code, what, asked.within) {
                Ok(entities) => {
                    let replies =
                        entities.iter().map(|entity| lifetime::released(asked, entity, *how, scope.as_ref()));
                    Reply::agreed(replies.collect())
                        .unwrap_or_else(|| Reply::open(format!("what {} is was not seen", what.shown())))
                }
                Err(reply) => reply,
            }
        }
        Fact::Is { what, trait_ } => each(asked, what, |entity| kinds::is(asked, entity, *trait_)),
        Fact::Type { what, ty } => each(asked, what, |entity| types::is_of(asked, entity, ty)),
        Fact::HasMacro { class, name } => files::has_macro(asked, class.as_ref(), name),
        Fact::Includes { header } => files::includes(asked, header),
        Fact::Derives { class, base } => each(asked, class, |entity| kinds::derives(asked, entity, base)),
        Fact::Returns { what, value } => each(asked, what, |entity| values::returns(asked, entity, value)),
        Fact::Parameters { what, count } => each(asked, what, |entity| values::parameters(entity, *count)),
        Fact::HasRole { class, is_destructor } => {
            each(asked, class, |entity| kinds::has_role(asked, entity, *is_destructor))
        }
        Fact::Unsafe { within } => files::has_unsafe(asked, within.as_ref()),
        Fact::Locks { what } => files::locks(asked, what.as_ref()),
        Fact::Line { number, has } => files::line(asked, *number, has),
        Fact::At { what, number } => each(asked, what, |entity| files::is_at(entity, *number)),
        Fact::Undecidable { what, why } => {
            match what.as_ref().map(|what| resolve(asked.code, what, asked.within)) {
                Some(Err(reply)) if reply.is_absent => reply,
                _ => Reply::open(*why),
            }
        }
    }
}

/// What is a variable, where the sentence does not say what it is.
fn as_value(what: &Mention) -> Mention {
    let hint = if what.hint == Hint::Any { Hint::Value } else { what.hint };
    Mention { hint, ..what.clone() }
}

/// Where something is looked for: where the statement is, and where the claim says.
fn places(asked: Asked<'_>, within: Option<&Mention>) -> Vec<Mention> {
    asked.within.iter().chain(within).cloned().collect()
}

/// The reply about everything that a name may mean, if all agree.
fn each<'c>(asked: Asked<'c>, what: &Mention, reply: impl Fn(&Entity<'c>) -> Reply) -> Reply {
    match resolve(asked.code, what, asked.within) {
        Ok(entities) => Reply::agreed(entities.iter().map(reply).collect())
            .unwrap_or_else(|| Reply::open(format!("what {} is was not seen", what.shown()))),
        Err(reply) => reply,
    }
}

/// Where something is said to be: there if the claim says where, else where the statement is; nothing for everywhere.
fn place<'c>(asked: Asked<'c>, within: Option<&Mention>) -> Result<Option<Scope<'c>>, Reply> {
    let Some(meant) = within.or(asked.within.last()) else { return Ok(None) };
    let found = scope(asked.code, meant, asked.within)?;
    match &found {
        Some(scope) if scope.bodies.is_empty() => {
            Err(Reply::open(format!("the methods of {} were not seen", scope.name)))
        }
        _ => Ok(found),
    }
}

#[cfg(test)]
mod tests;
