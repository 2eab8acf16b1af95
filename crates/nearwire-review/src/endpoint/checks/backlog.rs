use super::Passive;
use crate::endpoint::judge::{Draft, Judgement, quoted};
use crate::endpoint::look::Look;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static BACKLOG: Check = Check {
    id: "backlog",
    title: "few clients may wait, so a few can keep all others out",
    weakness: weakness::CWE_410,
    severity: Severity::Low,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Endpoint],
    references: &["CVE-2014-3639"],
    page: include_str!("../../../../../docs/checks/backlog.md"),
};

pub(super) const CHECK: Passive = Passive { check: &BACKLOG, judge };

/// What std's and most libraries' listeners have at least.
const ENOUGH: u32 = 128;

fn judge(look: &Look) -> Judgement {
    let Some(socket) = &look.socket else { return Judgement::without_socket() };
    if !socket.listening {
        return Judgement::does_not_apply(format!("a {} socket has no queue of clients", socket.kind.name()));
    }
    // The kernel lets one more wait than the backlog says.
    let full = socket.waiting > socket.backlog;
    if socket.backlog >= ENOUGH && !full {
        return Judgement::pass();
    }
    let message = if full {
        "its queue of waiting clients is full: nobody else gets in".to_owned()
    } else {
        format!("only {} clients may wait", u64::from(socket.backlog) + 1)
    };
    let seen =
        format!("{} of {} clients wait (UNIX_DIAG_RQLEN)", socket.waiting, u64::from(socket.backlog) + 1);
    let draft = Draft::of(&look.name, &BACKLOG, message, seen);
    let draft = if full { draft.severity(Severity::Medium) } else { draft };
    let again = format!("ss -xl src {} # Recv-Q: waiting, Send-Q: backlog", quoted(&look.name));
    draft.finish(again, Fix::advice("Listen with a backlog of 128 or more, and accept at once.")).into()
}

#[cfg(test)]
mod tests;
