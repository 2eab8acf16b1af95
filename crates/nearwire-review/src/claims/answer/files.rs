//! What stands in files: declarations, macros, includes, lines, words.

use super::Asked;
use crate::claims::code::has_word;
use crate::claims::phrase::{Mention, Role};
use crate::claims::reply::Reply;
use crate::claims::resolve::{Entity, resolve};
use crate::source::model::{Class, File, Language};

/// Whether something is declared: in a class or function, or anywhere.
pub(super) fn exists(asked: Asked<'_>, what: &Mention, within: Option<&Mention>) -> Reply {
    let places: Vec<Mention> = match within {
        Some(within) => vec![within.clone()],
        None => asked.within.to_vec(),
    };
    if within.is_some_and(|within| what.owner.is_none() && within.role != Role::Plain) {
        return Reply::open("what a constructor contains is not asked so");
    }
    match resolve(asked.code, what, &places) {
        Ok(entities) => found(asked, what, within, &entities),
        Err(reply) if reply.is_absent => {
            // That the class is not there is no answer to whether it has the member.
            let about_place = within.is_some_and(|within| {
                asked.code.class(&within.name).is_none() && asked.code.functions(within).is_empty()
            });
            Reply { is_absent: about_place, ..reply }
        }
        Err(reply) => reply,
    }
}

fn found(asked: Asked<'_>, what: &Mention, within: Option<&Mention>, entities: &[Entity<'_>]) -> Reply {
    let declared: Vec<_> = entities.iter().filter(|entity| is_declared(entity)).collect();
    let Some(first) = declared.first() else {
        return Reply::open(format!("{} is used but not declared in {}", what.shown(), asked.code.these()));
    };
    if let Some(within) = within {
        let class = asked.code.class(&within.name);
        let inside = declared.iter().any(|entity| match (class, entity) {
            (Some(_), Entity::Callable(callable)) => callable.class.as_deref() == Some(&within.name),
            (Some(_), Entity::Field { class, .. } | Entity::Enumerator { class, .. }) => {
                class.name == within.name
            }
            (None, entity) => entity.function().is_some_and(|at| at.body.function.name == within.name),
            _ => false,
        });
        if !inside {
            return Reply::open(format!("{}, outside of {}", first.is(), within.name));
        }
    }
    let reply = Reply::yes(first.is());
    match first.place() {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    }
}

fn is_declared(entity: &Entity<'_>) -> bool {
    match entity {
        Entity::Callable(callable) => callable.member.is_some() || !callable.bodies.is_empty(),
        Entity::Used { .. } => false,
        _ => true,
    }
}

/// Whether a class has a macro in its body; without a class, whether the code uses it.
pub(super) fn has_macro(asked: Asked<'_>, class: Option<&Mention>, name: &str) -> Reply {
    let meant =
        class.or_else(|| asked.within.iter().rev().find(|place| asked.code.class(&place.name).is_some()));
    let Some(meant) = meant else {
        return Reply::of(asked.code.mentions(name), format!("{name} in {}", asked.code.these()));
    };
    match resolve(asked.code, meant, &[]) {
        Ok(entities) => {
            let classes = entities.iter().filter_map(|entity| match entity {
                Entity::Class { file, class } => Some(in_class(file, class, name)),
                _ => None,
            });
            Reply::agreed(classes.collect())
                .unwrap_or_else(|| Reply::open(format!("{} is no class", meant.name)))
        }
        Err(reply) => reply,
    }
}

fn in_class(file: &File, class: &Class, name: &str) -> Reply {
    if let Some((_, span)) = class.macros.iter().find(|(found, _)| found == name) {
        return Reply::yes(format!("{} has {name}", class.name)).at(file, *span);
    }
    if has_word(file.slice(class.span), name) {
        return Reply::open(format!("{name} stands in {} in a way that was not read", class.name))
            .at(file, class.name_span);
    }
    Reply::no(format!("{} has no {name}", class.name)).at(file, class.name_span)
}

/// Whether a file is included.
pub(super) fn includes(asked: Asked<'_>, header: &str) -> Reply {
    let ends = format!("/{header}");
    let found = asked.code.program.files().iter().find(|file| {
        file.includes.iter().any(|found| {
            found == header || found.ends_with(&ends) || found.split("::").any(|part| part == header)
        })
    });
    match found {
        Some(file) => Reply::yes(format!("{header} is included in {}", file.path.to_string_lossy())),
        None => Reply::no(format!("{} does not include {header}", asked.code.these())),
    }
}

