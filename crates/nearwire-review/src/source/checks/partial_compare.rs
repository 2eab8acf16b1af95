//! A secret that is compared as far as the input goes is equal to its own beginning, and to nothing at all.

use super::identifiers::{is_credential, is_input};
use crate::source::model::{BinaryOperator, Call, Expression, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Place, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "partial-compare",
    title: "only a part of a secret is compared",
    weakness: weakness::CWE_187,
    severity: Severity::High,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2022-26691"],
    page: include_str!("../../../../../docs/checks/partial-compare.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &[
        "ncmp",
        "memcmp",
        "ncasecmp",
        "casecmp",
        "starts_with",
        "startsWith",
        "ignore_ascii_case",
        "CaseInsensitive",
        "stricmp",
    ],
    run,
};

/// Names of secrets that are compared without regard to case for good reason.
const CASELESS: &[&str] = &["hex", "hash", "digest", "uuid", "fingerprint"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if !unit.speaks_local() {
        return;
    }
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body.calls() {
            if let Some(partial) = by_length(unit, body, site, call).or_else(|| by_prefix(unit, body, call)) {
                report(unit, site, &partial, found);
            } else if let Some(name) = without_case(unit, body, call) {
                report(
                    unit,
                    site,
                    &Partial { secret: name, seen: "upper and lower case count as the same".to_owned() },
                    found,
                );
            }
        }
    }
}

/// A comparison of less than the whole.
struct Partial {
    secret: String,
    seen: String,
}

fn report(unit: &Unit<'_>, site: Site<'_>, partial: &Partial, found: &mut Findings<'_>) {
    let Partial { secret, seen } = partial;
    let what = format!("`{}`: {seen}", unit.quoted(site.span()));
    let message = format!("`{secret}` is equal to more than itself");
    let fix = Fix::advice("Compare lengths, then all bytes, in constant time.");
    let example = match unit.file.language {
        Language::Rust => format!(
            "{secret}.len() == input.len() && subtle::ConstantTimeEq::ct_eq({secret}.as_bytes(), input).into()"
        ),
        _ => format!("length == sizeof({secret}) && CRYPTO_memcmp({secret}, input, sizeof({secret})) == 0"),
    };
    found.add(Draft::at(unit.file, site.span(), message, what), fix.with_example(example));
}

fn leaf<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression) -> Option<String> {
    unit.place(body, expression).map(|place| place.leaf().to_owned())
}

/// `strncmp(secret, input, strlen(input))`, `memcmp(secret, input, received)`.
fn by_length<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> Option<Partial> {
    if !matches!(
        call.name.as_str(),
        "strncmp" | "memcmp" | "strncasecmp" | "CRYPTO_memcmp" | "timingsafe_bcmp" | "bcmp"
    ) {
        return None;
    }
    let [one, other, length] = call.arguments.as_slice() else { return None };
    let pairs = [(one, other), (other, one)];
    pairs.into_iter().find_map(|(secret, input)| {
        let name = leaf(unit, body, secret).filter(|name| is_credential(name) && !is_input(name))?;
        let input_name = leaf(unit, body, input).filter(|name| is_input(name) || !is_credential(name))?;
        let input_place = unit.place(body, input)?;
        let of_input =
            is_length_of(unit, body, length, &input_place) || is_received(unit, body, length, &input_place);
        let is_checked = length_is_checked(unit, body, site, length, &input_place);
        (of_input && !is_checked).then(|| Partial {
            secret: name,
            seen: format!("only as many bytes are compared as `{input_name}` has, which may be none"),
        })
    })
}

/// `strlen(input)`, also through a variable.
fn is_length_of<'a>(unit: &Unit<'a>, body: &Body<'a>, length: &'a Expression, input: &Place) -> bool {
    let is_strlen = |value: &Expression| match &value.kind {
        ExpressionKind::Call(call) if call.name == "strlen" => {
            call.arguments.first().and_then(|argument| unit.place(body, argument)).as_ref() == Some(input)
        }
        ExpressionKind::Call(call) if matches!(call.name.as_str(), "size" | "length") => {
            call.receiver.as_ref().and_then(|receiver| unit.place(body, receiver)).as_ref() == Some(input)
        }
        _ => false,
    };
    is_strlen(without_cast(length))
        || unit.origins(body, without_cast(length)).into_iter().any(|(_, origin)| is_strlen(origin))
}

