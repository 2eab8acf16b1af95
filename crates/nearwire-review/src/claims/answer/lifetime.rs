//! Whether something is freed, deleted or closed.

use super::Asked;
use super::types::{Sort, declared, sort_of};
use super::uses::{functions_of, is_named, name_of};
use crate::claims::code::In;
use crate::claims::fact::Release;
use crate::claims::reply::Reply;
use crate::claims::resolve::{Entity, Scope};
use crate::source::model::{Call, Expression, ExpressionKind, Language, LoopKind, Span, StatementKind};
use crate::source::walk::{Frame, Site};

const FREES: &[&str] = &["free", "g_free", "cfree", "OPENSSL_free", "kfree", "freeaddrinfo"];
const DELETES: &[&str] = &["deleteLater", "reset", "qDeleteAll", "take"];
const CLOSES: &[&str] =
    &["close", "fclose", "closedir", "pclose", "shutdown_and_close", "safe_close", "closesocket", "drop"];
/// Calls that use what they are given and leave it to the caller.
const BORROWS: &[&str] = &[
    "read",
    "write",
    "recv",
    "send",
    "recvmsg",
    "sendmsg",
    "recvfrom",
    "sendto",
    "bind",
    "listen",
    "accept",
    "accept4",
    "connect",
    "fcntl",
    "ioctl",
    "setsockopt",
    "getsockopt",
    "fstat",
    "fchmod",
    "lseek",
    "poll",
    "select",
    "epoll_ctl",
    "epoll_wait",
    "ftruncate",
    "mmap",
    "memcpy",
    "memset",
    "memmove",
    "memcmp",
    "strcpy",
    "strncpy",
    "strcat",
    "strlen",
    "strcmp",
    "strncmp",
    "snprintf",
    "sprintf",
    "printf",
    "fprintf",
    "perror",
    "puts",
    "fputs",
    "fgets",
    "fread",
    "fwrite",
    "qInfo",
    "qDebug",
    "qWarning",
    "getpeername",
    "getsockname",
    "shutdown",
    "strchr",
    "strstr",
    "strtol",
    "atoi",
    "sizeof",
    "FD_SET",
    "unlink",
    "dprintf",
    "syslog",
    "isatty",
];

/// Whether it is given back: there, or somewhere.
pub(super) fn released(
    asked: Asked<'_>,
    entity: &Entity<'_>,
    how: Release,
    scope: Option<&Scope<'_>>,
) -> Reply {
    let (Some(name), true) = (
        name_of(entity),
        matches!(entity, Entity::Field { .. } | Entity::Local(_) | Entity::Parameter { .. }),
    ) else {
        return Reply::open(entity.is());
    };
    let own: Vec<In<'_>> = match entity {
        Entity::Field { class, .. } => {
            let methods = asked.code.methods(&class.name);
            // What has no methods is released by whoever has it.
            if methods.is_empty() { asked.code.bodies().collect() } else { methods }
        }
        _ => functions_of(asked, entity, None),
    };
    let own: Vec<_> = own
        .into_iter()
        .filter(|at| {
            scope.is_none_or(|scope| scope.bodies.iter().any(|body| std::ptr::eq(body.body, at.body)))
        })
        .collect();
    let reply = of_name(asked, entity, name, how, &own);
    match entity.place() {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    }
}

