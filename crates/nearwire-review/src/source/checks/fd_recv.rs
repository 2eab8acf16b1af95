//! Descriptors that come with a message need two things: close-on-exec from the start, and a look at `MSG_CTRUNC`, which
//! alone says that some did not fit and are gone.

use super::fd_inherit;
use crate::source::model::{Call, Expression, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Scope, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "fd-recv",
    title: "received descriptors survive exec, or get lost unnoticed",
    weakness: weakness::CWE_403,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2014-3635"],
    page: include_str!("../../../../../docs/checks/fd-recv.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["SCM_RIGHTS", "ScmRights"],
    run,
};

const RIGHTS: &[&str] = &["SCM_RIGHTS", "ScmRights"];
const CLOSES_ON_EXEC: &[&str] = &["CLOEXEC", "cloexec", "F_SETFD", "close_on_exec", "closeonexec"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body.calls_of(&["recvmsg"]) {
            received(unit, body, site, call, found);
        }
    }
}

fn received<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call, found: &mut Findings<'_>) {
    // The descriptors are taken out here, or in a function that is called then.
    let mut texts = unit.called_after(body, site);
    texts.push(unit.text_of(body.function));
    if call.receiver.is_some() || !texts.iter().any(|text| says(text, RIGHTS)) || !has_control(unit, body) {
        return;
    }
    let Some(flags) = call.arguments.last() else { return };
    let mut callers = unit.callers(body.function).map(|(file, caller)| file.slice(caller.span));
    let survives = lacks_cloexec(unit, body, flags)
        && !texts.iter().any(|text| says(text, CLOSES_ON_EXEC))
        && !callers.any(|text| says(text, CLOSES_ON_EXEC));
    let unnoticed = !unit.file.text.contains("CTRUNC")
        && !texts.iter().any(|text| compares_length(text))
        && !is_callers(unit, body, call)
        && takes_several(unit.text_of(body.function));
    let message = match (survives, unnoticed) {
        (true, true) => "received descriptors survive exec, and lost ones are not noticed",
        (true, false) => "received descriptors survive exec",
        (false, true) => "descriptors that did not fit are lost unnoticed",
        (false, false) => return,
    };
    let file = unit.file;
    let mut draft =
        Draft::at(file, site.span(), message, format!("recvmsg with the flags {}", file.slice(flags.span)));
    if survives {
        draft = draft.fact("neither MSG_CMSG_CLOEXEC nor FD_CLOEXEC is used where the descriptors are taken, or by its callers");
        if unit.file.language != Language::Rust {
            // Whether this process ever executes one, with the descriptor still open, was not followed.
            draft = draft.confidence(Confidence::Low);
            draft = match fd_inherit::executed(unit) {
                Some((file, span)) => {
                    draft.seen(file, span, "a program is executed here, maybe by another process")
                }
                None => {
                    draft.fact("in these files no program is executed, or all descriptors are closed before")
                }
            };
        }
    } else {
        draft = draft.severity(Severity::Low);
    }
    if unnoticed {
        draft = draft
            .fact("MSG_CTRUNC does not occur in the file, and no length of a control message is compared");
        if !survives && hands_on(unit, body) {
            draft = draft
                .confidence(Confidence::Low)
                .fact("the caller gets the descriptors, and may know how many there must be");
        }
    }
    let fix = Fix::advice(match (survives, unnoticed) {
        (true, true) => {
            "Receive with MSG_CMSG_CLOEXEC; if msg_flags has MSG_CTRUNC, close what came and refuse the message."
        }
        (true, false) => {
            "Receive with MSG_CMSG_CLOEXEC: setting the flag later leaves a moment for another thread's fork."
        }
        _ => "If msg_flags has MSG_CTRUNC, close the descriptors that came and refuse the message.",
    });
    found.add(draft, fix.with_example(example(unit, call, survives, unnoticed)));
}

