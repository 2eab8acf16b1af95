use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use super::ActiveCheck;
use super::target::{Stop, Target};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static STALE_BYTES: Check = Check {
    id: "stale-bytes",
    title: "one client gets bytes that another sent",
    weakness: weakness::CWE_226,
    severity: Severity::High,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2014-0160"],
    page: include_str!("../../../../../docs/checks/stale-bytes.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &STALE_BYTES, takes_messages: false, probe };

/// So many letters of the marker in a row are no chance: 26⁸ is 2·10¹¹.
const ENOUGH: usize = 8;
const MARKER: usize = 64;
/// How long an answer to one byte may take, which most servers do not give.
const ONE_BYTE: Duration = Duration::from_millis(500);

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    if let Err(why) = target.usual_answer() {
        return Ok(why);
    }
    let marker = marker();
    let sample = target.sample().unwrap_or_default();
    for bytes in [[&marker, b"\n".as_slice()].concat(), [sample, &marker].concat()] {
        let stream = target.connect()?;
        target.send(&stream, &bytes);
        let _ = target.answer(&stream);
    }
    for (bytes, within) in [(sample, target.patience()), (sample.get(..1).unwrap_or_default(), ONE_BYTE)] {
        let stream = target.connect()?;
        target.send(&stream, bytes);
        let answer = target.answer_within(&stream, within);
        if let Some(part) = part_of(&marker, &answer.bytes) {
            return Ok(found(target, bytes.len(), &part));
        }
    }
    Ok(Judgement::pass())
}

/// Letters that nobody else sends.
fn marker() -> Vec<u8> {
    let random = || RandomState::new().build_hasher().finish().to_ne_bytes();
    let letters = std::iter::repeat_with(random).flatten().map(|byte| b'a' + byte % 26);
    letters.take(MARKER).collect()
}

/// The part of the marker that stands in an answer.
fn part_of(marker: &[u8], answer: &[u8]) -> Option<String> {
    let part = marker.windows(ENOUGH).find(|part| answer.windows(ENOUGH).any(|window| window == *part))?;
    Some(String::from_utf8_lossy(part).into_owned())
}

fn found(target: &Target<'_>, length: usize, part: &str) -> Judgement {
    target
        .draft(
            &STALE_BYTES,
            "an answer contains what another client had sent",
            format!("{MARKER} random letters were sent on another connection, which was closed; the answer to {length} bytes contains {part:?} of them"),
        )
        .finish(
            target.again(&STALE_BYTES),
            Fix::advice("Send only as many bytes as were written to the buffer for this client, and clear it for the next."),
        )
        .into()
}

#[cfg(test)]
mod tests;
