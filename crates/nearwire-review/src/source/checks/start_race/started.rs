//! Servers that are started in the background.

use crate::source::model::{Call, Expression, ExpressionKind, Function, Language, StatementKind};
use crate::source::rule::Unit;
use crate::source::values::{Place, Scope};
use crate::source::walk::{Body, Frame, Site};

/// A server that is started in the background.
pub(super) struct Start<'a> {
    pub(super) site: Site<'a>,
    /// The thread, if it is a variable.
    pub(super) thread: Option<Place>,
    /// What begins to listen there, and in which function that stands.
    pub(super) listens: String,
}

/// The server that is started at a site.
pub(super) fn started<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> Option<Start<'a>> {
    if let Some(statement) = site.statement() {
        return declared_thread(unit, body, site, &statement.kind);
    }
    let call = site.call()?;
    match (call.name.as_str(), &call.receiver) {
        ("start", Some(thread)) => of_qt(unit, body, site, thread),
        ("pthread_create", None) => {
            let function = named(unit, call.arguments.get(2)?)?;
            let thread = unit.place(body, call.arguments.first()?);
            Some(Start { site, thread, listens: listening(unit, function)? })
        }
        ("spawn", None) if unit.file.language == Language::Rust && call.path.contains("thread") => {
            let thread = body.around(site).find_map(|frame| declared_name(frame));
            Some(Start { site, thread, listens: of_code(unit, body, call.arguments.first()?)? })
        }
        _ => None,
    }
}

fn declared_name(frame: Frame<'_>) -> Option<Place> {
    let Frame::Declared(statement) = frame else { return None };
    let StatementKind::Declare { name, .. } = &statement.kind else { return None };
    Some(Place { scope: Scope::Local, path: name.clone() })
}

/// `std::thread server(run);`
fn declared_thread<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    site: Site<'a>,
    kind: &'a StatementKind,
) -> Option<Start<'a>> {
    let StatementKind::Declare { name, ty, value: Some(value), .. } = kind else { return None };
    if unit.file.language != Language::Cpp {
        return None;
    }
    let (ty, arguments) = match &value.kind {
        ExpressionKind::Construct { ty: made, arguments, .. } => {
            (if made.is_empty() { ty } else { made }, arguments)
        }
        ExpressionKind::Call(call) => (&call.path, &call.arguments),
        _ => return None,
    };
    if !matches!(ty.as_str(), "std::thread" | "std::jthread" | "thread" | "jthread" | "std::async") {
        return None;
    }
    let code = arguments.iter().find_map(|argument| of_code(unit, body, argument))?;
    let place = Place { scope: Scope::Local, path: name.clone() };
    Some(Start { site, thread: Some(place), listens: code })
}

/// `server.start()`, where the class of `server` is a `QThread` whose `run` begins to listen.
fn of_qt<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, thread: &'a Expression) -> Option<Start<'a>> {
    let class = class_of(unit, body, thread)?;
    let is_thread = unit.program.classes(&class).any(|(_, class)| {
        let runs = class.bases.iter().any(|base| base.contains("QThread"));
        runs && !class.members.iter().any(|member| member.name == "start")
    });
    if !is_thread {
        return None;
    }
    let (_, run) = unit.program.methods(&class).find(|(_, method)| method.name == "run")?;
    Some(Start { site, thread: unit.place(body, thread), listens: listening(unit, run)? })
}

/// The class of a variable, by its declaration or by what it is made with.
fn class_of<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression) -> Option<String> {
    let declared = unit.type_of(body, expression);
    if unit.program.classes(&declared).next().is_some() {
        return Some(declared);
    }
    unit.origins(body, expression).into_iter().find_map(|(_, value)| match &value.kind {
        ExpressionKind::Construct { ty, .. } => Some(ty.clone()),
        _ => None,
    })
}

/// What a function or lambda that runs in the background does to listen.
fn of_code<'a>(unit: &Unit<'a>, body: &Body<'a>, code: &'a Expression) -> Option<String> {
    match &code.kind {
        ExpressionKind::Lambda(lambda) => {
            let inside = body.calls().filter(|(site, _)| lambda.body.span.contains(site.span()));
            inside
                .filter(|(_, call)| is_listening(unit, call))
                .map(|(site, call)| said(unit, call, site))
                .next()
                .or_else(|| {
                    let inside = body.calls().filter(|(site, _)| lambda.body.span.contains(site.span()));
                    inside
                        .filter_map(|(_, call)| unit.callee(call))
                        .find_map(|(_, function)| listening(unit, function))
                })
        }
        _ => listening(unit, named(unit, code)?),
    }
}

/// The function that an expression names.
fn named<'a>(unit: &Unit<'a>, expression: &'a Expression) -> Option<&'a Function> {
    match &expression.kind {
        ExpressionKind::Name(name) => {
            let last = name.rsplit("::").next().unwrap_or(name);
            let mut functions = unit.program.functions(last);
            let (_, first) = functions.next()?;
            functions.next().is_none().then_some(first)
        }
        ExpressionKind::Unary { operand, .. } | ExpressionKind::Cast { value: operand, .. } => {
            named(unit, operand)
        }
        _ => None,
    }
}

/// What a function does to listen.
fn listening<'a>(unit: &Unit<'a>, function: &'a Function) -> Option<String> {
    let inner = Body::of(function);
    let (_, call) = inner.calls().find(|(_, call)| is_listening(unit, call))?;
    Some(format!("{} calls {}", function.qualified(), call.path))
}

fn said(unit: &Unit<'_>, call: &Call, site: Site<'_>) -> String {
    format!("the thread calls {} at line {}", call.path, unit.file.line_of(site.span().start))
}

fn is_listening(unit: &Unit<'_>, call: &Call) -> bool {
    match unit.file.language {
        Language::Rust => call.path.ends_with("UnixListener::bind") || call.path.ends_with("net::listen"),
        Language::C | Language::Cpp => {
            call.name == "listen"
                && match &call.receiver {
                    Some(_) => unit.file.text.contains("QLocalServer") && call.arguments.len() == 1,
                    None => call.arguments.len() == 2 && unit.speaks_local(),
                }
        }
    }
}
