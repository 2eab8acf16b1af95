//! What something is.

use super::Asked;
use super::types::{Sort, declared, is_unsigned, sort_of};
use crate::claims::code::{has_word, last_name};
use crate::claims::fact::Trait;
use crate::claims::reply::Reply;
use crate::claims::resolve::{Callable, Entity};
use crate::source::model::{ClassKind, Language, Member, MemberKind, QtRole};

/// Whether it is that.
pub(super) fn is(asked: Asked<'_>, entity: &Entity<'_>, what: Trait) -> Reply {
    let says = entity.is();
    let answer = match what {
        Trait::Signal | Trait::Slot | Trait::Virtual | Trait::Override => of_method(asked, entity, what),
        Trait::Const | Trait::Constant => constness(entity, what),
        Trait::Variable => constness(entity, Trait::Const).map(|is_const| !is_const),
        Trait::Static => is_static(entity),
        Trait::Local => Some(matches!(entity, Entity::Local(_)))
            .filter(|_| !matches!(entity, Entity::Used { .. } | Entity::Parameter { .. })),
        Trait::Global => Some(matches!(entity, Entity::Constant { .. })),
        Trait::Member => Some(
            matches!(entity, Entity::Field { .. })
                || matches!(entity, Entity::Callable(callable) if callable.class.is_some()),
        ),
        Trait::Method => Some(matches!(entity, Entity::Callable(callable) if callable.class.is_some())),
        Trait::Function => Some(matches!(entity, Entity::Callable(_))),
        Trait::Macro => Some(matches!(entity, Entity::Macro { .. })),
        Trait::Class => class_kind(entity, &[ClassKind::Class]),
        Trait::Struct => class_kind(entity, &[ClassKind::Struct]),
        Trait::Enum => class_kind(entity, &[ClassKind::Enum]),
        Trait::Parameter => Some(matches!(entity, Entity::Parameter { .. }))
            .filter(|_| !matches!(entity, Entity::Used { .. })),
        Trait::Pointer => of_type(entity, Sort::Pointer),
        Trait::Array => of_type(entity, Sort::Array),
        Trait::Unsigned => declared(entity).and_then(is_unsigned),
        Trait::Signed => declared(entity).and_then(is_unsigned).map(|unsigned| !unsigned),
        Trait::Unused => None,
    };
    let says = match declared(entity) {
        Some(ty) if !says.ends_with(ty) => format!("{says} ({ty})"),
        _ => says,
    };
    let reply = match answer {
        Some(is_so) => Reply::of(is_so, detail(entity, says)),
        None => Reply::open(says),
    };
    match entity.place() {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    }
}

/// What the declaration of a method says beside its name.
fn detail(entity: &Entity<'_>, says: String) -> String {
    let Some(member) = member_of(entity) else { return says };
    match member.kind {
        MemberKind::Method { qt: Some(QtRole::Signal), .. } => format!("{says}, a signal"),
        MemberKind::Method { qt: Some(QtRole::Slot), .. } => format!("{says}, a slot"),
        MemberKind::Method { is_virtual: true, .. } => format!("{says}, virtual"),
        _ => says,
    }
}

fn member_of<'c>(entity: &Entity<'c>) -> Option<&'c Member> {
    match entity {
        Entity::Callable(Callable { member: Some((_, _, member)), .. }) => Some(member),
        Entity::Field { member, .. } => Some(member),
        _ => None,
    }
}

fn of_method(asked: Asked<'_>, entity: &Entity<'_>, what: Trait) -> Option<bool> {
    let Entity::Callable(callable) = entity else {
        return Some(false).filter(|_| !matches!(entity, Entity::Used { .. } | Entity::Class { .. }));
    };
    let Some((file, class, member)) = callable.member else {
        return callable.class.is_none().then_some(false).filter(|_| !callable.bodies.is_empty());
    };
    let MemberKind::Method { qt, is_virtual, .. } = member.kind else { return None };
    match what {
        Trait::Signal => Some(qt == Some(QtRole::Signal)),
        Trait::Slot => Some(qt == Some(QtRole::Slot)),
        _ if file.language == Language::Rust => None,
        _ => {
            let inherited = asked
                .code
                .lineage(&class.name)
                .into_iter()
                .skip(1)
                .find_map(|base| asked.code.program.member(&base, &member.name));
            let base_is_virtual = inherited.is_some_and(|(_, member)| {
                matches!(member.kind, MemberKind::Method { is_virtual: true, .. })
            });
            let says_override = has_word(file.slice(member.span), "override");
            let is_so = if what == Trait::Virtual {
                is_virtual || base_is_virtual
            } else {
                says_override || base_is_virtual
            };
            let unseen = asked.code.unseen_base(&class.name, &member.name).is_some();
            if is_so { Some(true) } else { (!unseen).then_some(false) }
        }
    }
}

