//! An `fd_set` has room for the descriptors below `FD_SETSIZE`, 1024. `FD_SET` with a larger one writes behind it.

use crate::source::model::{Call, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Family, Given, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "fdset",
    title: "FD_SET with a descriptor that may be too large",
    weakness: weakness::CWE_676,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2013-0288"],
    page: include_str!("../../../../../docs/checks/fdset.md"),
};

pub(super) const RULE: Rule =
    Rule { check: &CHECK, languages: &[Language::C, Language::Cpp], needles: &["FD_SET"], run };

/// What looks at the limit, or makes sets that have room for more.
const LIMITS: &[&str] = &["FD_SETSIZE", "NFDBITS", "howmany(", "fd_mask", "RLIMIT_NOFILE"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if says(&unit.file.text, LIMITS) {
        return;
    }
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body.calls_of(&["FD_SET"]) {
            set(unit, body, site, call, found);
        }
    }
}

fn set<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call, found: &mut Findings<'_>) {
    let Some(fd) = call.arguments.first() else { return };
    let Some(place) = unit.place(body, fd) else { return };
    let definitions = unit.definitions(body, &place);
    let made = definitions.iter().find_map(|definition| {
        let Given::Value(value) = definition.given else { return None };
        match &value.kind {
            ExpressionKind::Call(call) if matches!(call.name.as_str(), "socket" | "accept" | "accept4") => {
                Some((definition, call))
            }
            _ => None,
        }
    });
    let Some((definition, maker)) = made else { return };
    let is_local =
        unit.family(body, fd) == Family::Local || (maker.name != "socket" && unit.speaks_only_local());
    // What listens was made when the program started, and has a small number.
    let listens = |call: &Call| {
        let it = matches!(call.name.as_str(), "listen" | "bind").then(|| call.arguments.first()).flatten();
        it.and_then(|it| unit.place(definition.body, it)).is_some_and(|it| it == place)
    };
    if !is_local || definition.body.calls().any(|(_, call)| listens(call)) {
        return;
    }
    let file = unit.file;
    let written = file.slice(fd.span);
    let draft = Draft::at(
        file,
        site.span(),
        "with 1024 descriptors open this writes behind the fd_set",
        format!("FD_SET({written}, …) whatever {written} is"),
    )
    .seen(file, definition.site.span(), format!("{written} is whatever number {} returns", maker.name))
    .fact("FD_SETSIZE does not occur in this file");
    let is_client = maker.name == "socket" && file.functions.iter().any(|function| function.name == "main");
    let draft = match is_client {
        true => draft.confidence(Confidence::Low).fact("a client's program may have few descriptors open"),
        false => draft,
    };
    let fix = Fix::advice(
        "Wait with poll, which takes any descriptor; or refuse those that are not below FD_SETSIZE.",
    )
    .with_example(format!(
        "struct pollfd entry = {{ .fd = {written}, .events = POLLIN }}; poll(&entry, 1, timeout)"
    ));
    found.add(draft, fix);
}
