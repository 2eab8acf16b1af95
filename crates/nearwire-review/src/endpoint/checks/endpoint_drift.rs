use super::Passive;
use crate::endpoint::baseline::Facts;
use crate::endpoint::judge::{Draft, Judgement, quoted};
use crate::endpoint::look::Look;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static ENDPOINT_DRIFT: Check = Check {
    id: "endpoint-drift",
    title: "the endpoint is not what it was when its baseline was saved",
    weakness: weakness::CWE_439,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Endpoint],
    references: &["CVE-2022-42919"],
    page: include_str!("../../../../../docs/checks/endpoint-drift.md"),
};

pub(super) const CHECK: Passive = Passive { check: &ENDPOINT_DRIFT, judge };

fn judge(look: &Look) -> Judgement {
    let Some(was) = &look.baseline else {
        return Judgement::needs("there is no baseline", "--baseline FILE, made with --save-baseline FILE");
    };
    let now = Facts::of(look);
    let mut changes = was.changes(&now);
    let Some((of, before, after)) = changes.next() else { return Judgement::pass() };
    let told = |of: &str, before: &str, after: &str| format!("{of}: was {before}, is {after}");
    let mut draft =
        Draft::of(&look.name, &ENDPOINT_DRIFT, format!("its {of} has changed"), told(of, before, after));
    for (of, before, after) in changes {
        draft = draft.seen(told(of, before, after));
    }
    let again = format!(
        "nearwire review endpoint {} --save-baseline now.json; diff BASELINE now.json",
        quoted(&look.name)
    );
    draft
        .finish(again, Fix::advice("Find out who changed it; if it is meant, save the baseline again."))
        .into()
}

#[cfg(test)]
mod tests;
