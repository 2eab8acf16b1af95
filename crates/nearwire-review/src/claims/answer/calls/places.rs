//! Where something is called.

use crate::Location;
use crate::claims::answer::{Asked, place, uses};
use crate::claims::code::{In, has_word, last_name};
use crate::claims::phrase::{Hint, Mention, Role};
use crate::claims::reply::Reply;
use crate::claims::resolve::{Entity, Scope, resolve};
use crate::source::model::{Call, ExpressionKind, Span};
use crate::source::walk::{Frame, Site};

/// A place where something is called.
#[derive(Clone, Copy)]
pub(super) struct Place<'c> {
    pub(super) at: In<'c>,
    pub(super) site: Site<'c>,
    pub(super) span: Span,
    /// Whether it is not known whose method is called.
    pub(super) is_doubtful: bool,
    pub(super) in_loop: bool,
    pub(super) in_lambda: bool,
}

/// What is called, and where.
pub(super) struct Calls<'c> {
    name: String,
    pub(super) places: Vec<Place<'c>>,
    pub(super) scope: Option<Scope<'c>>,
    /// Nothing of this name is declared, called or spoken of in these files.
    pub(super) is_unknown: bool,
}

impl Calls<'_> {
    pub(super) fn locations(&self) -> Vec<Location> {
        self.places.iter().map(|place| place.at.file().location(place.span)).collect()
    }

    pub(super) fn count(&self) -> i128 {
        i128::try_from(self.places.len()).unwrap_or(i128::MAX)
    }

    pub(super) fn is_doubtful(&self) -> bool {
        self.places.iter().any(|place| place.is_doubtful)
    }

    fn whereabouts(&self, asked: Asked<'_>) -> String {
        match &self.scope {
            Some(scope) => format!("in {}", scope.name),
            None => format!("in {}", asked.code.these()),
        }
    }

    pub(super) fn says(&self, asked: Asked<'_>) -> String {
        let times = match self.places.len() {
            0 => "not called".to_owned(),
            1 => "called once".to_owned(),
            2 => "called twice".to_owned(),
            count => format!("called {count} times"),
        };
        format!("{} is {times} {}", self.name, self.whereabouts(asked))
    }
}

pub(super) fn find<'c>(
    asked: Asked<'c>,
    what: &Mention,
    within: Option<&Mention>,
) -> Result<Calls<'c>, Reply> {
    if what.role != Role::Plain {
        return Err(Reply::open("constructors and destructors are called without being named"));
    }
    let scope = place(asked, within)?;
    let callable = Mention { hint: Hint::Callable, ..what.clone() };
    let entities = resolve(asked.code, &callable, asked.within).unwrap_or_default();
    let is_value = !entities.is_empty()
        && entities.iter().all(|entity| !matches!(entity, Entity::Callable(_) | Entity::Macro { .. }));
    if is_value {
        let is = entities.first().map(Entity::is).unwrap_or_default();
        return Err(Reply::open(format!("it is nothing that is called: {is}")));
    }
    let bodies: Vec<In<'c>> = match &scope {
        Some(scope) => scope.bodies.clone(),
        None => asked.code.bodies().collect(),
    };
    let class = class_meant(asked, what, &entities)?;
    let places: Vec<_> =
        bodies.into_iter().flat_map(|at| places(asked, at, what, class.as_deref())).collect();
    let is_unknown = entities.is_empty() && places.is_empty() && !asked.code.mentions(&what.name);
    Ok(Calls { name: what.shown(), places, scope, is_unknown })
}

/// The class whose method is meant, if one is.
fn class_meant(asked: Asked<'_>, what: &Mention, entities: &[Entity<'_>]) -> Result<Option<String>, Reply> {
    let mut classes: Vec<Option<String>> = entities
        .iter()
        .filter_map(|entity| match entity {
            Entity::Callable(callable) => Some(callable.class.clone()),
            _ => None,
        })
        .collect();
    classes.dedup();
    match classes.as_slice() {
        [] => Ok(what.owner.clone().filter(|owner| asked.code.class(owner).is_some())),
        [only] => Ok(only.clone()),
        _ => {
            let names: Vec<_> = classes.into_iter().flatten().collect();
            Err(Reply::open(format!("{} means several: methods of {}", what.name, names.join(", "))))
        }
    }
}

fn places<'c>(asked: Asked<'c>, at: In<'c>, what: &Mention, class: Option<&str>) -> Vec<Place<'c>> {
    let called = at.body.sites().iter().copied().filter_map(|site| {
        let expression = site.expression()?;
        let (span, is_doubtful) = match &expression.kind {
            ExpressionKind::Call(call) if call.name == what.name => {
                (expression.span, is_of(asked, at, call, what.owner.as_deref(), class)?)
            }
            ExpressionKind::Macro { name, .. } if *name == what.name => (expression.span, false),
            _ => return None,
        };
        let in_loop = at.body.loops(site).next().is_some();
        let in_lambda = at.body.around(site).any(|frame| matches!(frame, Frame::Lambda(_)));
        Some(Place { at, site, span, is_doubtful, in_loop, in_lambda })
    });
    called.collect()
}

/// Whether a call is of the method that is meant: nothing if it is not, whether it is doubtful if it may be.
fn is_of(
    asked: Asked<'_>,
    at: In<'_>,
    call: &Call,
    owner: Option<&str>,
    class: Option<&str>,
) -> Option<bool> {
    let of_owner = owner.is_some_and(|owner| {
        call.receiver.as_ref().is_some_and(|receiver| uses::is_named(receiver, owner))
            || has_word(&call.path, owner)
    });
    if of_owner {
        return Some(false);
    }
    let Some(class) = class else {
        // A function, or a method of something that was not seen.
        return match (owner, &call.receiver) {
            (Some(_), _) => Some(true),
            (None, _) => Some(false),
        };
    };
    let found = match &call.receiver {
        None if call.path.contains("::") => {
            return has_word(&call.path, class)
                .then_some(false)
                .or_else(|| call.path.starts_with("Self::").then_some(false));
        }
        None => at.class().map(str::to_owned)?,
        Some(receiver) => match &receiver.kind {
            ExpressionKind::Name(name) if name == "this" || name == "self" => {
                at.class().map(str::to_owned)?
            }
            _ => last_name(&at.unit.type_of(at.body, receiver)),
        },
    };
    if found.is_empty() {
        return Some(true);
    }
    let lineage = asked.code.lineage(&found);
    if lineage.iter().any(|base| base == class) {
        return Some(false);
    }
    asked.code.lineage(class).contains(&found).then_some(true)
}
