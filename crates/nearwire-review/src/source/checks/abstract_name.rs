//! An abstract name has no owner and no mode: every process in the network namespace may connect, and may take the name
//! first. What protects it is a check of each peer's credentials.

use crate::source::model::{BinaryOperator, Call, Expression, ExpressionKind, Language, UnaryOperator};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Binding, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

pub(crate) static CHECK: Check = Check {
    id: "abstract-name",
    title: "an abstract name has no permissions",
    weakness: weakness::CWE_419,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source, SubjectKind::Endpoint],
    references: &["CVE-2020-15257", "CVE-2022-42919"],
    page: include_str!("../../../../../docs/checks/abstract-name.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["sun_path", "abstract", "Abstract", "UnixListener::bind", "UnixDatagram::bind"],
    run,
};

/// What only code that looks at who its peer is mentions.
const CREDENTIALS: &[&str] = &[
    "SO_PEERCRED",
    "getpeereid",
    "getpeerucred",
    "peer_cred",
    "SCM_CREDENTIALS",
    "SO_PASSCRED",
    "SO_PEERPIDFD",
    "PeerCredentials",
    "LOCAL_PEERCRED",
    "getpeercon",
    "SO_PEERSEC",
    "g_socket_get_credentials",
    "UnixCredentials",
    "peercred",
    "socket_peercred",
];

/// What a server does and a client does not.
const SERVES: &[&str] = &["listen", "accept", "recv", "UnixListener", "incoming"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if says(&unit.file.text, CREDENTIALS) {
        return;
    }
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for binding in unit.bindings(body) {
            if let Some((site, why)) = abstract_by(unit, body, &binding) {
                bound(unit, body, &binding, site, why, found);
            }
        }
        for (site, call) in body.calls_of(&["setSocketOptions"]) {
            of_qt(unit, body, site, call, found);
        }
    }
}

/// How a binding's name becomes abstract, if the code shows that it always does.
pub(super) fn abstract_by<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    binding: &Binding<'a>,
) -> Option<(Site<'a>, &'static str)> {
    if unit.file.language == Language::Rust {
        let address = binding.call.arguments.last()?;
        let made = unit.address_call(body, address).is_some_and(|call| call.name.contains("abstract"));
        let begins = || unit.texts(body, address).iter().any(|text| text.starts_with('\0'));
        return (made || begins()).then_some((binding.site, "the address is made as an abstract one"));
    }
    let address = binding.address.as_ref()?;
    let mut is_filled = false;
    for site in body.sites().iter().take_while(|site| site.index < binding.site.index) {
        let Some(expression) = site.expression() else { continue };
        let is_of_it = |target: &Expression| {
            unit.place(body, base_of(target))
                .is_some_and(|place| place.leaf() == "sun_path" && address.root() == place.root())
        };
        match &expression.kind {
            ExpressionKind::Assign { target, value, operator: None } if is_of_it(target) => {
                let is_first =
                    matches!(&target.kind, ExpressionKind::Index { index, .. } if is_number(index, 0));
                if is_first && is_filled && is_zero(value) && body.holds_at(*site, binding.site) {
                    return Some((*site, "the first byte of the name becomes NUL after it is filled"));
                }
            }
            ExpressionKind::Call(call) => {
                let Some(target) = call.arguments.first().filter(|target| is_of_it(target)) else { continue };
                let literal = call.arguments.get(1).is_some_and(
                    |source| matches!(&source.kind, ExpressionKind::Text(text) if text.starts_with('\0')),
                );
                if (is_second(target) || literal) && body.holds_at(*site, binding.site) {
                    return Some((*site, "the name begins behind a NUL"));
                }
                is_filled |= !matches!(call.name.as_str(), "memset" | "bzero" | "explicit_bzero");
            }
            _ => {}
        }
    }
    None
}

