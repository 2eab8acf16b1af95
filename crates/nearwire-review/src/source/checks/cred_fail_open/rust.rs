//! Credentials in Rust: an error that becomes 0.

use super::super::credentials::{self, ASKING, Part, matters};
use super::{Seen, is_dealt_with, kept_zero};
use crate::source::model::{Call, Expression, ExpressionKind, StatementKind};
use crate::source::rule::Unit;
use crate::source::values::effects::{is_log_name, is_told};
use crate::source::values::{Convention, Decision, Failure, Place, Scope, says};
use crate::source::walk::{Body, Frame, Site};

/// What is wrong with a call that asks for credentials, if something is.
pub(super) fn in_rust<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    site: Site<'a>,
    call: &'a Call,
) -> Option<Seen<'a>> {
    if !ASKING.contains(&call.name.as_str()) {
        return None;
    }
    if let Some(defaulted) = defaulted(unit, body, site) {
        let what = format!("`{}` makes uid 0 of an error", unit.quoted(defaulted.span()));
        let goes_on = credentials::uses(unit, body, defaulted).into_iter().any(|used| matters(body, used));
        return goes_on.then(|| Seen {
            what,
            used: None,
            fix: "let uid = stream.peer_cred()?.uid();".to_owned(),
        });
    }
    let Failure::Decided(decision) = unit.failure(body, site, Convention::Zero) else { return None };
    let fix = "let uid = stream.peer_cred()?.uid();".to_owned();
    if gives_zero(unit, body, &decision) {
        let what = format!("the value is 0 when `{}` has failed", unit.quoted(site.span()));
        return Some(Seen { what, used: None, fix });
    }
    let nowhere = Place { scope: Scope::Outside, path: String::new() };
    if is_dealt_with(unit, body, &decision) {
        return None;
    }
    let used = kept_zero(unit, body, &nowhere, site, &decision)?;
    Some(Seen {
        what: format!("a variable stays 0 when `{}` has failed", unit.quoted(site.span())),
        used: Some(used),
        fix,
    })
}

/// The call behind `peer_cred()` that makes 0 of an error: `.map(|peer| peer.uid()).unwrap_or(0)`.
fn defaulted<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> Option<Site<'a>> {
    for frame in body.around(site) {
        let Frame::Receiver(call) = frame else { break };
        let is_zero = |number_of: usize| call.arguments.get(number_of).is_some_and(is_zero_value);
        let defaults = match call.name.as_str() {
            "unwrap_or" | "unwrap_or_else" | "map_or" => is_zero(0),
            "unwrap_or_default" => true,
            _ => continue,
        };
        let all = body.calls().find(|(_, other)| std::ptr::eq(*other, call)).map(|(site, _)| site)?;
        let text = unit.file.slice(all.span());
        let of_user = says(text, &["uid", "gid", "user_id"])
            && !says(text, &["==", "!=", ".pid", "is_some", "is_ok", "contains"]);
        return (defaults && of_user).then_some(all);
    }
    None
}

/// `0`, `(0, 0)`, `|_| 0`.
fn is_zero_value(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Number { value } => *value == Some(0),
        ExpressionKind::List(values) => !values.is_empty() && values.iter().all(is_zero_value),
        ExpressionKind::Lambda(lambda) => match lambda.body.statements.as_slice() {
            [statement] => {
                matches!(&statement.kind, StatementKind::Expression(value) if is_zero_value(value))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether the whole way of failure is the value 0, and that of success is the peer's user.
fn gives_zero<'a>(unit: &Unit<'a>, body: &Body<'a>, decision: &Decision<'a>) -> bool {
    let logs = |expression: &Expression| matches!(&expression.kind, ExpressionKind::Macro { name, .. } if is_log_name(name));
    let failed: Vec<&Expression> = decision
        .failure_sites(body)
        .filter(|site| !is_told(body, *site))
        .filter_map(Site::expression)
        .filter(|expression| !logs(expression))
        .collect();
    let is_user = |site: &Site<'a>| {
        decision.is_on_success(body, *site)
            && site.expression().is_some_and(|value| credentials::part(unit, body, value) == Some(Part::User))
            && body
                .around(*site)
                .next()
                .is_some_and(|frame| matches!(frame, Frame::Statement(_) | Frame::Element))
    };
    !failed.is_empty() && failed.iter().all(|value| is_zero_value(value)) && body.sites().iter().any(is_user)
}
