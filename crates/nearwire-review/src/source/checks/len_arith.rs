//! `len-arith`: a length that the peer chose is added to or multiplied, and wraps, before memory is taken for it.

use crate::source::model::{BinaryOperator, Expression, ExpressionKind, Language, StatementKind};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Place, Reception};
use crate::source::walk::{Body, Frame, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "len-arith",
    title: "a length from the peer can wrap around",
    weakness: weakness::CWE_190,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2015-4625"],
    page: include_str!("../../../../../docs/checks/len-arith.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["recv", "read"],
    run,
};

/// Functions and methods whose argument is how much memory is taken.
const ALLOCATING: &[&str] = &[
    "malloc",
    "xmalloc",
    "g_malloc",
    "g_malloc0",
    "realloc",
    "xrealloc",
    "g_realloc",
    "alloca",
    "resize",
    "reserve",
    "with_capacity",
    "resizeForOverwrite",
    "make_unique",
    "QByteArray",
];

/// Types that take memory when they are made with a size.
const SIZED: &[&str] = &["QByteArray", "std::string", "std::vector", "vector<", "string"];

/// Calls that keep a number within bounds.
const BOUNDING: &[&str] = &["min", "qMin", "qBound", "clamp", "MIN", "contains"];

/// How many bits a number has.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Width(u8);

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        if unit.receptions(body).is_empty() {
            continue;
        }
        for site in body.sites() {
            let Some(ExpressionKind::Binary { operator, left, right }) =
                site.expression().map(|one| &one.kind)
            else {
                continue;
            };
            if !matches!(operator, BinaryOperator::Add | BinaryOperator::Multiply) {
                continue;
            }
            let sides = [(&**left, &**right), (&**right, &**left)];
            let Some((length, other, from)) = sides
                .into_iter()
                .find_map(|(length, other)| Some((length, other, unit.received(body, length, *site)?)))
            else {
                continue;
            };
            let Some(use_of) = allocated_with(unit, body, *site) else { continue };
            if may_wrap(unit, body, length, other) && !is_compared(unit, body, length, *site) {
                report(unit, found, *site, length, &from, use_of);
            }
        }
    }
}

/// What takes memory by the value at a site: what it stands in, or what a variable given it stands in.
fn allocated_with<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> Option<Site<'a>> {
    for frame in body.around(site) {
        match frame {
            Frame::Cast(_) | Frame::Element => {
                if let Some(made) = made_around(body, site) {
                    return Some(made);
                }
            }
            Frame::Macro("vec") => return Some(site),
            Frame::Argument(call, _) if ALLOCATING.contains(&call.name.as_str()) => {
                return body.calls().find(|(_, other)| std::ptr::eq(*other, call)).map(|(site, _)| site);
            }
            Frame::Declared(statement) => {
                let StatementKind::Declare { name, .. } = &statement.kind else { return None };
                let place = Place { scope: crate::source::values::Scope::Local, path: name.clone() };
                return allocated_by(unit, body, &place, site);
            }
            Frame::Assigned(target) => {
                let place = unit.place(body, target)?;
                return allocated_by(unit, body, &place, site);
            }
            Frame::Try | Frame::Binary(BinaryOperator::Add | BinaryOperator::Multiply, _) => {}
            _ => return None,
        }
    }
    None
}

/// A value made in place around a site that takes memory: `QByteArray label(length + 1, '\0')`, `new char[length + 1]`.
fn made_around<'a>(body: &Body<'a>, site: Site<'a>) -> Option<Site<'a>> {
    body.sites()
        .iter()
        .copied()
        .filter(|outer| outer.index > site.index && outer.span().contains(site.span()))
        .find(|outer| match outer.expression().map(|expression| &expression.kind) {
            Some(ExpressionKind::Construct { ty, arguments, is_new, .. }) => {
                let first = arguments.first().is_some_and(|first| first.span.contains(site.span()));
                first && (*is_new || SIZED.iter().any(|sized| ty.contains(sized)))
            }
            Some(ExpressionKind::Macro { name, .. }) => name == "vec",
            _ => false,
        })
}

/// The first thing after a site that takes memory by a variable.
fn allocated_by<'a>(unit: &Unit<'a>, body: &Body<'a>, place: &Place, from: Site<'a>) -> Option<Site<'a>> {
    // A variable that is compared afterwards is checked for what is in it.
    let later = |site: &&Site<'a>| site.index > from.index;
    let uses = body.sites().iter().filter(later).copied().filter(|site| {
        site.expression().is_some_and(|expression| {
            matches!(expression.kind, ExpressionKind::Name(_))
                && unit.place(body, expression).as_ref() == Some(place)
        })
    });
    for site in uses {
        if body.decides(site) {
            return None;
        }
        let direct = body.around(site).find(|frame| !matches!(frame, Frame::Cast(_)));
        match direct {
            Some(Frame::Argument(call, _)) if ALLOCATING.contains(&call.name.as_str()) => return Some(site),
            Some(Frame::Element) => return made_around(body, site),
            Some(Frame::Macro("vec")) => return Some(site),
            _ => {}
        }
    }
    None
}

