//! `uninit-send`: memory that nobody has written is sent, and with it what happened to be there.

use crate::source::model::{Call, Expression, ExpressionKind, Language, StatementKind, UnaryOperator};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Family, Place, Scope};
use crate::source::walk::{Body, Frame, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "uninit-send",
    title: "memory is sent that was never written",
    weakness: weakness::CWE_908,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &[],
    page: include_str!("../../../../../docs/checks/uninit-send.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["send", "write"],
    run,
};

/// Calls that send, and the number of the argument that is sent when they are functions.
const SENDING: &[&str] = &["send", "sendto", "write", "write_all", "send_to"];

/// Methods that ask a buffer about itself or change its size without writing to it.
const HARMLESS: &[&str] = &[
    "size", "length", "len", "count", "isEmpty", "is_empty", "empty", "capacity", "resize", "set_len",
    "squeeze", "isNull",
];

/// How memory came to be that nobody wrote.
struct Raw<'a> {
    place: Place,
    site: Site<'a>,
    how: &'static str,
    fix: String,
}

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        let sends: Vec<_> =
            body.calls_of(SENDING).filter_map(|(site, call)| sent(unit, body, site, call)).collect();
        if sends.is_empty() {
            continue;
        }
        for raw in body.sites().iter().filter_map(|site| raw(unit, body, *site)) {
            let first = sends.iter().find(|(site, data)| {
                body.precedes(raw.site, *site) && unit.place(body, data).as_ref() == Some(&raw.place)
            });
            let Some((site, _)) = first else { continue };
            if is_untouched(unit, body, &raw, *site) {
                report(unit, found, &raw, *site);
            }
        }
        for (site, data) in sends {
            if is_raw_array(unit, data) {
                in_place(unit, found, site, data);
            }
        }
    }
}

/// What a call sends to a local socket.
fn sent<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    site: Site<'a>,
    call: &'a Call,
) -> Option<(Site<'a>, &'a Expression)> {
    let (socket, data) = match &call.receiver {
        Some(receiver) => (receiver, call.arguments.first()?),
        None => (call.arguments.first()?, call.arguments.get(1)?),
    };
    let is_local = match unit.family(body, socket) {
        Family::Local => true,
        Family::Network => false,
        Family::Unknown => {
            call.receiver.is_none()
                && matches!(call.name.as_str(), "send" | "sendto")
                && unit.speaks_only_local()
        }
    };
    is_local.then_some((site, data))
}

/// The memory that begins at a site without being written.
fn raw<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> Option<Raw<'a>> {
    let StatementKind::Declare { name, ty, value, is_static: false, .. } = &site.statement()?.kind else {
        return None;
    };
    let place = Place { scope: Scope::Local, path: name.clone() };
    let (how, fix) = match value {
        None if unit.file.language == Language::Rust => return None,
        None if unit.array_size(body, &place).is_some() => {
            ("is declared without a value", format!("char {name}[…] = {{0}};"))
        }
        None if ty == "QByteArray" => {
            ("is only resized, which leaves what it adds unwritten", format!("{name}.fill('\\0');"))
        }
        None => return None,
        Some(value) => how_made(unit, value, name)?,
    };
    let is_resized = || resizes(unit, body, &place);
    let needs_size = how.starts_with("is only resized") || how.starts_with("is only given a length");
    (!needs_size || is_resized()).then_some(Raw { place, site, how, fix })
}

