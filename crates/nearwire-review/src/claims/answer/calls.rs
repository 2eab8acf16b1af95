//! What is called, how often, where, and what is done with the result.

use super::Asked;
use crate::claims::code::{In, has_word};
use crate::claims::fact::Times;
use crate::claims::phrase::{Hint, Mention, Role};
use crate::claims::reply::Reply;
use crate::claims::resolve::{Entity, Scope, resolve};
use crate::source::model::{Call, ExpressionKind, Span};
use crate::source::values::Usage;
use crate::source::walk::{Frame, Site};
use crate::Location;
use crate::claims::Answer;

/// A place where something is called.
#[derive(Clone, Copy)]
struct Place<'c> {
    at: In<'c>,
    site: Site<'c>,
    span: Span,
    /// Whether it is not known whose method is called.
    is_doubtful: bool,
    in_loop: bool,
    in_lambda: bool,
}

/// What is called, and where.
struct Calls<'c> {
    name: String,
    places: Vec<Place<'c>>,
    scope: Option<Scope<'c>>,
    /// Nothing of this name is declared, called or spoken of in these files.
    is_unknown: bool,
}

impl Calls<'_> {
    fn locations(&self) -> Vec<Location> {
        self.places.iter().map(|place| place.at.file().location(place.span)).collect()
    }

    fn count(&self) -> i128 {
        i128::try_from(self.places.len()).unwrap_or(i128::MAX)
    }

    fn is_doubtful(&self) -> bool {
        self.places.iter().any(|place| place.is_doubtful)
    }

    fn whereabouts(&self, asked: Asked<'_>) -> String {
        match &self.scope {
            Some(scope) => format!("in {}", scope.name),
            None => format!("in {}", asked.code.these()),
        }
    }

    fn says(&self, asked: Asked<'_>) -> String {
        let times = match self.places.len() {
            0 => "not called".to_owned(),
            1 => "called once".to_owned(),
            2 => "called twice".to_owned(),
            count => format!("called {count} times"),
        };
        format!("{} is {times} {}", self.name, self.whereabouts(asked))
    }
}

fn find<'c>(asked: Asked<'c>, what: &Mention, within: Option<&Mention>) -> Result<Calls<'c>, Reply> {
    if what.role != Role::Plain {
        return Err(Reply::open("constructors and destructors are called without being named"));
    }
    let scope = super::place(asked, within)?;
    let callable = Mention { hint: Hint::Callable, ..what.clone() };
    let entities = resolve(asked.code, &callable, asked.within).unwrap_or_default();
    let is_value = !entities.is_empty()
        && entities.iter().all(|entity| !matches!(entity, Entity::Callable(_) | Entity::Macro { .. }));
    if is_value {
        let is = entities.first().map(Entity::is).unwrap_or_default();
        return Err(Reply::open(format!("it is nothing that is called: {is}")));
    }
    let bodies: Vec<In<'c>> = match &scope {
        Some(scope) => scope.bodies.clone(),
        None => asked.code.bodies().collect(),
    };
    let class = class_meant(asked, what, &entities)?;
    let places: Vec<_> = bodies.into_iter().flat_map(|at| places(asked, at, what, class.as_deref())).collect();
    let is_unknown = entities.is_empty() && places.is_empty() && !asked.code.mentions(&what.name);
    Ok(Calls { name: what.shown(), places, scope, is_unknown })
}

/// The class whose method is meant, if one is.
fn class_meant(asked: Asked<'_>, what: &Mention, entities: &[Entity<'_>]) -> Result<Option<String>, Reply> {
    let mut classes: Vec<Option<String>> = entities
        .iter()
        .filter_map(|entity| match entity {
            Entity::Callable(callable) => Some(callable.class.clone()),
            _ => None,
        })
        .collect();
    classes.dedup();
    match classes.as_slice() {
        [] => Ok(what.owner.clone().filter(|owner| asked.code.class(owner).is_some())),
        [only] => Ok(only.clone()),
        _ => {
            let names: Vec<_> = classes.into_iter().flatten().collect();
            Err(Reply::open(format!("{} means several: methods of {}", what.name, names.join(", "))))
        }
    }
}

