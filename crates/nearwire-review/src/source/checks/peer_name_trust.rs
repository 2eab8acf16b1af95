//! The path a peer bound, the name its process gave itself and what it says of itself are the peer's own words. Who it is only
//! the kernel says.

use super::credentials;
use super::peer_process;
use crate::source::model::{BinaryOperator, Call, Expression, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Given, Place};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "peer-name-trust",
    title: "the peer's own word decides who it is",
    weakness: weakness::CWE_807,
    severity: Severity::High,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2019-7304"],
    page: include_str!("../../../../../docs/checks/peer-name-trust.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["getpeername", "peer_addr", "accept", "/proc/", "recv", "read"],
    run,
};

/// Functions of C that compare texts.
const COMPARING: &[&str] = &[
    "strcmp",
    "strncmp",
    "strcasecmp",
    "strncasecmp",
    "memcmp",
    "strstr",
    "g_strcmp0",
    "g_str_equal",
    "streq",
];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if !unit.speaks_local() && !credentials::NEEDLES.iter().any(|word| unit.file.text.contains(word)) {
        return;
    }
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for site in body.sites() {
            let Some(expression) = site.expression() else { continue };
            if let Some(seen) =
                by_address(unit, body, expression).or_else(|| by_claim(unit, body, *site, expression))
            {
                report(unit, *site, None, seen, found);
            }
        }
        by_process(unit, body, found);
    }
}

fn report<'a>(unit: &Unit<'a>, site: Site<'a>, from: Option<Site<'a>>, seen: &str, found: &mut Findings<'_>) {
    let what = format!("`{}` decides", unit.quoted(site.span()));
    let mut draft = Draft::at(unit.file, site.span(), "the peer itself says what decides here", what);
    draft = match from {
        Some(from) => draft.seen(unit.file, from.span(), seen),
        None => draft.fact(seen),
    };
    let fix = Fix::advice("Ask the kernel who the peer is, and compare the user.");
    let example = match unit.file.language {
        Language::Rust => "let allowed = stream.peer_cred()?.uid() == expected;",
        _ => "getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == expected",
    };
    found.add(draft, fix.with_example(example));
}

/// The peer's address is compared with a name.
fn by_address<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression) -> Option<&'static str> {
    let compared = match &expression.kind {
        ExpressionKind::Call(call) if unit.file.language != Language::Rust => {
            let compares = COMPARING.contains(&call.name.as_str()) && call.receiver.is_none();
            compares && call.arguments.iter().take(2).any(|argument| is_peer_path(unit, body, argument))
        }
        ExpressionKind::Call(call) => {
            let compares = matches!(call.name.as_str(), "starts_with" | "ends_with");
            compares && call.receiver.as_ref().is_some_and(|path| is_peer_name(unit, body, path))
        }
        ExpressionKind::Binary {
            operator: BinaryOperator::Equal | BinaryOperator::NotEqual,
            left,
            right,
        } if unit.file.language == Language::Rust => {
            let is_none = |side: &Expression| unit.file.slice(side.span) == "None";
            !is_none(left)
                && !is_none(right)
                && (is_peer_name(unit, body, left) || is_peer_name(unit, body, right))
        }
        _ => false,
    };
    compared.then_some("it is the address of the peer, which the peer chose when it bound its socket: a path of that name can be made in a directory of one's own name space")
}

/// `peer.sun_path` of an address that `getpeername` or `accept` wrote.
fn is_peer_path<'a>(unit: &Unit<'a>, body: &Body<'a>, argument: &'a Expression) -> bool {
    let Some(place) = path_of(unit, body, argument) else { return false };
    let Some((address, _)) = place.path.rsplit_once(".sun_path") else { return false };
    let address = Place { scope: place.scope.clone(), path: address.to_owned() };
    let written = unit.definitions(body, &address);
    !written.is_empty()
        && written.iter().any(|definition| match definition.given {
            Given::Written(call, 1) => matches!(call.name.as_str(), "getpeername" | "accept" | "accept4"),
            _ => false,
        })
}

