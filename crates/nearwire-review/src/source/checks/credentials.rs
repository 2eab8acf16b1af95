//! The credentials that the kernel keeps of a peer: where code reads them, and what becomes of them.

use crate::source::model::{
    BinaryOperator, Call, Expression, ExpressionKind, Language, StatementKind, UnaryOperator,
};
use crate::source::rule::Unit;
use crate::source::values::effects::is_told;
use crate::source::values::{Given, Place, Scope, says};
use crate::source::walk::{Body, Frame, Site};

/// What only code that reads a peer's credentials mentions.
pub(super) const NEEDLES: &[&str] = &[
    "PEERCRED",
    "getpeereid",
    "getpeerucred",
    "peer_cred",
    "peercred",
    "PeerCredentials",
    "SCM_CREDENTIALS",
    "ucred",
    "UCred",
];

/// Types that hold credentials.
const TYPES: &[&str] = &[
    "ucred",
    "UCred",
    "Ucred",
    "UnixCredentials",
    "PeerCredentials",
    "UnixCred",
    "unpcbid",
    "cmsgcred",
    "PeerCred",
];

/// Names that are given to nothing else.
const NAMES: &[&str] = &["ucred", "peercred", "peer_cred", "peer_creds", "peer_credentials", "peerCred"];

/// Calls of Rust that ask the kernel for them.
pub(super) const ASKING: &[&str] =
    &["peer_cred", "peer_credentials", "peer_creds", "socket_peercred", "get_peer_cred", "peercred"];

/// A part of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    User,
    Group,
    Process,
}

/// Which part of a peer's credentials an expression is, if it is one: `peer.uid`, `peer.uid()`.
pub(super) fn part<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression) -> Option<Part> {
    let (base, name) = match &expression.kind {
        ExpressionKind::Field { base, name } => (&**base, name.as_str()),
        ExpressionKind::Call(call) if call.arguments.is_empty() => {
            (call.receiver.as_ref()?, call.name.as_str())
        }
        _ => return None,
    };
    let part = match name {
        "uid" | "euid" | "cmcred_uid" | "cmcred_euid" | "cr_uid" | "unp_euid" | "unix_user_id" => Part::User,
        "gid" | "egid" | "cmcred_gid" | "cr_gid" | "unp_egid" => Part::Group,
        "pid" | "cmcred_pid" | "unp_pid" | "process_id" => Part::Process,
        _ => return None,
    };
    are_credentials(unit, body, base).then_some(part)
}

/// Whether an expression holds credentials of a peer: by its type, or because the kernel was asked for it.
fn are_credentials<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression) -> bool {
    let declared = unit.type_of(body, expression);
    if TYPES.contains(&declared.rsplit("::").next().unwrap_or_default()) {
        return true;
    }
    if unit.file.language == Language::Rust {
        let asked = |expression: &Expression| says(unit.file.slice(expression.span), ASKING);
        let origins = unit.origins(body, expression);
        return asked(expression) || origins.into_iter().any(|(_, origin)| asked(origin));
    }
    let Some(place) = unit.place(body, expression) else { return false };
    NAMES.contains(&place.leaf())
        || unit
            .definitions(body, &place)
            .iter()
            .any(|definition| matches!(definition.given, Given::Written(call, 3) if asks(unit, call)))
}

/// `getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size)`
pub(super) fn asks(unit: &Unit<'_>, call: &Call) -> bool {
    let option = call.arguments.get(2).map(|option| unit.file.slice(option.span));
    call.name == "getsockopt" && option.is_some_and(|option| option.ends_with("PEERCRED"))
}

/// Where the value at a site is used: there, or where the variable that is declared with it or assigned to is read.
pub(super) fn uses<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> Vec<Site<'a>> {
    let kept = body.around(site).find_map(|frame| match frame {
        Frame::Cast(_) | Frame::Try | Frame::Unary(UnaryOperator::Address) => None,
        Frame::Receiver(call) if matches!(call.name.as_str(), "into" | "as_raw" | "unwrap" | "clone") => None,
        Frame::Declared(statement) => match &statement.kind {
            StatementKind::Declare { name, .. } => {
                Some(Some(Place { scope: Scope::Local, path: bound_name(name).to_owned() }))
            }
            _ => Some(None),
        },
        Frame::Assigned(target) => Some(unit.place(body, target).filter(|place| place.scope == Scope::Local)),
        Frame::Matches(pattern) => {
            Some(Some(Place { scope: Scope::Local, path: bound_name(pattern).to_owned() }))
        }
        _ => Some(None),
    });
    match kept.flatten() {
        Some(place) => reads(unit, body, &place, site),
        None => vec![site],
    }
}

/// `pid` of `Some(pid)`.
pub(super) fn bound_name(pattern: &str) -> &str {
    let inner = pattern.split_once('(').map_or(pattern, |(_, inner)| inner.trim_end_matches(')'));
    inner.trim_start_matches("mut ").trim()
}

/// Where a place, or a part of it, is read after a site.
pub(super) fn reads<'a>(unit: &Unit<'a>, body: &Body<'a>, place: &Place, from: Site<'a>) -> Vec<Site<'a>> {
    let later = body.sites().iter().copied().filter(|site| site.index > from.index);
    later
        .filter(|site| {
            let Some(expression) = site.expression() else { return false };
            let names = matches!(expression.kind, ExpressionKind::Name(_) | ExpressionKind::Field { .. });
            let first = body.around(*site).next();
            names
                && !matches!(first, Some(Frame::Target(_)))
                && unit.place(body, expression).is_some_and(|found| place.contains(&found))
        })
        .collect()
}

/// Whether what is at a site decides or goes on to somewhere else: not if it is only logged, or only part of a larger place.
pub(super) fn matters<'a>(body: &Body<'a>, site: Site<'a>) -> bool {
    let first = body.around(site).next();
    let is_base = matches!(first, Some(Frame::Part));
    let is_dropped = match first {
        Some(Frame::Cast("void")) => true,
        // Without a semicolon behind it, it is the value of its block.
        Some(Frame::Statement(statement)) => statement.span.end != site.span().end,
        _ => false,
    };
    !is_base && !is_dropped && !is_told(body, site)
}

/// The number that the value at a site is compared with, if it is compared: `Some(None)` for something else than a number.
pub(super) fn compared_with<'a>(body: &Body<'a>, site: Site<'a>) -> Option<Option<i128>> {
    body.around(site).find_map(|frame| match frame {
        Frame::Cast(_) => None,
        Frame::Binary(operator, other) if operator.compares() => Some(Some(other.number())),
        Frame::Unary(UnaryOperator::Not) => Some(Some(Some(0))),
        Frame::Condition(_) | Frame::Binary(BinaryOperator::LogicalAnd | BinaryOperator::LogicalOr, _) => {
            Some(Some(Some(0)))
        }
        _ => Some(None),
    })?
}
