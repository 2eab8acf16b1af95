//! `double-close`: a descriptor is closed twice. The second time it may be somebody else's: another thread has opened a
//! file in between, and it got the number.

mod way;

use self::way::{Way, is_same_way, is_test_of, left_by};
use crate::source::model::{Call, Expression, ExpressionKind, Language};
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::{Family, Place, Scope};
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "double-close",
    title: "a descriptor is closed twice",
    weakness: weakness::CWE_1341,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2019-13351", "RUSTSEC-2025-0051"],
    page: include_str!("../../../../../docs/checks/double-close.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: &["close", "from_raw_fd"],
    run,
};

/// A descriptor that a call closes, or takes over to close it.
#[derive(Clone, Copy)]
struct Closing<'a> {
    site: Site<'a>,
    call: &'a Call,
    descriptor: &'a Expression,
}

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if !unit.speaks_local() {
        return;
    }
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        twice_on_one_way(unit, body, found);
        if unit.file.language == Language::Rust {
            owned_by_two(unit, body, found);
        } else {
            again_in_destructor(unit, body, found);
        }
    }
}

/// The calls that close a descriptor, or take it over.
fn closings<'a>(unit: &Unit<'a>, body: &Body<'a>) -> Vec<Closing<'a>> {
    let calls = body.calls().filter_map(|(site, call)| {
        let is_function = call.receiver.is_none() && call.arguments.len() == 1;
        let closes = match unit.file.language {
            Language::Rust => {
                matches!(call.path.as_str(), "libc::close" | "nix::unistd::close" | "unistd::close")
                    || call.name == "from_raw_fd"
            }
            Language::C | Language::Cpp => matches!(call.path.as_str(), "close" | "::close"),
        };
        let descriptor = call.arguments.first().filter(|_| is_function && closes)?;
        let is_network = unit.family(body, descriptor) == Family::Network;
        (!is_network).then_some(Closing { site, call, descriptor })
    });
    calls.collect()
}

fn twice_on_one_way<'a>(unit: &Unit<'a>, body: &Body<'a>, found: &mut Findings<'_>) {
    let closings = closings(unit, body);
    for (number, second) in closings.iter().enumerate() {
        let Some(place) = unit.place(body, second.descriptor).filter(|place| !place.path.ends_with(']'))
        else {
            continue;
        };
        let earlier = closings.iter().take(number).rev();
        let first = earlier.into_iter().find(|first| {
            unit.place(body, first.descriptor).as_ref() == Some(&place)
                && is_same_way(unit, body, first, second, &place)
        });
        if let Some(first) = first {
            report_twice(unit, body, found, first, second, &place);
        }
    }
}

fn report_twice<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    found: &mut Findings<'_>,
    first: &Closing<'a>,
    second: &Closing<'a>,
    place: &Place,
) {
    let file = unit.file;
    let (name, line) = (&place.path, file.line_of(first.site.span().start));
    let takes = first.call.name == "from_raw_fd" || second.call.name == "from_raw_fd";
    let what = if takes { "takes over" } else { "closes" };
    let message = format!("`{name}` is closed again: it was closed at line {line}");
    let message = if takes {
        format!("`{name}` gets a second owner: it has one since line {line}, and both close it")
    } else {
        message
    };
    let draft = Draft::at(
        file,
        second.site.span(),
        message,
        format!("{} {what} `{name}`", file.slice(second.site.span())),
    );
    let draft =
        draft.seen(file, first.site.span(), format!("{} {what} it first", file.slice(first.site.span())));
    let draft = match left_by(body, first, second) {
        Way::Jump(jump, label) => draft.seen(file, jump.span(), "then this jumps").seen(
            file,
            label.span(),
            "here, and goes on to the second close",
        ),
        _ => draft,
    };
    let draft = draft.fact(format!("between the two, `{name}` gets no other value"));
    let fix = match file.language {
        Language::Rust => {
            Fix::advice("Let one value own the descriptor; use a duplicate where two are needed.")
                .with_example("let second = first.try_clone()?;")
        }
        Language::C | Language::Cpp => {
            Fix::advice(format!("Close `{name}` in one place, or mark it as closed."))
                .with_example(format!("{};\n{name} = -1;", file.slice(first.site.span())))
        }
    };
    found.add(draft, fix);
}

