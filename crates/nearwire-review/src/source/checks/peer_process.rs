//! A peer's process id, and what programs read below `/proc` with it: what two checks look at.

use super::credentials::{self, Part};
use crate::source::model::{BinaryOperator, Call, Expression, ExpressionKind, Language, StatementKind};
use crate::source::rule::Unit;
use crate::source::values::{Given, Place, Scope};
use crate::source::walk::{Body, Frame, Site};

/// Functions that open or read what their argument of this number names.
const OPENING: &[(&str, usize)] = &[
    ("open", 0),
    ("openat", 1),
    ("fopen", 0),
    ("readlink", 0),
    ("readlinkat", 1),
    ("stat", 0),
    ("lstat", 0),
    ("realpath", 0),
    ("read_link", 0),
    ("read_symlink", 0),
    ("read_to_string", 0),
    ("read", 0),
    ("canonicalize", 0),
    ("canonical", 0),
    ("metadata", 0),
    ("g_file_get_contents", 0),
    ("g_file_read_link", 0),
    ("symLinkTarget", 0),
    ("ifstream", 0),
    ("exists", 0),
];

/// Functions that compare texts.
const COMPARING: &[&str] = &[
    "strcmp",
    "strncmp",
    "strcasecmp",
    "strncasecmp",
    "strstr",
    "memcmp",
    "g_strcmp0",
    "g_str_equal",
    "g_str_has_prefix",
    "g_str_has_suffix",
    "streq",
    "starts_with",
    "ends_with",
    "contains",
    "eq",
    "eq_ignore_ascii_case",
    "compare",
    "fnmatch",
    "startsWith",
    "endsWith",
    "is_some_and",
    "any",
];

/// A file below `/proc` of a peer's process, opened or read.
#[derive(Debug)]
pub(super) struct ProcessFile<'a> {
    /// Where its path is made, if not where it is opened.
    pub(super) named: Site<'a>,
    /// The call that opens it.
    pub(super) opened: Site<'a>,
    /// Its path, as far as the code shows it: `/proc/{}/exe`.
    pub(super) path: String,
}

/// The files of peers' processes that a function opens.
pub(super) fn files<'a>(unit: &Unit<'a>, body: &Body<'a>) -> Vec<ProcessFile<'a>> {
    let opening = body.calls().filter_map(|(site, call)| {
        let (_, number) = OPENING.iter().find(|(name, _)| *name == call.name)?;
        let argument = call.arguments.get(*number)?;
        Some((site, argument))
    });
    opening
        .filter_map(|(opened, argument)| {
            let path = unit.texts(body, argument).into_iter().find(|text| text.starts_with("/proc/{}/"))?;
            let named = named_at(unit, body, argument, opened)?;
            Some(ProcessFile { named, opened, path })
        })
        .collect()
}

/// Where a path is made from the id of a peer's process; `None` if it is made from something else.
fn named_at<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    path: &'a Expression,
    opened: Site<'a>,
) -> Option<Site<'a>> {
    if holds_pid(unit, body, path) {
        return Some(opened);
    }
    let place = unit.place(body, path)?;
    unit.definitions(body, &place).into_iter().find_map(|definition| {
        let made = match definition.given {
            Given::Written(call, _) => call.arguments.iter().any(|value| holds_pid(unit, body, value)),
            Given::Value(value) => holds_pid(unit, body, value),
            Given::Nothing => false,
        };
        made.then_some(definition.site)
    })
}

/// Through how many calculations an id is followed.
const MAX_STEPS: usize = 3;

/// Whether the id of a peer's process is in an expression, itself or through variables.
pub(super) fn holds_pid<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression) -> bool {
    holds(unit, body, expression, MAX_STEPS)
}

fn holds<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression, steps: usize) -> bool {
    let within = body.sites().iter().filter(|site| expression.span.contains(site.span()));
    // `worker` of `worker->pid` was looked up by some id; its own is another.
    let of_other = |site: &Site<'a>| {
        unit.file.language != Language::Rust && matches!(body.around(*site).next(), Some(Frame::Part))
    };
    let mut parts = within.filter(|site| !of_other(site)).filter_map(|site| site.expression());
    parts.any(|part| is_pid(unit, body, part, steps) || in_format(unit, body, part, steps))
}

