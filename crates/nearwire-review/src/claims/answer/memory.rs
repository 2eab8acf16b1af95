//! Where a variable lies, and whether it has a value from the beginning.

use super::Asked;
use super::types::{Sort, always_has_value, declared, sort_of};
use crate::claims::code::In;
use crate::claims::fact::Storage;
use crate::claims::reply::Reply;
use crate::claims::resolve::Entity;
use crate::source::model::{Class, Expression, ExpressionKind, File, Language, Member};
use crate::source::values::{Definition, Given, Place, Scope};

/// Whether it lies there.
pub(super) fn allocated(asked: Asked<'_>, entity: &Entity<'_>, place: Storage) -> Reply {
    let reply = match entity {
        Entity::Field { .. } | Entity::Local(_) => variable(asked, entity, place),
        Entity::Constant { .. } => match place {
            Storage::Static => Reply::yes(format!("{}, so it is static", entity.is())),
            Storage::Stack => Reply::no(format!("{}, so it is static", entity.is())),
            _ => Reply::open(entity.is()),
        },
        _ => Reply::open(entity.is()),
    };
    match entity.place() {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    }
}

fn variable(asked: Asked<'_>, entity: &Entity<'_>, place: Storage) -> Reply {
    let (is_static, is_local) = match entity {
        Entity::Local(local) => (local.is_static, true),
        Entity::Field { member, .. } => (member.is_static, false),
        _ => (false, false),
    };
    if is_static || place == Storage::Static {
        let says = format!("{} is {}static", entity.is(), if is_static { "" } else { "not " });
        return match place {
            Storage::Static => Reply::of(is_static, says),
            Storage::Stack => Reply::no(says),
            _ => Reply::open(says),
        };
    }
    let made = made_by(asked, entity);
    if let Some((says, is_new, is_malloc)) = made {
        return match place {
            Storage::Stack => Reply::no(says),
            Storage::Heap => Reply::yes(says),
            Storage::New => Reply::of(is_new, says),
            Storage::Malloc => Reply::of(is_malloc, says),
            Storage::Static => Reply::open(says),
        };
    }
    let ty = declared(entity).unwrap_or_default();
    let sort = if ty.is_empty() { sort_of_value(entity) } else { sort_of(ty) };
    let shown = if ty.is_empty() || entity.is().ends_with(ty) { String::new() } else { format!(" ({ty})") };
    match (sort, place) {
        (Sort::Owning, Storage::Stack) => {
            Reply::no(format!("{}{shown}, which keeps its elements on the heap", entity.is()))
        }
        (Sort::Owning, Storage::Heap) => {
            Reply::yes(format!("{}{shown}, which keeps its elements on the heap", entity.is()))
        }
        (Sort::Owning | Sort::Plain | Sort::Array, Storage::New | Storage::Malloc) => {
            Reply::no(format!("{}{shown}, no pointer to something allocated", entity.is()))
        }
        (Sort::Array | Sort::Plain, Storage::Stack) if is_local => {
            Reply::yes(format!("{}{shown}", entity.is()))
        }
        (Sort::Array | Sort::Plain, Storage::Heap) if is_local => {
            Reply::no(format!("{}{shown}", entity.is()))
        }
        _ => Reply::open(format!("{}{shown}", entity.is())),
    }
}

/// `[0; n]`, `vec![…]`, `Vec::with_capacity(…)`
fn sort_of_value(entity: &Entity<'_>) -> Sort {
    let Entity::Local(local) = entity else { return Sort::Other };
    match local.value.map(|value| &value.kind) {
        Some(ExpressionKind::List(_)) => {
            let is_array =
                local.value.is_some_and(|value| local.at.file().slice(value.span).starts_with('['));
            if is_array { Sort::Array } else { Sort::Other }
        }
        Some(ExpressionKind::Macro { name, .. }) if name == "vec" => Sort::Owning,
        Some(ExpressionKind::Call(call))
            if ["Vec::", "String::", "VecDeque::"].iter().any(|path| call.path.starts_with(path)) =>
        {
            Sort::Owning
        }
        Some(ExpressionKind::Number { .. } | ExpressionKind::Boolean(_)) => Sort::Plain,
        _ => Sort::Other,
    }
}