/// Whether there is a block of `unsafe`.
pub(super) fn has_unsafe(asked: Asked<'_>, within: Option<&Mention>) -> Reply {
    let scope = match super::place(asked, within) {
        Ok(scope) => scope,
        Err(reply) => return reply,
    };
    let files: Vec<&File> =
        asked.code.program.files().iter().filter(|file| file.language == Language::Rust).collect();
    if files.is_empty() {
        return Reply::open("there is no Rust there");
    }
    for file in files {
        let comments: Vec<_> = file.comments.iter().map(|comment| comment.span).collect();
        for (offset, _) in file.text.match_indices("unsafe") {
            let start = u32::try_from(offset).unwrap_or(u32::MAX);
            let span = crate::source::model::Span { start, end: start.saturating_add(6) };
            let line = file.line(file.line_of(start));
            let in_scope = scope.as_ref().is_none_or(|scope| {
                scope
                    .bodies
                    .iter()
                    .any(|at| std::ptr::eq(at.file(), file) && at.body.function.span.contains(span))
            });
            let is_word = has_word(line, "unsafe");
            if in_scope
                && is_word
                && !comments.iter().any(|comment| comment.contains(span))
                && !line.contains('"')
            {
                return Reply::yes("there is an unsafe block").at(file, span);
            }
        }
    }
    let name = scope.map_or_else(|| asked.code.these(), |scope| scope.name);
    Reply::no(format!("{name} contains no unsafe code"))
}

/// Whether anything is locked. That something is, says nothing of whether it is locked for this.
pub(super) fn locks(asked: Asked<'_>, what: Option<&Mention>) -> Reply {
    const LOCKS: &[&str] = &[
        "mutex",
        "rwlock",
        "semaphore",
        "lock_guard",
        "pthread_mutex",
        "spinlock",
        "qreadwritelock",
        "atomic",
        "critical_section",
        "flock",
    ];
    if let Some(what) = what
        && let Err(reply) = resolve(asked.code, what, asked.within)
    {
        return reply;
    }
    let found = asked.code.program.files().iter().find(|file| {
        let small = file.text.to_lowercase();
        LOCKS.iter().any(|word| small.contains(word))
    });
    match found {
        Some(_) => {
            Reply::open(format!("there are locks in {}; what they protect is not read", asked.code.these()))
        }
        None => Reply::no(format!("there is no lock of any kind in {}", asked.code.these())),
    }
}

/// Whether a line has something in it; only where there is one file.
pub(super) fn line(asked: Asked<'_>, number: i128, has: &str) -> Reply {
    let [file] = asked.code.program.files() else {
        return Reply::open("which file is meant is not said");
    };
    let Some(line) = u32::try_from(number).ok().filter(|number| {
        *number > 0 && usize::try_from(*number).is_ok_and(|number| number <= file.lines.len())
    }) else {
        return Reply::no(format!("the file has {} lines", file.lines.len()));
    };
    let text = file.line(line).trim();
    let squeeze = |text: &str| text.split_whitespace().collect::<String>();
    let wanted = squeeze(has);
    let is_so = squeeze(text).contains(wanted.trim_end_matches(';'));
    let start = file.lines.get((line as usize).saturating_sub(1)).copied().unwrap_or_default();
    Reply::of(is_so, format!("line {line} is: {text}"))
        .at(file, crate::source::model::Span { start, end: start })
}

/// Whether it is declared at this line.
pub(super) fn is_at(entity: &Entity<'_>, number: i128) -> Reply {
    let mut places = Vec::new();
    places.extend(entity.place());
    if let Entity::Callable(callable) = entity {
        places.extend(callable.bodies.iter().map(|at| (at.file(), at.body.function.name_span)));
    }
    let lines: Vec<i128> = places.iter().map(|(file, span)| i128::from(file.line_of(span.start))).collect();
    let Some(first) = lines.first() else { return Reply::open(entity.is()) };
    let reply = Reply::of(lines.contains(&number), format!("{}, at line {first}", entity.is()));
    reply.at_all(places.iter().map(|(file, span)| file.location(*span)))
}
