use std::ffi::OsString;

use nearwire::Uid;

use super::ActiveCheck;
use super::target::{Answer, Stop, Target};
use super::visitor::{Seen, Visit, excerpt};
use crate::endpoint::judge::Judgement;
use crate::endpoint::names;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static PEER_AUTH: Check = Check {
    id: "peer-auth",
    title: "a user whom nobody let in is served",
    weakness: weakness::CWE_306,
    severity: Severity::High,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2024-36041"],
    page: include_str!("../../../../../docs/checks/peer-auth.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &PEER_AUTH, takes_messages: false, probe };

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let stranger = target.active.stranger.as_raw();
    if target.look.processes.iter().any(|process| process.uid == stranger) {
        return Ok(Judgement::needs(
            "the server runs as the user who should not get in",
            "--as-user with another",
        ));
    }
    if !rustix::process::geteuid().is_root() {
        return Ok(Judgement::needs("only root can try it as another user", "run as root"));
    }
    let Some(visitor) = &target.active.visitor else {
        return Ok(Judgement::needs("there is no program to start as another user", "set Active::visitor"));
    };
    let seen = visit(target, visitor, target.active.stranger)?;
    Ok(match seen {
        Seen::NotPermitted => {
            target.stranger_is_served = Some(false);
            Judgement::pass()
        }
        Seen::Failed(reason) => return Err(Stop::Ours(format!("as user {stranger}: {reason}"))),
        Seen::Answered(answer) if answer.is_empty() => unanswered(target, false),
        Seen::Closed(answer) if answer.is_empty() => unanswered(target, true),
        Seen::Answered(answer) | Seen::Closed(answer) => {
            let own = visit_as_server(target, visitor)?;
            answered(target, &answer, own)
        }
    })
}

fn visit(target: &mut Target<'_>, visitor: &[OsString], user: Uid) -> Result<Seen, Stop> {
    target.count_connection();
    target.count_sent(target.sample().map_or(0, <[u8]>::len));
    let patience = target.patience();
    let visit = Visit { address: target.address.clone(), sample: target.active.sample.clone(), patience };
    super::visitor::send(visitor, user, &visit).map_err(Stop::Ours)
}

/// What the server's own user is answered, who is let in if anybody is; root need not be.
fn visit_as_server(target: &mut Target<'_>, visitor: &[OsString]) -> Result<Option<Vec<u8>>, Stop> {
    let Some(server) = target.look.server().map(|server| Uid::new(server.uid)) else { return Ok(None) };
    Ok(match visit(target, visitor, server)? {
        Seen::Answered(answer) | Seen::Closed(answer) => Some(answer),
        Seen::NotPermitted | Seen::Failed(_) => None,
    })
}

/// Not a byte came back.
fn unanswered(target: &mut Target<'_>, closed: bool) -> Judgement {
    match target.usual_answer() {
        // Others get an answer, and this one did not.
        Ok(_) => {
            target.stranger_is_served = Some(false);
            Judgement::pass()
        }
        Err(_) if closed && !closes_on_us(target) => {
            target.stranger_is_served = Some(false);
            Judgement::pass()
        }
        Err(why) => why,
    }
}

/// Whether the server closes a connection of ours, too, on which nothing is sent.
fn closes_on_us(target: &mut Target<'_>) -> bool {
    let Ok(stream) = target.connect() else { return true };
    target.is_closed(&stream)
}

fn answered(target: &mut Target<'_>, answer: &[u8], own: Option<Vec<u8>>) -> Judgement {
    let stranger = target.active.stranger.as_raw();
    let name = names::user(stranger);
    let ours = target.usual.clone().map(|usual: Answer| usual.bytes);
    // A server that answers us and its own user differently tells users apart; which of the two was let in is not known.
    let known: Vec<Vec<u8>> = own.into_iter().chain(ours).collect();
    let same = !known.is_empty() && known.iter().all(|known| known == answer);
    target.stranger_is_served = same.then_some(true);
    let (message, compared, confidence) = if same {
        let message = format!("user {name} is served, though the server is not theirs");
        (message, "the same answer as the server's own user and we get".to_owned(), Confidence::High)
    } else {
        let message = format!("user {name} gets an answer, though the server is not theirs");
        let others: Vec<String> = known.iter().map(|known| excerpt(known)).collect();
        let compared =
            format!("perhaps a refusal in words; the server's own user and we get: {}", others.join("; "));
        (message, compared, Confidence::Low)
    };
    let seen = format!("connected as uid {stranger} without any privilege or group: {}", excerpt(answer));
    let draft = target.draft(&PEER_AUTH, &message, seen).seen(compared).confidence(confidence);
    let fix =
        Fix::advice("Give the socket mode 0600, or let in only peers whose SO_PEERCRED says that they may.");
    draft.finish(format!("{} --as-user {stranger}", target.again(&PEER_AUTH)), fix).into()
}
