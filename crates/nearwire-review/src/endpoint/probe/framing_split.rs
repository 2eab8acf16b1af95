use super::ActiveCheck;
use super::target::{Answer, Stop, Target};
use super::visitor::excerpt;
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static FRAMING_SPLIT: Check = Check {
    id: "framing-split",
    title: "the answer depends on how the bytes of a request arrive",
    weakness: weakness::CWE_437,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &[],
    page: include_str!("../../../../../docs/checks/framing-split.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &FRAMING_SPLIT, takes_messages: false, probe };

/// Longer requests are cut into so many parts, not into bytes.
const MOST_PARTS: usize = 512;

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let (usual, sample) = match (target.usual_answer(), target.sample()) {
        (Ok(usual), Some(sample)) => (usual, sample),
        (Err(why), _) => return Ok(why),
        (_, None) => return Ok(Judgement::pass()),
    };
    let again = whole(target, sample)?;
    if again != usual {
        return Ok(Judgement::does_not_apply("the same request is answered in another way each time"));
    }
    let split = in_parts(target, sample)?;
    if split.bytes != usual.bytes {
        return Ok(found(target, "byte by byte", sample, &usual, &split));
    }
    // A server that closes after one answer cannot be asked twice.
    if usual.ended {
        return Ok(Judgement::pass());
    }
    let one_by_one = one_by_one(target, sample)?;
    let at_once = whole(target, &[sample, sample].concat())?;
    Ok(compared(target, sample, &one_by_one, &at_once))
}

/// The second answer need not be like the first: some requests begin a conversation. But it should be the same however the
/// second request arrives.
fn compared(target: &Target<'_>, sample: &[u8], one_by_one: &Answer, at_once: &Answer) -> Judgement {
    if at_once.bytes == one_by_one.bytes {
        return Judgement::pass();
    }
    let mut judgement = found(target, "with a second one in the same write", sample, one_by_one, at_once);
    // Where the answer only lacks its end, the second request was lost. Another answer may be meant: after some requests
    // nothing may be sent before their answer has come.
    if !one_by_one.bytes.starts_with(&at_once.bytes) {
        judgement = judgement.with_confidence(Confidence::Low);
    }
    judgement
}

fn one_by_one(target: &mut Target<'_>, sample: &[u8]) -> Result<Answer, Stop> {
    let stream = target.connect()?;
    target.send(&stream, sample);
    let mut answer = target.answer(&stream);
    target.send(&stream, sample);
    answer.bytes.extend(target.answer(&stream).bytes);
    Ok(answer)
}

fn whole(target: &mut Target<'_>, bytes: &[u8]) -> Result<Answer, Stop> {
    let stream = target.connect()?;
    target.send(&stream, bytes);
    Ok(target.answer(&stream))
}

fn in_parts(target: &mut Target<'_>, bytes: &[u8]) -> Result<Answer, Stop> {
    let stream = target.connect()?;
    for part in bytes.chunks(bytes.len().div_ceil(MOST_PARTS).max(1)) {
        target.send(&stream, part);
        // Gives the server time to read each part alone; it need not use it.
        std::thread::yield_now();
        target.pause();
    }
    Ok(target.answer(&stream))
}

fn found(target: &Target<'_>, how: &str, sample: &[u8], expected: &Answer, got: &Answer) -> Judgement {
    target
        .draft(
            &FRAMING_SPLIT,
            &format!("the request is answered in another way when it arrives {how}"),
            format!("{} bytes {how}: {}", sample.len(), excerpt(&got.bytes)),
        )
        .seen(format!("expected, as when it arrives whole and alone: {}", excerpt(&expected.bytes)))
        .finish(
            target.again(&FRAMING_SPLIT),
            Fix::advice("Collect bytes until a request is complete, and keep what follows it for the next."),
        )
        .into()
}