fn example(unit: &Unit<'_>, call: &Call, survives: bool, unnoticed: bool) -> String {
    if unit.file.language == Language::Rust {
        let flags = if call.path.starts_with("libc") { "MSG_CMSG_CLOEXEC" } else { "CMSG_CLOEXEC" };
        return match (survives, unnoticed) {
            (true, true) => format!("{flags}; then: if flags contain CTRUNC {{ return Err(…) }}"),
            (true, false) => flags.to_owned(),
            _ => "if message.flags.contains(ReturnFlags::CTRUNC) { return Err(…) }".to_owned(),
        };
    }
    let slice = |expression: &Expression| unit.file.slice(expression.span);
    let mut arguments = call.arguments.iter().map(slice);
    let (socket, message) = (arguments.next().unwrap_or("fd"), arguments.next().unwrap_or("&msg"));
    let flags = "MSG_CMSG_CLOEXEC";
    let name = message.trim_start_matches('&');
    let dot = if message.starts_with('&') { "." } else { "->" };
    let test = format!("if ({name}{dot}msg_flags & MSG_CTRUNC) /* close them all */");
    match (survives, unnoticed) {
        (true, true) => format!("recvmsg({socket}, {message}, {flags}); {test}"),
        (true, false) => format!("recvmsg({socket}, {message}, {flags})"),
        _ => test,
    }
}

/// Whether the function gives the kernel room for control messages.
fn has_control(unit: &Unit<'_>, body: &Body<'_>) -> bool {
    unit.file.language == Language::Rust || unit.text_of(body.function).contains("msg_control")
}

/// Whether a function of Rust returns descriptors or their number.
fn hands_on(unit: &Unit<'_>, body: &Body<'_>) -> bool {
    unit.file.language == Language::Rust && says(&body.function.returns, &["RawFd", "OwnedFd", "usize"])
}

/// Whether the message is a parameter: then the caller sees its flags.
fn is_callers<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    let message = call.arguments.get(1).and_then(|message| unit.place(body, message));
    message.is_some_and(|message| {
        body.function.parameters.iter().any(|parameter| parameter.name == message.root())
    })
}

/// Whether the control buffer has room for more than one descriptor. With one, a lost descriptor is a missing message.
fn takes_several(text: &str) -> bool {
    let squeezed: String = text.split_whitespace().collect();
    ["CMSG_SPACE(", "CMSG_LEN(", "cmsg_space!("].iter().any(|room| {
        squeezed.split(room).skip(1).any(|rest| {
            let size = rest.split([';', '{']).next().unwrap_or_default();
            let product = size.contains('*') && !size.contains("sizeof(*");
            product
                || size.starts_with("[RawFd")
                || (size.starts_with("ScmRights(") && !size.starts_with("ScmRights(1)"))
        })
    })
}

/// Whether the flags are known not to contain the flag: what others choose is not.
fn lacks_cloexec<'a>(unit: &Unit<'a>, body: &Body<'a>, flags: &'a Expression) -> bool {
    match &flags.kind {
        ExpressionKind::Number { .. } => true,
        ExpressionKind::Name(_) => {
            let Some(place) = unit.place(body, flags) else { return false };
            if place.scope == Scope::Local {
                let is_parameter =
                    body.function.parameters.iter().any(|parameter| parameter.name == place.path);
                return !is_parameter;
            }
            let name = place.path.rsplit("::").next().unwrap_or_default();
            let constant = unit.program.macro_of(unit.file, name).map(|(_, entry)| entry.text.as_str());
            is_flag(name) && !says(constant.unwrap_or_default(), CLOSES_ON_EXEC)
        }
        ExpressionKind::Binary { left, right, .. } => {
            lacks_cloexec(unit, body, left) && lacks_cloexec(unit, body, right)
        }
        ExpressionKind::Call(call) => call.name == "empty",
        _ => false,
    }
}

/// `MSG_DONTWAIT`: written like a constant.
fn is_flag(name: &str) -> bool {
    name.chars()
        .all(|character| character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_')
        && !says(name, CLOSES_ON_EXEC)
}

/// `cmsg->cmsg_len != CMSG_LEN(…)`: that too many or too few came is noticed.
fn compares_length(text: &str) -> bool {
    let squeezed: String = text.split_whitespace().collect();
    ["cmsg_len!=", "cmsg_len==", "cmsg_len<", "cmsg_len>"]
        .iter()
        .any(|comparison| squeezed.contains(comparison))
}