fn places<'c>(asked: Asked<'c>, at: In<'c>, what: &Mention, class: Option<&str>) -> Vec<Place<'c>> {
    let called = at.body.sites().iter().copied().filter_map(|site| {
        let expression = site.expression()?;
        let (span, is_doubtful) = match &expression.kind {
            ExpressionKind::Call(call) if call.name == what.name => {
                (expression.span, is_of(asked, at, call, what.owner.as_deref(), class)?)
            }
            ExpressionKind::Macro { name, .. } if *name == what.name => (expression.span, false),
            _ => return None,
        };
        let in_loop = at.body.loops(site).next().is_some();
        let in_lambda = at.body.around(site).any(|frame| matches!(frame, Frame::Lambda(_)));
        Some(Place { at, site, span, is_doubtful, in_loop, in_lambda })
    });
    called.collect()
}

/// Whether a call is of the method that is meant: nothing if it is not, whether it is doubtful if it may be.
fn is_of(asked: Asked<'_>, at: In<'_>, call: &Call, owner: Option<&str>, class: Option<&str>) -> Option<bool> {
    let of_owner = owner.is_some_and(|owner| {
        call.receiver.as_ref().is_some_and(|receiver| super::uses::is_named(receiver, owner)) || has_word(&call.path, owner)
    });
    if of_owner {
        return Some(false);
    }
    let Some(class) = class else {
        // A function, or a method of something that was not seen.
        return match (owner, &call.receiver) {
            (Some(_), _) => Some(true),
            (None, _) => Some(false),
        };
    };
    let found = match &call.receiver {
        None if call.path.contains("::") => return has_word(&call.path, class).then_some(false).or_else(|| call.path.starts_with("Self::").then_some(false)),
        None => at.class().map(str::to_owned)?,
        Some(receiver) => match &receiver.kind {
            ExpressionKind::Name(name) if name == "this" || name == "self" => at.class().map(str::to_owned)?,
            _ => super::super::code::last_name(&at.unit.type_of(at.body, receiver)),
        },
    };
    if found.is_empty() {
        return Some(true);
    }
    let lineage = asked.code.lineage(&found);
    if lineage.iter().any(|base| base == class) {
        return Some(false);
    }
    asked.code.lineage(class).contains(&found).then_some(true)
}

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
        _ if calls.is_doubtful() => Reply::open(format!("{says}, as far as it is known whose method that is")),
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
        matches!(member.kind, crate::source::model::MemberKind::Method { is_virtual, qt, .. } if is_virtual || qt.is_some())
    });
    let of_trait = callable.member.is_some_and(|(file, class, _)| {
        file.language == crate::source::model::Language::Rust && !class.bases.is_empty()
    });
    is_virtual || of_trait || callable.name == "main" || callable.bodies.iter().any(|at| at.body.function.is_test)
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
        return Reply::open(format!("{} and {} are called at several places", first.name, second.name)).at_all(shown);
    };
    let same_function = std::ptr::eq(one.at.body, other.at.body);
    let unclear = one.is_doubtful || other.is_doubtful || one.in_loop || other.in_loop || one.in_lambda || other.in_lambda;
    if !same_function || unclear || one.at.body.excludes(one.site, other.site) {
        return Reply::open(format!("the order of {} and {} is not plain", first.name, second.name)).at_all(shown);
    }
    let is_so = one.site.index < other.site.index;
    let (early, late) = if is_so { (first, second) } else { (second, first) };
    Reply::of(is_so, format!("{} calls {} before {}", one.at.name(), early.name, late.name)).at_all(shown)
}

