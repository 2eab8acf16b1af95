//! When descriptors are used up, `accept` fails at once and the connection stays in the queue: a loop that only tries again
//! takes a whole processor until somebody else closes something.

use super::accepting::{self, Accepting};
use crate::source::model::{Call, ExpressionKind, Language, StatementKind};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::effects::{is_log_name, pauses, polls};
use crate::source::values::{Decision, Failure};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "accept-spin",
    title: "accept is tried again at once, whatever the error",
    weakness: weakness::CWE_835,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["libuv issue 690"],
    page: include_str!("../../../../../docs/checks/accept-spin.md"),
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
    if accepting.skips {
        return report(
            unit,
            accepting,
            "errors are left out of what the loop goes through",
            Confidence::Medium,
            found,
        );
    }
    let Failure::Decided(decision) = accepting.failure else { return };
    let is_tried_again = decision.whole
        && decision.ended_loop().is_none()
        && !accepting::looks_at_error(unit, body, accepting)
        && decision.failure_sites(body).all(|site| is_harmless(unit, site))
        && !waits(unit, body, accepting, &decision, pauses);
    if !is_tried_again {
        return;
    }
    let waits_for_ready = waits(unit, body, accepting, &decision, polls);
    let edges = ["EPOLLET", "EV_CLEAR"].iter().any(|word| unit.file.text.contains(word));
    match (waits_for_ready, edges) {
        (true, true) => {}
        (true, false) => {
            let seen = "the loop waits until the listener is ready, and it stays so while the connection is in the queue";
            report(unit, accepting, seen, Confidence::Low, found);
        }
        (false, _) => {
            report(unit, accepting, "nothing on the way back to it waits", Confidence::Medium, found);
        }
    }
}

fn report(
    unit: &Unit<'_>,
    accepting: &Accepting<'_>,
    seen: &str,
    confidence: Confidence,
    found: &mut Findings<'_>,
) {
    let (site, file) = (accepting.site, unit.file);
    let first = format!("`{}` is tried again after every failure", unit.quoted(site.span()));
    let draft = Draft::at(file, site.span(), "accept is tried again at once, for ever, while descriptors are used up", first)
        .fact(seen)
        .fact("the loop never looks at which error it was; after EMFILE the connection stays in the queue, so the next accept fails as fast");
    let fix = Fix::advice(
        "Wait a moment after a failure that is not the client's (EMFILE, ENFILE, ENOBUFS, ENOMEM).",
    );
    let example = match file.language {
        Language::Rust => {
            "Err(error) => {\n    eprintln!(\"accept: {error}\");\n    std::thread::sleep(Duration::from_millis(100));\n}"
        }
        _ => "if (errno != EINTR && errno != ECONNABORTED)\n    nanosleep(&pause, NULL);\ncontinue;",
    };
    found.add(draft.confidence(confidence.min(accepting.confidence)), fix.with_example(example));
}

/// Whether what happens at a site on the way of failure neither leaves the loop nor may do something against the failure.
fn is_harmless(unit: &Unit<'_>, site: Site<'_>) -> bool {
    if let Some(statement) = site.statement() {
        return matches!(statement.kind, StatementKind::Continue | StatementKind::Declare { .. });
    }
    match site.expression().map(|expression| &expression.kind) {
        Some(ExpressionKind::Call(call)) => only_tells(unit, call),
        Some(ExpressionKind::Macro { name, .. }) => is_log_name(name),
        Some(ExpressionKind::Try(_)) => false,
        _ => true,
    }
}

fn only_tells(unit: &Unit<'_>, call: &Call) -> bool {
    // `error` of glibc may end the program.
    let ends = call.name == "error" && unit.file.language != Language::Rust;
    let tells = is_log_name(&call.name)
        || matches!(call.name.as_str(), "strerror" | "to_string" | "fflush" | "inc" | "c_str");
    tells && !ends
}

/// Whether the loop waits on a way back to the call that a failure can take.
fn waits<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    accepting: &Accepting<'a>,
    decision: &Decision<'a>,
    is_wait: fn(&Unit<'_>, &Call) -> bool,
) -> bool {
    body.calls().any(|(site, call)| {
        is_wait(unit, call)
            && body.loops(site).any(|looped| std::ptr::eq(looped, accepting.looped))
            && !decision.is_on_success(body, site)
    })
}
