//! A name that everybody may take first is no proof of who answers there: what a client sends is the squatter's.

use crate::source::model::{Call, Expression, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Family, Place, UNKNOWN, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "client-verify",
    title: "a client trusts whoever listens at a name that anybody can take",
    weakness: weakness::CWE_940,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2020-25697", "CVE-2001-0178"],
    page: include_str!("../../../../../docs/checks/client-verify.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["connect"],
    run,
};

/// What only code that looks at who its peer is, or whose file the socket is, mentions.
const LOOKS: &[&str] = &[
    "SO_PEERCRED",
    "LOCAL_PEERCRED",
    "getpeereid",
    "getpeerucred",
    "peer_cred",
    "peercred",
    "PeerCredentials",
    "SO_PEERSEC",
    "SO_PEERPIDFD",
    "stat(",
    "st_uid",
    "ownerId",
    "metadata(",
    "MetadataExt",
    "getpeercon",
    "g_socket_get_credentials",
];

/// Directories in which everybody may make a file.
const PUBLIC: &[&str] = &["/tmp/", "/var/tmp/", "/dev/shm/"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if says(&unit.file.text, LOOKS) || !unit.speaks_local() {
        return;
    }
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body.calls() {
            let address = match (unit.file.language, call.name.as_str()) {
                (Language::Rust, "connect" | "connect_addr") => in_rust(unit, body, call),
                (Language::Cpp, "connectToServer") => in_qt(unit, body, site, call),
                (Language::C | Language::Cpp, "connect") => in_c(unit, body, site, call),
                _ => None,
            };
            if let Some(address) = address.filter(|_| sends(unit)) {
                report(unit, site, &address, found);
            }
        }
    }
}

/// Words of code that sends, not only looks whether somebody is there.
fn sends(unit: &Unit<'_>) -> bool {
    says(
        &unit.file.text,
        &["send", "write", "fputs", "fprintf", "QDataStream", "QTextStream", "fdopen", "copy"],
    )
}

fn report(unit: &Unit<'_>, site: Site<'_>, address: &str, found: &mut Findings<'_>) {
    let seen = format!("`{}` connects to {address}", unit.quoted(site.span()));
    let message = "whoever takes this name first is sent what is meant for the server";
    let draft = Draft::at(unit.file, site.span(), message, seen)
        .fact("the file never asks whose the socket or the process behind it is (SO_PEERCRED, getpeereid, peer_cred, stat)");
    let fix = Fix::advice(
        "Use a directory that only the server's user can write to, or compare the server's uid before anything is sent.",
    );
    let example = match unit.file.language {
        Language::Rust => {
            "if stream.peer_cred()?.uid() != expected { return Err(io::ErrorKind::PermissionDenied.into()); }"
        }
        Language::Cpp if unit.file.text.contains("QLocalSocket") => {
            "socket.connectToServer(QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) + \"/<name>\");"
        }
        _ => "getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == expected",
    };
    found.add(draft, fix.with_example(example));
}

fn public(texts: &[String]) -> Option<String> {
    let is_public = |text: &&String| PUBLIC.iter().any(|directory| text.starts_with(directory));
    // What may be elsewhere, too, may have been chosen with care.
    let all = !texts.is_empty() && texts.iter().all(|text| is_public(&text));
    let first = texts.first().filter(|_| all)?;
    Some(format!("\"{first}\", in a directory where everybody may make a socket"))
}

fn in_rust<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> Option<String> {
    if !says(&call.path, &["UnixStream::", "UnixDatagram::"]) && !is_local(unit, body, call) {
        return None;
    }
    let [address] = call.arguments.as_slice() else { return None };
    if call.name == "connect" {
        return public(&unit.texts(body, address));
    }
    let made = unit.address_call(body, address)?;
    let name = made.arguments.first()?;
    if made.name.contains("abstract") {
        return is_literal(unit, body, name).then(|| "an abstract name, which everybody may bind".to_owned());
    }
    public(&unit.texts(body, name))
}

fn is_local<'a>(unit: &Unit<'a>, body: &Body<'a>, call: &'a Call) -> bool {
    call.receiver.as_ref().is_some_and(|receiver| unit.family(body, receiver) == Family::Local)
}

fn is_literal<'a>(unit: &Unit<'a>, body: &Body<'a>, name: &'a Expression) -> bool {
    let texts = unit.texts(body, name);
    let is_bytes = unit.file.slice(name.span).trim_start_matches('&').starts_with(['b', '"'])
        && unit.file.slice(name.span).contains('"');
    is_bytes || is_known(&texts)
}

/// `socket.connectToServer("name")`, and `setServerName("name")` before it: without a slash it is below the directory for
/// temporary files.
fn in_qt<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> Option<String> {
    let receiver = call.receiver.as_ref();
    let declared = receiver.map(|receiver| unit.type_of(body, receiver)).unwrap_or_default();
    let is_local =
        declared.contains("QLocalSocket") || (declared.is_empty() && unit.file.text.contains("QLocalSocket"));
    if !is_local {
        return None;
    }
    let texts = match call.arguments.first() {
        Some(name) if !unit.texts(body, name).is_empty() => unit.texts(body, name),
        Some(name)
            if !unit.file.slice(name.span).contains("OpenMode")
                && !unit.file.slice(name.span).contains("QIODevice") =>
        {
            return None;
        }
        _ => {
            let before =
                body.calls_of(&["setServerName"]).filter(|(other, _)| other.index < site.index).last();
            before
                .and_then(|(_, set)| set.arguments.first())
                .map(|name| unit.texts(body, name))
                .unwrap_or_default()
        }
    };
    if let Some(address) = public(&texts) {
        return Some(address);
    }
    let plain = |text: &String| !text.is_empty() && !text.contains(['/', '{']);
    let first = texts.first().filter(|_| texts.iter().all(plain))?;
    Some(format!(
        "\"{first}\", a name without directory: Qt puts it into the directory for temporary files, where everybody may make it"
    ))
}

fn in_c<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> Option<String> {
    let [_, address, _] = call.arguments.as_slice() else { return None };
    if call.receiver.is_some() || !matches!(call.path.as_str(), "connect" | "::connect") {
        return None;
    }
    let place = unit.place(body, address)?;
    let path = Place { scope: place.scope.clone(), path: format!("{}.sun_path", place.path) };
    let texts = unit.texts_of_place(body, &path);
    if let Some(address) = public(&texts) {
        return Some(address);
    }
    is_abstract(unit, body, site, &place).then(|| "an abstract name, which everybody may bind".to_owned())
}

/// Whether a literal is copied behind the first byte of `sun_path`.
fn is_abstract<'a>(unit: &Unit<'a>, body: &Body<'a>, site: Site<'a>, address: &Place) -> bool {
    let before = body.calls().filter(|(other, _)| other.index < site.index);
    before.into_iter().any(|(_, copy)| {
        let [target, source, ..] = copy.arguments.as_slice() else { return false };
        let source = if copy.name == "snprintf" { copy.arguments.get(2).unwrap_or(source) } else { source };
        let written = unit.file.slice(target.span);
        let is_second = written.contains("sun_path + 1")
            || written.contains("sun_path+1")
            || written.contains("sun_path[1]");
        let of_it = body.sites().iter().filter(|site| target.span.contains(site.span()));
        let mut places = of_it.filter_map(|site| unit.place(body, site.expression()?));
        is_second && places.any(|place| address.contains(&place)) && is_known(&unit.texts(body, source))
    })
}

fn is_known(texts: &[String]) -> bool {
    !texts.is_empty() && !texts.iter().any(|text| text.contains(UNKNOWN))
}
