use super::ActiveCheck;
use super::target::{Stop, Target};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static SLOW_CLIENT: Check = Check {
    id: "slow-client",
    title: "one client that is silent in the middle of a request stops the others",
    weakness: weakness::CWE_1322,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2011-1159"],
    page: include_str!("../../../../../docs/checks/slow-client.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &SLOW_CLIENT, takes_messages: false, probe };

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let slow = target.connect()?;
    let half =
        target.sample().map(|sample| sample.get(..sample.len() / 2).unwrap_or_default()).unwrap_or_default();
    target.send(&slow, half);
    // Lets the server take up the slow client first.
    target.pause();
    if target.serves()? {
        return Ok(Judgement::pass());
    }
    drop(slow);
    if !target.serves()? {
        return Err(Stop::Degraded("no client was served, even after the slow one had left".to_owned()));
    }
    Ok(target
        .draft(
            &SLOW_CLIENT,
            "while one client is silent, no other is served",
            format!(
                "a client sent {} and waited; a second one was not {} within {:?}",
                if half.is_empty() { "nothing".to_owned() } else { format!("{} bytes of a request", half.len()) },
                if target.usual.is_some() { "answered" } else { "accepted" },
                target.patience(),
            ),
        )
        .seen("as soon as the first had left, it was")
        .finish(
            target.again(&SLOW_CLIENT),
            Fix::advice("Wait for all clients at one time (poll), or serve each in a thread, and limit the time of a request."),
        )
        .into())
}
