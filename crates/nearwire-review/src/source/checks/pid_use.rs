//! A process id says who the peer was when it connected. The process may be gone and its number another's by the time it is
//! used; only a pidfd stays with the process.

use super::credentials;
use super::peer_process::{self, holds_pid};
use crate::source::model::{Call, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::says;
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "pid-use",
    title: "the peer's process id is used after its process may have gone",
    weakness: weakness::CWE_367,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2013-4288", "CVE-2019-6133", "CVE-2025-5054"],
    page: include_str!("../../../../../docs/checks/pid-use.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: credentials::NEEDLES,
    run,
};

/// Functions that ask or tell somebody about a process by its id, and which argument that is.
const BY_ID: &[(&str, usize)] = &[
    ("polkit_unix_process_new", 0),
    ("polkit_unix_process_new_full", 0),
    ("polkit_unix_process_new_for_owner", 0),
    ("new_for_owner", 0),
    ("sd_pid_get_session", 0),
    ("sd_pid_get_unit", 0),
    ("sd_pid_get_user_unit", 0),
    ("sd_pid_get_owner_uid", 0),
    ("sd_pid_get_cgroup", 0),
];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if says(&unit.file.text, &["PEERPIDFD", "PASSPIDFD", "peer_pidfd"]) {
        return;
    }
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body.calls() {
            if signals(unit, body, call) || asks(unit, body, call) {
                let what = format!("`{}` is given the id of the peer's process", unit.quoted(site.span()));
                report(unit, site, what, None, found);
            }
        }
        for file in peer_process::files(unit, body) {
            // What a process calls itself is another check's.
            let is_own_word =
                ["/comm", "/cmdline", "/environ", "/status"].iter().any(|name| file.path.ends_with(name));
            let Some(compared) = peer_process::compared(unit, body, &file).filter(|_| !is_own_word) else {
                continue;
            };
            report(
                unit,
                file.named,
                format!("`{}` is made from the id of the peer's process", file.path),
                Some(compared),
                found,
            );
        }
    }
}

/// `kill(peer.pid, SIGTERM)`; the signal 0 harms nobody.
fn signals<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    let [process, signal] = call.arguments.as_slice() else { return false };
    let harmless = matches!(signal.kind, ExpressionKind::Number { value: Some(0) })
        || unit.file.slice(signal.span) == "None";
    let is_kill = call.name == "kill" && call.receiver.is_none() || call.name == "kill_process";
    is_kill && !harmless && holds_pid(unit, body, process)
}

fn asks<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    let entry = BY_ID.iter().find(|(name, _)| *name == call.name);
    let process = entry.and_then(|(_, number)| call.arguments.get(*number));
    process.is_some_and(|process| holds_pid(unit, body, process))
}

fn report<'a>(
    unit: &Unit<'a>,
    site: Site<'a>,
    what: String,
    compared: Option<Site<'a>>,
    found: &mut Findings<'_>,
) {
    let message = "the process may have gone and its number be another's";
    let mut draft = Draft::at(unit.file, site.span(), message, what);
    if let Some(compared) = compared {
        draft = draft.seen(
            unit.file,
            compared.span(),
            format!("`{}` decides on what was read there", unit.quoted(compared.span())),
        );
    }
    draft = draft.fact("the file never asks for SO_PEERPIDFD, which stays with the process");
    let fix = Fix::advice(
        "Decide by the user (uid), or ask for SO_PEERPIDFD and use that descriptor: pidfd_send_signal for signals; for /proc, check that the process still lives after reading.",
    );
    let example = "getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size)";
    found.add(draft, fix.with_example(example));
}
