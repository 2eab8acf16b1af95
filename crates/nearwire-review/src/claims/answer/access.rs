//! Who may use it.

use super::Asked;
use crate::claims::fact::{Level, Reach};
use crate::claims::reply::Reply;
use crate::claims::resolve::Entity;
use crate::source::model::{Access, Class, File, Language, Member, MemberKind, QtRole};
use crate::source::values::{Place, Scope};

/// Whether it has this access.
pub(super) fn access(entity: &Entity<'_>, level: Level) -> Reply {
    let Some((file, class, member)) = member_of(entity) else { return without_member(entity, level) };
    let access = access_of(file, member);
    let says = format!("{} is {} in {}", member.name, name(file, access), class.name);
    if is_restricted(file, member) || is_of_trait(file, class, member) {
        return Reply::open(says).at(file, member.span);
    }
    let reply = match (level, access) {
        (Level::Guarded, _) => Reply::of(access != Access::Public, says),
        (Level::Protected, _) if file.language == Language::Rust => Reply::open(says),
        _ => Reply::of(access == wanted(level), says),
    };
    reply.at(file, member.span)
}

fn wanted(level: Level) -> Access {
    match level {
        Level::Public => Access::Public,
        Level::Protected => Access::Protected,
        Level::Private | Level::Guarded => Access::Private,
    }
}

fn name(file: &File, access: Access) -> &'static str {
    match access {
        Access::Public => "public",
        Access::Protected => "protected",
        Access::Private if file.language == Language::Rust => "private to its module",
        Access::Private => "private",
    }
}

fn member_of<'c>(entity: &Entity<'c>) -> Option<(&'c File, &'c Class, &'c Member)> {
    match entity {
        Entity::Field { file, class, member } | Entity::Enumerator { file, class, member } => {
            Some((*file, *class, *member))
        }
        Entity::Callable(callable) => callable.member,
        _ => None,
    }
}

/// Signals are public, whatever stands before them.
fn access_of(file: &File, member: &Member) -> Access {
    match member.kind {
        MemberKind::Method { qt: Some(QtRole::Signal), .. } => Access::Public,
        _ if file.language == Language::C => Access::Public,
        _ => member.access,
    }
}

/// `pub(crate)` and the like are neither public nor private.
fn is_restricted(file: &File, member: &Member) -> bool {
    file.language == Language::Rust && file.slice(member.span).trim_start().starts_with("pub(")
}

/// Methods of a trait are as public as the trait. What the standard library's traits ask for is known.
fn is_of_trait(file: &File, class: &Class, member: &Member) -> bool {
    let is_method = matches!(member.kind, MemberKind::Method { .. });
    let may_ask_for_it = |base: &String| {
        let known = STANDARD_TRAITS.iter().find(|(name, _)| crate::claims::code::last_name(base) == *name);
        known.is_none_or(|(_, methods)| methods.contains(&member.name.as_str()))
    };
    file.language == Language::Rust
        && is_method
        && member.access == Access::Private
        && class.bases.iter().any(may_ask_for_it)
}

/// Traits of the standard library, and their methods.
const STANDARD_TRAITS: &[(&str, &[&str])] = &[
    ("Clone", &["clone", "clone_from"]),
    ("Copy", &[]),
    ("Debug", &["fmt"]),
    ("Default", &["default"]),
    ("Display", &["fmt"]),
    ("Drop", &["drop"]),
    ("Eq", &[]),
    ("Error", &["source", "description", "cause"]),
    ("From", &["from"]),
    ("Hash", &["hash", "hash_slice"]),
    ("Iterator", &["next", "size_hint"]),
    ("Ord", &["cmp", "max", "min", "clamp"]),
    ("PartialEq", &["eq", "ne"]),
    ("PartialOrd", &["partial_cmp", "lt", "le", "gt", "ge"]),
    ("Read", &["read"]),
    ("Write", &["write", "flush"]),
];

fn without_member(entity: &Entity<'_>, level: Level) -> Reply {
    let says = entity.is();
    let place = entity.place();
    let reply = match entity {
        Entity::Local(_) | Entity::Parameter { .. } if level == Level::Public => Reply::no(says),
        Entity::Callable(callable) => match callable.bodies.first() {
            Some(at) if at.file().language == Language::Rust && callable.class.is_none() => {
                let text = at.text();
                let before = text.split("fn ").next().unwrap_or_default();
                match (before.contains("pub("), before.contains("pub")) {
                    (true, _) => Reply::open(says),
                    (false, is_public) => Reply::of(is_public == (level == Level::Public), says),
                }
            }
            _ => Reply::open(format!("its declaration in a class was not seen: {says}")),
        },
        _ => Reply::open(format!("it has no access of its own: {says}")),
    };
    match place {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    }
}

/// Whether code outside of the class can call, read or change it.
pub(super) fn reachable(asked: Asked<'_>, entity: &Entity<'_>, how: Reach) -> Reply {
    if let (Entity::Local(_) | Entity::Parameter { .. }, Some((file, span))) = (entity, entity.place()) {
        return Reply::no(entity.is()).at(file, span);
    }
    let Some((file, class, member)) = member_of(entity) else {
        return Reply::open(format!("who can use it is not said in a class: {}", entity.is()));
    };
    let access = access_of(file, member);
    let says = format!("{} is {} in {}", member.name, name(file, access), class.name);
    let is_slot = matches!(member.kind, MemberKind::Method { qt: Some(QtRole::Slot), .. });
    let is_method = matches!(member.kind, MemberKind::Method { .. });
    let open = is_restricted(file, member)
        || is_of_trait(file, class, member)
        || file.language == Language::C
        || (access != Access::Public && (is_slot || file.slice(class.span).contains("friend ")));
    let reply = if open || (is_method && how != Reach::Call) {
        Reply::open(says)
    } else if access == Access::Public {
        match (how, member.is_const) {
            (Reach::Change, true) if !is_method => Reply::no(format!("{says}, and const")),
            _ => Reply::yes(says),
        }
    } else if !is_method && is_changed_through_public(asked, class, member) && how == Reach::Change {
        Reply::open(format!("{says}, but a public method changes it"))
    } else {
        Reply::no(says)
    };
    reply.at(file, member.span)
}

/// Whether a public method, other than a constructor or destructor, gives a member a value.
fn is_changed_through_public(asked: Asked<'_>, class: &Class, member: &Member) -> bool {
    let place = Place { scope: Scope::Member(class.name.clone()), path: member.name.clone() };
    asked.code.methods(&class.name).into_iter().any(|at| {
        let name = &at.body.function.name;
        let is_public =
            class.members.iter().any(|member| member.name == *name && member.access == Access::Public);
        let changes =
            at.unit.definitions(at.body, &place).into_iter().any(|found| std::ptr::eq(found.body, at.body));
        is_public && *name != class.name && !name.starts_with('~') && changes
    })
}
