use super::Passive;
use crate::endpoint::judge::{Draft, Judgement, quoted_path};
use crate::endpoint::look::{Directory, Look};
use crate::endpoint::names;
use crate::{Check, Confidence, Finding, Fix, Severity, SubjectKind, weakness};

static DIR_WRITABLE: Check = Check {
    id: "dir-writable",
    title: "another user can replace the socket, because a directory above it is theirs or writable",
    weakness: weakness::CWE_276,
    severity: Severity::High,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Endpoint],
    references: &["CVE-2009-3897"],
    page: include_str!("../../../../../docs/checks/dir-writable.md"),
};

pub(super) const CHECK: Passive = Passive { check: &DIR_WRITABLE, judge };

const STICKY: u32 = 0o1000;
const GROUP_WRITE: u32 = 0o020;
const OTHERS_WRITE: u32 = 0o002;

fn judge(look: &Look) -> Judgement {
    if look.file.is_none() {
        return Judgement::without_file();
    }
    Judgement::Found(look.directories.iter().filter_map(|directory| finding(look, directory)).collect())
}

fn finding(look: &Look, directory: &Directory) -> Option<Finding> {
    let (who, why) = intruder(look, directory)?;
    let message = format!("{who} can replace what clients find here: {why} {}", directory.path.display());
    let owner = look.server().map_or_else(|| look.owner(), |server| names::user(server.uid));
    let fix = Fix::advice(format!(
        "Let {} belong to root or {owner}, mode 0755 at most.",
        directory.path.display()
    ));
    let draft = Draft::of(&look.name, &DIR_WRITABLE, message, directory.stat_line());
    Some(draft.finish(format!("ls -ld {}", quoted_path(&directory.path)), fix))
}

/// Who may rename or remove what is in the directory, and why.
fn intruder(look: &Look, directory: &Directory) -> Option<(String, &'static str)> {
    if !is_trusted(look, directory.uid) {
        return Some((format!("user {}", names::user(directory.uid)), "they own"));
    }
    // The sticky bit lets only owners remove what is there; what it lets others add is the matter of tmp-path.
    if directory.mode & STICKY != 0 {
        return None;
    }
    if directory.mode & OTHERS_WRITE != 0 {
        return Some(("anyone".to_owned(), "everybody may write to"));
    }
    if directory.mode & GROUP_WRITE != 0 {
        let group = names::group(directory.gid);
        let owner = look.server().map_or_else(|| look.owner(), |server| names::user(server.uid));
        if group.gid != 0 && group.has_others_than(&owner) {
            return Some((
                format!("group {} ({})", group.name, group.members.join(", ")),
                "they may write to",
            ));
        }
    }
    None
}

/// Root, and the users that the server runs as; where they cannot be seen, the socket's owner.
fn is_trusted(look: &Look, uid: u32) -> bool {
    if uid == 0 || look.processes.iter().any(|process| process.uid == uid) {
        return true;
    }
    look.processes.is_empty() && look.file.as_ref().is_some_and(|file| file.uid == uid)
}

#[cfg(test)]
mod tests;
