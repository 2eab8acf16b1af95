//! `exact-count`: what is left to read is counted down by whatever arrives, and the end is only seen at exactly 0.

use crate::source::model::{BinaryOperator, Expression, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Place, Reception, Scope};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "exact-count",
    title: "the end is missed when more arrives than was counted on",
    weakness: weakness::CWE_839,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &[],
    page: include_str!("../../../../../docs/checks/exact-count.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["read", "recv"],
    run,
};

/// A counter that loses what arrives.
struct Countdown<'u, 'a> {
    body: &'u Body<'a>,
    site: Site<'a>,
    counter: Place,
    by: &'a Expression,
}

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for countdown in body.sites().iter().filter_map(|site| countdown(unit, body, *site)) {
            let tests = tests_of(unit, &countdown);
            // Somebody who also looks for less than nothing knows that it may happen.
            if tests.iter().any(|(_, operator)| !is_exact(*operator)) {
                continue;
            }
            for (site, operator) in tests {
                report(unit, found, &countdown, site, operator);
            }
        }
    }
}

const fn is_exact(operator: BinaryOperator) -> bool {
    matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual)
}

/// `left -= n`, where `n` is what a read brought and the read is not limited by `left`.
fn countdown<'u, 'a>(unit: &'u Unit<'a>, body: &'u Body<'a>, site: Site<'a>) -> Option<Countdown<'u, 'a>> {
    let ExpressionKind::Assign { operator, target, value } = &site.expression()?.kind else { return None };
    let counter = unit.place(body, target)?;
    let by = match (operator, &value.kind) {
        (Some(BinaryOperator::Subtract), _) => &**value,
        (None, ExpressionKind::Binary { operator: BinaryOperator::Subtract, left, right })
            if unit.place(body, left).as_ref() == Some(&counter) =>
        {
            &**right
        }
        _ => return None,
    };
    if let Some(reception) = unit.amount_received(body, by, site) {
        if is_limited_by(unit, body, &reception, &counter) {
            return None;
        }
    } else if !is_available(by) {
        return None;
    }
    Some(Countdown { body, site, counter, by })
}

fn is_available(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Cast { value, .. } => is_available(value),
        ExpressionKind::Call(call) => call.name == "bytesAvailable",
        _ => false,
    }
}

/// Whether how much is read has to do with the counter: `read(fd, buf, min(left, sizeof buf))`, `&mut buf[..left]`.
fn is_limited_by<'a>(unit: &Unit<'a>, body: &Body<'a>, reception: &Reception<'a>, counter: &Place) -> bool {
    let names_counter =
        |expression: &Expression| unit.mentions(body, expression.span, counter).next().is_some();
    reception.call.arguments.iter().any(|argument| {
        let parts = body.sites().iter().filter(|site| argument.span.contains(site.span()));
        names_counter(argument)
            || parts
                .filter_map(|site| site.expression())
                .filter(|part| matches!(part.kind, ExpressionKind::Name(_)))
                .any(|part| unit.origins(body, part).into_iter().any(|(_, origin)| names_counter(origin)))
    })
}

/// The comparisons of a counter with 0, in every function that can see it.
fn tests_of<'u, 'a>(unit: &'u Unit<'a>, countdown: &Countdown<'u, 'a>) -> Vec<(Site<'a>, BinaryOperator)> {
    let bodies: Vec<&Body<'a>> = match countdown.counter.scope {
        Scope::Local => vec![countdown.body],
        _ => unit.bodies.iter().collect(),
    };
    let mut found = Vec::new();
    for body in bodies {
        for site in body.sites() {
            let Some(ExpressionKind::Binary { operator, left, right }) =
                site.expression().map(|one| &one.kind)
            else {
                continue;
            };
            let is_counter = |side: &Expression| unit.place(body, side).as_ref() == Some(&countdown.counter);
            let tests_zero = (is_counter(left) && is_zero(right)) || (is_counter(right) && is_zero(left));
            let compared = is_counter(left) || is_counter(right);
            if is_exact(*operator) && tests_zero || operator.compares() && !is_exact(*operator) && compared {
                found.push((*site, *operator));
            }
        }
    }
    found
}

const fn is_zero(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Number { value: Some(0) })
}

fn report<'a>(
    unit: &Unit<'a>,
    found: &mut Findings<'_>,
    countdown: &Countdown<'_, 'a>,
    site: Site<'a>,
    operator: BinaryOperator,
) {
    let file = unit.file;
    let code = file.slice(site.span());
    let name = countdown.counter.path.replace("[]", "");
    let better = if operator == BinaryOperator::Equal { "<=" } else { ">" };
    let message = format!("`{name}` may step over 0: as much is taken from it as arrives");
    let count = file.slice(countdown.site.span());
    let draft = Draft::at(file, site.span(), message, format!("the end is seen only if `{code}`"))
        .seen(
            file,
            countdown.site.span(),
            format!("`{count}`: {} is as much as the peer sent", file.slice(countdown.by.span)),
        )
        .fact(format!("the read is not limited by `{name}`, and nothing looks whether it is below 0"));
    let fixed = code.replacen(operator.sign(), better, 1);
    let advice = format!("Count with {better} in a signed type, and read no more than is left.");
    found.add(draft, Fix::advice(advice).with_example(fixed));
}
