//! Probes: checks that connect to the endpoint and send. One at a time, each within limits, and none after the server has
//! suffered.

mod abrupt_close;
mod close_spin;
mod conn_cap;
mod cost;
mod empty_msg;
mod fd_growth;
mod framing_split;
mod half_close;
mod huge_length;
mod length;
mod live_unlink;
mod mem_growth;
mod never_reader;
mod peer_auth;
mod slow_client;
mod stale_bytes;
mod target;
mod unwanted_fds;
mod usage;
mod visitor;

use nearwire::SocketKind;

pub(crate) use self::cost::Cost;
pub use self::length::{LengthField, LengthFieldError};
use self::target::{Stop, Target};
pub use self::visitor::visit;
use super::judge::Judgement;
use super::look::Look;
use super::options::Active;
use crate::{Check, Outcome};

/// A check that connects and sends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActiveCheck {
    /// Its entry in the catalogue.
    pub(crate) check: &'static Check,
    /// Whether it knows sockets that carry messages, not only streams.
    pub(crate) takes_messages: bool,
    /// Probes.
    pub(crate) probe: fn(&mut Target<'_>) -> Result<Judgement, Stop>,
}

/// All of them, in the order in which they are run: first what only asks, then what stops a server that cannot bear a
/// client's leaving (later probes would stop it, too, and could not say why), last what takes most.
pub(crate) const ACTIVE: &[ActiveCheck] = &[
    peer_auth::CHECK,
    framing_split::CHECK,
    stale_bytes::CHECK,
    empty_msg::CHECK,
    abrupt_close::CHECK,
    slow_client::CHECK,
    never_reader::CHECK,
    half_close::CHECK,
    close_spin::CHECK,
    fd_growth::CHECK,
    mem_growth::CHECK,
    conn_cap::CHECK,
    unwanted_fds::CHECK,
    huge_length::CHECK,
    live_unlink::CHECK,
];

/// What came of the probes.
#[derive(Debug)]
pub(crate) struct Probing {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) incomplete: Vec<String>,
    pub(crate) cost: Cost,
    /// Whether another user was served, or turned away by permissions or by the server, as far as that was tried.
    pub(crate) stranger_is_served: Option<bool>,
}

type Wanted<'a> = &'a dyn Fn(&'static Check) -> bool;

impl Probing {
    /// None was asked for.
    pub(crate) fn none(wanted: Wanted<'_>) -> Self {
        let skip = || Judgement::needs("it disturbs the server", "--active");
        Self::skipping(wanted, skip)
    }

    fn skipping(wanted: Wanted<'_>, why: impl Fn() -> Judgement) -> Self {
        let checks = ACTIVE.iter().map(|each| each.check).filter(|check| wanted(check));
        Self {
            outcomes: checks.map(|check| why().into_outcome(check)).collect(),
            incomplete: Vec::new(),
            cost: Cost::default(),
            stranger_is_served: None,
        }
    }
}

/// Runs the probes, until the server suffers or the time is up.
pub(crate) fn run(look: &Look, active: &Active, wanted: Wanted<'_>) -> Probing {
    let Some(socket) = &look.socket else { return Probing::skipping(wanted, Judgement::without_socket) };
    let mut target = match Target::new(look, active) {
        Ok(target) => target,
        Err(stop) => {
            let mut probing = Probing::skipping(wanted, || Judgement::does_not_apply(stop.to_string()));
            probing.incomplete.push(format!("no probe was run: {stop}"));
            return probing;
        }
    };
    let mut probing = Probing::skipping(&|_| false, Judgement::pass);
    let mut ended: Option<Stop> = None;
    for each in ACTIVE.iter().filter(|each| wanted(each.check)) {
        let judgement = if let Some(stop) = &ended {
            Judgement::does_not_apply(format!("the review had stopped: {stop}"))
        } else if socket.kind != SocketKind::Stream && !each.takes_messages {
            Judgement::does_not_apply("it is about streams")
        } else {
            let (judgement, stop) = one(&mut target, each);
            if let Some(stop) = &stop {
                probing.incomplete.push(format!("the probes stopped after {}: {stop}", each.check.id));
            }
            ended = stop;
            judgement
        };
        target.note(each.check, &judgement);
        probing.outcomes.push(judgement.into_outcome(each.check));
    }
    probing.stranger_is_served = target.stranger_is_served;
    probing.cost = target.into_cost();
    probing
}

/// Runs one probe, and sees whether the server is as well afterwards as before.
fn one(target: &mut Target<'_>, each: &ActiveCheck) -> (Judgement, Option<Stop>) {
    let judged = (each.probe)(target);
    let health = target.check_health();
    match (judged, health) {
        (Ok(judgement), health) => (judgement, health.err()),
        (Err(Stop::Ours(reason)), health) => (Judgement::does_not_apply(reason), health.err()),
        (Err(stop), _) => (Judgement::does_not_apply(stop.to_string()), Some(stop)),
    }
}
