//! `log-inject`: what a peer sent is printed as it is, line breaks and escape sequences of terminals included.

use std::borrow::Cow;

use crate::source::model::{BinaryOperator, Call, Expression, ExpressionKind, Language, StatementKind};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Given, Place, Reception};
use crate::source::walk::{Body, Frame, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

mod format;

static CHECK: Check = Check {
    id: "log-inject",
    title: "what the peer sent is printed as it is",
    weakness: weakness::CWE_117,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &[],
    page: include_str!("../../../../../docs/checks/log-inject.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["recv", "read", "getpeername", "accept"],
    run,
};

/// Functions that only look at a text, so that it is the same afterwards.
const HARMLESS: &[&str] = &[
    "strlen",
    "strnlen",
    "strcmp",
    "strncmp",
    "strcasecmp",
    "strncasecmp",
    "memcmp",
    "strchr",
    "strrchr",
    "strstr",
    "strcspn",
    "strspn",
    "memchr",
    "atoi",
    "atol",
    "strtol",
    "strtoul",
    "send",
    "sendto",
    "write",
    "sizeof",
    "len",
    "is_empty",
    "size",
    "length",
    "isEmpty",
    "starts_with",
    "startsWith",
    "eq",
    "trim",
    "trim_end",
    "constData",
    "data",
    "c_str",
    "as_str",
    "insert",
    "append",
    "contains",
    "find",
    "puts",
    "fputs",
    "Ok",
    "Some",
];

/// What is printed, and where it comes from.
struct Printed<'a> {
    site: Site<'a>,
    value: Cow<'a, Expression>,
    origin: Origin<'a>,
}

/// How a peer got a text into the program.
enum Origin<'a> {
    /// It sent it.
    Sent(Reception<'a>),
    /// Its socket has this name.
    Name(Site<'a>),
}

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for site in body.sites() {
            let values = format::printed_raw(unit, body, *site);
            let hit = values.into_iter().find_map(|value| {
                let origin = origin(unit, body, &value, *site)?;
                Some(Printed { site: *site, value, origin })
            });
            if let Some(printed) = hit {
                report(unit, found, &printed);
            }
        }
    }
}

/// How a peer got a value into the program, if it did and nothing has looked at its characters since.
fn origin<'a>(unit: &Unit<'a>, body: &Body<'a>, value: &Expression, at: Site<'a>) -> Option<Origin<'a>> {
    if let Some(reception) = unit.received(body, value, at) {
        return (!is_treated(unit, body, value, reception.site, at)).then_some(Origin::Sent(reception));
    }
    let place = unit.place(body, value).filter(|place| place.leaf() == "sun_path")?;
    let structure = Place { path: place.path.rsplit_once('.')?.0.to_owned(), ..place };
    let written = unit
        .definitions(body, &structure)
        .into_iter()
        .rfind(|definition| std::ptr::eq(definition.body, body) && definition.site.index < at.index)?;
    match written.given {
        Given::Written(call, 1) if matches!(call.name.as_str(), "accept" | "accept4" | "getpeername") => {
            Some(Origin::Name(written.site))
        }
        Given::Written(call, 4) if call.name == "recvfrom" => Some(Origin::Name(written.site)),
        _ => None,
    }
}

/// Whether something between its arrival and the print may have looked at its characters or replaced them.
fn is_treated<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    value: &Expression,
    from: Site<'a>,
    at: Site<'a>,
) -> bool {
    let mut places: Vec<Place> = unit.place(body, value).into_iter().collect();
    let given: Vec<_> = places.iter().flat_map(|place| unit.definitions(body, place)).collect();
    for definition in given {
        if let Given::Value(value) = definition.given {
            places.extend(unit.place(definition.body, value));
            places.extend(
                unit.origins(definition.body, value)
                    .into_iter()
                    .filter_map(|(from, value)| unit.place(from, value)),
            );
        }
    }
    let between = |site: &&Site<'a>| {
        from.index < site.index && site.index < at.index && !at.span().contains(site.span())
    };
    body.sites().iter().filter(between).any(|site| {
        let Some(expression) = site.expression() else { return false };
        match &expression.kind {
            ExpressionKind::Name(_) | ExpressionKind::Field { .. } => {
                let named = unit.place(body, expression);
                let is_value = named.is_some_and(|named| {
                    places.iter().any(|place| place.contains(&named) || named.contains(place))
                });
                is_value && !is_harmless(unit, body, *site)
            }
            _ => false,
        }
    })
}

