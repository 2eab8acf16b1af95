use std::net::Shutdown;
use std::time::Duration;

use super::ActiveCheck;
use super::target::{Stop, Target, WINDOW};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CLOSE_SPIN: Check = Check {
    id: "close-spin",
    title: "the server burns processor time after a client has left",
    weakness: weakness::CWE_835,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2021-3468", "CVE-2009-0798"],
    page: include_str!("../../../../../docs/checks/close-spin.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &CLOSE_SPIN, takes_messages: false, probe };

/// What a loop takes at least, even where it shares a processor with others.
const SPINNING: Duration = Duration::from_millis(50);

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let Some(idle) = target.idle else { return Ok(Judgement::without_process(target.look)) };
    if idle >= SPINNING {
        return Ok(Judgement::does_not_apply(format!("it was busy anyway: {idle:?} of {WINDOW:?}")));
    }
    let stream = target.connect()?;
    let half = target.sample().map(|sample| sample.get(..sample.len() / 2).unwrap_or_default());
    target.send(&stream, half.unwrap_or_default());
    stream.shutdown(Shutdown::Write).map_err(|error| Stop::Ours(error.to_string()))?;
    let during = spins(target);
    drop(stream);
    let after = spins(target);
    let (when, (first, second)) = match (during, after) {
        (_, Some(times)) => ("after clients had left", times),
        (Some(times), None) => ("while a client that had ended its direction was still there", times),
        (None, None) => return Ok(Judgement::pass()),
    };
    Ok(target
        .draft(
            &CLOSE_SPIN,
            &format!("it runs in circles {when}"),
            format!("processor time {when}: {first:?}, then {second:?}, in windows of {WINDOW:?}"),
        )
        .seen(format!("before any client came: {idle:?}"))
        .finish(
            target.again(&CLOSE_SPIN),
            Fix::advice("Treat a read of 0 bytes as the end, and close the descriptor."),
        )
        .into())
}

/// The processor time of two windows, if the server spins in both.
fn spins(target: &Target<'_>) -> Option<(Duration, Duration)> {
    let first = target.burnt().filter(|burnt| *burnt >= SPINNING)?;
    let second = target.burnt().filter(|burnt| *burnt >= SPINNING)?;
    Some((first, second))
}
