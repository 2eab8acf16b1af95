//! `unbounded-read`: how much is read is up to the peer, and the buffer is of another size.

use crate::source::model::{Call, Expression, ExpressionKind, Language, StatementKind};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Given, Place, Reception, Scope};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "unbounded-read",
    title: "more is read than the buffer holds",
    weakness: weakness::CWE_787,
    severity: Severity::High,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2010-0407", "CVE-2024-27459"],
    page: include_str!("../../../../../docs/checks/unbounded-read.md"),
};

pub(super) const RULE: Rule =
    Rule { check: &CHECK, languages: &[Language::C, Language::Cpp], needles: &["read", "recv"], run };

/// Types with a size that is set by calls.
const SIZED: &[&str] = &["QByteArray", "vector<", "string", "QVector<", "QList<"];

/// Calls that give such a buffer its size.
const SIZING: &[&str] = &["resize", "reserve", "assign", "fill", "resizeForOverwrite"];

/// What decides how much is read.
enum Amount<'a> {
    /// A number, and what the array holds.
    Number(i128, i128),
    /// All that the peer has sent so far.
    Available,
    /// A number that the peer sent.
    Sent(Reception<'a>),
}

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for reception in unit.receptions(body) {
            if let Some((buffer, amount)) = overrun(unit, body, &reception) {
                report(unit, body, found, &reception, &buffer, &amount);
            }
        }
    }
}

/// The buffer that a read may overrun, and by what.
fn overrun<'a>(unit: &Unit<'a>, body: &Body<'a>, reception: &Reception<'a>) -> Option<(Place, Amount<'a>)> {
    let (buffer, limit) = (reception.buffer?, reception.limit?);
    let place = unit.place(body, buffer)?;
    if matches!(buffer.kind, ExpressionKind::Index { .. }) || place.path.ends_with("[]") {
        return None;
    }
    let size = unit.array_size(body, &place).or_else(|| allocated(unit, body, &place));
    if let Some(number) = unit.number(body, limit) {
        let size = size.filter(|size| number > *size)?;
        return Some((place, Amount::Number(number, size)));
    }
    if size.is_none() && !is_sized_elsewhere(unit, body, &place, limit) {
        return None;
    }
    if is_compared(unit, body, limit, reception.site) {
        return None;
    }
    let amount = if is_available(unit, body, limit, reception.site) {
        Amount::Available
    } else {
        Amount::Sent(unit.received(body, limit, reception.site)?)
    };
    Some((place, amount))
}

/// The constant size of the only memory that a pointer is given.
fn allocated<'a>(unit: &Unit<'a>, body: &Body<'a>, place: &Place) -> Option<i128> {
    let definitions = unit.definitions(body, place);
    let mut values = definitions.iter().filter_map(|definition| match definition.given {
        Given::Value(value) => Some((definition.body, value)),
        Given::Written(..) | Given::Nothing => None,
    });
    let (from, value) = values.next()?;
    if values.next().is_some() {
        return None;
    }
    let mut value = value;
    while let ExpressionKind::Cast { value: inner, .. } = &value.kind {
        value = inner;
    }
    match &value.kind {
        ExpressionKind::Call(call)
            if matches!(call.name.as_str(), "malloc" | "xmalloc" | "g_malloc" | "g_malloc0") =>
        {
            unit.number(from, call.arguments.first()?)
        }
        _ => None,
    }
}

/// Whether a buffer is a variable or member whose size is set, and by something else than what limits the read.
fn is_sized_elsewhere<'a>(unit: &Unit<'a>, body: &Body<'a>, place: &Place, limit: &'a Expression) -> bool {
    let ty = unit.type_of_place(body, place);
    if !SIZED.iter().any(|sized| ty.contains(sized)) || place.path.contains('.') {
        return false;
    }
    let mut sizes = sizes(unit, body, place);
    let parts = parts_of(unit, body, limit);
    let related = |code: &str| parts.iter().any(|part| code.contains(part.as_str()));
    !sizes.is_empty() && !sizes.drain(..).any(|size| related(&size))
}

/// The code that says how large a buffer is, wherever this file says it.
fn sizes<'a>(unit: &Unit<'a>, body: &Body<'a>, place: &Place) -> Vec<String> {
    let code = |expression: &Expression| unit.file.slice(expression.span).to_owned();
    let mut found = Vec::new();
    let bodies: Vec<&Body<'a>> = match &place.scope {
        Scope::Local => vec![body],
        _ => unit.bodies.iter().collect(),
    };
    for other in bodies {
        if let Scope::Member(class) = &place.scope {
            if other.function.class.as_ref() != Some(class) {
                continue;
            }
            let initial = other.function.initialisers.iter().filter(|(name, _)| *name == place.path);
            found.extend(initial.filter_map(|(_, values)| values.first()).map(code));
        }
        for site in other.sites() {
            let sized = |call: &Call| {
                let receiver = call.receiver.as_ref().filter(|_| SIZING.contains(&call.name.as_str()));
                receiver.and_then(|receiver| unit.place(other, receiver)).as_ref() == Some(place)
            };
            match site.expression().map(|expression| &expression.kind) {
                Some(ExpressionKind::Call(call)) if sized(call) => {
                    found.extend(call.arguments.iter().map(code));
                }
                Some(ExpressionKind::Assign { target, value, .. })
                    if unit.place(other, target).as_ref() == Some(place) =>
                {
                    found.push(code(value));
                }
                _ => {}
            }
            if let Some(StatementKind::Declare { name, value: Some(value), .. }) =
                site.statement().map(|one| &one.kind)
                && *name == place.path
                && place.scope == Scope::Local
            {
                found.push(code(value));
            }
        }
    }
    found
}

