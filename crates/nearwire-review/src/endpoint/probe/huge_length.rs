use super::ActiveCheck;
use super::target::{Stop, Target};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static HUGE_LENGTH: Check = Check {
    id: "huge-length",
    title: "memory is reserved for a length that a client only claims",
    weakness: weakness::CWE_789,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2018-16864"],
    page: include_str!("../../../../../docs/checks/huge-length.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &HUGE_LENGTH, takes_messages: false, probe };

/// More than any honest use for four bytes.
const MUCH: u64 = 16 << 20;

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let Some(field) = target.active.length else {
        return Ok(Judgement::needs(
            "it needs to know how requests begin with their length",
            "--length-prefix u32be",
        ));
    };
    if !field.can_claim_much() {
        return Ok(Judgement::does_not_apply(format!("a length of {} cannot claim much", field.name())));
    }
    let Some((space, resident)) = target.usage.memory() else {
        return Ok(Judgement::without_process(target.look));
    };
    for claim in field.claims() {
        let stream = target.connect()?;
        target.send(&stream, &[&claim, b"abcd".as_slice()].concat());
        let (mut more_space, mut more_resident) = (0, 0);
        for _ in 0..20 {
            target.pause();
            if let Some(loss) = target.loss() {
                let seen = format!("{} and 4 bytes more: {loss}", shown(&claim));
                let draft =
                    target.draft(&HUGE_LENGTH, "the server dies of a length that a client only claims", seen);
                return Ok(draft.severity(Severity::High).finish(target.again(&HUGE_LENGTH), fix()).into());
            }
            let (now_space, now_resident) = target.usage.memory().unwrap_or_default();
            more_space = more_space.max(now_space.saturating_sub(space));
            more_resident = more_resident.max(now_resident.saturating_sub(resident));
        }
        if more_space.max(more_resident) >= MUCH {
            return Ok(found(target, &claim, more_space, more_resident));
        }
    }
    Ok(Judgement::pass())
}

fn found(target: &Target<'_>, claim: &[u8], space: u64, resident: u64) -> Judgement {
    let draft = target.draft(
        &HUGE_LENGTH,
        "it takes memory for a length that a client only claims",
        format!(
            "{} and 4 bytes more: address space + {} MiB, resident memory + {} MiB",
            shown(claim),
            space >> 20,
            resident >> 20
        ),
    );
    // Memory that is never touched costs address space only.
    let draft = if resident < MUCH { draft.severity(Severity::Low) } else { draft };
    draft.finish(format!("{} --length-prefix …", target.again(&HUGE_LENGTH)), fix()).into()
}

fn fix() -> Fix {
    Fix::advice("Compare a length with the most that is allowed before memory is taken for it.")
}

fn shown(claim: &[u8]) -> String {
    let digits: String = claim.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("the length 0x{digits}")
}
