//! `sun_path` has 108 bytes; paths may have 4096. What is copied without looking at its length is written behind the array.

use crate::source::model::{BinaryOperator, Call, Expression, ExpressionKind, Language, UnaryOperator};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Given, Place, Scope, UNKNOWN, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "sunpath-copy",
    title: "path of any length copied into sun_path",
    weakness: weakness::CWE_676,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &["man 7 unix"],
    page: include_str!("../../../../../docs/checks/sunpath-copy.md"),
};

pub(super) const RULE: Rule =
    Rule { check: &CHECK, languages: &[Language::C, Language::Cpp], needles: &["sun_path"], run };

/// How many bytes `sun_path` has on Linux.
const ROOM: usize = 108;

/// The most that a conversion of a number in a format can write.
const NUMBER: usize = 20;

/// What stands in a comparison that looks at the room.
const BOUNDS: &[&str] =
    &["sun_path", "UNIX_PATH_MAX", "SUN_PATH", "sockaddr_un", "MAX_PATH_LEN", "108", "107", "104", "103"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body
            .calls_of(&["strcpy", "strcat", "stpcpy", "sprintf", "vsprintf", "memcpy", "memmove", "mempcpy"])
        {
            let Some(target) = call.arguments.first() else { continue };
            let is_name = unit.place(body, base_of(target)).is_some_and(|place| place.leaf() == "sun_path");
            let is_name = is_name && !is_of_another_family(unit, body, target);
            if let (true, Some(source)) = (is_name, call.arguments.get(1)) {
                copied(unit, body, site, (call, source), found);
            }
        }
    }
}

/// Whether the structure is given another family than that of local sockets, such as AF_OS2, with rules of its own.
fn is_of_another_family<'a>(unit: &Unit<'a>, body: &Body<'a>, target: &Expression) -> bool {
    let Some(mut place) = unit.place(body, base_of(target)) else { return false };
    place.path = format!("{}sun_family", place.path.trim_end_matches("sun_path"));
    unit.definitions(body, &place).into_iter().any(|definition| match definition.given {
        Given::Value(value) => {
            let family = unit.file.slice(value.span);
            family.starts_with("AF_") && !matches!(family, "AF_UNIX" | "AF_LOCAL")
        }
        _ => false,
    })
}

fn copied<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    site: Site<'a>,
    (call, source): (&'a Call, &'a Expression),
    found: &mut Findings<'_>,
) {
    let is_bounded = match call.name.as_str() {
        "memcpy" | "memmove" | "mempcpy" => !is_its_length(unit, body, call) || fits(unit, body, source),
        "sprintf" | "vsprintf" => fits_format(unit, body, call),
        _ => fits(unit, body, source),
    };
    if is_bounded || is_compared(unit, body, site, source) || callers_compare(unit, body, source) {
        return;
    }
    let file = unit.file;
    let written = file.slice(source.span);
    let draft = Draft::at(
        file,
        site.span(),
        "what is longer than sun_path is written behind it",
        format!("{} writes {written}, however long it is, into the {ROOM} bytes of sun_path", call.name),
    );
    let draft = match unit.place(body, source) {
        Some(place) if is_parameter(body, place.root()) => {
            draft.confidence(Confidence::Medium).fact(format!(
                "no length is compared before in {}; who calls it may have done so",
                body.function.qualified()
            ))
        }
        _ => draft.fact("no length is compared with that before"),
    };
    let target = call.arguments.first().map_or("sun_path", |target| file.slice(target.span));
    let example = if call.name.ends_with("printf") {
        format!(
            "snprintf({target}, sizeof({target}), {written}, …) /* refuse if it returns sizeof or more */"
        )
    } else {
        let length = written
            .strip_suffix(".c_str()")
            .map_or_else(|| format!("strlen({written})"), |text| format!("{text}.size()"));
        format!("if ({length} >= sizeof({target})) /* refuse: ENAMETOOLONG */")
    };
    found.add(
        draft,
        Fix::advice("Refuse what does not fit before it is copied; a path cut short names another file.")
            .with_example(example),
    );
}

fn is_parameter(body: &Body<'_>, name: &str) -> bool {
    body.function.parameters.iter().any(|parameter| parameter.name == name)
}

/// `sun_path` of `sun_path + 1` and `&sun_path[1]`.
fn base_of(target: &Expression) -> &Expression {
    match &target.kind {
        ExpressionKind::Binary { operator: BinaryOperator::Add, left, .. } => base_of(left),
        ExpressionKind::Cast { value, .. } => base_of(value),
        ExpressionKind::Unary { operator: UnaryOperator::Address, operand } => base_of(operand),
        ExpressionKind::Index { base, .. } => base,
        _ => target,
    }
}