/// What in the code of a size would show that it has to do with the limit: its names, and where those come from.
fn parts_of<'a>(unit: &Unit<'a>, body: &Body<'a>, limit: &'a Expression) -> Vec<String> {
    let mut values: Vec<&Expression> =
        unit.origins(body, limit).into_iter().map(|(_, value)| value).collect();
    values.push(limit);
    let mut parts = Vec::new();
    for value in values {
        for site in body.sites().iter().filter(|site| value.span.contains(site.span())) {
            match site.expression().map(|expression| &expression.kind) {
                Some(ExpressionKind::Call(call)) if call.name == "bytesAvailable" => {
                    parts.push(call.name.clone());
                }
                Some(ExpressionKind::Field { name, .. }) => parts.push(name.clone()),
                Some(ExpressionKind::Name(name)) if value.span == site.span() => parts.push(name.clone()),
                _ => {}
            }
        }
    }
    parts
}

/// Whether a read is limited only by what is there to be read.
fn is_available<'a>(unit: &Unit<'a>, body: &Body<'a>, limit: &'a Expression, at: Site<'a>) -> bool {
    let is_call = |expression: &Expression| matches!(&peeled(expression).kind, ExpressionKind::Call(call) if call.name == "bytesAvailable");
    if is_call(limit) {
        return true;
    }
    let Some(place) = unit.place(body, limit) else { return false };
    let definitions = unit.definitions(body, &place);
    let mut here = definitions.iter().filter(|definition| definition.site.index < at.index).peekable();
    here.peek().is_some()
        && here.all(|definition| match definition.given {
            Given::Value(value) => is_call(value) || matches!(value.kind, ExpressionKind::Number { .. }),
            Given::Written(call, _) => call.name == "ioctl" && says_fionread(unit, call),
            Given::Nothing => true,
        })
        && !definitions.iter().all(|definition| matches!(definition.given, Given::Nothing))
}

fn says_fionread(unit: &Unit<'_>, call: &Call) -> bool {
    call.arguments.get(1).is_some_and(|request| unit.file.slice(request.span).contains("FIONREAD"))
}

/// Whether the function compares what limits the read with anything but 0, on whatever way.
fn is_compared<'a>(unit: &Unit<'a>, body: &Body<'a>, limit: &'a Expression, at: Site<'a>) -> bool {
    let named = unit.place(body, peeled(limit));
    body.sites().iter().filter(|site| site.index < at.index).any(|site| {
        let Some(ExpressionKind::Binary { operator, left, right }) = site.expression().map(|one| &one.kind)
        else {
            return false;
        };
        let is_limit = |side: &Expression| match &named {
            Some(place) => unit.is_made_from(body, side, place),
            None => unit.file.slice(side.span).contains("bytesAvailable"),
        };
        let is_nothing = |side: &Expression| unit.number(body, side).is_some_and(|number| number <= 0);
        operator.compares()
            && ((is_limit(left) && !is_nothing(right)) || (is_limit(right) && !is_nothing(left)))
    })
}

fn peeled(expression: &Expression) -> &Expression {
    match &expression.kind {
        ExpressionKind::Cast { value, .. } => peeled(value),
        _ => expression,
    }
}

fn report<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    found: &mut Findings<'_>,
    reception: &Reception<'a>,
    buffer: &Place,
    amount: &Amount<'a>,
) {
    let (file, name) = (unit.file, &buffer.path);
    let code =
        |expression: Option<&Expression>| expression.map(|one| file.slice(one.span)).unwrap_or_default();
    let limit = code(reception.limit);
    let array = unit.array_size(body, buffer).is_some();
    let holds = if array { format!("sizeof({name})") } else { format!("{name}.size()") };
    let (message, seen) = match amount {
        Amount::Number(number, size) => (
            format!("reads {number} bytes into `{name}`, which holds {size}"),
            format!("{limit} is {number}"),
        ),
        Amount::Available => (
            format!("reads as much as the peer has sent into `{name}`, whatever its size"),
            format!("the limit is `{limit}`, which the peer decides"),
        ),
        Amount::Sent(_) => (
            format!("reads as much as the peer says into `{name}`, whatever its size"),
            format!("the limit is `{limit}`, which the peer sent"),
        ),
    };
    let mut draft = Draft::at(file, reception.site.span(), message, seen);
    if let Amount::Sent(from) = amount {
        draft = draft.seen(file, from.site.span(), format!("`{limit}` is received here"));
    }
    if !matches!(amount, Amount::Number(..)) {
        draft = draft.fact(format!(
            "before the read, `{limit}` is compared with nothing, and `{name}` is not sized by it"
        ));
    }
    let bound = if array || file.language == Language::C {
        format!("{limit} < {holds} ? {limit} : {holds}")
    } else {
        format!("std::min<qint64>({limit}, {holds})")
    };
    let bound = if matches!(amount, Amount::Number(..)) { holds.clone() } else { bound };
    let fix = Fix::advice(format!("Read at most what `{name}` holds."))
        .with_example(file.slice(reception.site.span()).replace(limit, &bound));
    found.add(draft, fix);
}
