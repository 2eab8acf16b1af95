//! Credentials that could not be read are all zeroes, and zero is root: code that goes on with them lets everybody in.

mod rust;

use self::rust::in_rust;
use super::credentials::{self, Part, asks, matters, reads};
use crate::source::model::{Call, Expression, ExpressionKind, Language, StatementKind};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::effects::is_log_name;
use crate::source::values::{Convention, Decision, Definition, Failure, Given, Place, Scope, ends, says};
use crate::source::walk::{Body, Event, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "cred-fail-open",
    title: "credentials that could not be read count as root's",
    weakness: weakness::CWE_252,
    severity: Severity::High,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2021-3560"],
    page: include_str!("../../../../../docs/checks/cred-fail-open.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: credentials::NEEDLES,
    run,
};

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body.calls() {
            let seen = match unit.file.language {
                Language::Rust => in_rust(unit, body, site, call),
                Language::C | Language::Cpp => in_c(unit, body, site, call),
            };
            if let Some(seen) = seen {
                report(unit, site, &seen, found);
            }
        }
    }
}

/// What was seen of a defect.
struct Seen<'a> {
    what: String,
    used: Option<Site<'a>>,
    fix: String,
}

fn report(unit: &Unit<'_>, site: Site<'_>, seen: &Seen<'_>, found: &mut Findings<'_>) {
    let message = match unit.file.language {
        Language::Rust => "when this fails, the peer counts as uid 0, which is root",
        _ => {
            "when this fails, the function goes on with a uid that was never read; zeroed memory is uid 0, root"
        }
    };
    let mut draft = Draft::at(unit.file, site.span(), message, seen.what.clone());
    if let Some(used) = seen.used {
        draft = draft.seen(
            unit.file,
            used.span(),
            format!("`{}` is used after a failure, too", unit.quoted(used.span())),
        );
    }
    let fix = Fix::advice(
        "Refuse the peer when its credentials cannot be read, and begin with a user that nobody is.",
    );
    found.add(draft, fix.with_example(seen.fix.clone()));
}

/// The place that a call writes a peer's credentials to, where it asks the kernel or a function that does.
fn asked<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> Option<&'a Expression> {
    if asks(unit, call) {
        return call.arguments.get(3);
    }
    if matches!(call.name.as_str(), "getpeereid" | "getpeerucred") && call.receiver.is_none() {
        return call.arguments.get(1);
    }
    let (file, function) = unit.callee(call)?;
    let tells = !matches!(function.returns.trim(), "" | "void" | "static void");
    if !tells || !says(file.slice(function.span), &["SO_PEERCRED", "getpeereid(", "getpeerucred("]) {
        return None;
    }
    call.arguments.iter().find(|argument| unit.type_of(body, argument).ends_with("ucred"))
}

fn in_c<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> Option<Seen<'a>> {
    let target = asked(unit, body, call)?;
    let place = unit.place(body, target)?;
    if begins_denied(unit, body, &place, site) {
        return None;
    }
    let name = unit.quoted(site.span());
    let fix = format!("if ({name} < 0)\n    return -1; /* nobody */");
    match unit.failure(body, site, Convention::Zero) {
        Failure::Ignored => {
            if length_is_tested(unit, body, call, site) {
                return None;
            }
            let used = used(unit, body, &place, site).into_iter().next()?;
            Some(Seen { what: format!("the result of `{name}` is not looked at"), used: Some(used), fix })
        }
        Failure::Decided(decision) if decision.whole && !is_dealt_with(unit, body, &decision) => {
            let after = used(unit, body, &place, site);
            // The rest of the condition is only looked at on success.
            let goes_on = |used: &Site<'a>| {
                !decision.is_on_success(body, *used)
                    && !decision.is_on_failure(body, *used)
                    && !decision.decides_on(*used)
            };
            let used =
                after.into_iter().find(goes_on).or_else(|| kept_zero(unit, body, &place, site, &decision))?;
            Some(Seen {
                what: format!("the function goes on when `{name}` has failed"),
                used: Some(used),
                fix,
            })
        }
        _ => None,
    }
}

/// Where what a call wrote to a place is used for more than a log.
fn used<'a>(unit: &Unit<'a>, body: &Body<'a>, place: &Place, from: Site<'a>) -> Vec<Site<'a>> {
    let is_user = |site: &Site<'a>| {
        let expression = site.expression().and_then(|expression| unit.place(body, expression));
        let of_struct = expression.is_some_and(|read| read.path != place.path);
        match unit.type_of_place(body, place).ends_with("ucred") {
            // Only the user decides who somebody is; the process only names him.
            true => {
                of_struct
                    && site
                        .expression()
                        .and_then(|part| credentials::part(unit, body, part))
                        .is_some_and(|part| part != Part::Process)
            }
            false => true,
        }
    };
    let own = from.span();
    // Another variable of this name, further down, is another one.
    let is_declared_again = |site: &Site<'a>| {
        place.scope == Scope::Local
            && matches!(site.statement().map(|statement| &statement.kind), Some(StatementKind::Declare { name, .. }) if name == place.root())
    };
    let mut below = body.sites().iter().filter(|site| site.index > from.index);
    let end = below.find(|site| is_declared_again(site)).map_or(usize::MAX, |site| site.index);
    let later = reads(unit, body, place, from).into_iter().filter(|site| site.index < end);
    later.filter(|site| !own.contains(site.span()) && is_user(site) && matters(body, *site)).collect()
}