/// The number of bytes that a call wrote to the input.
fn is_received<'a>(unit: &Unit<'a>, body: &Body<'a>, length: &'a Expression, input: &Place) -> bool {
    let received = |value: &Expression| match &value.kind {
        ExpressionKind::Call(call) if matches!(call.name.as_str(), "recv" | "read" | "recvfrom") => {
            call.arguments.get(1).and_then(|buffer| unit.place(body, buffer)).as_ref() == Some(input)
        }
        _ => false,
    };
    unit.origins(body, without_cast(length)).into_iter().any(|(_, origin)| received(without_cast(origin)))
}

fn without_cast(expression: &Expression) -> &Expression {
    match &expression.kind {
        ExpressionKind::Cast { value, .. } => without_cast(value),
        _ => expression,
    }
}

/// Whether the function compares the input's length with something else than 0 or a failure.
fn length_is_checked<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    site: Site<'a>,
    length: &'a Expression,
    input: &Place,
) -> bool {
    let place = unit.place(body, without_cast(length));
    let is_length = |side: &'a Expression| {
        let same = place.is_some() && unit.place(body, without_cast(side)) == place;
        same || is_length_of(unit, body, side, input)
    };
    let is_small = |side: &Expression| side.number().is_some_and(|number| number <= 1);
    let others = body.sites().iter().filter(|other| other.index != site.index);
    others.filter_map(|other| other.expression()).any(|expression| match &expression.kind {
        ExpressionKind::Binary { operator, left, right }
            if operator.compares() && *operator != BinaryOperator::Greater =>
        {
            (is_length(left) && !is_small(right)) || (is_length(right) && !is_small(left))
        }
        _ => false,
    })
}

/// `secret.starts_with(input)`, where the input is no literal.
fn by_prefix<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> Option<Partial> {
    if !matches!(call.name.as_str(), "starts_with" | "startsWith") || unit.file.language == Language::C {
        return None;
    }
    let name =
        leaf(unit, body, call.receiver.as_ref()?).filter(|name| is_credential(name) && !is_input(name))?;
    let [input, ..] = call.arguments.as_slice() else { return None };
    let is_known = !unit.texts(body, input).is_empty() || is_constant(unit, body, input);
    let is_closure = matches!(
        input.kind,
        ExpressionKind::Lambda(_) | ExpressionKind::Character(_) | ExpressionKind::List(_)
    );
    (!is_known && !is_closure).then(|| Partial {
        secret: name,
        seen: format!("every beginning of it passes, and so does an empty `{}`", unit.quoted(input.span)),
    })
}

/// A constant by its name: `TOKEN_PREFIX`.
fn is_constant<'a>(unit: &Unit<'a>, body: &Body<'a>, input: &'a Expression) -> bool {
    let name = leaf(unit, body, input).unwrap_or_default();
    let last = name.rsplit("::").next().unwrap_or_default();
    let upper = !last.is_empty() && last.chars().all(|character| !character.is_lowercase());
    upper || last.to_ascii_lowercase().contains("prefix")
}

/// `strcasecmp(password, given)`, `password.eq_ignore_ascii_case(given)`, `password.compare(given, Qt::CaseInsensitive)`.
fn without_case<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> Option<String> {
    let sides: Vec<&Expression> = match call.name.as_str() {
        "strcasecmp" | "g_ascii_strcasecmp" | "_stricmp" | "stricmp" => {
            call.arguments.iter().take(2).collect()
        }
        "eq_ignore_ascii_case" => call.receiver.iter().chain(&call.arguments).collect(),
        "compare"
            if call
                .arguments
                .get(1)
                .is_some_and(|case| unit.file.slice(case.span).ends_with("CaseInsensitive")) =>
        {
            call.receiver.iter().chain(call.arguments.iter().take(1)).collect()
        }
        _ => return None,
    };
    if sides.len() != 2
        || sides.iter().any(|side| !unit.texts(body, side).is_empty() || is_constant(unit, body, side))
    {
        return None;
    }
    let names: Vec<String> = sides.into_iter().filter_map(|side| leaf(unit, body, side)).collect();
    let caseless = names.iter().any(|name| says(&name.to_ascii_lowercase(), CASELESS));
    // A parser's token is compared with words; a token to let somebody in with another token.
    let strong = |name: &&String| {
        is_credential(name)
            && (name.to_ascii_lowercase().contains("pass")
                || names.iter().all(|name| is_credential(name) || is_input(name)))
    };
    names.iter().find(strong).filter(|_| !caseless && names.len() == 2).cloned()
}
