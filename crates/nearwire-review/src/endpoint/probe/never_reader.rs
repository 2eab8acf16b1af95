use std::time::Duration;

use nearwire::Stream;

use super::ActiveCheck;
use super::target::{MOST_BYTES, Stop, Target};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static NEVER_READER: Check = Check {
    id: "never-reader",
    title: "one client that does not read its answers stops the others",
    weakness: weakness::CWE_1322,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2011-1159"],
    page: include_str!("../../../../../docs/checks/never-reader.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &NEVER_READER, takes_messages: false, probe };

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    if let Err(why) = target.usual_answer() {
        return Ok(why);
    }
    if target.has_fired("slow-client") {
        return Ok(Judgement::does_not_apply("slow-client has found that it serves one client at a time"));
    }
    let greedy = target.connect()?;
    let sent = fill(target, &greedy).map_err(|error| Stop::Ours(error.to_string()))?;
    if target.serves()? {
        return Ok(Judgement::pass());
    }
    drop(greedy);
    if !target.serves()? {
        return Err(Stop::Degraded(
            "no client was served, even after the one that did not read had left".to_owned(),
        ));
    }
    Ok(target
        .draft(
            &NEVER_READER,
            "while one client does not read its answers, no other is served",
            format!(
                "a client sent {sent} bytes of requests and read nothing; a second one was not answered within {:?}",
                target.patience()
            ),
        )
        .seen("as soon as the first had left, it was")
        .finish(
            target.again(&NEVER_READER),
            Fix::advice("Write without blocking, keep what could not be written, and read no more from that client."),
        )
        .into())
}

/// Sends requests until the server takes no more for a while.
fn fill(target: &mut Target<'_>, stream: &Stream) -> std::io::Result<usize> {
    let sample = target.sample().unwrap_or_default();
    stream.set_write_timeout(Some(Duration::from_millis(300)))?;
    let mut sent = 0;
    while sent + sample.len() <= MOST_BYTES {
        let more = target.send(stream, sample);
        sent += more;
        if more < sample.len() {
            break;
        }
    }
    Ok(sent)
}
