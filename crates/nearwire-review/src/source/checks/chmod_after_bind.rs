//! Between `bind` and `chmod` the socket has the mode that the umask leaves; who connects in that moment stays connected.

use crate::source::model::{Call, Expression, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Binding, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "chmod-after-bind",
    title: "mode set after the socket can be connected to",
    weakness: weakness::CWE_367,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2023-45145", "CVE-2000-0864"],
    page: include_str!("../../../../../docs/checks/chmod-after-bind.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["chmod", "set_permissions", "setPermissions", "permissions("],
    run,
};

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        let changes: Vec<_> =
            body.calls().filter_map(|(site, call)| Some((site, call, path_of(call)?))).collect();
        if changes.is_empty() {
            continue;
        }
        let bindings = unit.bindings_through(body);
        for (site, call, path) in changes {
            let bound = bindings
                .iter()
                .rfind(|binding| body.leads_to(binding.site, site) && unit.names_same(body, binding, path));
            if let Some(binding) = bound {
                changed(unit, body, binding, (site, call), found);
            }
        }
    }
}

/// The path whose mode a call changes.
fn path_of(call: &Call) -> Option<&Expression> {
    let number = match (call.name.as_str(), call.arguments.len()) {
        ("chmod" | "lchmod" | "set_permissions" | "setPermissions" | "permissions", 2)
            if call.receiver.is_none() =>
        {
            0
        }
        ("permissions", 3) if call.receiver.is_none() => 0,
        ("fchmodat" | "chmodat", 3 | 4) => 1,
        _ => return None,
    };
    call.arguments.get(number)
}

fn changed<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    binding: &Binding<'a>,
    (site, call): (Site<'a>, &'a Call),
    found: &mut Findings<'_>,
) {
    let Some((open, how)) = opened(unit, body, binding, site) else { return };
    if widens(unit, call) || is_protected(unit, body, binding) {
        return;
    }
    let file = unit.file;
    let (umask, confidence) = umask_elsewhere(unit);
    let message = "who connects before this keeps the connection, whatever the mode is then";
    let draft = Draft::at(
        file,
        site.span(),
        message,
        format!("the mode is set here, by path: {}", first_line(file.slice(site.span()))),
    )
    .seen(file, binding.site.span(), "the socket is bound here, with the mode that the umask leaves")
    .seen(file, open.span(), how)
    .fact(umask)
    .confidence(confidence);
    let draft = if confidence == Confidence::High { draft.severity(Severity::High) } else { draft };
    found.add(draft, fix_for(unit, binding));
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn fix_for(unit: &Unit<'_>, binding: &Binding<'_>) -> Fix {
    let slice = |expression: &Expression| unit.file.slice(expression.span);
    match unit.file.language {
        Language::Rust => Fix::advice(
            "Bind in a directory of mode 0700, or bind with a restrictive umask while no other thread creates files.",
        )
        .with_example("DirBuilder::new().mode(0o700).create(directory)?;"),
        Language::Cpp if binding.call.name == "listen" => {
            let object = unit.file.slice(binding.site.span()).split("listen").next().unwrap_or_default();
            Fix::advice("Set the access options before listen.")
                .with_example(format!("{object}setSocketOptions(QLocalServer::UserAccessOption);"))
        }
        Language::C | Language::Cpp => {
            let fd = binding.call.arguments.first().filter(|_| binding.through.is_none()).map_or("fd", slice);
            Fix::advice("Set the mode on the descriptor between socket and bind: bind applies it to the file it makes.")
                .with_example(format!("fchmod({fd}, 0600) /* before bind */"))
        }
    }
}

/// The site from which on the socket can be reached, if that is before `change`, and why.
fn opened<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    binding: &Binding<'a>,
    change: Site<'a>,
) -> Option<(Site<'a>, &'static str)> {
    if binding.listens {
        return Some((binding.site, "it listens from here on"));
    }
    let mut listens = body.calls_of(&["listen"]).map(|(site, _)| site);
    if let Some(listen) =
        listens.find(|site| body.leads_to(binding.site, *site) && body.leads_to(*site, change))
    {
        return Some((listen, "it listens from here on"));
    }
    let text = unit.text_of(body.function);
    let is_datagram = says(text, &["SOCK_DGRAM", "UnixDatagram", "SocketType::DGRAM"])
        && !says(text, &["SOCK_STREAM", "SOCK_SEQPACKET", "UnixListener", "SocketType::STREAM"]);
    is_datagram.then_some((binding.site, "datagrams reach it from here on"))
}