/// Whether as much is copied as the source is long: `memcpy(sun_path, path, strlen(path) + 1)`.
fn is_its_length<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    let Some(size) = call.arguments.get(2) else { return false };
    let measures = |expression: &Expression| {
        says(unit.file.slice(expression.span), &["strlen(", ".size()", ".length()"])
    };
    let bounded = |expression: &Expression| {
        says(&unit.file.slice(expression.span).to_lowercase(), &["min(", "sizeof", "?"])
    };
    let origins: Vec<_> = unit.origins(body, size).into_iter().map(|(_, origin)| origin).collect();
    let all = || std::iter::once(size).chain(origins.iter().copied());
    all().any(measures) && !all().any(bounded)
}

/// Whether a source is known to be short: a literal, an array that is no longer, another `sun_path`.
fn fits<'a>(unit: &Unit<'a>, body: &Body<'a>, source: &'a Expression) -> bool {
    let texts = unit.texts(body, source);
    let known = !texts.is_empty() && texts.iter().all(|text| !text.contains(UNKNOWN) && text.len() < ROOM);
    let place = unit.place(body, source);
    let array = place.as_ref().map(|place| array_type(unit, body, place)).unwrap_or_default();
    let size = array
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(size, _)| size.trim().to_owned());
    let short = size.is_some_and(|size| {
        size.parse::<usize>().is_ok_and(|size| size <= ROOM) || says(&size, &["sun_path", "UNIX_PATH_MAX"])
    });
    // What is found behind a name may not be all: a literal itself, or a constant, is.
    let only = matches!(source.kind, ExpressionKind::Text(_))
        || place
            .as_ref()
            .is_none_or(|place| place.scope != Scope::Local || !is_parameter(body, place.root()));
    // A constant that was not read is one that somebody chose once.
    let constant = matches!(&source.kind, ExpressionKind::Name(name) if !name.chars().any(|character| character.is_ascii_lowercase()));
    (known && only) || constant || short || place.is_some_and(|place| place.leaf() == "sun_path")
}

/// The declared type of a place, also of the member of a structure: `amp->path`.
fn array_type<'a>(unit: &Unit<'a>, body: &Body<'a>, place: &Place) -> String {
    let Some((root, member)) = place.path.split_once('.').filter(|_| place.scope == Scope::Local) else {
        return unit.type_of_place(body, place);
    };
    let root = Place { scope: Scope::Local, path: root.to_owned() };
    let member = unit.program.member(&unit.type_of_place(body, &root), member);
    member.map(|(_, member)| member.ty.clone()).unwrap_or_default()
}

/// Whether all that a format writes is known to be short.
fn fits_format<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    let Some(format) = call.arguments.get(1) else { return false };
    let texts = unit.texts(body, format);
    let fits = |text: &String| {
        let numbers = text.matches('%').count();
        !text.contains(UNKNOWN)
            && !text.contains("%s")
            && text.len().saturating_add(numbers.saturating_mul(NUMBER)) < ROOM
    };
    // As an argument the format stands as it is written; followed through a variable its conversions are unknown.
    !texts.is_empty() && texts.iter().all(fits)
}

/// Whether a comparison before the copy looks at the room or at the length of the source.
fn is_compared<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, source: &'a Expression) -> bool {
    let name = unit.file.slice(source.span).split(['.', '-', '(']).next().unwrap_or_default();
    let lengths = [
        format!("strlen({name}"),
        format!("{name}.size()"),
        format!("{name}.length()"),
        format!("strnlen({name}"),
    ];
    let before = body.sites().iter().take_while(|other| other.index < site.index);
    before.filter_map(|other| other.expression()).any(|expression| match &expression.kind {
        ExpressionKind::Binary { operator, left, right } if operator.compares() => {
            let text = unit.file.slice(expression.span);
            let measured = |side: &'a Expression| {
                unit.origins(body, side).into_iter().any(|(_, origin)| {
                    lengths.iter().any(|length| unit.file.slice(origin.span).contains(length.as_str()))
                })
            };
            says(text, BOUNDS)
                || lengths.iter().any(|length| text.contains(length.as_str()))
                || measured(left)
                || measured(right)
        }
        _ => false,
    })
}

/// Whether a function that calls this one compares lengths before it hands a parameter on.
fn callers_compare<'a>(unit: &Unit<'a>, body: &Body<'a>, source: &Expression) -> bool {
    let Some(place) = unit.place(body, source) else { return false };
    let parameters = &body.function.parameters;
    let Some(number) = parameters.iter().position(|parameter| parameter.name == place.path) else {
        return false;
    };
    unit.callers(body.function).any(|(file, caller)| {
        let text = file.slice(caller.span);
        text.contains("strlen(") && says(text, BOUNDS)
    }) || only_short(unit, body, number)
}

/// Whether this file calls the function, and always with a text that is known to be short.
fn only_short<'a>(unit: &Unit<'a>, body: &Body<'a>, number: usize) -> bool {
    let name = [body.function.name.as_str()];
    let calls: Vec<_> = unit
        .bodies
        .iter()
        .flat_map(|caller| caller.calls_of(&name).map(move |(_, call)| (caller, call)))
        .collect();
    let is_short = |(caller, call): &(&Body<'a>, &'a Call)| {
        call.arguments.get(number).is_some_and(|argument| fits(unit, caller, argument))
    };
    !calls.is_empty() && calls.iter().all(is_short)
}
