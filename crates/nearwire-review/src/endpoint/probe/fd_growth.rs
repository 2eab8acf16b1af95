use super::ActiveCheck;
use super::target::{Stop, Target};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static FD_GROWTH: Check = Check {
    id: "fd-growth",
    title: "descriptors stay after their connections are closed",
    weakness: weakness::CWE_775,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2020-12049"],
    page: include_str!("../../../../../docs/checks/fd-growth.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &FD_GROWTH, takes_messages: false, probe };

const ROUNDS: usize = 3;
const CONNECTIONS: usize = 16;

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let Some(before) = target.usage.descriptors() else { return Ok(Judgement::without_process(target.look)) };
    let connections = CONNECTIONS.min(target.most_connections());
    let enough = u64::try_from(connections.div_ceil(2)).unwrap_or(u64::MAX);
    let mut counts = vec![before];
    for _ in 0..ROUNDS {
        let held = (0..connections).map(|_| target.connect()).collect::<Result<Vec<_>, _>>()?;
        // The server must have taken them up before it can forget them.
        let taken_up = target.serves()?;
        drop(held);
        let last = counts.last().copied().unwrap_or(before);
        if !taken_up
            || target.eventually(|target| target.usage.descriptors().is_none_or(|now| now < last + enough))
        {
            return Ok(Judgement::pass());
        }
        counts.push(target.usage.descriptors().unwrap_or_default());
    }
    let shown: Vec<String> = counts.iter().map(u64::to_string).collect();
    Ok(target
        .draft(
            &FD_GROWTH,
            "it keeps the descriptors of connections that are closed",
            format!(
                "descriptors after each {connections} connections made and closed: {}",
                shown.join(" → ")
            ),
        )
        .finish(
            format!(
                "ls /proc/{}/fd | wc -l; {}",
                target.look.server().map_or(0, |server| server.id.pid),
                target.again(&FD_GROWTH)
            ),
            Fix::advice(
                "Close the descriptor on every way out, best by an owner that closes it when it goes.",
            ),
        )
        .into())
}