/// The place of `peer.sun_path` and of `peer.sun_path + 1`.
fn path_of(unit: &Unit<'_>, body: &Body<'_>, argument: &Expression) -> Option<Place> {
    match &argument.kind {
        ExpressionKind::Binary { operator: BinaryOperator::Add, left, .. } => unit.place(body, left),
        _ => unit.place(body, argument),
    }
}

/// `peer.as_pathname()` of an address that `peer_addr()` or `accept()` gave.
fn is_peer_name<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression) -> bool {
    let origins = unit.origins(body, expression).into_iter().map(|(_, origin)| origin);
    std::iter::once(expression)
        .chain(origins)
        .any(|value| name_call(value).is_some_and(|address| is_peer_address(unit, body, address)))
}

/// The address of whose name an expression is the value.
fn name_call(expression: &Expression) -> Option<&Expression> {
    match &expression.kind {
        ExpressionKind::Call(call) if matches!(call.name.as_str(), "as_pathname" | "as_abstract_name") => {
            call.receiver.as_ref()
        }
        ExpressionKind::Call(call) => name_call(call.receiver.as_ref()?),
        ExpressionKind::Try(value) => name_call(value),
        _ => None,
    }
}

fn is_peer_address<'a>(unit: &Unit<'a>, body: &Body<'a>, address: &'a Expression) -> bool {
    let asked = |value: &Expression| {
        let text = unit.file.slice(value.span);
        text.contains("peer_addr()") || text.contains(".accept()")
    };
    asked(address) || unit.origins(body, address).into_iter().any(|(_, origin)| asked(origin))
}

/// The name of the peer's process is compared with another.
fn by_process<'a>(unit: &Unit<'a>, body: &Body<'a>, found: &mut Findings<'_>) {
    for file in peer_process::files(unit, body) {
        let is_own_word = ["/comm", "/cmdline", "/environ"].iter().any(|name| file.path.ends_with(name));
        let Some(compared) = peer_process::compared(unit, body, &file).filter(|_| is_own_word) else {
            continue;
        };
        report(unit, compared, Some(file.opened), "every process writes what stands there itself", found);
    }
}

/// A received text is compared with a claim like `user=root`.
fn by_claim<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    site: Site<'a>,
    expression: &'a Expression,
) -> Option<&'static str> {
    let sides: Vec<&Expression> = match &expression.kind {
        ExpressionKind::Call(call) if COMPARING.contains(&call.name.as_str()) => {
            call.arguments.iter().take(2).collect()
        }
        ExpressionKind::Call(call) if matches!(call.name.as_str(), "starts_with" | "contains") => {
            call.receiver.iter().chain(&call.arguments).collect()
        }
        ExpressionKind::Binary { operator: BinaryOperator::Equal, left, right } => vec![left, right],
        _ => return None,
    };
    let claims = sides.iter().any(|side| matches!(&side.kind, ExpressionKind::Text(text) if is_claim(text)));
    let received = sides.iter().any(|side| is_received(unit, body, side, site));
    (claims && received).then_some("it is a text that the peer sent")
}

/// `user=root`, `uid: 0`, `role=admin`.
fn is_claim(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let Some((name, value)) = lower.split_once(['=', ':']) else { return false };
    matches!(name.trim(), "user" | "uid" | "username" | "login" | "role" | "admin" | "is_admin")
        && matches!(value.trim(), "root" | "0" | "admin" | "true" | "1" | "administrator")
}

/// Whether a place was filled by a call that receives.
fn is_received<'a>(unit: &Unit<'a>, body: &Body<'a>, expression: &'a Expression, before: Site<'a>) -> bool {
    let Some(place) = unit.place(body, expression) else { return false };
    let receives = |call: &Call| {
        matches!(
            call.name.as_str(),
            "read"
                | "recv"
                | "recvfrom"
                | "fgets"
                | "getline"
                | "read_line"
                | "read_to_string"
                | "read_to_end"
        )
    };
    let definitions = unit.definitions(body, &place);
    definitions.iter().any(|definition| match definition.given {
        Given::Written(call, _) => definition.site.index < before.index && receives(call),
        _ => false,
    })
}
