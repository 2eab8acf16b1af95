use super::Passive;
use crate::endpoint::judge::{Draft, Judgement, quoted_path};
use crate::endpoint::look::{Look, Process, Unit};
use crate::{Check, Confidence, Finding, Fix, Severity, SubjectKind, weakness};

static UNIT_SOCKETMODE: Check = Check {
    id: "unit-socketmode",
    title: "systemd makes the socket for everybody, because its unit does not say otherwise",
    weakness: weakness::CWE_276,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Endpoint],
    references: &["CVE-2020-10699"],
    page: include_str!("../../../../../docs/checks/unit-socketmode.md"),
};

pub(super) const CHECK: Passive = Passive { check: &UNIT_SOCKETMODE, judge };

/// What systemd takes where a unit says nothing (systemd.socket(5)).
const DEFAULT_MODE: u32 = 0o666;
const OTHERS_WRITE: u32 = 0o002;

fn judge(look: &Look) -> Judgement {
    if look.file.is_none() {
        return Judgement::without_file();
    }
    Judgement::Found(look.units.iter().filter_map(|unit| finding(look, unit)).collect())
}

fn finding(look: &Look, unit: &Unit) -> Option<Finding> {
    let (mode, said) = match &unit.mode {
        Some((mode, file)) => (*mode, format!("SocketMode={mode:04o} in {}", file.display())),
        None => (DEFAULT_MODE, "no SocketMode=, whose default is 0666".to_owned()),
    };
    if mode & OTHERS_WRITE == 0 {
        return None;
    }
    let path = unit.path.display();
    let made = look.processes.iter().any(Process::is_manager);
    let draft = Draft::of(
        &look.name,
        &UNIT_SOCKETMODE,
        "its socket unit lets everybody connect",
        format!("{} in {path}; {said}", unit.listens),
    );
    let draft = if made {
        draft.seen("systemd holds the socket")
    } else {
        draft
            .seen("systemd does not hold the socket now, so the unit decides when it is started next")
            .confidence(Confidence::Medium)
    };
    let fix = Fix::advice("Say SocketMode=0600 in the unit, or 0660 with SocketGroup=.")
        .with_example("[Socket]\nSocketMode=0600");
    Some(draft.finish(format!("systemctl cat {}", quoted_path(unit.path.file_name()?.as_ref())), fix))
}

#[cfg(test)]
mod tests;
