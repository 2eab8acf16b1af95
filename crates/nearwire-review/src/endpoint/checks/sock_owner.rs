use super::Passive;
use crate::endpoint::judge::{Draft, Judgement, quoted_path};
use crate::endpoint::look::Look;
use crate::endpoint::names;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static SOCK_OWNER: Check = Check {
    id: "sock-owner",
    title: "the socket belongs to a user that the server does not run as",
    weakness: weakness::CWE_708,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Endpoint],
    references: &["CVE-2016-10010"],
    page: include_str!("../../../../../docs/checks/sock-owner.md"),
};

pub(super) const CHECK: Passive = Passive { check: &SOCK_OWNER, judge };

fn judge(look: &Look) -> Judgement {
    let Some(file) = &look.file else { return Judgement::without_file() };
    let Some(server) = look.server() else { return Judgement::without_process(look) };
    // Root binds for others: a manager with socket activation, or a server before it drops its privileges.
    if file.uid == 0 || look.processes.iter().any(|process| process.uid == file.uid) {
        return Judgement::pass();
    }
    let (owner, user) = (names::user(file.uid), names::user(server.uid));
    Draft::of(
        &look.name,
        &SOCK_OWNER,
        format!("user {owner} can open the socket to anybody, and the server runs as {user}"),
        file.stat_line(),
    )
    .seen(format!(
        "{} (pid {}) runs as {user}; no process of {owner} holds the socket",
        server.command, server.id.pid
    ))
    .finish(
        format!("stat -c %U {}; ps -o user= -p {}", quoted_path(&file.path), server.id.pid),
        Fix::advice(format!(
            "Let the socket belong to {user}: bind it as that user, or chown it before listening."
        )),
    )
    .into()
}

#[cfg(test)]
mod tests;
