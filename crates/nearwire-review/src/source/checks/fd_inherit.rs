//! A socket without close-on-exec is open in every program that is executed: it can accept, read and answer in the
//! server's place, and keeps the socket alive after the server.

use crate::source::model::{Call, Expression, File, Language, Span, StatementKind};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Place, Scope, Usage, says};
use crate::source::walk::{Body, Frame, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

pub(crate) static CHECK: Check = Check {
    id: "fd-inherit",
    title: "programs that the server starts get its listening socket",
    weakness: weakness::CWE_403,
    severity: Severity::Low,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source, SubjectKind::Endpoint],
    references: &["CVE-2024-21626"],
    page: include_str!("../../../../../docs/checks/fd-inherit.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp],
    needles: &["socket(", "socketpair(", "accept("],
    run,
};

/// Functions that execute a program and let it inherit what is open.
const EXECUTES: &[&str] = &[
    "execl",
    "execlp",
    "execle",
    "execv",
    "execvp",
    "execve",
    "execvpe",
    "fexecve",
    "posix_spawn",
    "posix_spawnp",
    "system",
    "popen",
    "startDetached",
];

/// What sets the flag, however it is called.
const SETS: &[&str] = &[
    "CLOEXEC",
    "F_SETFD",
    "cloexec",
    "CloExec",
    "close_on_exec",
    "closeonexec",
    "closexec",
    "noinherit",
    "no_inherit",
];

/// What closes everything before a program is executed.
const CLOSES_ALL: &[&str] = &[
    "closefrom",
    "close_range",
    "close_all_fds",
    "close_extra_fds",
    "_SC_OPEN_MAX",
    "getdtablesize",
    "fdwalk",
];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    let mut executes = None;
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body.calls_of(&["socket", "socketpair", "accept"]) {
            if !leaks(unit, body, site, call) {
                continue;
            }
            let executed = executes.get_or_insert_with(|| executed(unit));
            if let Some((file, span)) = executed {
                let is_here = std::ptr::eq(*file, unit.file);
                let listens = is_here && is_listener(unit, body, site, call);
                inherited(unit, (site, call, listens), (file, *span), found);
            }
        }
    }
}

/// Where the program executes another one, in this file or beside it; not where it closes everything before.
pub(super) fn executed<'a>(unit: &Unit<'a>) -> Option<(&'a File, Span)> {
    let has_main = |file: &&File| file.functions.iter().any(|function| function.name == "main");
    // Where several programs stand in one directory, it is not known which one this file belongs to.
    let several = std::iter::once(unit.file).chain(unit.neighbours()).filter(has_main).count() > 1;
    let others = unit.neighbours().filter(|file| !(is_test(file) || several && has_main(file)));
    let files: Vec<_> = std::iter::once(unit.file).chain(others).collect();
    let alone = is_test(unit.file) || several && has_main(&unit.file);
    let files = if alone { vec![unit.file] } else { files };
    if files.iter().any(|file| says(&file.text, CLOSES_ALL)) {
        return None;
    }
    let may = files.into_iter().filter(|file| says(&file.text, EXECUTES) || file.text.contains("QProcess"));
    may.flat_map(|file| file.functions.iter().map(move |function| (file, function))).find_map(
        |(file, function)| {
            let body = Body::of(function);
            let mut calls = body.calls().filter(|(_, call)| {
                call.path.trim_start_matches("std::").trim_start_matches("::") == call.name
                    || call.path.contains("QProcess")
            });
            let found = calls.find(|(_, call)| is_execution(unit, &body, call)).map(|(site, _)| site.span());
            found.filter(|_| !closes_in_loop(&body)).map(|span| (file, span))
        },
    )
}

/// `for (fd = 3; fd < 256; fd++) close(fd);`
fn closes_in_loop(body: &Body<'_>) -> bool {
    body.calls().any(|(site, call)| call.name.ends_with("close") && body.loops(site).next().is_some())
}

fn is_execution<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    let is_process =
        || call.receiver.as_ref().is_some_and(|process| unit.type_of(body, process) == "QProcess");
    match call.name.as_str() {
        "start" => is_process(),
        "startDetached" => is_process() || call.path.contains("QProcess"),
        name => EXECUTES.contains(&name) && call.receiver.is_none(),
    }
}

fn is_test(file: &File) -> bool {
    file.path.file_name().is_some_and(|name| name.to_string_lossy().contains("test"))
}

/// Whether a call makes a local socket that nothing marks as close-on-exec.
fn leaks<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> bool {
    let is_plain = matches!(
        call.path.as_str(),
        "socket" | "::socket" | "socketpair" | "::socketpair" | "accept" | "::accept"
    );
    if !is_plain || call.receiver.is_some() || !is_local(unit, call) {
        return false;
    }
    // A pair made where the child is started is meant to be inherited.
    let for_child =
        || says(unit.text_of(body.function), &["fork(", "posix_spawn", "dup2(", "vfork", "clone("]);
    if (call.name == "socketpair" || call.name == "accept") && for_child() {
        return false;
    }
    if call.name != "accept" && !call.arguments.get(1).is_some_and(|ty| lacks_flag(unit, body, ty)) {
        return false;
    }
    let holder = held_in(unit, body, site, call);
    if holder.as_ref().is_some_and(|place| is_closed_again(unit, body, site, place)) {
        return false;
    }
    let returned = matches!(body.usage(site), Usage::Returned)
        || holder.as_ref().is_some_and(|place| is_returned(unit, body, place));
    let marked = holder.is_some_and(|place| is_marked(unit, body, site, &place));
    let mut callers = unit.callers(body.function);
    let by_caller = returned && callers.any(|(file, caller)| says(file.slice(caller.span), SETS));
    !(marked || by_caller)
}

