//! A loop that connects until it succeeds never ends when the server does not come: no count, no deadline, no way out.

use crate::source::model::{
    BinaryOperator, Call, Expression, ExpressionKind, Language, Loop, LoopKind, StatementKind, UnaryOperator,
};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::effects::{is_log_name, pauses, polls};
use crate::source::values::{Convention, Decision, Failure, ends, says};
use crate::source::walk::{Body, Frame, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "connect-spin",
    title: "connecting is tried for ever",
    weakness: weakness::CWE_835,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &[],
    page: include_str!("../../../../../docs/checks/connect-spin.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["connect"],
    run,
};

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test && unit.speaks_local()) {
        for (site, call) in body.calls() {
            if let Some(convention) = connects(unit, body, call) {
                look(unit, body, site, convention, found);
            }
        }
    }
}

/// How the call says that it failed, if it connects a local socket.
fn connects<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> Option<Convention> {
    let is_local = match (unit.file.language, call.name.as_str()) {
        (Language::Rust, "connect" | "connect_addr") => call.path.contains("UnixStream::"),
        (Language::Cpp, "connectToServer") => is_local_socket(unit, body, call),
        (Language::C | Language::Cpp, "connect") => is_posix(unit, body, call),
        _ => false,
    };
    is_local.then_some(match call.name.as_str() {
        "connectToServer" => Convention::True,
        _ => Convention::Zero,
    })
}

fn is_local_socket<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    let declared = call.receiver.as_ref().map(|receiver| unit.type_of(body, receiver)).unwrap_or_default();
    declared.contains("QLocalSocket") || (declared.is_empty() && unit.file.text.contains("QLocalSocket"))
}

/// `connect(fd, (struct sockaddr *)&addr, size)`: Qt has a function of this name, too.
fn is_posix<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    let [_, address, _] = call.arguments.as_slice() else { return false };
    let written = unit.file.slice(address.span);
    let is_address = written.contains("sockaddr") || unit.type_of(body, address).contains("sockaddr");
    matches!(call.path.as_str(), "connect" | "::connect") && is_address && unit.speaks_only_local()
}

fn look<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    site: Site<'a>,
    convention: Convention,
    found: &mut Findings<'_>,
) {
    let Some(looped) = body.loops(site).next().filter(|looped| looped.kind != LoopKind::ForEach) else {
        return;
    };
    let failure = unit.failure(body, site, convention);
    let Some(retry) = retry(unit, site, looped, &failure) else { return };
    if is_limited_outside(body, site)
        || is_chosen(unit, body, site)
        || !no_way_out(unit, body, looped, &retry)
    {
        return;
    }
    report(unit, body, site, looped, &retry, found);
}

/// What ends the loop.
enum Retry<'a> {
    /// Its condition is that it is not connected yet.
    Condition,
    /// Something that is only reached on success.
    Success(Decision<'a>),
}

fn retry<'a>(unit: &Unit<'a>, site: Site<'a>, looped: &'a Loop, failure: &Failure<'a>) -> Option<Retry<'a>> {
    if let Failure::Decided(decision) = failure
        && let Some(retrying) = decision.retrying_loop()
    {
        return (decision.whole && std::ptr::eq(retrying, looped)).then_some(Retry::Condition);
    }
    match &looped.condition {
        Some(condition) if !is_always(condition) => (unit.file.language == Language::Cpp
            && waits_for_state(unit, condition, site))
        .then_some(Retry::Condition),
        _ => match failure {
            Failure::Decided(decision) if decision.whole => Some(Retry::Success(*decision)),
            _ => None,
        },
    }
}

fn is_always(condition: &Expression) -> bool {
    matches!(condition.kind, ExpressionKind::Boolean(true) | ExpressionKind::Number { value: Some(1) })
}

/// `socket.state() != QLocalSocket::ConnectedState`, `!socket.waitForConnected(…)`: nothing else ends the loop.
fn waits_for_state(unit: &Unit<'_>, condition: &Expression, site: Site<'_>) -> bool {
    let Some(ExpressionKind::Call(connect)) = site.expression().map(|expression| &expression.kind) else {
        return false;
    };
    let same = |call: &Call| {
        let receiver =
            |call: &Call| call.receiver.as_ref().map(|receiver| unit.file.slice(receiver.span).to_owned());
        receiver(call) == receiver(connect)
    };
    match &condition.kind {
        ExpressionKind::Binary { operator: BinaryOperator::NotEqual, left, right } => {
            let is_state =
                matches!(&left.kind, ExpressionKind::Call(call) if call.name == "state" && same(call));
            is_state && unit.file.slice(right.span).ends_with("ConnectedState")
        }
        ExpressionKind::Unary { operator: UnaryOperator::Not, operand } => {
            matches!(&operand.kind, ExpressionKind::Call(call) if matches!(call.name.as_str(), "waitForConnected" | "isConnected" | "isValid") && same(call))
        }
        _ => false,
    }
}

/// A limit around the loop: `timeout(limit, async { loop { … } })`.
fn is_limited_outside<'a>(body: &Body<'a>, site: Site<'a>) -> bool {
    body.around(site).any(|frame| match frame {
        Frame::Argument(call, _) => call.name.contains("timeout") || call.name.contains("retry"),
        Frame::Macro(name) => name == "select",
        _ => false,
    })
}

