use super::Passive;
use crate::endpoint::judge::{Draft, Judgement, quoted_path};
use crate::endpoint::look::{Look, SocketFile};
use crate::endpoint::names;
use crate::endpoint::reach::Reach;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static SOCK_MODE: Check = Check {
    id: "sock-mode",
    title: "the socket's mode lets more users connect than its server's own",
    weakness: weakness::CWE_276,
    severity: Severity::High,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Endpoint],
    references: &["CVE-2014-0185", "CVE-2018-10852", "CVE-2020-10699"],
    page: include_str!("../../../../../docs/checks/sock-mode.md"),
};

pub(super) const CHECK: Passive = Passive { check: &SOCK_MODE, judge };

/// What the confidence of these checks assumes.
pub(super) const UNSEEN_POLICY: &str =
    "assumed: the server does not check who its peers are (--active with --sample-request tries it)";

fn judge(look: &Look) -> Judgement {
    let Some(file) = &look.file else { return Judgement::without_file() };
    match look.reach() {
        // A probe as another user was turned away: the server checks who its peers are.
        Reach::Everybody if look.stranger_is_served == Some(false) => Judgement::pass(),
        Reach::Everybody => everybody(look, file).into(),
        Reach::Group(gid) if names::group(gid).has_others_than(&look.owner()) => {
            group(look, file, gid).into()
        }
        Reach::Group(_) | Reach::Owner => Judgement::pass(),
    }
}

fn everybody(look: &Look, file: &SocketFile) -> crate::Finding {
    let draft = Draft::of(&look.name, &SOCK_MODE, "anyone on this machine can connect", file.stat_line())
        .seen("every directory above lets others through");
    let draft = match look.stranger_is_served {
        Some(_) => draft.seen("a probe as another user was served (peer-auth)").confidence(Confidence::High),
        None => draft.seen(UNSEEN_POLICY),
    };
    draft.finish(
        format!(
            "stat {0}; setpriv --reuid 65534 --clear-groups socat - UNIX-CONNECT:{0}",
            quoted_path(&file.path)
        ),
        Fix::advice("Give the socket mode 0600 before it is bound, or put it into a directory of mode 0700.")
            .with_example("fchmod(fd, 0600); /* between socket() and bind() */"),
    )
}

fn group(look: &Look, file: &SocketFile, gid: u32) -> crate::Finding {
    let group = names::group(gid);
    let draft = Draft::of(
        &look.name,
        &SOCK_MODE,
        format!("the members of group {} can connect", group.name),
        file.stat_line(),
    )
    .seen(format!("listed in group {}: {}", group.name, group.members.join(", ")))
    .severity(Severity::Low);
    // With an access control list the group bits are only its mask.
    let draft = if file.has_acl {
        draft.confidence(Confidence::Low).seen("it has an access control list, which may keep them out")
    } else {
        draft
    };
    draft.finish(
        format!("stat {}; getent group {gid}", quoted_path(&file.path)),
        Fix::advice("Give the socket mode 0600 if that group is not meant to use it."),
    )
}

#[cfg(test)]
mod tests;
