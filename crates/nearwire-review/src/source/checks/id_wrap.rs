//! A counter of 32 bits or fewer that numbers clients comes round: a new client then gets the number of one that is still there,
//! and with it whatever is kept under that number.

use super::identifiers::words;
use crate::source::model::{
    BinaryOperator, Expression, ExpressionKind, Language, StatementKind, UnaryOperator,
};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Place, Scope, says};
use crate::source::walk::{Body, Event, Frame, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "id-wrap",
    title: "numbers of clients come round",
    weakness: weakness::CWE_190,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2015-4625"],
    page: include_str!("../../../../../docs/checks/id-wrap.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["accept", "nextPendingConnection", "incoming"],
    run,
};

/// Types of at most 32 bits.
const NARROW: &[&str] = &[
    "int",
    "unsigned",
    "unsigned int",
    "short",
    "unsigned short",
    "unsigned char",
    "uint",
    "ushort",
    "i8",
    "i16",
    "i32",
    "u8",
    "u16",
    "u32",
    "int8_t",
    "int16_t",
    "int32_t",
    "uint8_t",
    "uint16_t",
    "uint32_t",
    "quint8",
    "quint16",
    "quint32",
    "qint16",
    "qint32",
    "guint",
    "guint16",
    "guint32",
    "gint",
    "u_int",
    "u_int16_t",
    "u_int32_t",
    "short int",
    "AtomicU16",
    "AtomicU32",
    "AtomicI32",
    "dbus_uint32_t",
];

/// Words of counters that number clients.
const NUMBERED: &[&str] =
    &["id", "session", "client", "connection", "conn", "cookie", "token", "serial", "handle"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if !unit.speaks_local() {
        return;
    }
    for body in unit.bodies.iter().filter(|body| !body.function.is_test && takes_connection(body)) {
        for site in body.sites() {
            let Some(counter) = site.expression().and_then(|expression| counted(unit, body, expression))
            else {
                continue;
            };
            let Some(ty) = narrow(unit, body, &counter) else { continue };
            if is_checked(unit, body, &counter) {
                continue;
            }
            if let Some(key) = key(unit, body, *site, &counter) {
                report(unit, *site, &counter, &ty, key, found);
            }
        }
    }
}

/// Whether a function takes a connection.
fn takes_connection(body: &Body<'_>) -> bool {
    body.calls_of(&["accept", "accept4", "nextPendingConnection", "incoming"]).next().is_some()
}

/// The counter that an expression adds 1 to: a member or a variable outside of functions whose name says that it numbers.
fn counted(unit: &Unit<'_>, body: &Body<'_>, expression: &Expression) -> Option<Place> {
    let is_one = |value: &Expression| matches!(value.kind, ExpressionKind::Number { value: Some(1) });
    let target = match &expression.kind {
        ExpressionKind::Unary { operator: UnaryOperator::Increment, operand } => operand,
        ExpressionKind::Assign { operator: Some(BinaryOperator::Add), target, value } if is_one(value) => {
            target
        }
        ExpressionKind::Assign { operator: None, target, value } => match &value.kind {
            ExpressionKind::Call(call) if call.name == "wrapping_add" => target,
            ExpressionKind::Binary { operator: BinaryOperator::Add, right, .. } if is_one(right) => target,
            _ => return None,
        },
        ExpressionKind::Call(call) if call.name == "fetch_add" => call.receiver.as_ref()?,
        _ => return None,
    };
    let place = unit.place(body, target)?;
    let words = words(place.leaf());
    let numbers = words.iter().any(|word| NUMBERED.contains(&word.as_str()));
    let counts = words.iter().any(|word| {
        matches!(word.as_str(), "count" | "total" | "num" | "number" | "accepted" | "active" | "n")
    });
    (place.scope != Scope::Local && numbers && !counts).then_some(place)
}

/// The declared type of a counter, if it has at most 32 bits.
fn narrow<'a>(unit: &Unit<'a>, body: &Body<'a>, counter: &Place) -> Option<String> {
    let ty = unit.type_of_place(body, counter);
    let bare = ty.rsplit("::").next().unwrap_or_default().to_owned();
    NARROW.contains(&bare.as_str()).then_some(bare)
}

/// Whether the function looks whether a number is in use, or whether the counter comes round.
fn is_checked<'a>(unit: &Unit<'a>, body: &Body<'a>, counter: &Place) -> bool {
    let names_counter = |expression: &Expression| unit.place(body, expression).as_ref() == Some(counter);
    body.sites().iter().any(|site| match site.expression().map(|expression| &expression.kind) {
        Some(ExpressionKind::Call(call)) => {
            let looks = says(
                &call.name,
                &[
                    "contains", "find", "count", "exists", "lookup", "checked_", "in_use", "get", "has",
                    "entry",
                ],
            );
            looks
                && call.name != "getsockopt"
                && (call.arguments.iter().any(names_counter) || call.name.starts_with("checked_"))
        }
        Some(ExpressionKind::Binary { operator, left, right }) if operator.compares() => {
            names_counter(left) || names_counter(right)
        }
        Some(ExpressionKind::Unary { operator: UnaryOperator::Not, operand }) => names_counter(operand),
        _ => false,
    })
}

