//! Calls that take connections from a local listener, again and again: what two checks look at.

use crate::Confidence;
use crate::source::model::{
    BinaryOperator, Call, Expression, ExpressionKind, Language, Loop, LoopKind, Span, StatementKind,
    UnaryOperator,
};
use crate::source::rule::Unit;
use crate::source::values::{Convention, Failure, Family, Place, Scope};
use crate::source::walk::{Body, Frame, Site};

/// A call that takes connections in a loop that is not meant to end.
#[derive(Debug)]
pub(super) struct Accepting<'a> {
    /// The call; `incoming()` where a loop goes through that.
    pub(super) site: Site<'a>,
    /// The innermost loop around it.
    pub(super) looped: &'a Loop,
    /// Where the function goes on when it fails.
    pub(super) failure: Failure<'a>,
    /// Where the result is looked at, if that is not the call.
    pub(super) at: Span,
    /// How sure it is that the listener is a local one; at most that sure is what is found.
    pub(super) confidence: Confidence,
    /// Failures are left out by `flatten()` and the like.
    pub(super) skips: bool,
}

/// All of them in a function.
pub(super) fn all<'a>(unit: &Unit<'a>, body: &Body<'a>) -> Vec<Accepting<'a>> {
    if body.function.is_test || !unit.speaks_local() {
        return Vec::new();
    }
    body.calls().filter_map(|(site, call)| one(unit, body, site, call)).collect()
}

fn one<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> Option<Accepting<'a>> {
    let listener = listener(unit, call)?;
    let confidence = is_local(unit, body, listener)?;
    let looped = body.loops(site).next()?;
    if call.name == "incoming" {
        return incoming(unit, body, site, looped, confidence);
    }
    if !is_endless(looped, site) {
        return None;
    }
    let failure = unit.failure(body, site, Convention::Number);
    Some(Accepting { site, looped, failure, at: site.span(), confidence, skips: false })
}

/// What connections are taken from, if the call takes one.
fn listener<'a>(unit: &Unit<'_>, call: &'a Call) -> Option<&'a Expression> {
    match unit.file.language {
        Language::Rust => match (call.name.as_str(), &call.receiver) {
            ("accept" | "incoming", Some(listener)) if call.arguments.is_empty() => Some(listener),
            ("accept" | "accept4" | "accept_with", None) => call.arguments.first(),
            _ => None,
        },
        Language::C | Language::Cpp => {
            let is_call = matches!(call.path.as_str(), "accept" | "::accept" | "accept4" | "::accept4");
            (is_call && call.receiver.is_none() && call.arguments.len() >= 3)
                .then(|| call.arguments.first())
                .flatten()
        }
    }
}

/// How sure it is that a listener is local; `None` if it is not, or nothing says so.
fn is_local<'a>(unit: &Unit<'a>, body: &Body<'a>, listener: &'a Expression) -> Option<Confidence> {
    match unit.family(body, listener) {
        Family::Local => Some(Confidence::High),
        Family::Network => None,
        Family::Unknown if unit.speaks_only_local() => Some(Confidence::High),
        Family::Unknown => Some(Confidence::Low),
    }
}

/// `for stream in listener.incoming()`: the result is the variable of the loop.
fn incoming<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    site: Site<'a>,
    looped: &'a Loop,
    confidence: Confidence,
) -> Option<Accepting<'a>> {
    if looped.kind != LoopKind::ForEach
        || !body.around(site).any(|frame| matches!(frame, Frame::LoopCondition(_)))
    {
        return None;
    }
    let StatementKind::Declare { name, .. } = &looped.before.first()?.kind else { return None };
    let place = Place { scope: Scope::Local, path: name.clone() };
    let failure = unit.failure_of(body, &place, site, Convention::Number);
    let skips = body.around(site).any(|frame| match frame {
        Frame::Receiver(call) if call.name == "flatten" => true,
        Frame::Receiver(call) if matches!(call.name.as_str(), "filter_map" | "flat_map") => {
            call.arguments.iter().any(|argument| {
                matches!(
                    unit.file.slice(argument.span).trim(),
                    "Result::ok" | "|s| s.ok()" | "|stream| stream.ok()" | "|r| r.ok()"
                )
            })
        }
        _ => false,
    });
    let is_plain = matches!(body.around(site).next(), Some(Frame::LoopCondition(_)));
    if !skips && !is_plain {
        return None;
    }
    let decided = decided_at(body, &place, site);
    Some(Accepting { site, looped, failure, at: decided.unwrap_or(site.span()), confidence, skips })
}

/// Where the variable of a loop is looked at first.
fn decided_at<'a>(body: &Body<'a>, place: &Place, from: Site<'a>) -> Option<Span> {
    let later = body.sites().iter().filter(|site| site.index > from.index);
    later.filter_map(|site| site.expression()).find_map(|expression| match &expression.kind {
        ExpressionKind::Name(name) if *name == place.path => Some(expression.span),
        _ => None,
    })
}