fn bound<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    binding: &Binding<'a>,
    site: Site<'a>,
    why: &str,
    found: &mut Findings<'_>,
) {
    let is_client = body.calls_of(&["connect", "connect_addr", "sendto", "send_to_addr"]).next().is_some();
    if is_client || !says(&unit.file.text, SERVES) {
        return;
    }
    let (file, span) = (unit.file, binding.site.span());
    let mut draft = Draft::at(file, span, MESSAGE, "this bind gives the socket an abstract name");
    if site.index != binding.site.index {
        draft = draft.seen(file, site.span(), why);
    }
    let fix = Fix::advice(
        "Bind a path in a private directory, or look at the credentials of each accepted peer before anything is read from it.",
    );
    let example = match file.language {
        Language::Rust => {
            "let peer = rustix::net::sockopt::socket_peercred(&stream)?; // then: compare peer.uid"
        }
        _ => "getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &cred, &size) /* then: compare cred.uid */",
    };
    found.add(unchecked(unit, draft), fix.with_example(example));
}

const MESSAGE: &str =
    "everybody in the network namespace can connect to this abstract name, and nothing checks who does";

/// With what was looked for and is missing.
fn unchecked(unit: &Unit<'_>, draft: Draft) -> Draft {
    let fact = "neither SO_PEERCRED, SCM_CREDENTIALS nor a function that reads them occurs in this file";
    match unit.program.files().iter().find(|file| says(&file.text, CREDENTIALS)) {
        Some(file) => draft
            .confidence(Confidence::Low)
            .fact(format!("{fact}; {} reads credentials, maybe of these peers", file.path.display())),
        None => {
            draft.confidence(Confidence::High).fact(format!("{fact}, or in another one that was reviewed"))
        }
    }
}

fn of_qt<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call, found: &mut Findings<'_>) {
    let Some(options) = call.arguments.first() else { return };
    let written = unit.file.slice(options.span);
    if !written.contains("AbstractNamespaceOption") || !unit.is_local_server(body, call.receiver.as_ref()) {
        return;
    }
    let mut draft = Draft::at(unit.file, site.span(), MESSAGE, format!("setSocketOptions({written})"));
    if written.contains("AccessOption") {
        draft = draft.fact(
            "the access options have no effect beside AbstractNamespaceOption: an abstract name has no mode",
        );
    }
    let fix = Fix::advice("Listen on a path with UserAccessOption, which the kernel enforces.")
        .with_example("setSocketOptions(QLocalServer::UserAccessOption);");
    found.add(unchecked(unit, draft), fix);
}

/// `sun_path` of `sun_path + 1`, `&sun_path[1]` and `sun_path[0]`.
fn base_of(target: &Expression) -> &Expression {
    match &target.kind {
        ExpressionKind::Binary { operator: BinaryOperator::Add, left, .. } => base_of(left),
        ExpressionKind::Cast { value, .. } => base_of(value),
        ExpressionKind::Unary { operator: UnaryOperator::Address, operand } => base_of(operand),
        ExpressionKind::Index { base, .. } => base,
        _ => target,
    }
}

/// `sun_path + 1` and `&sun_path[1]`.
fn is_second(target: &Expression) -> bool {
    match &target.kind {
        ExpressionKind::Binary { operator: BinaryOperator::Add, right, .. } => is_number(right, 1),
        ExpressionKind::Cast { value, .. } => is_second(value),
        ExpressionKind::Unary { operator: UnaryOperator::Address, operand } => {
            matches!(&operand.kind, ExpressionKind::Index { index, .. } if is_number(index, 1))
        }
        _ => false,
    }
}

fn is_number(expression: &Expression, number: i128) -> bool {
    matches!(expression.kind, ExpressionKind::Number { value: Some(value) } if value == number)
}

fn is_zero(value: &Expression) -> bool {
    match &value.kind {
        ExpressionKind::Character(text) => matches!(text.as_str(), "\0" | "\\0" | "0"),
        _ => is_number(value, 0),
    }
}