/// Whether somebody asks for it: a condition around the loop names a limit, or that there is none.
fn is_chosen<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> bool {
    let outside = body.around(site).skip_while(|frame| !matches!(frame, Frame::LoopBody(_)));
    outside.into_iter().any(|frame| match frame {
        Frame::Branch(condition, _) => {
            let condition = unit.file.slice(condition.span).to_ascii_lowercase();
            says(&condition, &["timeout", "deadline", "forever"])
        }
        _ => false,
    })
}

/// Whether the loop is left on success only, and a success leaves it.
fn no_way_out<'a>(unit: &Unit<'a>, body: &Body<'a>, looped: &'a Loop, retry: &Retry<'a>) -> bool {
    let inside = |site: &&Site<'a>| body.loops(**site).any(|around| std::ptr::eq(around, looped));
    let exits: Vec<Site<'a>> =
        body.sites().iter().filter(inside).copied().filter(|site| may_leave(unit, *site)).collect();
    match retry {
        Retry::Condition => exits.is_empty(),
        Retry::Success(decision) => {
            exits.iter().any(|exit| exit.statement().is_some())
                && exits.iter().all(|exit| decision.is_on_success(body, *exit))
        }
    }
}

/// Whether what happens at a site may leave the loop: a jump, the end of the program, or a function that is not known.
fn may_leave(unit: &Unit<'_>, site: Site<'_>) -> bool {
    if let Some(statement) = site.statement() {
        return matches!(
            statement.kind,
            StatementKind::Return(_)
                | StatementKind::Break
                | StatementKind::Goto(_)
                | StatementKind::Throw(_)
        );
    }
    let Some(expression) = site.expression() else { return false };
    match &expression.kind {
        ExpressionKind::Try(_) => true,
        ExpressionKind::Call(call) => ends(expression) || may_throw(unit, call),
        ExpressionKind::Macro { name, .. } => !is_log_name(name),
        _ => false,
    }
}

/// Functions that neither throw nor end the program, beside those that log or wait.
const PLAIN: &[&str] = &[
    "connect",
    "connect_addr",
    "connectToServer",
    "waitForConnected",
    "state",
    "close",
    "abort",
    "socket",
    "memset",
    "memcpy",
    "strcpy",
    "strncpy",
    "snprintf",
    "bzero",
    "setsockopt",
    "fcntl",
    "from_millis",
    "from_secs",
    "from_micros",
    "strerror",
    "fflush",
    "Ok",
    "Some",
    "path",
    "as_ref",
    "display",
    "to_string",
    "disconnectFromServer",
    "error",
    "errorString",
    "yield_now",
    "spin_loop",
    "sched_yield",
    "processEvents",
    "milliseconds",
    "seconds",
    "is_err",
    "is_ok",
    "as_path",
    "is_none",
    "is_some",
    "join",
    "clone",
    "setServerName",
    "isConnected",
    "isValid",
    "from_millis_f64",
    "map_err",
    "ok",
    "unlikely",
    "likely",
    "drop",
    "shutdown",
];

fn may_throw(unit: &Unit<'_>, call: &Call) -> bool {
    let known = PLAIN.contains(&call.name.as_str())
        || is_log_name(&call.name)
        || pauses(unit, call)
        || polls(unit, call);
    !known
}

fn report<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    site: Site<'a>,
    looped: &'a Loop,
    retry: &Retry<'a>,
    found: &mut Findings<'_>,
) {
    let file = unit.file;
    let seen = format!("`{}` is tried until it succeeds", unit.quoted(site.span()));
    let mut draft = Draft::at(file, site.span(), "without a server this loop never ends", seen);
    draft = match (retry, &looped.condition) {
        (Retry::Condition, Some(condition)) => draft.seen(
            file,
            condition.span,
            format!("`{}` is all that ends the loop", unit.quoted(condition.span)),
        ),
        _ => draft.fact("the loop is left on success only: no count of tries, no deadline, no error ends it"),
    };
    let pause = body.calls().find(|(site, call)| {
        (pauses(unit, call) || polls(unit, call))
            && body.loops(*site).any(|around| std::ptr::eq(around, looped))
    });
    draft = match pause {
        Some((site, _)) => {
            let seen = format!("`{}` makes it cheap, not finite", unit.quoted(site.span()));
            draft.seen(file, site.span(), seen).severity(Severity::Low)
        }
        None => draft.fact("nothing in the loop waits, so it takes a whole processor"),
    };
    let fix = Fix::advice("Give up after a number of tries or at a deadline, and tell the caller why.");
    found.add(draft, fix.with_example(example(file.language)));
}

fn example(language: Language) -> &'static str {
    match language {
        Language::Rust => "Err(error) if Instant::now() >= deadline => return Err(error),",
        Language::Cpp => "while (socket.state() != QLocalSocket::ConnectedState && !deadline.hasExpired())",
        Language::C => "for (int tries = 0; tries < 50; tries++)",
    }
}
