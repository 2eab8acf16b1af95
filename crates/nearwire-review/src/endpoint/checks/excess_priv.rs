use super::Passive;
use crate::endpoint::judge::{Draft, Judgement};
use crate::endpoint::look::{Look, Process};
use crate::endpoint::names;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static EXCESS_PRIV: Check = Check {
    id: "excess-priv",
    title: "the server has privileges that its clients do not, and no bounds on them",
    weakness: weakness::CWE_250,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Endpoint],
    references: &["CVE-2020-15257"],
    page: include_str!("../../../../../docs/checks/excess-priv.md"),
};

pub(super) const CHECK: Passive = Passive { check: &EXCESS_PRIV, judge };

/// Capabilities with which a process can become root, by number (capabilities(7)).
const EQUAL_TO_ROOT: &[(u32, &str)] = &[
    (0, "CAP_CHOWN"),
    (1, "CAP_DAC_OVERRIDE"),
    (2, "CAP_DAC_READ_SEARCH"),
    (3, "CAP_FOWNER"),
    (4, "CAP_FSETID"),
    (6, "CAP_SETGID"),
    (7, "CAP_SETUID"),
    (8, "CAP_SETPCAP"),
    (16, "CAP_SYS_MODULE"),
    (17, "CAP_SYS_RAWIO"),
    (18, "CAP_SYS_CHROOT"),
    (19, "CAP_SYS_PTRACE"),
    (21, "CAP_SYS_ADMIN"),
    (31, "CAP_SETFCAP"),
];

fn judge(look: &Look) -> Judgement {
    let Some(server) = look.server() else { return Judgement::without_process(look) };
    // Only who has fewer privileges than the server gains by misusing it.
    if !look.is_open_to_others() {
        return Judgement::pass();
    }
    let Some((worst, held)) = most_privileged(look) else { return Judgement::pass() };
    let draft = Draft::of(
        &look.name,
        &EXCESS_PRIV,
        format!("whoever misuses the server can do what root can: it has {}", shortened(&held)),
        format!(
            "{} (pid {}) runs as {}, CapEff {:016x}",
            worst.command,
            worst.id.pid,
            names::user(worst.uid),
            worst.capabilities
        ),
    )
    .seen(format!(
        "NoNewPrivs {}, Seccomp {}",
        number(worst.no_new_privileges.map(u32::from)),
        number(worst.seccomp)
    ))
    .seen("others than its own user can connect");
    // A seccomp filter bounds what the capabilities are good for.
    let draft = if worst.seccomp == Some(2) { draft.severity(Severity::Low) } else { draft };
    let draft = match worker_of(look, worst) {
        Some(worker) => draft.confidence(Confidence::Low).seen(format!(
            "it has workers without them (pid {}, user {}), and may leave all clients to these",
            worker.id.pid,
            names::user(worker.uid)
        )),
        None => draft,
    };
    let again = format!("grep -E 'Uid|CapEff|NoNewPrivs|Seccomp:' /proc/{}/status", server.id.pid);
    let fix = Fix::advice("Run it as a user of its own, and drop the capabilities that it does not need.")
        .with_example("[Service]\nUser=app\nCapabilityBoundingSet=\nNoNewPrivileges=yes\nSystemCallFilter=@system-service");
    draft.finish(again, fix).into()
}

/// The process that serves it with the most capabilities equal to root's, if one has any. A manager only holds it.
fn most_privileged(look: &Look) -> Option<(&Process, Vec<&'static str>)> {
    let serving = look.processes.iter().filter(|process| !process.is_manager());
    let with_held = serving.map(|process| (process, held(process.capabilities)));
    with_held.filter(|(_, held)| !held.is_empty()).max_by_key(|(_, held)| held.len())
}

/// A process below it that holds the socket, too, and has none of its privileges.
fn worker_of<'a>(look: &'a Look, master: &Process) -> Option<&'a Process> {
    let is_worker =
        |process: &&Process| process.parent == master.id.pid && held(process.capabilities).is_empty();
    look.processes.iter().find(is_worker)
}

fn held(capabilities: u64) -> Vec<&'static str> {
    EQUAL_TO_ROOT.iter().filter(|(bit, _)| capabilities >> bit & 1 == 1).map(|(_, name)| *name).collect()
}

fn shortened(held: &[&str]) -> String {
    if held.len() == EQUAL_TO_ROOT.len() {
        return "all its capabilities".to_owned();
    }
    held.join(", ")
}

fn number(value: Option<u32>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests;