fn how_made(unit: &Unit<'_>, value: &Expression, name: &str) -> Option<(&'static str, String)> {
    let value = without_casts(value);
    if is_raw_array(unit, value) {
        return Some(("is made with Qt::Uninitialized", format!("QByteArray {name}(size, '\\0');")));
    }
    match &value.kind {
        ExpressionKind::Construct { ty, arguments, .. } if ty == "QByteArray" && arguments.is_empty() => {
            Some(("is only resized, which leaves what it adds unwritten", format!("{name}.fill('\\0');")))
        }
        ExpressionKind::Call(call) => match call.name.as_str() {
            "malloc" | "xmalloc" | "g_malloc" => {
                Some(("is allocated and not written", format!("{name} = calloc(1, …);")))
            }
            "with_capacity" if call.path.starts_with("Vec") => {
                Some(("is only given a length with set_len", format!("{name}.resize(length, 0);")))
            }
            "assume_init" if unit.file.slice(value.span).contains("uninit()") => {
                Some(("is assumed to be written, and is not", format!("let {name} = [0; …];")))
            }
            _ => None,
        },
        ExpressionKind::Control(statement) => match &statement.kind {
            // `unsafe { … }`
            StatementKind::Block(block) => match &block.statements.last()?.kind {
                StatementKind::Expression(value) => how_made(unit, value, name),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// `QByteArray(size, Qt::Uninitialized)`
fn is_raw_array(unit: &Unit<'_>, value: &Expression) -> bool {
    let (ty, arguments) = match &value.kind {
        ExpressionKind::Construct { ty, arguments, .. } => (ty.as_str(), arguments),
        ExpressionKind::Call(call) => (call.path.as_str(), &call.arguments),
        _ => return false,
    };
    let second = arguments.get(1).map(|second| unit.file.slice(second.span));
    matches!(ty, "QByteArray" | "QString") && second.is_some_and(|second| second.ends_with("Uninitialized"))
}

fn resizes<'a>(unit: &Unit<'a>, body: &Body<'a>, place: &Place) -> bool {
    body.calls_of(&["resize", "set_len"]).any(|(_, call)| {
        // `resize(n, 'x')` and `resize(n, 0)` write what they add.
        call.arguments.len() == 1
            && call.receiver.as_ref().and_then(|receiver| unit.place(body, receiver)).as_ref() == Some(place)
    })
}

/// Whether nothing between its making and the send could have written to it: it is only measured, resized, tested.
fn is_untouched<'a>(unit: &Unit<'a>, body: &Body<'a>, raw: &Raw<'a>, send: Site<'a>) -> bool {
    let span = body.function.span;
    unit.mentions(body, span, &raw.place)
        .filter(|site| raw.site.index < site.index && site.index < send.index)
        .filter(|site| !send.span().contains(site.span()))
        .all(|site| is_harmless(body, site))
}

fn is_harmless(body: &Body<'_>, site: Site<'_>) -> bool {
    match body.around(site).next() {
        Some(Frame::Receiver(call)) => HARMLESS.contains(&call.name.as_str()),
        Some(Frame::Condition(_)) => true,
        Some(Frame::Unary(operator)) => operator == UnaryOperator::Not,
        Some(Frame::Binary(operator, other)) => {
            operator.compares() && matches!(other.kind, ExpressionKind::Null | ExpressionKind::Number { .. })
        }
        _ => false,
    }
}

fn without_casts(expression: &Expression) -> &Expression {
    match &expression.kind {
        ExpressionKind::Cast { value, .. } => without_casts(value),
        _ => expression,
    }
}

fn report(unit: &Unit<'_>, found: &mut Findings<'_>, raw: &Raw<'_>, send: Site<'_>) {
    let name = &raw.place.path;
    let message = format!("`{name}` is sent before anything was written to it");
    let draft = Draft::at(unit.file, send.span(), message, format!("all of `{name}` goes to the peer"))
        .seen(unit.file, raw.site.span(), format!("`{name}` {}", raw.how))
        .fact(format!("between the two, `{name}` is only measured or tested"));
    found.add(
        draft,
        Fix::advice(format!("Write to `{name}` before it is sent.")).with_example(raw.fix.clone()),
    );
}

fn in_place(unit: &Unit<'_>, found: &mut Findings<'_>, send: Site<'_>, data: &Expression) {
    let code = unit.file.slice(data.span);
    let draft = Draft::at(
        unit.file,
        send.span(),
        "what is sent was never written",
        format!("{code} is made and sent"),
    );
    let fixed = code.rsplit_once(',').map(|(size, _)| format!("{size}, '\\0')")).unwrap_or_default();
    found.add(draft, Fix::advice("Give the bytes a value.").with_example(fixed));
}