/// What makes what a pointer points to: in words, whether it is `new`, whether it is `malloc`.
fn made_by(asked: Asked<'_>, entity: &Entity<'_>) -> Option<(String, bool, bool)> {
    let values = given(asked, entity);
    let made: Vec<_> = values.iter().filter_map(|(at, value)| heap(*at, value)).collect();
    let first = made.first()?.clone();
    // Something else may be given to it, too.
    let is_null = |value: &Expression| matches!(value.kind, ExpressionKind::Null);
    let all = values.iter().all(|(at, value)| heap(*at, value).is_some() || is_null(value));
    (all && made.iter().all(|other| other.1 == first.1)).then_some(first)
}

fn heap(at: In<'_>, value: &Expression) -> Option<(String, bool, bool)> {
    let text = at.file().slice(value.span).split_whitespace().collect::<Vec<_>>().join(" ");
    match &value.kind {
        ExpressionKind::Construct { is_new: true, .. } => {
            Some((format!("it is made with new: {text}"), true, false))
        }
        ExpressionKind::Call(call)
            if matches!(call.name.as_str(), "malloc" | "calloc" | "realloc" | "strdup") =>
        {
            Some((format!("it is made with {}: {text}", call.name), false, true))
        }
        ExpressionKind::Call(call) if call.path == "Box::new" => {
            Some((format!("it is made with Box::new: {text}"), false, false))
        }
        ExpressionKind::Cast { value, .. } => heap(at, value),
        _ => None,
    }
}

/// The values a variable is given.
pub(super) fn given<'c>(asked: Asked<'c>, entity: &Entity<'c>) -> Vec<(In<'c>, &'c Expression)> {
    let mut found = Vec::new();
    if let Entity::Local(local) = entity {
        let place = Place { scope: Scope::Local, path: local.name.to_owned() };
        found.extend(values(local.at, local.at.unit.definitions(local.at.body, &place)));
    }
    if let Entity::Field { class, member, .. } = entity {
        let place = Place { scope: Scope::Member(class.name.clone()), path: member.name.clone() };
        for at in asked.code.methods(&class.name) {
            let here = at
                .unit
                .definitions(at.body, &place)
                .into_iter()
                .filter(|one| std::ptr::eq(one.body, at.body));
            found.extend(values(at, here.collect()));
            let initial = at.body.function.initialisers.iter().filter(|(name, _)| *name == member.name);
            found.extend(initial.flat_map(|(_, values)| values.iter().map(move |value| (at, value))));
        }
    }
    found
}

fn values<'c>(at: In<'c>, definitions: Vec<Definition<'c, 'c>>) -> Vec<(In<'c>, &'c Expression)> {
    let values = definitions.into_iter().filter_map(|definition| match definition.given {
        Given::Value(value) => Some((at, value)),
        _ => None,
    });
    values.collect()
}

/// Whether it has a value from the beginning.
pub(super) fn initialised(asked: Asked<'_>, entity: &Entity<'_>, by_constructor: bool) -> Reply {
    let reply = match entity {
        Entity::Field { member, .. } if by_constructor && member.initial.is_some() => {
            Reply::open(format!("{} has its initial value at its declaration", member.name))
        }
        Entity::Field { file, class, member } => field(asked, file, class, member),
        _ if by_constructor => Reply::open(entity.is()),
        Entity::Local(local) if local.is_static => {
            Reply::yes(format!("{}, static: it begins as 0", entity.is()))
        }
        Entity::Local(local) => match local.value {
            Some(value) => with_value(local.at.file(), value),
            None => without_value(entity, declared(entity).unwrap_or_default(), local.at),
        },
        Entity::Constant { constant, file } => match &constant.value {
            Some(value) => with_value(file, value),
            None => Reply::yes(format!("{}: it begins as 0", entity.is())),
        },
        Entity::Enumerator { .. } | Entity::Macro { .. } => Reply::yes(entity.is()),
        _ => Reply::open(entity.is()),
    };
    match entity.place() {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    }
}

fn with_value(file: &File, value: &Expression) -> Reply {
    let text = file.slice(value.span).split_whitespace().collect::<Vec<_>>().join(" ");
    let says = format!("it begins as {text}");
    if leaves_bytes(&text) {
        Reply::open(format!("{says}, which leaves its bytes as they are"))
    } else {
        Reply::yes(says)
    }
}

