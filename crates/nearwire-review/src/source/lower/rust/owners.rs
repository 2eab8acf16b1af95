//! Types and what their `impl` blocks add to them, wherever in the file those stand.

use std::collections::HashMap;

use crate::source::model::{Class, ClassKind, Member, Span};

/// What an `impl` block adds to its type.
#[derive(Debug)]
pub(super) struct Addition {
    /// The last name of the type.
    pub(super) name: String,
    /// The trait it implements.
    pub(super) base: Option<String>,
    /// Methods and constants.
    pub(super) members: Vec<Member>,
    /// Macros that stand alone in it.
    pub(super) macros: Vec<(String, Span)>,
    /// All of it.
    pub(super) span: Span,
    /// The name of the type in it.
    pub(super) name_span: Span,
}

/// Types and additions of a file.
#[derive(Debug, Default)]
pub(super) struct Owners {
    classes: Vec<Class>,
    additions: Vec<Addition>,
}

impl Owners {
    pub(super) fn declare(&mut self, class: Class) {
        self.classes.push(class);
    }

    pub(super) fn add(&mut self, addition: Addition) {
        self.additions.push(addition);
    }

    /// The types with all their members, in the order of the file.
    pub(super) fn finish(self) -> Vec<Class> {
        let mut classes = self.classes;
        let mut places: HashMap<String, usize> = HashMap::new();
        for (place, class) in classes.iter().enumerate() {
            places.entry(class.name.clone()).or_insert(place);
        }
        for addition in self.additions {
            let place = places.get(&addition.name).copied();
            if let Some(class) = place.and_then(|place| classes.get_mut(place)) {
                extend(class, addition);
            } else {
                places.insert(addition.name.clone(), classes.len());
                classes.push(made_of(addition));
            }
        }
        classes.sort_by_key(|class| class.span.start);
        classes
    }
}

fn extend(class: &mut Class, addition: Addition) {
    class.members.extend(addition.members);
    class.macros.extend(addition.macros);
    class.bases.extend(addition.base);
}

/// A type that is declared elsewhere: an enum would look the same from here.
fn made_of(addition: Addition) -> Class {
    Class {
        name: addition.name,
        kind: ClassKind::Struct,
        bases: addition.base.into_iter().collect(),
        members: addition.members,
        macros: addition.macros,
        span: addition.span,
        name_span: addition.name_span,
    }
}
