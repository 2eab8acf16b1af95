use std::time::Duration;

use nearwire::ConnectError;

use super::ActiveCheck;
use super::target::{Stop, Target, is_readable};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CONN_CAP: Check = Check {
    id: "conn-cap",
    title: "idle connections of one user keep all others out",
    weakness: weakness::CWE_770,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2014-3639"],
    page: include_str!("../../../../../docs/checks/conn-cap.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &CONN_CAP, takes_messages: false, probe };

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    if target.has_fired("slow-client") {
        return Ok(Judgement::does_not_apply("slow-client has found that one client is enough"));
    }
    let most = target.most_connections();
    let mut held = Vec::with_capacity(most);
    for _ in 0..most {
        match target.try_connect()? {
            Ok(stream) => held.push(stream),
            Err(ConnectError::Io { source, .. }) => return Err(Stop::Ours(source.to_string())),
            Err(_) => break, // its queue is full
        }
    }
    let count = held.len();
    // One that the server has closed holds nothing: it has a limit of its own, and keeps to it.
    let refused = held.iter().filter(|stream| is_readable(stream, Duration::ZERO)).count();
    if target.serves()? {
        return Ok(Judgement::pass());
    }
    drop(held);
    if !target.serves()? {
        return Err(Stop::Degraded("no client was served, even after the idle ones had left".to_owned()));
    }
    Ok(target
        .draft(
            &CONN_CAP,
            &format!("{count} idle connections keep everybody else out"),
            format!(
                "with {count} idle connections open ({refused} of them answered or closed by the server) one more was not served within {:?}",
                target.patience()
            ),
        )
        .seen("as soon as they were closed, it was")
        .finish(
            target.again(&CONN_CAP),
            Fix::advice("Limit the connections of each user, and close those that stay idle."),
        )
        .into())
}