/// Where the number becomes a key: a map takes it, or it goes to a field that is compared somewhere in the file.
fn key<'a>(unit: &Unit<'a>, body: &Body<'a>, counted: Site<'a>, counter: &Place) -> Option<Site<'a>> {
    let mut names = vec![counter.clone()];
    for site in body.sites() {
        if let Some(copy) = copy_of(unit, body, *site, counted, counter) {
            names.push(copy);
        }
    }
    let is_number = |expression: &Expression| {
        expression.span.contains(counted.span())
            || unit.place(body, expression).is_some_and(|place| names.contains(&place))
    };
    body.sites().iter().copied().find(|site| match site.expression().map(|expression| &expression.kind) {
        Some(ExpressionKind::Call(call)) => {
            let stores = matches!(
                call.name.as_str(),
                "insert"
                    | "emplace"
                    | "try_emplace"
                    | "insert_or_assign"
                    | "g_hash_table_insert"
                    | "hash_insert"
            );
            let keys = if call.receiver.is_some() {
                call.arguments.iter().take(1)
            } else {
                call.arguments.iter().take(2)
            };
            stores && keys.into_iter().any(|argument| is_number(without_wrapper(argument)))
        }
        Some(ExpressionKind::Index { index, .. }) => is_number(index) && is_map_element(body, *site),
        Some(ExpressionKind::Field { name, .. }) => {
            let place = site.expression().and_then(|expression| unit.place(body, expression));
            place.is_some_and(|place| names.contains(&place) && place != *counter) && is_compared(unit, name)
        }
        _ => false,
    })
}

/// `clients[id] = …`, `clients[id].fd = …`
fn is_map_element<'a>(body: &Body<'a>, site: Site<'a>) -> bool {
    body.around(site).take(3).any(|frame| matches!(frame, Frame::Target(_) | Frame::Part))
}

/// `GUINT_TO_POINTER(id)` of `id`.
fn without_wrapper(argument: &Expression) -> &Expression {
    match &argument.kind {
        ExpressionKind::Call(call) if call.name.ends_with("_TO_POINTER") => {
            call.arguments.first().unwrap_or(argument)
        }
        ExpressionKind::Cast { value, .. } => without_wrapper(value),
        _ => argument,
    }
}

/// The place that gets the counter's value: `id = counter++`, `let id = self.next_id`.
fn copy_of<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    site: Site<'a>,
    counted: Site<'a>,
    counter: &Place,
) -> Option<Place> {
    let (target, value) = match site.event {
        Event::Statement(statement) => match &statement.kind {
            StatementKind::Declare { name, value: Some(value), .. } => {
                (Some(Place { scope: Scope::Local, path: name.clone() }), value)
            }
            _ => return None,
        },
        Event::Expression(expression) => match &expression.kind {
            ExpressionKind::Assign { operator: None, target, value } => (unit.place(body, target), &**value),
            _ => return None,
        },
    };
    let is_it = value.span.contains(counted.span()) || unit.place(body, value).as_ref() == Some(counter);
    target.filter(|target| is_it && target != counter)
}

/// Whether a field of this name is compared with something else than a number, anywhere in the file.
fn is_compared(unit: &Unit<'_>, name: &str) -> bool {
    let is_field =
        |side: &Expression| matches!(&side.kind, ExpressionKind::Field { name: found, .. } if found == name);
    unit.bodies.iter().flat_map(Body::sites).filter_map(|site| site.expression()).any(|expression| {
        match &expression.kind {
            ExpressionKind::Binary { operator: BinaryOperator::Equal, left, right } => {
                (is_field(left) && right.number().is_none()) || (is_field(right) && left.number().is_none())
            }
            _ => false,
        }
    })
}

fn report<'a>(
    unit: &Unit<'a>,
    site: Site<'a>,
    counter: &Place,
    ty: &str,
    key: Site<'a>,
    found: &mut Findings<'_>,
) {
    let name = counter.leaf();
    let seen = format!("`{}` counts up `{name}`, a {ty}, for every connection", unit.quoted(site.span()));
    let message =
        format!("`{name}` comes round, and a new client gets the number of one that is still there");
    let draft = Draft::at(unit.file, site.span(), message, seen)
        .seen(
            unit.file,
            key.span(),
            format!("`{}`: the number is what the client is found by", unit.quoted(key.span())),
        )
        .fact(
            "nothing in the function looks whether the number is in use, or whether the counter came round",
        );
    let fix = Fix::advice("Count with 64 bits, or pass over numbers that are in use.");
    let example = match unit.file.language {
        Language::Rust => format!("{name}: u64"),
        _ => format!("uint64_t {name};"),
    };
    found.add(draft, fix.with_example(example));
}