/// Whether a loop goes on until something else than a counter or the call at `site` ends it.
fn is_endless(looped: &Loop, site: Site<'_>) -> bool {
    match (&looped.condition, looped.kind) {
        (_, LoopKind::ForEach) => false,
        (None, _) => true,
        (Some(condition), _) => condition.span.contains(site.span()) || is_flag(condition),
    }
}

/// `true`, `1`, `running`, `!stop`, `self.running.load(…)`: neither a comparison nor a count.
fn is_flag(condition: &Expression) -> bool {
    match &condition.kind {
        ExpressionKind::Binary {
            operator: BinaryOperator::LogicalAnd | BinaryOperator::LogicalOr,
            left,
            right,
        } => is_flag(left) && is_flag(right),
        ExpressionKind::Unary { operator: UnaryOperator::Not, operand } => is_flag(operand),
        ExpressionKind::Boolean(true)
        | ExpressionKind::Name(_)
        | ExpressionKind::Field { .. }
        | ExpressionKind::Call(_) => true,
        ExpressionKind::Number { value } => *value != Some(0),
        _ => false,
    }
}

/// What says in a function of C that it looks at which error it was.
const ERRORS: &[&str] =
    &["EINTR", "EAGAIN", "EWOULDBLOCK", "EMFILE", "ENFILE", "ECONNABORTED", "WSAGetLastError", "EPROTO"];

/// The same in Rust.
const KINDS: &[&str] =
    &[".kind()", "raw_os_error", "ErrorKind", "Errno", "WouldBlock", "Interrupted", "downcast"];

/// Whether the loop looks at which error it was.
pub(super) fn looks_at_error<'a>(unit: &Unit<'a>, body: &Body<'a>, accepting: &Accepting<'a>) -> bool {
    let text = unit.file.slice(accepting.looped.body.span);
    let condition = accepting
        .looped
        .condition
        .as_ref()
        .map(|condition| unit.file.slice(condition.span))
        .unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word) || condition.contains(word));
    if unit.file.language == Language::Rust {
        return says(KINDS) || says(ERRORS) || has_guard(body, accepting);
    }
    says(ERRORS) || body.sites().iter().any(|site| is_read_errno(body, *site, accepting.looped))
}

/// An arm for an error has a condition.
fn has_guard<'a>(body: &Body<'a>, accepting: &Accepting<'a>) -> bool {
    let Failure::Decided(decision) = accepting.failure else { return false };
    let mut sites = decision.failure_sites(body);
    sites
        .any(|site| body.around(site).any(|frame| matches!(frame, Frame::Arm(_, arm) if arm.guard.is_some())))
}

/// `errno`, other than for a message.
fn is_read_errno<'a>(body: &Body<'a>, site: Site<'a>, looped: &Loop) -> bool {
    let is_name = matches!(site.expression().map(|expression| &expression.kind),
        Some(ExpressionKind::Name(name)) if name.to_ascii_lowercase().contains("errno"));
    let for_message = |frame: &Frame<'a>| matches!(frame, Frame::Argument(call, _) if is_message(&call.name));
    // `throw system_error(errno)`, `return -errno`: it is handed on, and decides nothing here.
    let is_handed_on = body.around(site).any(|frame| matches!(frame, Frame::Returned)) && !body.decides(site);
    is_name
        && !is_handed_on
        && body.loops(site).any(|around| std::ptr::eq(around, looped))
        && !body.around(site).any(|frame| for_message(&frame))
}

fn is_message(name: &str) -> bool {
    name.contains("strerror") || name.starts_with("err") || crate::source::values::effects::is_log_name(name)
}

/// Words of programs whose listeners do not block: there, the end of a loop only means that nobody waits.
const NON_BLOCKING: &[&str] = &[
    "O_NONBLOCK",
    "SOCK_NONBLOCK",
    "FIONBIO",
    "set_nonblocking",
    "EAGAIN",
    "EWOULDBLOCK",
    "WouldBlock",
    "event_add",
    "ev_io",
    "uv_",
    "EPOLL",
    "kevent",
    "sd_event",
    "g_source",
    "g_io_",
    "nonblock",
    "mio::",
    "set_non_block",
];

/// Whether a listener of the file may be one that does not block.
pub(super) fn may_not_block(unit: &Unit<'_>) -> bool {
    NON_BLOCKING.iter().any(|word| unit.file.text.contains(word))
}

/// Whether `.await` stands behind an expression.
pub(super) fn is_awaited(unit: &Unit<'_>, span: Span) -> bool {
    let end = usize::try_from(span.end).unwrap_or(usize::MAX);
    unit.file.text.get(end..).is_some_and(|rest| rest.trim_start().starts_with(".await"))
}
