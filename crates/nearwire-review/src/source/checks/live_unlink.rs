//! Removing the file before `bind` takes the name away from a server that still runs: it goes on listening where nobody
//! comes any more.

use crate::source::model::{Call, Expression, ExpressionKind, File, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Binding, calls_in, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

pub(crate) static CHECK: Check = Check {
    id: "live-unlink",
    title: "a second instance takes the socket of a running server away",
    weakness: weakness::CWE_605,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source, SubjectKind::ActiveEndpoint],
    references: &["redis/redis#15537", "MDEV-5479", "VictoriaMetrics/VictoriaMetrics#11462"],
    page: include_str!("../../../../../docs/checks/live-unlink.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["unlink", "remove", "removeServer"],
    run,
};

/// What shows that nobody listens, when it comes first.
const CONNECTS: &[&str] = &["connect(", "connect_addr(", "connectToServer", "waitForConnected"];

/// What shows that nobody else may.
const PROOFS: &[&str] = &[
    "flock",
    "lockf(",
    "F_SETLK",
    "F_OFD_SETLK",
    "try_lock",
    "lock_exclusive",
    "QLockFile",
    "pidfile_open",
    "LockFile",
    "lock_file",
    "lockfile",
    "F_WRLCK",
    "O_EXCL",
    "SOCK_DIAG",
    "sock_diag",
    "/proc/net/unix",
    "rename(",
];

/// What makes a name that nobody else uses.
const OWN: &[&str] = &[
    "getpid",
    "process::id",
    "mkdtemp",
    "tempdir",
    "TempDir",
    "XXXXXX",
    "mktemp",
    "mkstemp",
    "QTemporaryDir",
    "applicationPid",
    "uuid",
    "Uuid",
];

/// Parts of names of functions that look whether somebody is there.
const TELLING: &[&str] = &[
    "running", "alive", "stale", "probe", "in_use", "inuse", "already", "connect", "is_live", "pidfile",
    "pid_file", "lock",
];

/// Parts of names that look like it and are not.
const NOT_TELLING: &[&str] = &["mutex", "rwlock", "spin", "unlock", "block", "clock", "disconnect"];

/// What only programs mention that look whether they run already.
const SINGLE: &[&str] = &[
    "flock(",
    "lockf(",
    "F_SETLK",
    "F_OFD_SETLK",
    "QLockFile",
    "pidfile",
    "pid_file",
    "PidFile",
    "PIDFile",
    "LockFile",
    "lockfile",
    "seems to be running",
    "kill(pid, 0)",
];

/// Those of them that are about a whole program, wherever they stand in a package of C.
const SINGLE_PROGRAM: &[&str] =
    &["pidfile", "pid_file", "PidFile", "PIDFile", "seems to be running", "kill(pid, 0)"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        let removals: Vec<_> = body.calls().filter_map(|(site, call)| Some((site, removed(call)?))).collect();
        if removals.is_empty()
            || says(unit.text_of(body.function), PROOFS)
            || says(unit.text_of(body.function), OWN)
        {
            continue;
        }
        let bindings = unit.bindings_through(body);
        if connects_first(unit, body, &bindings) {
            continue;
        }
        for (site, path) in removals {
            let bound = bindings
                .iter()
                .find(|binding| body.leads_to(site, binding.site) && unit.names_same(body, binding, path));
            let unproved =
                bound.filter(|binding| !is_proved(unit, body, binding) && !callers_prove(unit, body));
            if let Some(binding) = unproved {
                evicts(unit, body, (site, path), binding, found);
            }
        }
    }
}

/// Whether a connect stands before the last binding; behind a call that makes the socket listen, it is a client's. What
/// only binds may be a client that connects then.
fn connects_first(unit: &Unit<'_>, body: &Body<'_>, bindings: &[Binding<'_>]) -> bool {
    let text = unit.text_of(body.function);
    let last = bindings.last().filter(|_| bindings.iter().all(|binding| binding.listens));
    let end = last.map(|last| last.site.span().start.saturating_sub(body.function.span.start));
    let before = end.and_then(|end| text.get(..usize::try_from(end).ok()?));
    says(before.unwrap_or(text), CONNECTS)
}

/// Whether a function shows that nobody listens, or nobody else may.
fn shows(text: &str) -> bool {
    says(text, CONNECTS) || says(text, PROOFS)
}

/// The path that a call removes.
fn removed(call: &Call) -> Option<&Expression> {
    let number = match (call.name.as_str(), call.arguments.len()) {
        ("unlink" | "remove_file" | "g_unlink" | "removeServer", 1) => 0,
        ("remove", 1) if call.receiver.is_none() => 0,
        ("unlinkat", 2 | 3) => 1,
        _ => return None,
    };
    call.arguments.get(number)
}

/// Whether something that is called before the binding, or by what binds, looks whether somebody listens.
fn is_proved<'a>(unit: &Unit<'a>, body: &Body<'a>, binding: &Binding<'a>) -> bool {
    let through = binding.through.is_some_and(|(file, function)| shows(file.slice(function.span)));
    let before = body.calls().filter(|(site, _)| site.index < binding.site.index);
    through
        || before.into_iter().any(|(_, call)| {
            is_telling(call)
                || unit.callee(call).is_some_and(|(file, function)| shows(file.slice(function.span)))
        })
}

