//! `start-race`: a client connects right after a thread was started that is yet to listen.
//!
//! Whether it works depends on who is faster. On a loaded machine, or with another scheduler, the client comes first.

mod started;

use self::started::{Start, started};
use crate::source::model::{Call, ExpressionKind, Function, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::effects;
use crate::source::walk::{Body, Frame, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "start-race",
    title: "a client connects without waiting until the server listens",
    weakness: weakness::CWE_439,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &[],
    page: include_str!("../../../../../docs/checks/start-race.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["start", "pthread_create", "thread", "spawn", "async"],
    run,
};

/// Parts of names of calls after which a server may be known to listen.
const WAITS: &[&str] = &[
    "wait",
    "acquire",
    "lock",
    "ready",
    "listening",
    "recv",
    "join",
    "barrier",
    "arrive",
    "park",
    "notified",
    "sem_",
    "latch",
    "future",
    "await",
    "block_on",
    "spy",
    "qtry",
    "load",
    "get_future",
    "sync",
    "started",
    "exec",
    "poll",
    "select",
    "sleep",
    "read",
];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for start in body.sites().iter().filter_map(|site| started(unit, body, *site)) {
            let Some((site, connects)) = first_client(unit, body, &start) else { continue };
            if !waits_between(unit, body, &start, site) && !pauses_in_loop(unit, body, site) {
                report(unit, found, &start, site, &connects);
            }
        }
    }
}

/// The first client that is made or connected after the start, and what it does to connect.
fn first_client<'a>(unit: &Unit<'a>, body: &Body<'a>, start: &Start<'a>) -> Option<(Site<'a>, String)> {
    let sites = body.sites().iter().filter(|site| {
        // What runs in the background itself is no client of it.
        !start.site.span().contains(site.span()) && body.precedes(start.site, **site)
    });
    let outside = sites.filter(|site| !body.around(**site).any(|frame| matches!(frame, Frame::Lambda(_))));
    outside.copied().find_map(|site| {
        let expression = site.expression()?;
        let made = match &expression.kind {
            ExpressionKind::Call(call) if is_connecting(unit, call) => {
                return Some((site, format!("{} is called", call.path)));
            }
            ExpressionKind::Call(call) => {
                let (_, function) = unit.callee(call)?;
                return connecting(unit, function).map(|how| (site, how));
            }
            ExpressionKind::Construct { ty, .. } => ty.clone(),
            _ => return None,
        };
        let constructor = unit.program.methods(&made).find(|(_, method)| method.name == made)?;
        connecting(unit, constructor.1).map(|how| (site, how))
    })
}

fn connecting<'a>(unit: &Unit<'a>, function: &'a Function) -> Option<String> {
    let inner = Body::of(function);
    if inner.calls().any(|(site, call)| is_connecting(unit, call) && pauses_in_loop(unit, &inner, site)) {
        return None;
    }
    let (_, call) = inner.calls().find(|(_, call)| is_connecting(unit, call))?;
    Some(format!("{} calls {}", function.qualified(), call.path))
}

fn is_connecting(unit: &Unit<'_>, call: &Call) -> bool {
    match unit.file.language {
        Language::Rust => call.path.ends_with("UnixStream::connect"),
        Language::C | Language::Cpp => match (call.name.as_str(), call.arguments.as_slice()) {
            ("connectToServer", _) => true,
            ("connect", [_, address, _]) if call.receiver.is_none() => {
                matches!(&address.kind, ExpressionKind::Cast { ty, .. } if ty.contains("sockaddr"))
            }
            _ => false,
        },
    }
}

/// Whether a client tries again after a pause: then it does not matter who is first.
fn pauses_in_loop<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>) -> bool {
    body.loops(site).any(|looped| {
        body.calls().any(|(other, call)| {
            let inside = body.loops(other).any(|one| std::ptr::eq(one, looped));
            inside && (effects::pauses(unit, call) || is_wait(&call.name))
        })
    })
}

fn is_wait(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    WAITS.iter().any(|part| lower.contains(part))
}

/// Whether something between the start and the client may wait for the server: a call on the thread or with it, or a call
/// whose name says so.
fn waits_between<'a>(unit: &Unit<'a>, body: &Body<'a>, start: &Start<'a>, client: Site<'a>) -> bool {
    let between =
        body.sites().iter().filter(|site| start.site.index < site.index && site.index < client.index);
    let mut between = between.filter(|site| !start.site.span().contains(site.span()));
    between.any(|site| {
        let Some(expression) = site.expression() else { return false };
        match &expression.kind {
            ExpressionKind::Call(call) => {
                is_wait(&call.name) || unit.callee(call).is_some_and(|(_, callee)| waits(callee))
            }
            ExpressionKind::Name(_) => {
                unit.place(body, expression).is_some_and(|place| Some(&place) == start.thread.as_ref())
            }
            ExpressionKind::Macro { name, .. } => is_wait(name),
            _ => false,
        }
    })
}

fn waits(function: &Function) -> bool {
    Body::of(function).calls().any(|(_, call)| is_wait(&call.name))
}

fn report(unit: &Unit<'_>, found: &mut Findings<'_>, start: &Start<'_>, client: Site<'_>, connects: &str) {
    let file = unit.file;
    let line = file.line_of(start.site.span().start);
    let message = format!("connects, and the server started at line {line} may not listen yet");
    let draft = Draft::at(file, client.span(), message, connects)
        .seen(file, start.site.span(), format!("runs in the background; {}", start.listens))
        .fact("nothing between the two waits for the server");
    let (advice, example) = match file.language {
        Language::C => (
            "Bind and listen before the thread is started, and give it the listening socket.",
            "fd = listen_on(path);\npthread_create(&thread, NULL, accept_loop, &fd);",
        ),
        Language::Cpp => (
            "Let the server say that it listens, and wait for that before the first client.",
            "ready.acquire();    // the thread releases it after listen()",
        ),
        Language::Rust => (
            "Bind before the thread is started, and move the listener into it.",
            "let listener = UnixListener::bind(&path)?;\nthread::spawn(move || serve(listener));",
        ),
    };
    found.add(draft, Fix::advice(advice).with_example(example));
}
