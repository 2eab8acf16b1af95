//! A secret from `rand()`, the clock or the process id can be computed by whoever is on the same machine, which is who a local
//! socket has to fear.

use super::identifiers::{is_secret, words};
use crate::source::model::{Call, Expression, ExpressionKind, Language, StatementKind};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::walk::{Body, Event, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "weak-token",
    title: "a secret is made from what can be guessed",
    weakness: weakness::CWE_331,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2017-2626"],
    page: include_str!("../../../../../docs/checks/weak-token.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["rand", "time", "pid", "mt19937", "fastrand", "SystemTime", "process::id", "minstd", "Rng"],
    run,
};

/// Functions that give numbers which follow from those before.
const RANDOM: &[&str] = &[
    "rand",
    "random",
    "rand_r",
    "random_r",
    "drand48",
    "lrand48",
    "mrand48",
    "erand48",
    "nrand48",
    "jrand48",
    "qrand",
    "g_random_int",
    "g_random_int_range",
];

/// Functions whose value everybody on the machine knows.
const KNOWN: &[&str] =
    &["time", "getpid", "getppid", "clock", "currentDateTime", "currentMSecsSinceEpoch", "applicationPid"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if !unit.speaks_local() {
        return;
    }
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for site in body.sites() {
            let Some((name, value)) = given(unit, body, *site) else { continue };
            if !is_secret(&name) {
                continue;
            }
            if let Some(source) = value.iter().find_map(|value| source(unit, body, value)) {
                report(unit, *site, &name, source, found);
            }
        }
    }
}

/// The name of what gets a value at a site, and the values.
fn given<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> Option<(String, Vec<&'a Expression>)> {
    match site.event {
        Event::Statement(statement) => match &statement.kind {
            StatementKind::Declare { name, value: Some(value), .. } => Some((name.clone(), vec![value])),
            _ => None,
        },
        Event::Expression(expression) => match &expression.kind {
            ExpressionKind::Assign { target, value, .. } => {
                Some((unit.place(body, target)?.leaf().to_owned(), vec![value]))
            }
            ExpressionKind::Call(call)
                if matches!(call.name.as_str(), "snprintf" | "sprintf" | "g_snprintf") =>
            {
                let (target, values) = call.arguments.split_first()?;
                Some((unit.place(body, target)?.leaf().to_owned(), values.iter().collect()))
            }
            _ => None,
        },
    }
}

/// What a value is made of that can be guessed: the first such call in it, or in what its variables were given.
fn source<'a>(unit: &Unit<'a>, body: &Body<'a>, value: &'a Expression) -> Option<Site<'a>> {
    if has_strong(unit.file.slice(value.span)) {
        return None;
    }
    let parts = inside(body, value);
    if let Some(weak) = parts.iter().find(|site| is_weak(unit, body, **site)) {
        return Some(*weak);
    }
    // `let now = SystemTime::now(); let token = format!("{now}")`: one variable back.
    let named: Vec<&Expression> = parts.iter().filter_map(|site| site.expression()).collect();
    named.into_iter().filter(|part| matches!(part.kind, ExpressionKind::Name(_))).find_map(|part| {
        unit.origins(body, part).into_iter().find_map(|(body, origin)| {
            if has_strong(unit.file.slice(origin.span)) {
                return None;
            }
            inside(body, origin).into_iter().find(|site| site.call().is_some_and(is_random))
        })
    })
}

/// Whether something that cannot be guessed is mixed in.
fn has_strong(text: &str) -> bool {
    [
        "getrandom",
        "urandom",
        "RAND_bytes",
        "arc4random",
        "random_device",
        "OsRng",
        "thread_rng",
        "rand::rng()",
        "QRandomGenerator::system",
        "QRandomGenerator::global",
        "Uuid::new_v4",
        "secure",
    ]
    .iter()
    .any(|word| text.contains(word))
}

fn inside<'a>(body: &Body<'a>, value: &Expression) -> Vec<Site<'a>> {
    body.sites().iter().copied().filter(|site| value.span.contains(site.span())).collect()
}

fn is_weak<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> bool {
    let Some(call) = site.call() else { return false };
    is_random(call) || is_known(unit, call) || is_engine(unit, body, call)
}

/// `rand()`, `std::rand()`, `fastrand::u64(..)`.
fn is_random(call: &Call) -> bool {
    let path = call.path.trim_start_matches("::");
    let plain = RANDOM.contains(&path.trim_start_matches("std::").trim_start_matches("libc::"));
    call.receiver.is_none() && (plain || path.starts_with("fastrand::"))
}

/// `time(NULL)`, `getpid()`, `std::process::id()`, `SystemTime::now()`.
fn is_known(unit: &Unit<'_>, call: &Call) -> bool {
    match unit.file.language {
        Language::Rust => call.path.ends_with("process::id") || call.path.ends_with("SystemTime::now"),
        _ => {
            KNOWN.contains(
                &call
                    .path
                    .trim_start_matches("::")
                    .trim_start_matches("std::")
                    .rsplit("::")
                    .next()
                    .unwrap_or_default(),
            ) && call.receiver.is_none()
        }
    }
}

/// `engine()` where `std::mt19937 engine`; `distribution(engine)`.
fn is_engine<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    if unit.file.language != Language::Cpp {
        return false;
    }
    let engine = |ty: String| {
        ["mt19937", "minstd_rand", "default_random_engine", "knuth_b", "ranlux"]
            .iter()
            .any(|name| ty.contains(name))
    };
    let mut values = call.receiver.iter().chain(&call.arguments);
    let called = || {
        let read = Expression { kind: ExpressionKind::Name(call.name.clone()), span: call.name_span };
        unit.place(body, &read).map(|place| unit.type_of_place(body, &place)).unwrap_or_default()
    };
    engine(called()) || values.any(|value| engine(unit.type_of(body, value)))
}

fn report<'a>(unit: &Unit<'a>, site: Site<'a>, name: &str, source: Site<'a>, found: &mut Findings<'_>) {
    let seen = format!("`{name}` is made here from `{}`", unit.quoted(source.span()));
    let confidence = match words(name).iter().any(|word| word == "nonce") {
        // Some only have to differ.
        true => Confidence::Low,
        false => Confidence::High,
    };
    let span = match site.event {
        Event::Statement(statement) => statement.span,
        Event::Expression(expression) => expression.span,
    };
    let mut draft =
        Draft::at(unit.file, span, format!("`{name}` can be guessed by whoever is on the machine"), seen)
            .confidence(confidence);
    if !span.contains(source.span()) {
        draft = draft.seen(unit.file, source.span(), "it comes from here");
    }
    let fix = Fix::advice("Take it from the kernel's random numbers, 16 bytes or more.");
    let example = match unit.file.language {
        Language::Rust => format!("let mut {name} = [0_u8; 16];\ngetrandom::fill(&mut {name})?;"),
        Language::Cpp if unit.file.text.contains("<Q") => {
            format!("{name} = QRandomGenerator::system()->generate64();")
        }
        _ => format!("getrandom({name}, sizeof({name}), 0) == (ssize_t)sizeof({name})"),
    };
    found.add(draft, fix.with_example(example));
}
