//! What is called, how often, where, and in which order.

mod places;
mod result;

use super::Asked;
use crate::Location;
use crate::claims::code::has_word;
use crate::claims::fact::Times;
use crate::claims::phrase::Mention;
use crate::claims::reply::Reply;
use crate::claims::resolve::{Entity, Scope, resolve};
use crate::source::model::{ExpressionKind, Language, MemberKind};
use places::{Calls, find};
pub(super) use result::result_used;

/// Whether it is called so often.
pub(super) fn called(asked: Asked<'_>, what: &Mention, times: Times, within: Option<&Mention>) -> Reply {
    let calls = match find(asked, what, within) {
        Ok(calls) => calls,
        Err(reply) => return reply,
    };
    let (count, says) = (calls.count(), calls.says(asked));
    let in_loop = calls.places.iter().any(|place| place.in_loop);
    let in_lambda = calls.scope.is_some() && calls.places.iter().any(|place| place.in_lambda);
    if calls.is_unknown && times != Times::Some {
        return Reply::absent(format!("{} has no {}", asked.code.these(), what.shown()));
    }
    let reply = match times {
        _ if calls.is_doubtful() => {
            Reply::open(format!("{says}, as far as it is known whose method that is"))
        }
        Times::Some if count == 0 => not_at_all(asked, what, &calls, says),
        Times::Some if calls.places.iter().all(|place| place.in_lambda) && calls.scope.is_some() => {
            Reply::open(format!("{says}, within a lambda"))
        }
        Times::Some => Reply::yes(says),
        Times::Exactly(wanted) if count == 0 => Reply::of(wanted == 0, says),
        Times::Exactly(_) | Times::AtLeast(_) if in_loop => Reply::open(format!("{says}, in a loop")),
        Times::Exactly(_) | Times::AtLeast(_) if in_lambda => Reply::open(format!("{says}, within a lambda")),
        Times::Exactly(wanted) => Reply::of(count == wanted, says),
        Times::AtLeast(least) if count >= least => Reply::yes(says),
        Times::AtLeast(_) if calls.scope.as_ref().is_some_and(|scope| scope.is_function) => {
            Reply::no(format!("{says}, not in a loop"))
        }
        Times::AtLeast(_) => Reply::open(says),
    };
    reply.at_all(calls.locations()).at_all(calls.scope.as_ref().filter(|_| count == 0).and_then(Scope::place))
}

/// What is to be said when no call was found: it may be called by what it calls, or through a pointer.
fn not_at_all(asked: Asked<'_>, what: &Mention, calls: &Calls<'_>, says: String) -> Reply {
    let Some(scope) = &calls.scope else {
        let is_framework = matches!(resolve(asked.code, what, asked.within), Ok(found) if found.iter().any(is_called_from_outside));
        let is_spoken_of = is_referred_to(asked, &what.name);
        if is_framework || is_spoken_of {
            return Reply::open(format!("{says}, but may be called through what was not seen"));
        }
        return Reply::no(says);
    };
    let through = scope.bodies.iter().flat_map(|at| at.body.calls()).find(|(_, call)| {
        let mut callees = asked.code.bodies().filter(|at| at.body.function.name == call.name);
        callees.any(|callee| callee.body.calls().any(|(_, inner)| inner.name == what.name))
    });
    match through {
        Some((_, call)) => Reply::open(format!("{says}, but {} calls it", call.name)),
        None => Reply::no(says),
    }
}

/// Whether somebody who was not seen may call it: `main`, a method that overrides one of a class that was not seen.
fn is_called_from_outside(entity: &Entity<'_>) -> bool {
    let Entity::Callable(callable) = entity else { return false };
    let is_virtual = callable.member.is_some_and(|(_, _, member)| {
        matches!(member.kind, MemberKind::Method { is_virtual, qt, .. } if is_virtual || qt.is_some())
    });
    let of_trait = callable
        .member
        .is_some_and(|(file, class, _)| file.language == Language::Rust && !class.bases.is_empty());
    is_virtual
        || of_trait
        || callable.name == "main"
        || callable.bodies.iter().any(|at| at.body.function.is_test)
}

/// Whether a name is used without being called: its address is taken, it stands in a text of macros.
fn is_referred_to(asked: Asked<'_>, name: &str) -> bool {
    let in_code = asked.code.bodies().any(|at| {
        at.body.sites().iter().filter_map(|site| site.expression()).any(|expression| match &expression.kind {
            ExpressionKind::Name(found) => found.rsplit("::").next() == Some(name),
            ExpressionKind::Macro { text, .. } => has_word(text, name),
            _ => false,
        })
    });
    let in_tables = asked.code.program.files().iter().any(|file| {
        let macros = file.macros.iter().any(|entry| has_word(&entry.text, name));
        macros || file.constants.iter().any(|constant| has_word(file.slice(constant.span), name))
    });
    in_code || in_tables
}

/// Whether it is called in a loop.
pub(super) fn in_loop(asked: Asked<'_>, what: &Mention, within: Option<&Mention>) -> Reply {
    let calls = match find(asked, what, within) {
        Ok(calls) => calls,
        Err(reply) => return reply,
    };
    let says = calls.says(asked);
    let reply = if calls.places.is_empty() {
        Reply::absent(says)
    } else if calls.is_doubtful() {
        Reply::open(says)
    } else if calls.places.iter().all(|place| place.in_loop) {
        Reply::yes(format!("{says}, in a loop"))
    } else if calls.places.iter().any(|place| place.in_loop || place.in_lambda) {
        Reply::open(format!("{says}, not always in a loop"))
    } else {
        Reply::no(format!("{says}, not in a loop"))
    };
    reply.at_all(calls.locations())
}

/// Whether one thing is called before another.
pub(super) fn before(asked: Asked<'_>, first: &Mention, second: &Mention, within: Option<&Mention>) -> Reply {
    let both = find(asked, first, within).and_then(|one| Ok((one, find(asked, second, within)?)));
    let (one, other) = match both {
        Ok(both) => both,
        Err(reply) => return reply,
    };
    let shown: Vec<Location> = one.locations().into_iter().chain(other.locations()).collect();
    if let Some(missing) = [&one, &other].into_iter().find(|calls| calls.places.is_empty()) {
        return Reply::absent(missing.says(asked)).at_all(shown);
    }
    let ([one], [other]) = (one.places.as_slice(), other.places.as_slice()) else {
        return Reply::open(format!("{} and {} are called at several places", first.name, second.name))
            .at_all(shown);
    };
    let same_function = std::ptr::eq(one.at.body, other.at.body);
    let unclear = one.is_doubtful
        || other.is_doubtful
        || one.in_loop
        || other.in_loop
        || one.in_lambda
        || other.in_lambda;
    if !same_function || unclear || one.at.body.excludes(one.site, other.site) {
        return Reply::open(format!("the order of {} and {} is not plain", first.name, second.name))
            .at_all(shown);
    }
    let is_so = one.site.index < other.site.index;
    let (early, late) = if is_so { (first, second) } else { (second, first) };
    Reply::of(is_so, format!("{} calls {} before {}", one.at.name(), early.name, late.name)).at_all(shown)
}
