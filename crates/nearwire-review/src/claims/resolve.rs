//! What a name in a review means in the code.

mod candidates;
mod scope;

pub(super) use candidates::{Callable, Entity};
pub(super) use scope::{Scope, scope};

use super::code::{Code, has_word};
use super::phrase::{Hint, Mention, Role};
use super::reply::Reply;

/// What a name means: one or several things, or why nothing can be said.
pub(super) type Found<'c> = Result<Vec<Entity<'c>>, Reply>;

/// Finds what a mention means. `within` is where the statement says it is, the innermost last.
///
/// # Errors
///
/// The reply to everything that is said of it: that it is not there, or was not seen.
pub(super) fn resolve<'c>(code: &'c Code<'_>, mention: &Mention, within: &[Mention]) -> Found<'c> {
    if mention.role != Role::Plain {
        return role(code, mention);
    }
    let all = candidates::named(code, &mention.name);
    let found = match &mention.owner {
        Some(owner) => owned(code, mention, owner, all)?,
        None => near(code, mention, within, all)?,
    };
    let fitting: Vec<_> = found.iter().filter(|entity| entity.fits(mention.hint)).cloned().collect();
    Ok(if fitting.is_empty() { found } else { fitting })
}

/// A constructor or destructor.
fn role<'c>(code: &'c Code<'_>, mention: &Mention) -> Found<'c> {
    let class = &mention.name;
    let bodies = code.functions(mention);
    let name = if mention.role == Role::Destructor { format!("~{class}") } else { class.clone() };
    let member = code.class(class).and_then(|(file, class)| {
        class.members.iter().find(|member| member.name == name).map(|member| (file, class, member))
    });
    if bodies.is_empty() && member.is_none() {
        return Err(match code.class(class) {
            Some((file, found)) => Reply::absent(format!("{class} declares no {}", role_name(mention.role)))
                .at(file, found.name_span),
            None => unknown(code, class, "class"),
        });
    }
    Ok(vec![Entity::Callable(Callable { name, class: Some(class.clone()), member, bodies, prototype: None })])
}

fn role_name(role: Role) -> &'static str {
    if role == Role::Destructor { "destructor" } else { "constructor" }
}

/// What nobody declares: not there at all, or declared where nobody looked.
fn unknown(code: &Code<'_>, name: &str, what: &str) -> Reply {
    if code.mentions(name) {
        Reply::open(format!("{name} is used but not declared in {}", code.these()))
    } else {
        let what = if what.is_empty() { name.to_owned() } else { format!("{what} {name}") };
        Reply::absent(format!("{} has no {what}", code.these()))
    }
}

/// Those of a class, a function, or the class of a variable.
fn owned<'c>(code: &'c Code<'_>, mention: &Mention, owner: &str, all: Vec<Entity<'c>>) -> Found<'c> {
    let classes = if code.class(owner).is_some() || !code.methods(owner).is_empty() {
        vec![owner.to_owned()]
    } else {
        candidates::types_of(code, owner)
    };
    if classes.is_empty() {
        let in_function: Vec<_> = all.iter().filter(|entity| entity.is_in_function(owner)).cloned().collect();
        if !in_function.is_empty() {
            return Ok(in_function);
        }
        let functions = code.bodies().filter(|at| at.body.function.name == owner).count();
        if functions > 0 {
            return Err(Reply::open(format!("what {} of {owner} is was not seen", mention.name)));
        }
        return Err(unknown(code, owner, "class or variable"));
    }
    let mut found = Vec::new();
    for class in &classes {
        match of_class(code, class, &mention.name, &all) {
            Ok(entities) => found.extend(entities),
            Err(reply) if classes.len() == 1 => return Err(reply),
            Err(_) => {}
        }
    }
    if found.is_empty() {
        Err(Reply::open(format!("what {} is was not seen", mention.shown())))
    } else {
        Ok(found)
    }
}

/// The members of a class with this name, its own or inherited, and the variables of its methods.
fn of_class<'c>(code: &'c Code<'_>, class: &str, name: &str, all: &[Entity<'c>]) -> Found<'c> {
    let members: Vec<_> = code
        .lineage(class)
        .iter()
        .map(|class| all.iter().filter(|entity| entity.is_member_of(class)).cloned().collect::<Vec<_>>())
        .find(|members| !members.is_empty())
        .unwrap_or_default();
    if !members.is_empty() {
        return Ok(members);
    }
    let inside: Vec<_> = all.iter().filter(|entity| entity.is_inside_class(class)).cloned().collect();
    if !inside.is_empty() {
        return Ok(inside);
    }
    let Some((file, found)) = code.class(class) else { return Err(unknown(code, class, "class")) };
    if let Some(base) = code.unseen_base(class, name) {
        let says =
            format!("{class} does not declare {name}, but may have it from {base}, which was not seen");
        return Err(Reply::open(says).at(file, found.name_span));
    }
    let named = found.members.iter().map(|member| member.name.as_str());
    let members: Vec<_> = named.filter(|name| name.trim_start_matches('~') != class).take(8).collect();
    let says = match members.as_slice() {
        [] => format!("{class} has no {name}"),
        _ => format!("{class} has no {name}; it declares {}", members.join(", ")),
    };
    Err(Reply::absent(says).at(file, found.name_span))
}

/// What a plain name means where the statement is: there first, then outside of classes and functions.
fn near<'c>(code: &'c Code<'_>, mention: &Mention, within: &[Mention], all: Vec<Entity<'c>>) -> Found<'c> {
    let name = &mention.name;
    for place in within.iter().rev() {
        let Some(scope) = scope(code, place, within)? else { continue };
        let inside: Vec<_> = all.iter().filter(|entity| scope.has(entity)).cloned().collect();
        if !inside.is_empty() {
            return Ok(inside);
        }
        if let Some(class) = &scope.class {
            let inherited: Vec<_> = code
                .lineage(class)
                .iter()
                .skip(usize::from(!scope.is_function))
                .flat_map(|class| all.iter().filter(move |entity| entity.is_member_of(class)).cloned())
                .collect();
            if !inherited.is_empty() {
                return Ok(inherited);
            }
        }
        let free: Vec<_> = all.iter().filter(|entity| entity.is_free()).cloned().collect();
        if !free.is_empty() || mention.hint == Hint::Class {
            return if free.is_empty() { Err(unknown(code, name, "class")) } else { Ok(free) };
        }
        if mention.hint == Hint::Callable && all.is_empty() && is_called(code, name) {
            return Ok(vec![called_only(name)]);
        }
        if let Some(at) = scope.bodies.iter().find(|at| has_word(at.text(), name)) {
            return Ok(vec![Entity::Used { at: *at, name: name.clone() }]);
        }
        return match &scope.class {
            Some(class) if !scope.is_function => of_class(code, class, name, &all),
            _ => Err(Reply::absent(format!("{} has no {name}", scope.name)).at_all(scope.place())),
        };
    }
    if !all.is_empty() {
        return Ok(all);
    }
    if is_called(code, name) { Ok(vec![called_only(name)]) } else { Err(unknown(code, name, "")) }
}

fn is_called(code: &Code<'_>, name: &str) -> bool {
    code.bodies().any(|at| at.body.calls().any(|(_, call)| call.name == name))
}

/// A function of which only calls were seen.
fn called_only<'c>(name: &str) -> Entity<'c> {
    let name = name.to_owned();
    Entity::Callable(Callable { name, class: None, member: None, bodies: Vec::new(), prototype: None })
}
