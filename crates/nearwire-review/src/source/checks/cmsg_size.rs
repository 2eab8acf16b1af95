//! `CMSG_LEN` is the length of a control message, `CMSG_SPACE` the room it takes with its padding. A buffer of `CMSG_LEN`
//! bytes is too small for what `CMSG_SPACE` says, and for a message that follows.

use crate::source::model::{
    BinaryOperator, ClassKind, Expression, ExpressionKind, Language, Span, StatementKind,
};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::walk::{Body, Event};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "cmsg-size",
    title: "control buffer of CMSG_LEN bytes",
    weakness: weakness::CWE_131,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &["man 3 cmsg"],
    page: include_str!("../../../../../docs/checks/cmsg-size.md"),
};

pub(super) const RULE: Rule =
    Rule { check: &CHECK, languages: &[Language::C, Language::Cpp], needles: &["CMSG_LEN"], run };

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for site in body.sites() {
            match site.event {
                Event::Statement(statement) => {
                    if let StatementKind::Declare { name, ty, .. } = &statement.kind
                        && let Some(size) = length_of_array(ty)
                    {
                        small(unit, Some(body), statement.span, (name, size), found);
                    }
                }
                Event::Expression(expression) => summed(unit, body, expression, found),
            }
        }
    }
    for class in unit.file.classes.iter().filter(|class| class.kind != ClassKind::Union) {
        for member in &class.members {
            if let Some(size) = length_of_array(&member.ty) {
                small(unit, None, member.span, (&member.name, size), found);
            }
        }
    }
}

/// `CMSG_LEN(…)` of `char[CMSG_LEN(…)]`.
fn length_of_array(ty: &str) -> Option<&str> {
    let (_, size) = ty.split_once('[')?;
    let size = size.trim().trim_end_matches(']').trim();
    (size.starts_with("CMSG_LEN") && !size.contains("CMSG_SPACE")).then_some(size)
}

/// A buffer of `CMSG_LEN` bytes. What makes it worse than unusual is that its length is given as `CMSG_SPACE`, or that
/// several messages go into it.
fn small<'a>(
    unit: &Unit<'a>,
    body: Option<&Body<'a>>,
    span: Span,
    (name, size): (&str, &str),
    found: &mut Findings<'_>,
) {
    let text = body.map_or(unit.file.text.as_str(), |body| unit.text_of(body.function));
    if !text.contains("msg_control") {
        return;
    }
    let space = size.replacen("CMSG_LEN", "CMSG_SPACE", 1);
    let draft = Draft::at(
        unit.file,
        span,
        "the control buffer has no room for the padding of its message",
        format!("{name} has {size} bytes; a control message takes {space}"),
    );
    let says_space = text.contains("CMSG_SPACE");
    let draft = match (says_space, text.contains("CMSG_NXTHDR")) {
        (true, _) => {
            draft.fact("CMSG_SPACE is used for it as well: the kernel reads or writes behind its end")
        }
        (false, true) => draft.fact("CMSG_NXTHDR looks for another message in it"),
        (false, false) => draft.severity(Severity::Low).fact(
            "with one message Linux gets along; others cut it short, and CMSG_NXTHDR needs the padding",
        ),
    };
    found.add(
        draft,
        Fix::advice("Measure buffers with CMSG_SPACE, and cmsg_len with CMSG_LEN.")
            .with_example(format!("char {name}[{space}];")),
    );
}

/// `CMSG_LEN(a) + CMSG_LEN(b)`, and memory allocated by `CMSG_LEN`.
fn summed<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression, found: &mut Findings<'_>) {
    let text = unit.text_of(body.function);
    if !text.contains("msg_control") {
        return;
    }
    let file = unit.file;
    match &expression.kind {
        ExpressionKind::Binary { operator: BinaryOperator::Add, left, right }
            if is_length(left) && is_length(right) =>
        {
            let draft = Draft::at(
                file,
                expression.span,
                "the second control message does not fit behind the first",
                format!("{} leaves out the padding between two messages", file.slice(expression.span)),
            );
            let example = file.slice(expression.span).replace("CMSG_LEN", "CMSG_SPACE");
            found.add(draft, Fix::advice("Add up CMSG_SPACE of each message.").with_example(example));
        }
        ExpressionKind::Call(call)
            if matches!(call.name.as_str(), "malloc" | "calloc" | "alloca" | "g_malloc" | "g_malloc0") =>
        {
            let Some(size) = call.arguments.iter().find(|argument| is_length(argument)) else { return };
            let is_worse = text.contains("CMSG_SPACE") || text.contains("CMSG_NXTHDR");
            let draft = Draft::at(
                file,
                expression.span,
                "the control buffer has no room for the padding of its message",
                format!("{} bytes are allocated", file.slice(size.span)),
            )
            .severity(if is_worse { Severity::Medium } else { Severity::Low });
            let example = file.slice(expression.span).replace("CMSG_LEN", "CMSG_SPACE");
            found.add(
                draft,
                Fix::advice("Measure buffers with CMSG_SPACE, and cmsg_len with CMSG_LEN.")
                    .with_example(example),
            );
        }
        _ => {}
    }
}

fn is_length(expression: &Expression) -> bool {
    matches!(&expression.kind, ExpressionKind::Call(call) if call.name == "CMSG_LEN")
}
