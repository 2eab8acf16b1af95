use std::net::Shutdown;

use super::ActiveCheck;
use super::target::{Stop, Target};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static HALF_CLOSE: Check = Check {
    id: "half-close",
    title: "a connection stays after its client has said that nothing more will come",
    weakness: weakness::CWE_772,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &[],
    page: include_str!("../../../../../docs/checks/half-close.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &HALF_CLOSE, takes_messages: false, probe };

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    if target.has_fired("slow-client") {
        return Ok(Judgement::does_not_apply("slow-client has found that it serves one client at a time"));
    }
    let stream = target.connect()?;
    if let Some(sample) = target.sample() {
        target.send(&stream, sample);
    }
    stream.shutdown(Shutdown::Write).map_err(|error| Stop::Ours(error.to_string()))?;
    if target.is_closed(&stream) {
        return Ok(Judgement::pass());
    }
    Ok(target
        .draft(
            &HALF_CLOSE,
            "a connection whose client has ended its direction stays open",
            format!("after shutdown(SHUT_WR) the server did not close within {:?}", target.patience()),
        )
        .finish(
            target.again(&HALF_CLOSE),
            Fix::advice("Treat a read of 0 bytes as the end: answer what is complete, and close."),
        )
        .into())
}