fn is_local(unit: &Unit<'_>, call: &Call) -> bool {
    match call.name.as_str() {
        "accept" => unit.speaks_only_local() && call.arguments.len() == 3,
        _ => call.arguments.first().is_some_and(|domain| {
            matches!(unit.file.slice(domain.span), "AF_UNIX" | "PF_UNIX" | "AF_LOCAL" | "PF_LOCAL")
        }),
    }
}

/// Whether the type of a socket is a known one, without the flag.
fn lacks_flag<'a>(unit: &Unit<'a>, body: &Body<'a>, ty: &'a Expression) -> bool {
    let is_known = |expression: &Expression| {
        let text = unit.file.slice(expression.span);
        text.contains("SOCK_") && !text.contains("CLOEXEC")
    };
    let origins: Vec<_> = unit.origins(body, ty).into_iter().map(|(_, origin)| origin).collect();
    if origins.is_empty() { is_known(ty) } else { origins.into_iter().all(is_known) }
}

/// The variable that the descriptor is kept in.
fn held_in<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> Option<Place> {
    if call.name == "socketpair" {
        return unit.place(body, call.arguments.get(3)?);
    }
    body.around(site).find_map(|frame| match frame {
        Frame::Assigned(target) => unit.place(body, target),
        Frame::Declared(statement) => match &statement.kind {
            StatementKind::Declare { name, .. } => Some(Place { scope: Scope::Local, path: name.clone() }),
            _ => None,
        },
        _ => None,
    })
}

/// Whether the function itself closes the socket before it ends, not only when something fails: then nothing is executed
/// meanwhile, if this is its only thread.
fn is_closed_again<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, place: &Place) -> bool {
    let threads = ["pthread_create", "thrd_create", "std::thread", "g_thread_new", "QThread"];
    let is_always = |close: Site<'a>| {
        body.guards(close).all(|(condition, taken)| {
            condition.span.contains(site.span())
                || body.guards(site).any(|(other, also)| std::ptr::eq(condition, other) && taken == also)
        })
    };
    let mut later = body.calls_of(&["close"]).filter(|(close, _)| close.index > site.index);
    place.scope == Scope::Local
        && !says(&unit.file.text, &threads)
        && !unit.neighbours().any(|file| says(&file.text, &threads))
        && later.any(|(close, call)| {
            let closed = call.arguments.first().and_then(|closed| unit.place(body, closed));
            closed.as_ref() == Some(place) && is_always(close)
        })
}

fn is_returned<'a>(unit: &Unit<'a>, body: &Body<'a>, place: &Place) -> bool {
    body.sites().iter().any(|site| {
        let same = site
            .expression()
            .and_then(|expression| unit.place(body, expression))
            .is_some_and(|found| found == *place);
        same && body.around(*site).any(|frame| matches!(frame, Frame::Returned))
    })
}

/// Whether a call sets the flag of what is kept in a place: `fcntl`, or a function whose name or text says so.
fn is_marked<'a>(unit: &Unit<'a>, body: &Body<'a>, from: Site<'a>, place: &Place) -> bool {
    let marks = |body: &Body<'a>, call: &'a Call| {
        let is_given = call.arguments.iter().any(|argument| {
            unit.place(body, argument)
                .is_some_and(|given| given == *place || place.contains(&given) || given.contains(place))
        });
        let itself = || {
            call.arguments.iter().any(|argument| says(unit.file.slice(argument.span), SETS))
                || says(&call.name, SETS)
        };
        is_given
            && (itself()
                || unit.callee(call).is_some_and(|(file, function)| says(file.slice(function.span), SETS)))
    };
    if place.scope == Scope::Local {
        return body.calls().any(|(site, call)| site.index > from.index && marks(body, call));
    }
    unit.bodies.iter().any(|body| body.calls().any(|(_, call)| marks(body, call)))
}

/// Whether the same function lets the socket listen: such a one lives as long as the server.
fn is_listener<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> bool {
    let holder = held_in(unit, body, site, call);
    holder.is_some_and(|place| {
        body.calls_of(&["listen"]).any(|(_, call)| {
            call.arguments.first().and_then(|socket| unit.place(body, socket)).as_ref() == Some(&place)
        })
    })
}

fn inherited<'a>(
    unit: &Unit<'a>,
    (site, call, listens): (Site<'a>, &'a Call, bool),
    by: (&File, Span),
    found: &mut Findings<'_>,
) {
    let file = unit.file;
    let draft = Draft::at(
        file,
        site.span(),
        "every program that is executed inherits this socket",
        format!("{} without SOCK_CLOEXEC", file.slice(site.span())),
    )
    .seen(by.0, by.1, "a program is executed here")
    .fact("no call sets FD_CLOEXEC on the descriptor");
    let draft = match listens {
        true => draft,
        false => draft
            .confidence(Confidence::Low)
            .fact("whether the socket is still open when the program is executed was not followed"),
    };
    let argument =
        |number: usize| call.arguments.get(number).map_or("…", |argument| file.slice(argument.span));
    let example = match call.name.as_str() {
        "accept" => format!("accept4({}, {}, {}, SOCK_CLOEXEC)", argument(0), argument(1), argument(2)),
        "socketpair" => format!(
            "socketpair({}, {} | SOCK_CLOEXEC, {}, {})",
            argument(0),
            argument(1),
            argument(2),
            argument(3)
        ),
        _ => format!("socket({}, {} | SOCK_CLOEXEC, {})", argument(0), argument(1), argument(2)),
    };
    found.add(draft, Fix::advice("Make the socket close-on-exec from the start.").with_example(example));
}