/// Whether what is around a mention of the text leaves it as it is.
fn is_harmless<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> bool {
    let mut around = body.around(site).skip_while(|frame| {
        matches!(frame, Frame::Cast(_) | Frame::Unary(_) | Frame::Part | Frame::Try | Frame::Element)
    });
    match around.next() {
        Some(Frame::Argument(call, _) | Frame::Receiver(call)) => is_harmless_call(call),
        // `buf[n] = '\0'`
        Some(Frame::Target(target)) => {
            body.sites().iter().any(|other| match other.expression().map(|one| &one.kind) {
                Some(ExpressionKind::Assign { target: one, value, operator: None })
                    if std::ptr::eq(&**one, target) =>
                {
                    matches!(&value.kind, ExpressionKind::Number { value: Some(0) })
                        || matches!(unit.file.slice(value.span), "'\\0'" | "0")
                }
                _ => false,
            })
        }
        // `char *c = name;` may be used to change what it points to.
        Some(Frame::Declared(statement)) => !is_writable_pointer(&statement.kind),
        Some(
            Frame::Statement(_)
            | Frame::Assigned(_)
            | Frame::Matches(_)
            | Frame::Subject(_)
            | Frame::Macro(_),
        ) => true,
        Some(Frame::Binary(operator, _)) => operator.compares() || operator == BinaryOperator::ShiftLeft,
        Some(Frame::Condition(_) | Frame::Returned) => true,
        _ => false,
    }
}

fn is_writable_pointer(declaration: &StatementKind) -> bool {
    matches!(declaration, StatementKind::Declare { ty, .. } if ty.contains('*') && !ty.contains("const"))
}

fn is_harmless_call(call: &Call) -> bool {
    let name = call.name.as_str();
    HARMLESS.contains(&name) || format::prints(name) || crate::source::values::effects::is_log_name(name) || {
        let lower = name.to_ascii_lowercase();
        lower.contains("utf8") || matches!(name, "read" | "recv" | "recvfrom" | "unwrap" | "expect")
    }
}

fn report(unit: &Unit<'_>, found: &mut Findings<'_>, printed: &Printed<'_>) {
    let file = unit.file;
    let code = match &printed.value.kind {
        ExpressionKind::Name(name) => name,
        _ => file.slice(printed.value.span),
    };
    let message = format!("`{code}` comes from the peer and is printed as it is");
    let draft = Draft::at(
        file,
        printed.site.span(),
        message,
        "line breaks and escape sequences in it go to the log or terminal",
    );
    let draft = match &printed.origin {
        Origin::Sent(reception) => draft.seen(file, reception.site.span(), "the peer's bytes arrive here"),
        Origin::Name(site) => {
            draft.seen(file, site.span(), "the peer chose the name of its socket, which arrives here")
        }
    };
    let fix = match file.language {
        Language::Rust => Fix::advice("Print it escaped.").with_example("{:?}"),
        Language::Cpp if file.text.contains("QDebug") || file.slice(printed.site.span()).starts_with('q') => {
            Fix::advice("Let QDebug quote it.").with_example(format!("qInfo() << {};", quotable(code)))
        }
        Language::C | Language::Cpp => Fix::advice("Replace what cannot be printed before printing it.")
            .with_example(format!(
                "for (char *c = {code}; *c; c++)\n    if (!isprint((unsigned char)*c))\n        *c = '?';"
            )),
    };
    let draft = match is_for_developers(printed.site) {
        true => draft
            .confidence(Confidence::Low)
            .fact("a message of this level is only written where somebody asks for it"),
        false => draft,
    };
    found.add(draft, fix);
}

/// `trace!`, `debug!`: levels that are off unless somebody looks for a mistake.
fn is_for_developers(site: Site<'_>) -> bool {
    match site.expression().map(|expression| &expression.kind) {
        Some(ExpressionKind::Macro { name, .. }) => {
            matches!(name.rsplit("::").next().unwrap_or(name), "trace" | "debug")
        }
        _ => false,
    }
}

/// What `QDebug` quotes: `bytes` of `bytes.constData()`, `text` of `qPrintable(text)`.
fn quotable(code: &str) -> &str {
    let inner = code.strip_prefix("qPrintable(").and_then(|rest| rest.strip_suffix(')'));
    let whole = inner.unwrap_or(code);
    whole.strip_suffix(".constData()").or_else(|| whole.strip_suffix(".data()")).unwrap_or(whole)
}