/// Whether the name of what is called says that it looks whether somebody is there.
fn is_telling(call: &Call) -> bool {
    let name = call.name.to_lowercase();
    says(&name, TELLING) && !says(&name, NOT_TELLING) && name != "lock"
}

/// Whether a function that calls this one looks first.
fn callers_prove(unit: &Unit<'_>, body: &Body<'_>) -> bool {
    let mut callers = unit.callers(body.function).filter(|(_, caller)| !caller.is_test);
    callers.any(|(file, caller)| {
        let before = calls_in(file, caller, body.function).last().unwrap_or_default();
        let calls = Body::of(caller);
        let mut earlier = calls.calls().take_while(|(_, call)| call.name != body.function.name);
        shows(before) || earlier.any(|(_, call)| is_telling(call))
    })
}

/// Whether a caller asks for the removal: it stands under a parameter that is not the path.
fn is_asked_for<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, path: &Expression) -> bool {
    let path = unit.place(body, path);
    let mut guards = body.guards(site).map(|(condition, _)| condition);
    guards.any(|condition| {
        let condition = match &condition.kind {
            ExpressionKind::Binary { left, .. } => left,
            _ => condition,
        };
        let place = unit.place(body, condition).filter(|place| Some(place) != path.as_ref());
        place.is_some_and(|place| {
            body.function.parameters.iter().any(|parameter| parameter.name == place.root())
        })
    })
}

/// The file that looks whether the program runs already: beside this one, or in C anywhere in the package.
fn ensures_one<'a>(unit: &Unit<'a>) -> Option<&'a File> {
    let is_c = unit.file.language != Language::Rust;
    let near = std::iter::once(unit.file).chain(unit.neighbours()).find(|file| says(&file.text, SINGLE));
    let mut all = unit.program.files().iter().filter(|_| is_c);
    near.or_else(|| all.find(|file| says(&file.text, SINGLE_PROGRAM)))
}

fn evicts<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    (site, path): (Site<'a>, &'a Expression),
    binding: &Binding<'a>,
    found: &mut Findings<'_>,
) {
    let file = unit.file;
    let written = file.slice(path.span);
    let mut draft = Draft::at(
        file,
        site.span(),
        "a server that still listens here loses its name",
        format!("{written} is removed, whoever listens on it"),
    )
    .seen(file, binding.site.span(), "and bound again here")
    .confidence(Confidence::Medium)
    .fact(
        "nothing before it tries to connect, takes a lock, or sees a bind fail with EADDRINUSE and asks why",
    );
    if let Some(other) = ensures_one(unit) {
        draft = draft.confidence(Confidence::Low).fact(format!(
            "{} has a lock or a file of its process, maybe for one server alone",
            other.path.display()
        ));
    } else if is_asked_for(unit, body, site, path) {
        draft = draft.confidence(Confidence::Low).fact("a parameter asks for it; callers may have looked");
    } else {
        draft = draft.fact("whether something else lets only one instance run was not seen");
    }
    let fix = Fix::advice(
        "Bind first; only if that fails with EADDRINUSE, connect, and remove the file if ECONNREFUSED is the answer, under a lock that one server holds for its life.",
    );
    let example = match file.language {
        Language::Rust => format!(
            "if UnixStream::connect({written}).is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused) {{ fs::remove_file({written})?; }}"
        ),
        Language::Cpp if file.text.contains("QLocalServer") => {
            format!(
                "QLocalSocket probe; probe.connectToServer({written}); if (!probe.waitForConnected(1000)) QLocalServer::removeServer({written});"
            )
        }
        _ => format!("if (connect(probe, address, size) < 0 && errno == ECONNREFUSED) unlink({written});"),
    };
    found.add(draft, fix.with_example(example));
}
