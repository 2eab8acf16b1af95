//! A failed `accept` is normal: the client may be gone already, or the process be out of descriptors for a moment. A server
//! that ends for it can be ended by every client.

use super::accepting::{self, Accepting};
use crate::source::model::{ExpressionKind, Language, Loop, StatementKind};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::effects::polls;
use crate::source::values::{Decision, Failure};
use crate::source::walk::{Body, Frame, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "accept-fatal",
    title: "a failed accept ends the server",
    weakness: weakness::CWE_394,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &["accept(2)"],
    page: include_str!("../../../../../docs/checks/accept-fatal.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["accept", "incoming"],
    run,
};

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in &unit.bodies {
        for accepting in accepting::all(unit, body) {
            look(unit, body, &accepting, found);
        }
    }
}

fn look<'a>(unit: &Unit<'a>, body: &Body<'a>, accepting: &Accepting<'a>, found: &mut Findings<'_>) {
    let Some(end) = end_of(unit, body, accepting) else { return };
    if accepting::looks_at_error(unit, body, accepting) {
        return;
    }
    let file = unit.file;
    let seen =
        format!("`{}` in a loop that serves one client after the other", unit.quoted(accepting.site.span()));
    let mut draft = Draft::at(file, accepting.at, "one failed accept ends the server", seen);
    draft = match end.site {
        Some(site) => draft.seen(file, site.span(), end.what),
        None => draft.fact(end.what),
    };
    draft = draft.fact("the loop never looks at which error it was: a client that is gone (ECONNABORTED), a signal (EINTR) and a full table of descriptors (EMFILE) are treated as a broken listener");
    let confidence = accepting.confidence.min(end.confidence);
    found.add(draft.confidence(confidence), fix(unit));
}

/// How the loop ends.
struct End<'a> {
    what: String,
    site: Option<Site<'a>>,
    confidence: Confidence,
}

fn end_of<'a>(unit: &Unit<'a>, body: &Body<'a>, accepting: &Accepting<'a>) -> Option<End<'a>> {
    let is_main = body.function.name == "main";
    let whole = |what: &str, confidence| Some(End { what: what.to_owned(), site: None, confidence });
    // Where the loop ends and the function with it, the caller may call again.
    let softly = if is_main || listens(body) { Confidence::High } else { Confidence::Medium };
    match accepting.failure {
        Failure::Panics => whole("a failure panics", Confidence::High),
        Failure::Returned if unit.file.language == Language::Rust => {
            whole("a failure is returned to the caller, out of the loop", softly)
        }
        Failure::Decided(decision) if decision.whole => match decision.ended_loop() {
            Some(_) if drains(unit, body, accepting) => None,
            Some(_) => whole("the loop goes on only while accept succeeds", softly),
            None => left_at(unit, body, accepting, &decision, softly),
        },
        _ => None,
    }
}

/// What every failure comes to that leaves the loop or ends the program.
fn left_at<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    accepting: &Accepting<'a>,
    decision: &Decision<'a>,
    softly: Confidence,
) -> Option<End<'a>> {
    let mut certain = decision.failure_sites(body).filter(|site| decision.is_certain(body, *site));
    let (site, ends_program) =
        certain.find_map(|site| leaving(body, site, accepting.looped).map(|ends| (site, ends)))?;
    if !ends_program && drains(unit, body, accepting) {
        return None;
    }
    let what = format!("on failure: `{}`", unit.quoted(site.span()));
    Some(End { what, site: Some(site), confidence: if ends_program { Confidence::High } else { softly } })
}

/// `Some(true)` for what ends the program, `Some(false)` for what leaves the loop.
fn leaving<'a>(body: &Body<'a>, site: Site<'a>, looped: &Loop) -> Option<bool> {
    if let Some(statement) = site.statement() {
        return match statement.kind {
            StatementKind::Return(_) | StatementKind::Throw(_) => Some(false),
            StatementKind::Break => leaves_loop(body, site, looped).then_some(false),
            StatementKind::Goto(ref label) => goes_out(body, label, looped).then_some(false),
            _ => None,
        };
    }
    let name = match &site.expression()?.kind {
        ExpressionKind::Call(call) if call.receiver.is_none() => call.name.as_str(),
        ExpressionKind::Macro { name, .. } => name.as_str(),
        _ => return None,
    };
    let ends = [
        "exit",
        "_exit",
        "_Exit",
        "abort",
        "err",
        "errx",
        "die",
        "fatal",
        "panic",
        "unreachable",
        "qFatal",
        "g_error",
    ];
    match name {
        "bail" => Some(false),
        name => ends.contains(&name).then_some(true),
    }
}

/// Whether a `break` belongs to the loop, and not to a `switch` of C or a loop inside.
fn leaves_loop<'a>(body: &Body<'a>, site: Site<'a>, looped: &Loop) -> bool {
    for frame in body.around(site) {
        match frame {
            Frame::LoopBody(around) => return std::ptr::eq(around, looped),
            Frame::Arm(statement, arm) if !arm.patterns.is_empty() && is_c_switch(statement) => return false,
            _ => {}
        }
    }
    false
}

/// Whether a label stands outside of the loop.
fn goes_out<'a>(body: &Body<'a>, label: &str, looped: &Loop) -> bool {
    let is_it = |site: &&Site<'a>| matches!(site.statement().map(|statement| &statement.kind), Some(StatementKind::Label(name)) if name == label);
    let label = body.sites().iter().find(is_it);
    label.is_some_and(|label| !body.loops(*label).any(|around| std::ptr::eq(around, looped)))
}

/// A `switch` of C: none of its arms has the pattern of a result.
fn is_c_switch(statement: &crate::source::model::Statement) -> bool {
    let StatementKind::Switch { arms, .. } = &statement.kind else { return false };
    !arms
        .iter()
        .flat_map(|arm| &arm.patterns)
        .any(|pattern| pattern.starts_with("Ok") || pattern.starts_with("Err"))
}

/// Whether the loop may only take all who wait from a listener that does not block, until the event loop calls again.
fn drains<'a>(unit: &Unit<'a>, body: &Body<'a>, accepting: &Accepting<'a>) -> bool {
    let waits = body.calls().any(|(site, call)| {
        polls(unit, call) && body.loops(site).any(|looped| std::ptr::eq(looped, accepting.looped))
    });
    accepting::may_not_block(unit) && !waits && !accepting::is_awaited(unit, accepting.site.span())
}

/// Whether the function makes the listener as well, so that it is the server.
fn listens(body: &Body<'_>) -> bool {
    body.calls().any(|(_, call)| call.name == "listen" || call.path.ends_with("UnixListener::bind"))
}

fn fix(unit: &Unit<'_>) -> Fix {
    let fix = Fix::advice(
        "Go on after EINTR and ECONNABORTED, wait a moment after EMFILE, ENFILE, ENOBUFS and ENOMEM, and end only for the rest.",
    );
    fix.with_example(match unit.file.language {
        Language::Rust => {
            "match listener.accept() {\n    Ok((stream, _)) => serve(stream),\n    Err(error) if matches!(error.raw_os_error(), Some(libc::EBADF | libc::EINVAL)) => return Err(error),\n    Err(_) => std::thread::sleep(Duration::from_millis(100)),\n}"
        }
        _ => {
            "if (errno == EINTR || errno == ECONNABORTED)\n    continue;\nif (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {\n    nanosleep(&pause, NULL);\n    continue;\n}"
        }
    })
}