fn leaves_bytes(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("uninit")
        || text.contains("malloc(")
        || text.contains("new char[")
        || text.contains("alloca(")
}

fn without_value(entity: &Entity<'_>, ty: &str, at: In<'_>) -> Reply {
    let says = format!("{} is declared without a value", entity.is());
    if always_has_value(at.file().language) {
        return Reply::open(format!("{says}, and Rust makes sure that it gets one before it is read"));
    }
    let Entity::Local(local) = entity else { return Reply::open(says) };
    match sort_of(ty) {
        Sort::Owning => Reply::yes(format!("{}, which its constructor initialises", entity.is())),
        Sort::Plain | Sort::Pointer | Sort::Array => {
            let place = Place { scope: Scope::Local, path: local.name.to_owned() };
            let later = at
                .unit
                .definitions(at.body, &place)
                .into_iter()
                .any(|found| !matches!(found.given, Given::Nothing));
            let parts = at.body.sites().iter().any(|site| {
                let target = site.expression().and_then(|expression| match &expression.kind {
                    ExpressionKind::Assign { target, .. } => at.unit.place(at.body, target),
                    _ => None,
                });
                target.is_some_and(|target| place.contains(&target))
            });
            if later || parts { Reply::open(format!("{says} and given one later")) } else { Reply::no(says) }
        }
        _ => Reply::open(says),
    }
}

/// A member of a class: at its declaration, or in every constructor.
fn field(asked: Asked<'_>, file: &File, class: &Class, member: &Member) -> Reply {
    let name = &member.name;
    if let Some(value) = &member.initial {
        return with_value(file, value);
    }
    match file.language {
        Language::Rust => {
            return Reply::yes(format!("a value of {} cannot be made without {name}", class.name));
        }
        Language::C => {
            return Reply::open(format!("{name} is a member of a struct of C; every variable of it counts"));
        }
        Language::Cpp => {}
    }
    let sort = sort_of(&member.ty);
    let declared = class.members.iter().filter(|member| member.name == class.name).count();
    let constructors: Vec<_> =
        asked.code.methods(&class.name).into_iter().filter(|at| asked.code.is_constructor(*at)).collect();
    if declared > constructors.len() {
        return Reply::open(format!("not every constructor of {} was seen", class.name));
    }
    let mut seen = Vec::new();
    for at in &constructors {
        let function = at.body.function;
        let initial = function.initialisers.iter().find(|(found, _)| found == name);
        let place = Place { scope: Scope::Member(class.name.clone()), path: name.clone() };
        let assigned =
            at.unit.definitions(at.body, &place).into_iter().any(|found| std::ptr::eq(found.body, at.body));
        match initial.and_then(|(_, values)| Some((values.first()?, values.last()?))) {
            Some((first, last)) => {
                let text =
                    at.file().text.get(first.span.start as usize..last.span.end as usize).unwrap_or_default();
                seen.push((
                    at,
                    format!("{name}({})", text.split_whitespace().collect::<Vec<_>>().join(" ")),
                    !leaves_bytes(text),
                ));
            }
            None if initial.is_some() || assigned => {
                seen.push((at, format!("{} gives {name} a value", at.name()), true));
            }
            None => {}
        }
    }
    if !constructors.is_empty() && seen.len() == constructors.len() {
        let says: Vec<_> =
            seen.iter().map(|(at, text, _)| format!("{} initialises it: {text}", at.name())).collect();
        let shown = seen.iter().map(|(at, _, _)| at.file().location(at.body.function.name_span));
        let sure = seen.iter().all(|(_, _, sure)| *sure);
        let says = says.join("; ");
        let reply = if sure {
            Reply::yes(says)
        } else {
            Reply::open(format!("{says}, which leaves its bytes as they are"))
        };
        return reply.at_all(shown);
    }
    match sort {
        Sort::Owning | Sort::Guard => {
            Reply::yes(format!("{name} is a {}, whose constructor initialises it", member.ty))
        }
        Sort::Plain | Sort::Pointer | Sort::Array if seen.is_empty() => {
            let shown = constructors.iter().map(|at| at.file().location(at.body.function.name_span));
            Reply::no(format!(
                "no constructor of {} gives {name} a value, nor does its declaration",
                class.name
            ))
            .at_all(shown)
        }
        _ => Reply::open(format!("{name} has no initial value at its declaration, nor in every constructor")),
    }
}
