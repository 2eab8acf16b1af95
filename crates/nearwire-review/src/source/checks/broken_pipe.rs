//! `broken-pipe`: a peer that closes ends the program that writes to it, by a signal nobody has thought of.

use crate::source::model::{Call, Expression, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Family, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "broken-pipe",
    title: "a peer that closes ends this program by SIGPIPE",
    weakness: weakness::CWE_248,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &[],
    page: include_str!("../../../../../docs/checks/broken-pipe.md"),
};

pub(super) const RULE: Rule =
    Rule { check: &CHECK, languages: &[Language::C, Language::Cpp], needles: &["send", "write"], run };

/// What shows that the signal is dealt with, wherever it stands.
const DEALT_WITH: &[&str] = &["SIGPIPE", "SO_NOSIGPIPE", "sigfillset", "signal_ignore", "ignore_signals"];

/// Most places named in one finding.
const MOST: usize = 5;

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    // Without the function that begins the program nobody knows what it does with signals.
    if unit.program.functions("main").next().is_none() || is_dealt_with(unit) {
        return;
    }
    let bodies = unit.bodies.iter().filter(|body| !body.function.is_test);
    let writes: Vec<_> = bodies
        .flat_map(|body| {
            let calls = body.calls_of(&["send", "sendmsg", "write", "writev"]);
            calls.filter(|(_, call)| writes_to_stream(unit, body, call)).collect::<Vec<_>>()
        })
        .collect();
    let Some(((first, call), others)) = writes.split_first() else { return };
    let message = format!("{} raises SIGPIPE when the peer has closed, which ends the program", call.name);
    let mut draft = Draft::at(unit.file, first.span(), message, seen(unit, call));
    for (site, call) in others.iter().take(MOST) {
        draft = draft.seen(unit.file, site.span(), seen(unit, call));
    }
    if others.len() > MOST {
        draft = draft.fact(format!("and {} more such calls in this file", others.len().saturating_sub(MOST)));
    }
    let draft = draft.fact("SIGPIPE is named nowhere in the reviewed files: it has its default action");
    let here = unit.bodies.iter().any(|body| body.function.name == "main");
    let confidence = if here { Confidence::High } else { Confidence::Medium };
    found.add(draft.confidence(confidence), fix(unit, *first, call));
}

fn is_dealt_with(unit: &Unit<'_>) -> bool {
    unit.program.files().iter().any(|file| says(&file.text, DEALT_WITH))
}

fn seen(unit: &Unit<'_>, call: &Call) -> String {
    match call.arguments.last() {
        Some(flags) if call.name.starts_with("send") => {
            format!("{} with the flags {}, without MSG_NOSIGNAL", call.name, unit.file.slice(flags.span))
        }
        _ => format!("{} takes no flags", call.name),
    }
}

/// Whether a call writes to a connected local socket, and nothing keeps the signal away.
fn writes_to_stream<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &Call) -> bool {
    if call.receiver.is_some() || call.path.trim_start_matches("::") != call.name {
        return false;
    }
    let (Some(socket), Some(last)) = (call.arguments.first(), call.arguments.last()) else { return false };
    let is_send = call.name.starts_with("send");
    let is_local = match unit.family(body, socket) {
        Family::Local => true,
        Family::Network => false,
        Family::Unknown => is_send && unit.speaks_only_local(),
    };
    // Datagrams raise no signal.
    let is_stream = !unit.file.text.contains("SOCK_DGRAM");
    is_local && is_stream && (!is_send || is_known_without(last))
}

/// Flags that are seen in full, and do not have `MSG_NOSIGNAL` among them.
fn is_known_without(flags: &Expression) -> bool {
    match &flags.kind {
        ExpressionKind::Number { .. } => true,
        ExpressionKind::Name(name) => name.starts_with("MSG_") && name != "MSG_NOSIGNAL",
        ExpressionKind::Binary { left, right, .. } => is_known_without(left) && is_known_without(right),
        _ => false,
    }
}

fn fix(unit: &Unit<'_>, site: Site<'_>, call: &Call) -> Fix {
    let code = unit.file.slice(site.span());
    let example = match call.arguments.last() {
        Some(flags) if call.name.starts_with("send") => {
            let flags = unit.file.slice(flags.span);
            let with =
                if flags == "0" { "MSG_NOSIGNAL".to_owned() } else { format!("{flags} | MSG_NOSIGNAL") };
            let head = code.trim_end_matches(')').trim_end_matches(flags);
            format!("{head}{with})")
        }
        _ if call.name == "write" => {
            let arguments =
                code.split_once('(').map(|(_, rest)| rest.trim_end_matches(')')).unwrap_or_default();
            format!("send({arguments}, MSG_NOSIGNAL)")
        }
        _ => "signal(SIGPIPE, SIG_IGN);".to_owned(),
    };
    Fix::advice("Send with MSG_NOSIGNAL, and take EPIPE as the end of this connection.").with_example(example)
}
