//! `QLocalServer::listen` makes its socket with the mode that the umask leaves, and a name without a slash lands in the
//! directory for temporary files. `UserAccessOption` before `listen` makes the socket in a private directory first.

use crate::source::model::{Call, Expression, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Place, Scope, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "qt-access",
    title: "QLocalServer listens without UserAccessOption",
    weakness: weakness::CWE_276,
    severity: Severity::High,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2013-0254"],
    page: include_str!("../../../../../docs/checks/qt-access.md"),
};

pub(super) const RULE: Rule =
    Rule { check: &CHECK, languages: &[Language::Cpp, Language::C], needles: &["QLocalServer"], run };

/// What makes a directory that only its user may enter.
const PRIVATE: &[&str] = &["RuntimeLocation", "XDG_RUNTIME_DIR", "QTemporaryDir"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body.calls_of(&["listen"]) {
            listened(unit, body, site, call, found);
        }
        for (site, call) in body.calls_of(&["setSocketOptions"]) {
            opened(unit, body, site, call, found);
        }
    }
}

/// `server.listen(name)` although nothing restricts `server`.
fn listened<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call, found: &mut Findings<'_>) {
    let [name] = call.arguments.as_slice() else { return };
    let receiver = call.receiver.as_ref();
    if !unit.is_local_server(body, receiver)
        || is_descriptor(unit, body, name)
        || says(unit.text_of(body.function), PRIVATE)
    {
        return;
    }
    let Some(server) = server_of(unit, body, receiver) else { return };
    if comes_from_outside(unit, body, &server) || has_options(unit, body, site, &server) {
        return;
    }
    let (file, written) = (unit.file, unit.file.slice(name.span));
    let known = unit.texts(body, name);
    let seen = format!("listen({written}) makes the socket with the mode that the umask leaves");
    let mut draft =
        Draft::at(file, site.span(), "nothing restricts who may connect to the QLocalServer", seen)
            .fact(format!("setSocketOptions is nowhere called on `{}` before", shown(&server)));
    match known.as_slice() {
        [] => {
            draft =
                draft.confidence(Confidence::Medium).fact("which directory the name lies in was not seen");
        }
        [text, ..] if !text.contains('/') => {
            draft = draft.fact(format!("\"{text}\" has no directory, so it lands in the temporary one"));
        }
        _ => {}
    }
    // All that stands before the name: `server->`, or nothing.
    let object = file.slice(site.span()).split("listen").next().unwrap_or_default();
    let fix = Fix::advice(
        "Set UserAccessOption before listen, and listen on a path in the user's runtime directory.",
    )
    .with_example(format!("{object}setSocketOptions(QLocalServer::UserAccessOption);"));
    found.add(draft, fix);
}

/// `server.setSocketOptions(QLocalServer::WorldAccessOption)`.
fn opened<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call, found: &mut Findings<'_>) {
    let Some(options) = call.arguments.first() else { return };
    let written = unit.file.slice(options.span);
    if !says(written, &["WorldAccessOption", "OtherAccessOption"])
        || !unit.is_local_server(body, call.receiver.as_ref())
    {
        return;
    }
    let draft = Draft::at(
        unit.file,
        site.span(),
        "everybody on the machine may connect to the QLocalServer",
        format!("setSocketOptions({written})"),
    );
    let fix = Fix::advice("Allow the user, or a group, and nobody else.")
        .with_example("setSocketOptions(QLocalServer::UserAccessOption | QLocalServer::GroupAccessOption);");
    let draft = match body.guards(site).next() {
        Some((condition, _)) => draft
            .confidence(Confidence::Low)
            .fact(format!("whether this way is taken depends on `{}`", unit.quoted(condition.span))),
        None => draft.confidence(Confidence::Medium),
    };
    found.add(draft, fix);
}

fn shown(server: &Place) -> &str {
    if server.path.is_empty() { "this" } else { &server.path }
}

/// The server a method is called on; the object itself has an empty path.
fn server_of(unit: &Unit<'_>, body: &Body<'_>, receiver: Option<&Expression>) -> Option<Place> {
    let own = || Place {
        scope: Scope::Member(body.function.class.clone().unwrap_or_default()),
        path: String::new(),
    };
    match receiver {
        None => Some(own()),
        Some(receiver) if matches!(&receiver.kind, ExpressionKind::Name(name) if name == "this") => {
            Some(own())
        }
        Some(receiver) => unit.place(body, receiver),
    }
}

/// The overload that takes a descriptor: its socket has a mode already.
fn is_descriptor<'a>(unit: &Unit<'a>, body: &Body<'a>, name: &'a Expression) -> bool {
    let ty = unit.type_of(body, name);
    matches!(ty.as_str(), "int" | "qintptr" | "quintptr" | "long" | "size_t" | "uint")
        || says(&unit.file.slice(name.span).to_lowercase(), &["descriptor", "sd_listen", "fd"])
        || matches!(name.kind, ExpressionKind::Number { .. })
}

/// Whether somebody else made the server, and may have restricted it.
fn comes_from_outside(unit: &Unit<'_>, body: &Body<'_>, server: &Place) -> bool {
    let is_parameter =
        |body: &Body<'_>, name: &str| body.function.parameters.iter().any(|parameter| parameter.name == name);
    match &server.scope {
        Scope::Local => is_parameter(body, server.root()) || server.path.contains('.'),
        Scope::Member(class) => unit.program.methods(class).any(|(file, function)| {
            let initialised = function.initialisers.iter().filter(|(member, _)| *member == server.path);
            let names = initialised.flat_map(|(_, values)| values).map(|value| file.slice(value.span));
            names.into_iter().any(|name| function.parameters.iter().any(|parameter| parameter.name == name))
        }),
        Scope::Outside => false,
    }
}

/// Whether options are set on the server: before in the same function, anywhere in the class for a member, or by a
/// function that is given it.
fn has_options<'a>(unit: &Unit<'a>, body: &Body<'a>, listen: Site<'a>, server: &Place) -> bool {
    match &server.scope {
        Scope::Member(class) => {
            let mut methods = unit.program.methods(class).map(|(_, function)| Body::of(function));
            methods.any(|body| body.calls().any(|(_, call)| sets_options(unit, &body, call, server)))
        }
        Scope::Local => body
            .calls()
            .any(|(site, call)| site.index < listen.index && sets_options(unit, body, call, server)),
        Scope::Outside => unit
            .bodies
            .iter()
            .any(|body| body.calls().any(|(_, call)| sets_options(unit, body, call, server))),
    }
}

fn sets_options(unit: &Unit<'_>, body: &Body<'_>, call: &Call, server: &Place) -> bool {
    let is_it = |expression: &Expression| unit.place(body, expression).is_some_and(|place| place == *server);
    if call.name == "setSocketOptions" {
        return server_of(unit, body, call.receiver.as_ref()).is_some_and(|place| place == *server);
    }
    let is_given = call.arguments.iter().any(is_it);
    is_given
        && unit
            .callee(call)
            .is_some_and(|(file, function)| file.slice(function.span).contains("setSocketOptions"))
}
