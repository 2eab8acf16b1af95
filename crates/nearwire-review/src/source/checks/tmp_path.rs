//! In a directory that everybody may write to, whoever comes first owns a known name: the server cannot start, or its
//! clients talk to somebody else.

use crate::source::model::Language;
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Binding, Place, UNKNOWN, says};
use crate::source::walk::Body;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

pub(crate) static CHECK: Check = Check {
    id: "tmp-path",
    title: "the socket lies in a directory where everybody may make files",
    weakness: weakness::CWE_379,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::Source, SubjectKind::Endpoint],
    references: &["CVE-2022-27818"],
    page: include_str!("../../../../../docs/checks/tmp-path.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["bind", "listen"],
    run,
};

/// The directories that everybody may write to.
const SHARED: &[&str] = &["/tmp/", "/var/tmp/", "/dev/shm/"];

/// Directories below them that the system makes for this, with the sticky bit.
const CONVENTIONAL: &[&str] = &["/tmp/.X11-unix/", "/tmp/.ICE-unix/"];

/// What makes a name that nobody can foresee, or a directory that nobody else may enter.
const UNFORESEEN: &[&str] = &[
    "mkdtemp",
    "mkstemp",
    "mktemp",
    "tempnam",
    "tmpnam",
    "tempdir",
    "TempDir",
    "tempfile",
    "QTemporary",
    "Uuid",
    "uuid",
    "XXXXXX",
    "random",
    "getrandom",
    "g_dir_make_tmp",
];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for binding in unit.bindings_through(body) {
            bound(unit, body, &binding, found);
        }
    }
}

fn bound<'a>(unit: &Unit<'a>, body: &Body<'a>, binding: &Binding<'a>, found: &mut Findings<'_>) {
    let text = shared_name(unit, body, binding);
    let Some((text, directory)) = text.as_deref().and_then(|text| Some((text, directory_of(text)?))) else {
        return;
    };
    if text.contains("XXXXXX")
        || is_private(unit, body, binding)
        || super::abstract_name::abstract_by(unit, body, binding).is_some()
    {
        return;
    }
    let below = text.get(directory.len()..).unwrap_or_default();
    let confidence = match (
        below.contains('/'),
        text.contains(UNKNOWN) || says(unit.text_of(body.function), &["XDG_RUNTIME_DIR"]),
    ) {
        (true, _) => Confidence::Low,
        (false, true) => Confidence::Medium,
        (false, false) => Confidence::High,
    };
    let shown = text.replace(UNKNOWN, "…");
    let mut draft = Draft::at(
        unit.file,
        binding.site.span(),
        format!("any user can take the name \"{shown}\" first"),
        format!(
            "the socket is bound to \"{shown}\"; everybody may create files in {}",
            directory.trim_end_matches('/')
        ),
    )
    .confidence(confidence);
    if confidence == Confidence::Low {
        draft = draft.fact("who may write to the directory between was not seen");
    }
    if let Some((_, function)) = binding.through {
        draft = draft.fact(format!("{} binds what it is given", function.qualified()));
    }
    let example = match unit.file.language {
        Language::Rust => {
            "std::env::var_os(\"XDG_RUNTIME_DIR\") // or a directory below /run that the service manager makes"
        }
        Language::Cpp if unit.file.text.contains("QLocalServer") => {
            "QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) + \"/name\""
        }
        _ => "getenv(\"XDG_RUNTIME_DIR\") /* or a directory below /run that the service manager makes */",
    };
    let advice = "Put the socket into the user's runtime directory or below /run, or into a directory made with mkdtemp.";
    found.add(draft, Fix::advice(advice).with_example(example));
}

/// The first text of what is bound that lies in a shared directory.
fn shared_name<'a>(unit: &Unit<'a>, body: &Body<'a>, binding: &Binding<'a>) -> Option<String> {
    let copied = binding.address.as_ref().map(|address| {
        let place = Place { scope: address.scope.clone(), path: format!("{}.sun_path", address.path) };
        unit.texts_of_place(body, &place)
    });
    let named = binding.names.iter().flat_map(|name| unit.texts(body, name));
    copied
        .into_iter()
        .flatten()
        .chain(named)
        .find(|text| directory_of(text).is_some_and(|directory| text.len() > directory.len()))
}

fn directory_of(text: &str) -> Option<&'static str> {
    let is_conventional = CONVENTIONAL.iter().any(|directory| text.starts_with(directory));
    SHARED.iter().find(|directory| text.starts_with(**directory) && !is_conventional).copied()
}

/// Whether the function, or the one that binds for it, makes the name unforeseeable or proves the directory its own.
fn is_private<'a>(unit: &Unit<'a>, body: &Body<'a>, binding: &Binding<'a>) -> bool {
    let through = binding.through.map(|(file, function)| file.slice(function.span));
    let called = body
        .calls()
        .filter(|(site, _)| site.index < binding.site.index)
        .filter_map(|(_, call)| unit.callee(call));
    let called = called.map(|(file, function)| file.slice(function.span));
    std::iter::once(unit.text_of(body.function)).chain(through).chain(called).any(|text| {
        let is_proved = says(text, &["mkdir", "DirBuilder", "create_dir"])
            && says(text, &["stat", "metadata"])
            && text.contains("uid");
        is_proved || says(text, UNFORESEEN)
    })
}