/// Whether something is done with what a call returns.
pub(super) fn result_used(asked: Asked<'_>, what: &Mention, within: Option<&Mention>) -> Reply {
    let calls = match find(asked, what, within) {
        Ok(calls) => calls,
        Err(reply) => return reply,
    };
    if calls.places.is_empty() {
        return Reply::absent(calls.says(asked)).at_all(calls.scope.as_ref().and_then(Scope::place));
    }
    if calls.is_doubtful() {
        return Reply::open(calls.says(asked)).at_all(calls.locations());
    }
    let replies = calls.places.iter().map(|place| {
        let file = place.at.file();
        let line = file.line_of(place.span.start);
        let (answer, words) = usage(*place);
        let says = format!("what {} returns at line {line} is {words}", what.name);
        Reply { answer, ..Reply::open(says) }.at(file, place.span)
    });
    Reply::agreed(replies.collect()).unwrap_or_else(|| Reply::open(calls.says(asked)))
}

fn usage(place: Place<'_>) -> (Answer, &'static str) {
    let (unit, body) = (place.at.unit, place.at.body);
    match body.usage(place.site) {
        Usage::Ignored | Usage::Dropped => (Answer::DoesNotHold, "dropped"),
        Usage::Tested => (Answer::Holds, "tested"),
        Usage::Returned => (Answer::Holds, "handed on"),
        Usage::Declared(statement) => {
            let crate::source::model::StatementKind::Declare { name, .. } = &statement.kind else {
                return (Answer::CannotBeDecided, "kept");
            };
            kept(place, &crate::source::values::Place { scope: crate::source::values::Scope::Local, path: name.clone() })
        }
        Usage::Assigned(target) => match unit.place(body, target) {
            Some(target) => kept(place, &target),
            None => (Answer::CannotBeDecided, "kept"),
        },
        _ => (Answer::CannotBeDecided, "part of something else"),
    }
}

/// Whether a variable decides something later, itself: not as an argument of what decides.
fn is_tested(place: Place<'_>, target: &crate::source::values::Place) -> bool {
    let (unit, body) = (place.at.unit, place.at.body);
    body.sites().iter().filter(|site| site.index > place.site.index).any(|site| {
        let is_it = site.expression().is_some_and(|expression| unit.place(body, expression).as_ref() == Some(target));
        is_it
            && body
                .around(*site)
                .take_while(|frame| !matches!(frame, Frame::Statement(_) | Frame::Lambda(_) | Frame::Branch(..) | Frame::Arm(..)))
                .find_map(|frame| match frame {
                    Frame::Condition(_) | Frame::Subject(_) | Frame::LoopCondition(_) | Frame::Matches(_) => Some(true),
                    Frame::Binary(operator, _) if operator.compares() => Some(true),
                    Frame::Argument(call, _) => Some(call.name.to_lowercase().contains("assert")),
                    Frame::Macro(name) => Some(name.contains("assert")),
                    _ => None,
                })
                .unwrap_or_default()
    })
}

/// What becomes of a result that is kept in a variable.
fn kept(place: Place<'_>, target: &crate::source::values::Place) -> (Answer, &'static str) {
    let (unit, body) = (place.at.unit, place.at.body);
    if is_tested(place, target) {
        return (Answer::Holds, "kept and tested");
    }
    let goes_on = body.sites().iter().filter(|site| site.index > place.site.index).any(|site| {
        let named = site.expression().is_some_and(|expression| unit.place(body, expression).is_some_and(|found| target.contains(&found)));
        let is_target = body.around(*site).next().is_some_and(|frame| matches!(frame, Frame::Target(_)));
        let is_returned = body.around(*site).any(|frame| matches!(frame, Frame::Returned));
        named && !is_target && is_returned
    });
    let is_member = !matches!(target.scope, crate::source::values::Scope::Local);
    if goes_on || is_member {
        (Answer::CannotBeDecided, "kept and handed on")
    } else {
        (Answer::DoesNotHold, "kept and never tested")
    }
}
