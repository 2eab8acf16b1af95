use super::Passive;
use crate::endpoint::judge::{Draft, Judgement, quoted_path};
use crate::endpoint::look::Look;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static STALE_FILE: Check = Check {
    id: "stale-file",
    title: "a socket file is left over from a server that is gone",
    weakness: weakness::CWE_459,
    severity: Severity::Low,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Endpoint],
    references: &[],
    page: include_str!("../../../../../docs/checks/stale-file.md"),
};

pub(super) const CHECK: Passive = Passive { check: &STALE_FILE, judge };

fn judge(look: &Look) -> Judgement {
    let Some(file) = &look.file else { return Judgement::without_file() };
    if look.socket.is_some() {
        return Judgement::pass();
    }
    if look.bound_elsewhere {
        return Judgement::needs(
            "another network namespace has a socket of this name, so its server may live there",
            "review it inside that namespace: nsenter --net",
        );
    }
    Draft::of(&look.name, &STALE_FILE, "nobody serves it any more", file.stat_line())
        .seen("no socket of the kernel's table is bound to this inode")
        .finish(
            format!("stat -c %i {0}; ss -xlae | grep -F {0}", quoted_path(&file.path)),
            Fix::advice("Let the server remove its socket when it ends, and find out why it did not."),
        )
        .into()
}

#[cfg(test)]
mod tests;
