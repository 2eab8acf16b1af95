//! What is done with what a call returns.

use super::places::{Place, find};
use crate::claims::Answer;
use crate::claims::answer::Asked;
use crate::claims::phrase::Mention;
use crate::claims::reply::Reply;
use crate::claims::resolve;
use crate::source::model::StatementKind;
use crate::source::values::{Place as Variable, Scope, Usage};
use crate::source::walk::Frame;

/// Whether something is done with what a call returns.
pub(in crate::claims::answer) fn result_used(
    asked: Asked<'_>,
    what: &Mention,
    within: Option<&Mention>,
) -> Reply {
    let calls = match find(asked, what, within) {
        Ok(calls) => calls,
        Err(reply) => return reply,
    };
    if calls.places.is_empty() {
        return Reply::absent(calls.says(asked)).at_all(calls.scope.as_ref().and_then(resolve::Scope::place));
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
            let StatementKind::Declare { name, .. } = &statement.kind else {
                return (Answer::CannotBeDecided, "kept");
            };
            kept(place, &Variable { scope: Scope::Local, path: name.clone() })
        }
        Usage::Assigned(target) => match unit.place(body, target) {
            Some(target) => kept(place, &target),
            None => (Answer::CannotBeDecided, "kept"),
        },
        _ => (Answer::CannotBeDecided, "part of something else"),
    }
}

/// Whether a variable decides something later, itself: not as an argument of what decides.
fn is_tested(place: Place<'_>, target: &Variable) -> bool {
    let (unit, body) = (place.at.unit, place.at.body);
    body.sites().iter().filter(|site| site.index > place.site.index).any(|site| {
        let is_it =
            site.expression().is_some_and(|expression| unit.place(body, expression).as_ref() == Some(target));
        is_it
            && body
                .around(*site)
                .take_while(|frame| {
                    !matches!(
                        frame,
                        Frame::Statement(_) | Frame::Lambda(_) | Frame::Branch(..) | Frame::Arm(..)
                    )
                })
                .find_map(|frame| match frame {
                    Frame::Condition(_) | Frame::Subject(_) | Frame::LoopCondition(_) | Frame::Matches(_) => {
                        Some(true)
                    }
                    Frame::Binary(operator, _) if operator.compares() => Some(true),
                    Frame::Argument(call, _) => Some(call.name.to_lowercase().contains("assert")),
                    Frame::Macro(name) => Some(name.contains("assert")),
                    _ => None,
                })
                .unwrap_or_default()
    })
}

/// What becomes of a result that is kept in a variable.
fn kept(place: Place<'_>, target: &Variable) -> (Answer, &'static str) {
    let (unit, body) = (place.at.unit, place.at.body);
    if is_tested(place, target) {
        return (Answer::Holds, "kept and tested");
    }
    let goes_on = body.sites().iter().filter(|site| site.index > place.site.index).any(|site| {
        let named = site.expression().is_some_and(|expression| {
            unit.place(body, expression).is_some_and(|found| target.contains(&found))
        });
        let is_target = body.around(*site).next().is_some_and(|frame| matches!(frame, Frame::Target(_)));
        let is_returned = body.around(*site).any(|frame| matches!(frame, Frame::Returned));
        named && !is_target && is_returned
    });
    let is_member = !matches!(target.scope, Scope::Local);
    if goes_on || is_member {
        (Answer::CannotBeDecided, "kept and handed on")
    } else {
        (Answer::DoesNotHold, "kept and never tested")
    }
}
