use super::ActiveCheck;
use super::target::{Stop, Target};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static MEM_GROWTH: Check = Check {
    id: "mem-growth",
    title: "memory grows with every connection",
    weakness: weakness::CWE_401,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &[],
    page: include_str!("../../../../../docs/checks/mem-growth.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &MEM_GROWTH, takes_messages: false, probe };

const WARM_UP: usize = 2;
const ROUNDS: usize = 4;
const CONNECTIONS: usize = 16;
/// Less in each round is no leak worth telling.
const ENOUGH: u64 = 64 << 10;

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let mut sizes = Vec::new();
    for round in 0..WARM_UP + ROUNDS {
        for _ in 0..CONNECTIONS {
            if !target.serves()? {
                return Err(Stop::Degraded(format!(
                    "a client was not served within {:?}",
                    target.patience()
                )));
            }
        }
        if round + 1 >= WARM_UP {
            let Some(size) = target.usage.dirty() else { return Ok(Judgement::without_process(target.look)) };
            if sizes.last().is_some_and(|last| size < last + ENOUGH) {
                return Ok(Judgement::pass());
            }
            sizes.push(size);
        }
    }
    let shown: Vec<String> = sizes.iter().map(|size| format!("{} KiB", size >> 10)).collect();
    Ok(target
        .draft(
            &MEM_GROWTH,
            "its memory grows with every connection and does not shrink",
            format!("private dirty memory after each {CONNECTIONS} connections: {}", shown.join(" → ")),
        )
        .finish(
            format!(
                "grep Private_Dirty /proc/{}/smaps_rollup; {}",
                target.look.server().map_or(0, |server| server.id.pid),
                target.again(&MEM_GROWTH)
            ),
            Fix::advice("Give back what a connection uses when it ends, and bound what one may use."),
        )
        .into())
}
