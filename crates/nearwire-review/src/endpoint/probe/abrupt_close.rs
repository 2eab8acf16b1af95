use std::net::Shutdown;

use super::ActiveCheck;
use super::target::{Stop, Target};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static BROKEN_PIPE: Check = Check {
    id: "abrupt-close",
    title: "the server dies when a client leaves before its answer",
    weakness: weakness::CWE_391,
    severity: Severity::High,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2021-3560"],
    page: include_str!("../../../../../docs/checks/abrupt-close.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &BROKEN_PIPE, takes_messages: false, probe };

const TIMES: usize = 4;

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let request = target.sample().unwrap_or_default();
    // Who cannot connect now was not harmed by what follows.
    drop(target.connect()?);
    for _ in 0..TIMES {
        let left = leave(target, request);
        // It may be gone before we could connect again.
        if let Some(loss) = target.dies() {
            return Ok(found(target, request, &loss));
        }
        left?;
    }
    Ok(Judgement::pass())
}

/// Two clients ask, and take no answer.
fn leave(target: &mut Target<'_>, request: &[u8]) -> Result<(), Stop> {
    // Once this direction has ended, the server's write fails with EPIPE, however fast it is.
    let stream = target.connect()?;
    let _ = stream.shutdown(Shutdown::Read);
    target.send(&stream, request);
    let gone = target.connect()?;
    target.send(&gone, request);
    Ok(())
}

fn found(target: &Target<'_>, request: &[u8], loss: &str) -> Judgement {
    let sent = if request.is_empty() {
        "nothing".to_owned()
    } else {
        format!("a request of {} bytes", request.len())
    };
    target
        .draft(
            &BROKEN_PIPE,
            "the server dies when a client leaves before its answer",
            format!("clients sent {sent} and left: {loss}"),
        )
        .finish(
            target.again(&BROKEN_PIPE),
            Fix::advice(
                "Send with MSG_NOSIGNAL (or ignore SIGPIPE), and treat EPIPE as the end of this client alone.",
            ),
        )
        .into()
}
