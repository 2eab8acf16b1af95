//! A part of the code that a statement speaks of: a class or a function.

use super::candidates::Entity;
use crate::Location;
use crate::claims::code::{Code, In};
use crate::claims::phrase::{Hint, Mention, Role};
use crate::claims::reply::Reply;

/// A class with its methods, or a function.
pub(in crate::claims) struct Scope<'c> {
    /// As it is called.
    pub(in crate::claims) name: String,
    /// The class: itself, or that of the function.
    pub(in crate::claims) class: Option<String>,
    /// Whether it is a function.
    pub(in crate::claims) is_function: bool,
    /// Its bodies.
    pub(in crate::claims) bodies: Vec<In<'c>>,
}

impl<'c> Scope<'c> {
    /// Whether something is declared in it.
    pub(super) fn has(&self, entity: &Entity<'c>) -> bool {
        match entity.function() {
            Some(at) => self.bodies.iter().any(|body| std::ptr::eq(body.body, at.body)),
            None => {
                !self.is_function && self.class.as_deref().is_some_and(|class| entity.is_member_of(class))
            }
        }
    }

    /// Where it stands.
    pub(in crate::claims) fn place(&self) -> Option<Location> {
        let at = self.bodies.first()?;
        Some(at.file().location(at.body.function.name_span))
    }
}

/// The part of the code that a mention names; nothing if it names a file or something that has no inside.
///
/// # Errors
///
/// What is to be said of everything that is said to be there: it is not there, or was not seen.
pub(in crate::claims) fn scope<'c>(
    code: &'c Code<'_>,
    mention: &Mention,
    within: &[Mention],
) -> Result<Option<Scope<'c>>, Reply> {
    if mention.hint == Hint::File {
        return Ok(None);
    }
    let name = &mention.name;
    if mention.role == Role::Plain
        && mention.owner.is_none()
        && mention.hint != Hint::Callable
        && is_class(code, name)
    {
        let bodies = code.methods(name);
        return Ok(Some(Scope { name: name.clone(), class: Some(name.clone()), is_function: false, bodies }));
    }
    let mut bodies = code.functions(mention);
    let classes = within.iter().filter(|place| place.role == Role::Plain && is_class(code, &place.name));
    for class in classes {
        let of_class: Vec<_> = bodies.iter().copied().filter(|at| at.class() == Some(&class.name)).collect();
        if !of_class.is_empty() {
            bodies = of_class;
        }
    }
    let Some(first) = bodies.first() else { return Err(missing(code, mention)) };
    let class = first.class().map(str::to_owned);
    if bodies.iter().any(|at| at.class().map(str::to_owned) != class) {
        let names: Vec<_> = bodies.iter().map(|at| at.name()).collect();
        return Err(Reply::open(format!("{name} means several functions: {}", names.join(", "))));
    }
    Ok(Some(Scope { name: first.name(), class, is_function: true, bodies }))
}

fn is_class(code: &Code<'_>, name: &str) -> bool {
    code.class(name).is_some() || !code.methods(name).is_empty()
}

fn missing(code: &Code<'_>, mention: &Mention) -> Reply {
    let name = &mention.name;
    if mention.role != Role::Plain {
        return match super::role(code, mention) {
            Ok(_) => Reply::open(format!("the body of {} was not seen", mention.shown())),
            Err(reply) => reply,
        };
    }
    let declared = code.program.files().iter().any(|file| {
        let has_member =
            file.classes.iter().any(|class| class.members.iter().any(|member| member.name == *name));
        has_member || file.prototypes.iter().any(|(found, _)| found == name)
    });
    if declared || code.mentions(name) {
        Reply::open(format!("the body of {} was not seen", mention.shown()))
    } else {
        let what = if mention.hint == Hint::Class { "class" } else { "function" };
        Reply::absent(format!("{} has no {what} {}", code.these(), mention.shown()))
    }
}