/// Whether the mode lets everybody connect: then nothing was open that is closed later.
fn widens(unit: &Unit<'_>, call: &Call) -> bool {
    let modes = call.arguments.iter().skip(1);
    modes.into_iter().any(|mode| match mode.kind {
        ExpressionKind::Number { value: Some(value) } => value & 0o002 != 0,
        _ => {
            let text = unit.file.slice(mode.span);
            says(
                text,
                &[
                    "S_IWOTH",
                    "ACCESSPERMS",
                    "ALLPERMS",
                    "DEFFILEMODE",
                    "WriteOther",
                    "others_write",
                    "others_all",
                    "WOTH",
                ],
            ) || ["0o666", "0o777", "0666", "0777", "0o622", "0o722", "0o662"]
                .iter()
                .any(|wide| text.contains(wide))
        }
    })
}

/// Whether something keeps others out from the beginning: the umask, the descriptor's mode, or a private directory.
fn is_protected<'a>(unit: &Unit<'a>, body: &Body<'a>, binding: &Binding<'a>) -> bool {
    let text = unit.text_of(body.function);
    let through = binding.through.map(|(file, function)| file.slice(function.span)).unwrap_or_default();
    let restricts = |call: &Call| {
        call.name == "fchmod"
            || call.name == "setSocketOptions"
            || (call.name.to_lowercase().contains("umask")
                && !call.arguments.first().is_some_and(|mask| is_zero(unit, mask)))
    };
    let before = body.calls().any(|(site, call)| site.index < binding.site.index && restricts(call));
    let private = |text: &str| {
        says(text, &["mkdtemp", "tempdir", "TempDir", "QTemporaryDir"])
            || (says(text, &["mkdir", "DirBuilder", "create_dir"])
                && says(text, &["0700", "0o700", "S_IRWXU"]))
    };
    before || private(text) || private(through) || says(through, &["umask", "fchmod", "setSocketOptions"])
}

fn is_zero(unit: &Unit<'_>, mask: &Expression) -> bool {
    matches!(mask.kind, ExpressionKind::Number { value: Some(0) })
        || unit.file.slice(mask.span).ends_with("empty()")
}

/// What the rest of the file and its neighbours do with the umask, and how sure that makes the finding.
fn umask_elsewhere(unit: &Unit<'_>) -> (String, Confidence) {
    let files =
        std::iter::once(unit.file).chain(unit.neighbours()).filter(|file| file.text.contains("umask("));
    let mut cleared = None;
    for file in files {
        for function in &file.functions {
            let body = Body::of(function);
            for (site, call) in body.calls_of(&["umask"]) {
                let line = file.line_of(site.span().start);
                match call.arguments.first().map(|mask| &mask.kind) {
                    Some(ExpressionKind::Number { value: Some(0) }) => cleared = Some((file, line)),
                    _ => {
                        return (
                            format!("a umask is set at {}:{line}, maybe before this", file.path.display()),
                            Confidence::Low,
                        );
                    }
                }
            }
        }
    }
    match cleared {
        Some((file, line)) => {
            (format!("the umask is cleared at {}:{line}", file.path.display()), Confidence::High)
        }
        None => (
            "no umask is set in these files, so it is whatever the program is started with".to_owned(),
            Confidence::Medium,
        ),
    }
}