/// Whether a place begins as somebody that nobody is: `{.uid = -1}`.
fn begins_denied<'a>(unit: &Unit<'a>, body: &Body<'a>, place: &Place, site: Site<'a>) -> bool {
    let denies = |value: &Expression| {
        says(unit.file.slice(value.span), &["-1", "- 1", "MAX", "INVALID", "nobody", "NOBODY"])
    };
    let before = body.sites().iter().filter(|other| other.index < site.index);
    before.into_iter().any(|other| match other.event {
        Event::Statement(statement) => match &statement.kind {
            StatementKind::Declare { name, value: Some(value), .. } => {
                place.scope == Scope::Local && *name == place.path && denies(value)
            }
            _ => false,
        },
        Event::Expression(expression) => match &expression.kind {
            ExpressionKind::Assign { target, value, .. } => {
                unit.place(body, target).is_some_and(|target| place.contains(&target)) && denies(value)
            }
            ExpressionKind::Call(call) if call.name == "memset" => {
                let first = call.arguments.first().and_then(|first| unit.place(body, first));
                first.is_some_and(|first| first == *place) && call.arguments.get(1).is_some_and(denies)
            }
            _ => false,
        },
    })
}

/// Whether the length that the call wrote is looked at afterwards: a failure leaves it as it was, but somebody thought of it.
fn length_is_tested<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call, site: Site<'a>) -> bool {
    let length = call.arguments.get(4).and_then(|length| unit.place(body, length));
    let own = site.span();
    length.is_some_and(|length| {
        reads(unit, body, &length, site)
            .into_iter()
            .any(|read| !own.contains(read.span()) && body.decides(read))
    })
}

/// Whether the way of failure does something about it: leaves, gives another value, or calls what may do so.
fn is_dealt_with<'a>(unit: &Unit<'a>, body: &Body<'a>, decision: &Decision<'a>) -> bool {
    decision.failure_sites(body).any(|site| match site.event {
        Event::Statement(statement) => !matches!(statement.kind, StatementKind::Declare { .. }),
        Event::Expression(expression) => match &expression.kind {
            ExpressionKind::Assign { .. } | ExpressionKind::Try(_) => true,
            ExpressionKind::Call(call) => {
                ends(expression) || !(is_log_name(&call.name) || call.name == "strerror")
            }
            ExpressionKind::Macro { name, .. } => !is_log_name(name),
            ExpressionKind::Number { .. } => unit.file.language == Language::Rust,
            _ => false,
        },
    })
}

/// Where a variable is used that begins with 0 and gets the peer's user on success only.
fn kept_zero<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    place: &Place,
    site: Site<'a>,
    decision: &Decision<'a>,
) -> Option<Site<'a>> {
    let assigned = body.sites().iter().filter(|other| decision.is_on_success(body, **other));
    let assigned: Vec<(&Expression, &Expression)> = assigned
        .filter_map(|other| match &other.expression()?.kind {
            ExpressionKind::Assign { operator: None, target, value } => Some((&**target, &**value)),
            _ => None,
        })
        .collect();
    let is_user = |value: &'a Expression| {
        let is_part = matches!(credentials::part(unit, body, value), Some(Part::User | Part::Group));
        is_part
            && (unit.file.language == Language::Rust
                || unit.place(body, value).is_some_and(|value| place.contains(&value)))
    };
    // Any other variable that success changes may be what decides later.
    if assigned.is_empty() || !assigned.iter().all(|(_, value)| is_user(value)) {
        return None;
    }
    assigned.into_iter().find_map(|(target, _)| {
        let target = unit.place(body, target).filter(|target| target.scope == Scope::Local)?;
        let begins = unit
            .definitions(body, &target)
            .into_iter()
            .all(|definition| is_zero_or_on_success(body, &definition, decision));
        let later = reads(unit, body, &target, site);
        let later =
            later.into_iter().find(|read| !decision.is_on_success(body, *read) && matters(body, *read));
        later.filter(|_| begins)
    })
}

fn is_zero_or_on_success<'a>(
    body: &Body<'a>,
    definition: &Definition<'_, 'a>,
    decision: &Decision<'a>,
) -> bool {
    match definition.given {
        Given::Value(value) => value.number() == Some(0) || decision.is_on_success(body, definition.site),
        Given::Written(..) | Given::Nothing => false,
    }
}
