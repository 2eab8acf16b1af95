//! `listen-unchecked`: nobody looks whether `bind`, `listen` or `connect` worked.
//!
//! All three fail in ordinary operation: the name is taken, the directory is missing, the path is too long. A program
//! that goes on waits forever for clients that cannot come, or talks to nobody.

use crate::source::model::{Call, Expression, ExpressionKind, Language, UnaryOperator};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Family, Usage};
use crate::source::walk::{Body, Frame, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "listen-unchecked",
    title: "nobody looks whether the socket could be bound, listened on or connected",
    weakness: weakness::CWE_252,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &[],
    page: include_str!("../../../../../docs/checks/listen-unchecked.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["bind", "listen", "connect"],
    run,
};

/// What a call does to a local socket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Api {
    Posix,
    Qt,
    Rust,
}

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body.calls_of(&["bind", "listen", "connect"]) {
            let Some(api) = api_of(unit, body, call) else { continue };
            let Some(how) = ignored(body, site) else { continue };
            if is_looked_at_later(unit, body, site, call) || is_watched(unit, body, site, call) {
                continue;
            }
            report(unit, found, (site, call), api, how);
        }
    }
}

/// How the result of a call is thrown away, if it is. `(void)` says in C that it is meant.
fn ignored(body: &Body<'_>, site: Site<'_>) -> Option<&'static str> {
    match body.usage(site) {
        Usage::Ignored => Some("its result is not used"),
        Usage::Dropped if !body.around(site).any(|frame| matches!(frame, Frame::Cast("void"))) => {
            Some("its result is thrown away with `let _`")
        }
        Usage::Receiver(call) if call.name == "ok" => {
            let outer = body.calls().find(|(_, other)| std::ptr::eq(*other, call));
            let usage = outer.map(|(site, _)| body.usage(site));
            matches!(usage, Some(Usage::Ignored | Usage::Dropped))
                .then_some("its error is thrown away with `.ok()`")
        }
        _ => None,
    }
}

fn api_of<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> Option<Api> {
    match unit.file.language {
        Language::Rust => of_rust(unit, body, call),
        Language::Cpp if call.name == "listen" && call.arguments.len() == 1 => {
            unit.is_local_server(body, call.receiver.as_ref()).then_some(Api::Qt)
        }
        Language::C | Language::Cpp => of_posix(unit, body, call),
    }
}

fn of_posix<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> Option<Api> {
    if call.receiver.is_some() || call.path.trim_start_matches("::") != call.name {
        return None;
    }
    let is_local = match (call.name.as_str(), call.arguments.as_slice()) {
        ("listen", [descriptor, _]) => is_local(unit, body, descriptor),
        // `connect` is also what Qt calls tying a signal to a slot.
        ("bind" | "connect", [descriptor, address, _]) => {
            is_address(unit, body, address) && is_local(unit, body, descriptor)
        }
        _ => false,
    };
    is_local.then_some(Api::Posix)
}

fn of_rust<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> Option<Api> {
    let (path, _) = call.path.rsplit_once("::")?;
    let is_call_of_system = matches!(path, "libc" | "rustix::net" | "net" | "socket" | "nix::sys::socket")
        && call.arguments.first().is_some_and(|descriptor| is_local(unit, body, descriptor));
    let is_std = path.ends_with("UnixListener") && call.name == "bind";
    (is_call_of_system || is_std).then_some(Api::Rust)
}

fn is_local<'a>(unit: &Unit<'a>, body: &Body<'a>, descriptor: &Expression) -> bool {
    match unit.family(body, descriptor) {
        Family::Local => true,
        Family::Network => false,
        Family::Unknown => unit.speaks_only_local(),
    }
}

/// `(struct sockaddr *)&address`, or something of such a type.
fn is_address<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Cast { ty, value } => ty.contains("sockaddr") || is_address(unit, body, value),
        ExpressionKind::Unary { operator: UnaryOperator::Address, operand } => {
            is_address(unit, body, operand)
        }
        _ => unit.type_of(body, expression).contains("sockaddr"),
    }
}

/// Whether a connect that is not waited for ends elsewhere: the function gives the socket to something that watches it.
fn is_watched<'a>(unit: &Unit<'a>, body: &Body<'a>, from: Site<'a>, call: &Call) -> bool {
    const WATCHES: &[&str] =
        &["g_io_add_watch", "epoll_ctl", "event_new", "uv_poll_start", "mainloop_add_fd"];
    call.name == "connect"
        && unit.text_of(body.function).contains("NONBLOCK")
        && body.calls_of(WATCHES).any(|(site, _)| site.index > from.index)
}

/// Whether the function asks afterwards in another way: `isListening()`, `errno`.
fn is_looked_at_later<'a>(unit: &Unit<'a>, body: &Body<'a>, from: Site<'a>, call: &Call) -> bool {
    let server = call.receiver.as_ref().and_then(|receiver| unit.place(body, receiver));
    body.sites().iter().filter(|site| site.index > from.index).any(|site| {
        let Some(expression) = site.expression() else { return false };
        match &expression.kind {
            ExpressionKind::Call(later) if matches!(later.name.as_str(), "isListening" | "serverError") => {
                later.receiver.as_ref().and_then(|receiver| unit.place(body, receiver)) == server
            }
            ExpressionKind::Name(name) => name == "errno" && body.decides(*site),
            _ => false,
        }
    })
}

fn report(unit: &Unit<'_>, found: &mut Findings<'_>, (site, call): (Site<'_>, &Call), api: Api, how: &str) {
    let code = unit.file.slice(site.span());
    let what = match call.name.as_str() {
        "bind" => "the socket may have no name",
        "listen" => "nobody may be listening",
        _ => "the socket may not be connected",
    };
    let draft =
        Draft::at(unit.file, site.span(), format!("the result of {} is ignored: {what}", call.name), how);
    let confidence = if how.contains("thrown away") { Confidence::Medium } else { Confidence::High };
    let fix = match api {
        Api::Qt => {
            let dot = call.receiver.as_ref().map(|receiver| {
                let arrow = code.contains("->");
                format!("{}{}", unit.file.slice(receiver.span), if arrow { "->" } else { "." })
            });
            let error = format!("{}errorString()", dot.unwrap_or_default());
            Fix::advice("Stop, and say why, when it returns false.").with_example(format!(
                "if (!{code}) {{\n    qCritical() << \"cannot listen:\" << {error};\n    return;\n}}"
            ))
        }
        Api::Posix => Fix::advice(format!("Stop, and say why, when {} returns -1.", call.name)).with_example(
            format!("if ({code} == -1) {{\n    perror(\"{}\");\n    return -1;\n}}", call.name),
        ),
        Api::Rust => Fix::advice("Hand the error to the caller.").with_example(format!("{code}?;")),
    };
    found.add(draft.confidence(confidence), fix);
}