fn of_name(asked: Asked<'_>, entity: &Entity<'_>, name: &str, how: Release, own: &[In<'_>]) -> Reply {
    let mut sure = Vec::new();
    let mut maybe = Vec::new();
    for at in own {
        for (site, span, fits) in releases(*at, name, how) {
            let is_conditional = at
                .body
                .around(site)
                .any(|frame| matches!(frame, Frame::Branch(..) | Frame::Arm(..) | Frame::Lambda(_)));
            if is_conditional || !fits { maybe.push((*at, span)) } else { sure.push((*at, span)) }
        }
    }
    if let Some((at, span)) = sure.first() {
        let text = at.file().slice(*span).split_whitespace().collect::<Vec<_>>().join(" ");
        return Reply::yes(format!("{}: {text}", at.name()))
            .at_all(sure.iter().map(|(at, span)| at.file().location(*span)));
    }
    if let Some((at, _)) = maybe.first() {
        let says = format!("{} gives {name} back on some paths, or in another way", at.name());
        return Reply::open(says).at_all(maybe.iter().map(|(at, span)| at.file().location(*span)));
    }
    if let Some(reply) = gives_itself_back(entity) {
        return reply;
    }
    if own.iter().any(|at| is_handed_on(asked, *at, name)) {
        return Reply::open(format!("{name} is handed to something that may give it back"));
    }
    if own.is_empty() {
        return Reply::open(format!("nothing that uses {name} was seen"));
    }
    Reply::no(format!("nothing gives {name} back in what was seen"))
}

/// What needs nobody to give it back.
fn gives_itself_back(entity: &Entity<'_>) -> Option<Reply> {
    let ty = declared(entity);
    let language = entity.place().map(|(file, _)| file.language);
    let sort = ty.map(sort_of);
    let says = format!("{}, whose type gives back what it holds by itself", entity.is());
    match (sort, language) {
        (Some(Sort::Owning | Sort::Guard), Some(Language::Cpp | Language::Rust)) => {
            Some(Reply::settled(says))
        }
        (Some(Sort::Pointer), _) => None,
        (Some(Sort::Plain), _) => None,
        (Some(Sort::Array), _) => {
            Some(Reply::open(format!("{}, which is not given back by itself", entity.is())))
        }
        // A type that was not seen, or that is not written, may do anything.
        _ => Some(Reply::open(entity.is())),
    }
}

/// Where something of this name is given back, and whether in the way that is meant.
fn releases<'c>(at: In<'c>, name: &str, how: Release) -> Vec<(Site<'c>, Span, bool)> {
    let mut found = Vec::new();
    for site in at.body.sites() {
        let Some(expression) = site.expression() else { continue };
        let kind = match &expression.kind {
            ExpressionKind::Delete(value) if is_it(at, *site, value, name) => Release::Delete,
            ExpressionKind::Call(call) => match kind_of(at, *site, call, name) {
                Some(kind) => kind,
                None => continue,
            },
            _ => continue,
        };
        let fits = how == Release::Any || how == kind || (how == Release::Free && kind == Release::Delete);
        found.push((*site, expression.span, fits));
    }
    found
}

fn kind_of(at: In<'_>, site: Site<'_>, call: &Call, name: &str) -> Option<Release> {
    let called = call.name.as_str();
    let on_it = call.receiver.as_ref().is_some_and(|receiver| is_it(at, site, receiver, name))
        || call.arguments.iter().any(|argument| is_it(at, site, argument, name));
    if !on_it {
        return None;
    }
    if FREES.contains(&called) {
        Some(Release::Free)
    } else if DELETES.contains(&called) {
        Some(Release::Delete)
    } else if CLOSES.contains(&called) {
        Some(Release::Close)
    } else {
        None
    }
}

/// Whether an expression is the thing, or the variable of a loop over it.
fn is_it(at: In<'_>, site: Site<'_>, expression: &Expression, name: &str) -> bool {
    if is_named(expression, name) {
        return true;
    }
    at.body.loops(site).any(|looped| {
        let over = looped.kind == LoopKind::ForEach
            && looped.condition.as_ref().is_some_and(|range| is_named(range, name));
        over && looped.before.iter().any(|statement| match &statement.kind {
            StatementKind::Declare { name: variable, .. } => is_named(expression, variable),
            _ => false,
        })
    })
}

/// Whether it goes somewhere that may give it back: to a call that is not known, into a value, to the caller.
fn is_handed_on(asked: Asked<'_>, at: In<'_>, name: &str) -> bool {
    at.body.sites().iter().any(|site| {
        if !site.expression().is_some_and(|expression| is_named(expression, name)) {
            return false;
        }
        at.body.around(*site).find(|frame| !matches!(frame, Frame::Cast(_) | Frame::Unary(_))).is_some_and(
            |frame| match frame {
                Frame::Returned | Frame::Element | Frame::Assigned(_) | Frame::Declared(_) => true,
                Frame::Argument(call, number) => {
                    !BORROWS.contains(&call.name.as_str()) && !leaves(asked, call, number)
                }
                Frame::Macro(name) => !matches!(
                    name,
                    "println" | "eprintln" | "format" | "assert" | "assert_eq" | "debug" | "info"
                ),
                _ => false,
            },
        )
    })
}

/// Whether a function of these files only uses what it is given.
fn leaves(asked: Asked<'_>, call: &Call, number: usize) -> bool {
    let mut callees = asked.code.bodies().filter(|callee| callee.body.function.name == call.name).peekable();
    callees.peek().is_some()
        && callees.all(|callee| {
            callee.body.function.parameters.get(number).is_some_and(|parameter| {
                let name = &parameter.name;
                let untouched = callee.body.calls().all(|(_, inner)| {
                    let given = inner.arguments.iter().any(|argument| is_named(argument, name));
                    !given || BORROWS.contains(&inner.name.as_str())
                });
                untouched && releases(callee, name, Release::Any).is_empty()
            })
        })
}