/// `close(m_fd)` in a method that leaves the number in the member, which the destructor closes again.
fn again_in_destructor<'a>(unit: &Unit<'a>, body: &Body<'a>, found: &mut Findings<'_>) {
    let function = body.function;
    let Some(class) = &function.class else { return };
    if function.name.starts_with('~') || function.name == *class {
        return;
    }
    let destructor = unit
        .bodies
        .iter()
        .find(|other| other.function.class.as_ref() == Some(class) && other.function.name.starts_with('~'));
    let Some(destructor) = destructor else { return };
    // Somebody who calls a method in the destructor may clean up there.
    let in_destructor = closings(unit, destructor);
    for first in closings(unit, body) {
        let Some(place) =
            unit.place(body, first.descriptor).filter(|place| matches!(place.scope, Scope::Member(_)))
        else {
            continue;
        };
        let is_marked =
            unit.definitions(body, &place).iter().any(|definition| std::ptr::eq(definition.body, body));
        let second = in_destructor.iter().find(|second| {
            unit.place(destructor, second.descriptor).as_ref() == Some(&place)
                && destructor
                    .guards(second.site)
                    .all(|(condition, taken)| taken && is_test_of(unit, destructor, condition, &place))
        });
        let (false, Some(second)) = (is_marked, second) else { continue };
        let name = &place.path;
        let message = format!("`{name}` is closed here and again by the destructor");
        let draft = Draft::at(unit.file, first.site.span(), message, format!("`{name}` keeps its value"))
            .seen(
                unit.file,
                second.site.span(),
                format!("{} closes `{name}`, too", destructor.function.qualified()),
            );
        let example = format!("{};\n{name} = -1;", unit.file.slice(first.site.span()));
        found.add(
            draft,
            Fix::advice(format!("Mark `{name}` as closed, and look in the destructor."))
                .with_example(example),
        );
    }
}

/// Rust: a descriptor that still has an owner is given to a second one, or closed by hand.
fn owned_by_two<'a>(unit: &Unit<'a>, body: &Body<'a>, found: &mut Findings<'_>) {
    let text = unit.file.slice(body.function.span);
    if ["forget", "ManuallyDrop", "into_raw_fd", "dup(", "try_clone", "Borrowed"]
        .iter()
        .any(|word| text.contains(word))
    {
        return;
    }
    for closing in closings(unit, body) {
        let ExpressionKind::Call(lent) = &closing.descriptor.kind else { continue };
        let Some(owner) = lent.receiver.as_ref().filter(|_| lent.name == "as_raw_fd") else { continue };
        let declared = unit.type_of(body, owner);
        if declared == "RawFd" || unit.family(body, owner) != Family::Local {
            continue;
        }
        let file = unit.file;
        let owner = file.slice(owner.span);
        let takes = closing.call.name == "from_raw_fd";
        let message = if takes {
            format!("the descriptor of `{owner}` gets a second owner, and both close it")
        } else {
            format!("the descriptor of `{owner}` is closed, and `{owner}` closes it again when it is dropped")
        };
        let draft = Draft::at(
            file,
            closing.site.span(),
            message,
            format!("`{owner}` keeps its descriptor: as_raw_fd only lends it"),
        )
        .fact(format!("nothing in this function makes `{owner}` give it up"));
        let (advice, example) = if takes {
            ("Move the descriptor, or duplicate it.", format!("OwnedFd::from({owner})"))
        } else {
            ("Drop the owner instead.", format!("drop({owner});"))
        };
        found.add(draft, Fix::advice(advice).with_example(example));
    }
}