fn is_pid<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression, steps: usize) -> bool {
    if credentials::part(unit, body, expression) == Some(Part::Process) {
        return true;
    }
    let Some(steps) = steps.checked_sub(1) else { return false };
    let is_variable = matches!(expression.kind, ExpressionKind::Name(_) | ExpressionKind::Field { .. });
    is_variable
        && unit.origins(body, expression).into_iter().any(|(_, origin)| holds(unit, body, origin, steps))
}

/// `format!("/proc/{pid}/exe")`: the name stands in the text.
fn in_format<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression, steps: usize) -> bool {
    let Some(steps) = steps.checked_sub(1) else { return false };
    let ExpressionKind::Macro { arguments, .. } = &expression.kind else { return false };
    let Some(ExpressionKind::Text(text)) = arguments.first().map(|first| &first.kind) else { return false };
    let names = text.split('{').skip(1).filter_map(|part| part.split(['}', ':']).next());
    let mut named = names.filter(|name| body.has_local(name));
    named.any(|name| {
        let place = Place { scope: Scope::Local, path: name.to_owned() };
        unit.definitions(body, &place).into_iter().any(|definition| match definition.given {
            Given::Value(value) => holds(unit, body, value, steps),
            _ => false,
        })
    })
}

/// Where a text that was read from the file is compared with another: a decision about it.
pub(super) fn compared<'a>(unit: &Unit<'a>, body: &Body<'a>, file: &ProcessFile<'a>) -> Option<Site<'a>> {
    let contents = contents(unit, body, file);
    let is_content = |site: &Site<'a>| {
        let place = site.expression().and_then(|expression| unit.place(body, expression));
        site.index == file.opened.index
            || place.is_some_and(|place| contents.iter().any(|content| content.contains(&place)))
    };
    let later = body.sites().iter().copied().filter(|site| site.index > file.opened.index);
    later.into_iter().find(|site| {
        let compares = match site.expression().map(|expression| &expression.kind) {
            Some(ExpressionKind::Call(call)) => compares(unit, body, call),
            Some(ExpressionKind::Binary {
                operator: BinaryOperator::Equal | BinaryOperator::NotEqual,
                left,
                right,
            }) => {
                unit.file.language != Language::C && (is_text(unit, body, left) || is_text(unit, body, right))
            }
            _ => false,
        };
        compares && body.sites().iter().any(|part| site.span().contains(part.span()) && is_content(part))
    })
}

/// The variables that hold what was read from a file: what the call that opens it returns or writes, and what later calls read.
fn contents<'a>(unit: &Unit<'a>, body: &Body<'a>, file: &ProcessFile<'a>) -> Vec<Place> {
    const READING: &[&str] =
        &["fgets", "read", "fread", "getline", "getdelim", "fscanf", "pread", "read_to_string", "read_line"];
    let mut places = Vec::new();
    for frame in body.around(file.opened) {
        match frame {
            Frame::Declared(statement) => {
                if let StatementKind::Declare { name, .. } = &statement.kind {
                    places
                        .push(Place { scope: Scope::Local, path: credentials::bound_name(name).to_owned() });
                }
            }
            Frame::Assigned(target) => places.extend(unit.place(body, target)),
            Frame::Matches(pattern) => {
                places.push(Place { scope: Scope::Local, path: credentials::bound_name(pattern).to_owned() });
            }
            _ => {}
        }
    }
    let calls = body.calls().filter(|(site, call)| {
        site.index == file.opened.index
            || (site.index > file.opened.index && READING.contains(&call.name.as_str()))
    });
    for (_, call) in calls {
        let written =
            call.arguments.iter().filter(|argument| !matches!(argument.kind, ExpressionKind::Text(_)));
        places.extend(written.filter_map(|argument| unit.place(body, argument)));
    }
    places
}

fn compares<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    let closure = matches!(call.name.as_str(), "is_some_and" | "any");
    let has_text = call.receiver.iter().chain(&call.arguments).any(|value| is_text(unit, body, value));
    COMPARING.contains(&call.name.as_str()) && !closure && (has_text || unit.file.language != Language::Rust)
}

fn is_text<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Text(_))
        || unit.texts(body, expression).iter().any(|text| !text.starts_with("/proc/") && !text.is_empty())
}