fn constness(entity: &Entity<'_>, what: Trait) -> Option<bool> {
    match entity {
        Entity::Constant { constant, .. } => Some(constant.is_const),
        Entity::Enumerator { .. } => Some(true),
        Entity::Macro { .. } => (what == Trait::Constant).then_some(true),
        Entity::Local(local) => Some(local.is_const),
        Entity::Field { file, member, .. } if file.language != Language::Rust => Some(member.is_const),
        Entity::Callable(callable) if what == Trait::Const => match &callable.member?.2.kind {
            MemberKind::Method { is_const, .. } if callable.member?.0.language == Language::Cpp => {
                Some(*is_const)
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_static(entity: &Entity<'_>) -> Option<bool> {
    match entity {
        Entity::Local(local) => Some(local.is_static),
        Entity::Field { file, member, .. } if file.language == Language::Cpp => Some(member.is_static),
        Entity::Constant { file, constant } => Some(has_word(file.slice(constant.span), "static")),
        Entity::Callable(callable) => match (callable.member, callable.bodies.first()) {
            (Some((file, _, member)), _) if file.language == Language::Cpp => Some(member.is_static),
            (None, Some(at)) if at.file().language == Language::C => {
                let head = at.text().split('(').next().unwrap_or_default();
                Some(has_word(head, "static"))
            }
            _ => None,
        },
        _ => None,
    }
}

fn class_kind(entity: &Entity<'_>, kinds: &[ClassKind]) -> Option<bool> {
    match entity {
        Entity::Class { class, .. } => Some(kinds.contains(&class.kind)),
        Entity::Used { .. } => None,
        _ => Some(false),
    }
}

fn of_type(entity: &Entity<'_>, wanted: Sort) -> Option<bool> {
    let sort = sort_of(declared(entity)?);
    match sort {
        // A parameter that is declared as an array is a pointer.
        Sort::Array if matches!(entity, Entity::Parameter { .. }) => None,
        Sort::Other | Sort::Guard => None,
        _ => Some(sort == wanted),
    }
}

/// Whether a class derives from another.
pub(super) fn derives(asked: Asked<'_>, entity: &Entity<'_>, base: &str) -> Reply {
    let Entity::Class { file, class } = entity else { return Reply::open(entity.is()) };
    let base = last_name(base);
    let lineage = asked.code.lineage(&class.name);
    let bases = if class.bases.is_empty() { "nothing".to_owned() } else { class.bases.join(", ") };
    let says = format!("{} derives from {bases}", class.name);
    let reply = if lineage.iter().skip(1).any(|found| *found == base) {
        Reply::yes(says)
    } else if file.language == Language::Rust {
        // Traits are implemented anywhere, by derives and macros too.
        Reply::open(format!("{} implements {bases} in what was seen", class.name))
    } else if lineage.iter().skip(1).any(|found| found != "QObject" && asked.code.class(found).is_none()) {
        Reply::open(format!("{says}, which was not seen"))
    } else {
        Reply::no(says)
    };
    reply.at(file, class.name_span)
}

/// Whether a class declares a constructor or destructor.
pub(super) fn has_role(asked: Asked<'_>, entity: &Entity<'_>, is_destructor: bool) -> Reply {
    let Entity::Class { file, class } = entity else { return Reply::open(entity.is()) };
    let what = if is_destructor { "destructor" } else { "constructor" };
    let reply = match file.language {
        Language::C => Reply::open("C has none"),
        Language::Cpp => {
            let name = if is_destructor { format!("~{}", class.name) } else { class.name.clone() };
            let found = class.members.iter().find(|member| member.name == name);
            match found {
                Some(member) => Reply::yes(format!("{} declares a {what}", class.name)).at(file, member.span),
                None => Reply::no(format!("{} declares no {what}", class.name)),
            }
        }
        Language::Rust if is_destructor => {
            let drop = asked.code.methods(&class.name).into_iter().find(|at| at.body.function.name == "drop");
            match drop {
                Some(at) => Reply::yes(format!("{} implements Drop", class.name))
                    .at(at.file(), at.body.function.name_span),
                None => Reply::no(format!("{} does not implement Drop", class.name)),
            }
        }
        Language::Rust => Reply::open("any function may make one"),
    };
    reply.at(file, class.name_span)
}
