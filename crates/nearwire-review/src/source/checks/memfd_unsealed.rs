//! Who sends a file to be mapped keeps a descriptor of it: without seals it can be shrunk, and reading then is SIGBUS, or
//! changed between the check and the use of what is in it.

use crate::source::model::{Call, Expression, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Given, Place, Scope, says};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "memfd-unsealed",
    title: "received memory is mapped without asking for its seals",
    weakness: weakness::CWE_471,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["man 2 memfd_create"],
    page: include_str!("../../../../../docs/checks/memfd-unsealed.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["mmap", "Mmap"],
    run,
};

/// What asks for seals, sets them, or survives without.
const DEALT_WITH: &[&str] = &["F_GET_SEALS", "F_ADD_SEALS", "get_seals", "add_seals", "SIGBUS,", "sigbus_"];

/// What takes descriptors out of a message.
const RECEIVES: &[&str] = &["SCM_RIGHTS", "ScmRights"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if says(&unit.file.text, DEALT_WITH) {
        return;
    }
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for (site, call) in body.calls() {
            let Some(mapped) = mapped(unit, call) else { continue };
            let from = match unit.file.language {
                Language::Rust => received_in_rust(unit, body, mapped),
                Language::C | Language::Cpp => received(unit, body, mapped),
            };
            if let Some(from) = from {
                shared(unit, body, (site, mapped), from, found);
            }
        }
    }
}

/// The descriptor or file that a call maps.
fn mapped<'a>(unit: &Unit<'_>, call: &'a Call) -> Option<&'a Expression> {
    match (call.name.as_str(), call.arguments.as_slice()) {
        ("mmap" | "mmap64", [_, _, _, _, fd, _]) => Some(fd),
        ("map" | "map_mut" | "map_copy" | "map_copy_read_only" | "map_raw", [file])
            if unit.file.language == Language::Rust && is_mapping(unit, call) =>
        {
            Some(file)
        }
        _ => None,
    }
}

/// `Mmap::map(&file)`, or a method of `MmapOptions`; not `iterator.map(f)`.
fn is_mapping(unit: &Unit<'_>, call: &Call) -> bool {
    match &call.receiver {
        Some(receiver) => unit.file.slice(receiver.span).contains("Mmap"),
        None => call.path.contains("Mmap"),
    }
}

fn shared<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    (site, mapped): (Site<'a>, &'a Expression),
    from: Site<'a>,
    found: &mut Findings<'_>,
) {
    let file = unit.file;
    let descriptor = file.slice(mapped.span).trim_start_matches('&');
    let mut draft = Draft::at(
        file,
        site.span(),
        "whoever sent this memory can still shrink and change it",
        format!("{descriptor} is mapped here"),
    );
    if from.index != site.index {
        draft = draft.seen(file, from.span(), "it was received from the peer here");
    } else {
        draft = draft.fact(format!("{} takes it from a message with SCM_RIGHTS", body.function.qualified()));
    }
    let draft = draft.fact("F_GET_SEALS does not occur in this file, and nothing handles SIGBUS");
    let example = match file.language {
        Language::Rust => format!(
            "if !fcntl_get_seals(&{descriptor})?.contains(SealFlags::SHRINK | SealFlags::WRITE | SealFlags::SEAL) {{ return Err(…) }}"
        ),
        _ => format!(
            "int wanted = F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL; if ((fcntl({descriptor}, F_GET_SEALS) & wanted) != wanted) /* refuse */"
        ),
    };
    let advice = "Refuse memory that is not sealed against shrinking and writing, or copy it with pread and check the copy.";
    found.add(draft, Fix::advice(advice).with_example(example));
}

/// Where a descriptor is taken from a message: `CMSG_DATA`, or a function that reads it.
fn received<'a>(unit: &Unit<'a>, body: &Body<'a>, fd: &'a Expression) -> Option<Site<'a>> {
    let place = unit.place(body, fd)?;
    let whole = Place { path: place.path.trim_end_matches("[]").to_owned(), ..place.clone() };
    let definitions = unit.definitions(body, &place).into_iter().chain(unit.definitions(body, &whole));
    let taken =
        definitions.into_iter().filter(|definition| std::ptr::eq(definition.body, body)).find(|definition| {
            match definition.given {
                Given::Value(value) => {
                    unit.file.slice(value.span).contains("CMSG_DATA")
                        || called(value).is_some_and(|call| receives(unit, call))
                }
                Given::Written(call, _) => {
                    call.arguments.iter().any(|argument| unit.file.slice(argument.span).contains("CMSG_DATA"))
                        || receives(unit, call)
                }
                Given::Nothing => false,
            }
        });
    taken.map(|definition| definition.site)
}

fn called(value: &Expression) -> Option<&Call> {
    match &value.kind {
        ExpressionKind::Call(call) => Some(call),
        _ => None,
    }
}

/// Whether a function in the reviewed files takes descriptors from a message.
fn receives(unit: &Unit<'_>, call: &Call) -> bool {
    unit.callee(call).is_some_and(|(file, function)| {
        let text = file.slice(function.span);
        says(text, RECEIVES) && text.contains("recvmsg")
    })
}

/// In Rust: a variable, not a parameter, in a function that takes descriptors from messages.
fn received_in_rust<'a>(unit: &Unit<'a>, body: &Body<'a>, file: &'a Expression) -> Option<Site<'a>> {
    let text = unit.text_of(body.function);
    let place = unit.place(body, file).filter(|place| place.scope == Scope::Local)?;
    let is_parameter = body.function.parameters.iter().any(|parameter| parameter.name == place.root());
    if is_parameter || !says(text, RECEIVES) {
        return None;
    }
    body.calls_of(&["recvmsg"]).next().map(|(site, _)| site)
}
