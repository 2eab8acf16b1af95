use super::Passive;
use crate::endpoint::judge::{Draft, Judgement};
use crate::endpoint::look::{Channel, Look};
use crate::endpoint::names;
use crate::endpoint::reach::Reach;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static LISTENER_INVENTORY: Check = Check {
    id: "listener-inventory",
    title: "the server can be reached another way by users whom this socket keeps out",
    weakness: weakness::CWE_420,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Endpoint],
    references: &["CVE-2022-42919"],
    page: include_str!("../../../../../docs/checks/listener-inventory.md"),
};

pub(super) const CHECK: Passive = Passive { check: &LISTENER_INVENTORY, judge };

fn judge(look: &Look) -> Judgement {
    let Some(server) = look.server() else { return Judgement::without_process(look) };
    if server.is_manager() {
        return Judgement::does_not_apply("a manager holds it, with the sockets of many services");
    }
    let reach = look.reach();
    let wider: Vec<&Channel> =
        look.channels.iter().filter(|other| other.remote || other.reach > reach).collect();
    let Some((first, others)) = wider.split_first() else { return Judgement::pass() };
    let mut draft = Draft::of(
        &look.name,
        &LISTENER_INVENTORY,
        format!("{} lets in {}, while this socket lets in {}", first.name, whom(first), words(reach)),
        format!("{} (pid {}) also listens on {}", server.command, server.id.pid, first.name),
    );
    for other in others {
        draft = draft.seen(format!("and on {}, which lets in {}", other.name, whom(other)));
    }
    let again = format!("ss -lxtnp | grep pid={},", server.id.pid);
    let fix = Fix::advice("Close what is not needed, and protect every way in like the best protected.");
    draft.seen("not seen: whether it asks for a password there").finish(again, fix).into()
}

fn whom(channel: &Channel) -> String {
    if channel.remote { "other machines".to_owned() } else { words(channel.reach) }
}

fn words(reach: Reach) -> String {
    match reach {
        Reach::Owner => "its owner only".to_owned(),
        Reach::Group(gid) => format!("group {}", names::group(gid).name),
        Reach::Everybody => "every user of this machine".to_owned(),
    }
}

#[cfg(test)]
mod tests;
