use super::Passive;
use crate::endpoint::judge::{Draft, Judgement};
use crate::endpoint::look::{Look, Process};
use crate::source::checks::fd_inherit::CHECK as SHARED;
use crate::{Fix, Severity};

pub(super) const CHECK: Passive = Passive { check: &SHARED, judge };

fn judge(look: &Look) -> Judgement {
    let Some(server) = look.server() else { return Judgement::without_process(look) };
    let open = |process: &&Process| {
        // A manager opens it for another program, and whoever was given it by one got it that way.
        !process.is_manager()
            && !process.was_given_sockets
            && process.descriptors.iter().any(|each| !each.closes_on_exec())
    };
    let mut inheritable = look.processes.iter().filter(open);
    let Some(first) = inheritable.next() else { return Judgement::pass() };
    let mut draft = Draft::of(
        &look.name,
        &SHARED,
        "the listening socket is not closed on exec: a program that the server starts could accept its clients",
        shown(first),
    );
    for other in inheritable {
        draft = draft.seen(shown(other));
    }
    if let Some(heir) = heir(look, server) {
        draft = draft
            .seen(format!("pid {} has got it already, and is another program than its parent's", heir.id.pid))
            .severity(Severity::Medium);
    }
    let number = first.descriptors.first().map_or(0, |each| each.number);
    draft
        .finish(
            format!("grep flags /proc/{}/fdinfo/{number} # 02000000 is O_CLOEXEC", first.id.pid),
            Fix::advice("Make the socket close-on-exec as it is created.").with_example(
                "socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); accept4(fd, NULL, NULL, SOCK_CLOEXEC);",
            ),
        )
        .into()
}

fn shown(process: &Process) -> String {
    let descriptors: Vec<String> = process
        .descriptors
        .iter()
        .filter(|each| !each.closes_on_exec())
        .map(|each| format!("fd {} flags {:07o}", each.number, each.flags))
        .collect();
    format!(
        "{} (pid {}): {}, without O_CLOEXEC (02000000)",
        process.command,
        process.id.pid,
        descriptors.join(", ")
    )
}

/// A process that inherited the socket through exec: a child of the server that runs another program.
fn heir<'a>(look: &'a Look, server: &Process) -> Option<&'a Process> {
    look.processes.iter().find(|process| {
        process.parent == server.id.pid && process.program.is_some() && process.program != server.program
    })
}

#[cfg(test)]
mod tests;