/// Whether the sum or product is calculated in a type in which it may wrap.
fn may_wrap<'a>(unit: &Unit<'a>, body: &Body<'a>, length: &Expression, other: &Expression) -> bool {
    let Some(width) = width(unit, body, length) else { return false };
    let wider = match &other.kind {
        ExpressionKind::SizeOf(_) => Width(64),
        ExpressionKind::Number { .. } | ExpressionKind::Character(_) => Width(0),
        _ => self::width(unit, body, other).unwrap_or_else(|| {
            // Constants of C are as wide as int, if nothing else is said.
            if unit.number(body, other).is_some() { Width(32) } else { Width(64) }
        }),
    };
    // Less than int is calculated as int; 32 bits added to 64 do not wrap.
    width.0 >= 32 && wider.0 <= width.0
}

fn width<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &Expression) -> Option<Width> {
    match &expression.kind {
        ExpressionKind::Cast { ty, .. } => width_of(ty),
        ExpressionKind::Try(value) => width(unit, body, value),
        ExpressionKind::Call(call) => match call.name.as_str() {
            "ntohl" | "be32toh" | "le32toh" | "bswap_32" => Some(Width(32)),
            "ntohs" | "be16toh" | "le16toh" => Some(Width(16)),
            "be64toh" | "le64toh" | "bswap_64" => Some(Width(64)),
            "from_be_bytes" | "from_le_bytes" | "from_ne_bytes" => width_of(call.path.split("::").next()?),
            _ => None,
        },
        ExpressionKind::Name(_) | ExpressionKind::Field { .. } => {
            let ty = unit.type_of(body, expression);
            width_of(&ty).or_else(|| {
                // A variable of Rust has the type of what it is given; a part of a structure, that of its member.
                let origins = unit.origins(body, expression);
                origins
                    .first()
                    .and_then(|(from, value)| width(unit, from, value))
                    .or_else(|| member_width(unit, body, expression))
            })
        }
        _ => None,
    }
}

fn member_width<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &Expression) -> Option<Width> {
    let ExpressionKind::Field { base, name } = &expression.kind else { return None };
    let class = unit.type_of(body, base);
    let (_, member) = unit.program.member(&class, name)?;
    width_of(&member.ty)
}

fn width_of(ty: &str) -> Option<Width> {
    let bits = match ty.trim().trim_start_matches("std::") {
        "uint8_t" | "int8_t" | "quint8" | "qint8" | "u8" | "i8" | "unsigned char" | "char" => 8,
        "uint16_t" | "int16_t" | "quint16" | "qint16" | "u16" | "i16" | "short" | "unsigned short" => 16,
        "uint32_t" | "int32_t" | "quint32" | "qint32" | "u32" | "i32" | "int" | "unsigned"
        | "unsigned int" | "guint32" => 32,
        "uint64_t" | "int64_t" | "quint64" | "qint64" | "u64" | "i64" | "size_t" | "ssize_t" | "usize"
        | "isize" | "long" | "unsigned long" | "unsigned long long" | "qsizetype" | "guint64" | "gsize" => 64,
        _ => return None,
    };
    Some(Width(bits))
}

/// Whether the length is compared with anything but 0 before it is used.
fn is_compared<'a>(unit: &Unit<'a>, body: &Body<'a>, length: &Expression, at: Site<'a>) -> bool {
    let mut places: Vec<Place> = unit.place(body, length).into_iter().collect();
    for site in body.sites().iter().filter(|site| length.span.contains(site.span())) {
        places.extend(site.expression().and_then(|part| unit.place(body, part)));
    }
    let names =
        |expression: &Expression| places.iter().any(|place| unit.is_made_from(body, expression, place));
    body.sites().iter().any(|site| {
        let is_test = match site.expression().map(|expression| &expression.kind) {
            Some(ExpressionKind::Binary { operator, left, right }) if operator.compares() => {
                let is_nothing =
                    |side: &Expression| unit.number(body, side).is_some_and(|number| number <= 0);
                (names(left) && !is_nothing(right)) || (names(right) && !is_nothing(left))
            }
            Some(ExpressionKind::Call(call)) if BOUNDING.contains(&call.name.as_str()) => {
                call.receiver.iter().chain(&call.arguments).any(names)
            }
            Some(ExpressionKind::Matches { value, .. }) => names(value),
            _ => false,
        };
        is_test && (site.index < at.index || site.span().contains(at.span()))
    })
}

fn report<'a>(
    unit: &Unit<'a>,
    found: &mut Findings<'_>,
    site: Site<'a>,
    length: &Expression,
    from: &Reception<'a>,
    use_of: Site<'a>,
) {
    let file = unit.file;
    let (code, name) = (file.slice(site.span()), file.slice(length.span));
    let message = format!("`{code}` wraps around when the peer sends a large length");
    let draft = Draft::at(
        file,
        site.span(),
        message,
        format!("`{name}` is what the peer sent, and anything up to its type's largest value"),
    )
    .seen(file, from.site.span(), format!("`{name}` is received here"))
    .seen(file, use_of.span(), "as much memory is taken as comes out")
    .fact(format!("before that, `{name}` is compared with nothing"));
    let fix = match file.language {
        Language::Rust => {
            Fix::advice("Refuse lengths over a maximum of the protocol, or calculate with checked_add.")
                .with_example(format!(
                    "if {name} > MAX_MESSAGE {{\n    return Err(io::ErrorKind::InvalidData.into());\n}}"
                ))
        }
        Language::C | Language::Cpp => {
            Fix::advice("Refuse lengths over a maximum of the protocol before calculating with them.")
                .with_example(format!("if ({name} > MAX_MESSAGE)\n    return -1;"))
        }
    };
    found.add(draft, fix);
}
