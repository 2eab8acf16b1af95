//! The code that a review is held against, ready to be asked.

use std::collections::HashMap;

use super::phrase::{Mention, Role};
use crate::source::model::{Class, File, Language};
use crate::source::program::Program;
use crate::source::rule::Unit;
use crate::source::walk::Body;

/// A function with a body, and the file it stands in.
#[derive(Clone, Copy)]
pub(super) struct In<'c> {
    /// The file, and what surrounds it.
    pub(super) unit: &'c Unit<'c>,
    /// The function, gone through.
    pub(super) body: &'c Body<'c>,
}

impl<'c> In<'c> {
    /// The file.
    pub(super) fn file(self) -> &'c File {
        self.unit.file
    }

    /// `Class::name`, or `name`.
    pub(super) fn name(self) -> String {
        self.body.function.qualified()
    }

    /// Its class.
    pub(super) fn class(self) -> Option<&'c str> {
        self.body.function.class.as_deref()
    }

    /// As it is written.
    pub(super) fn text(self) -> &'c str {
        self.file().slice(self.body.function.span)
    }
}

/// The code.
pub(super) struct Code<'p> {
    pub(super) program: &'p Program,
    units: Vec<Unit<'p>>,
    /// Every name the code has, by its small letters; nothing where two differ in nothing else.
    names: HashMap<String, Option<String>>,
}

impl<'p> Code<'p> {
    pub(super) fn of(program: &'p Program) -> Self {
        let units = program.files().iter().map(|file| {
            let bodies = file.functions.iter().map(Body::of).collect();
            Unit { program, file, bodies }
        });
        let mut code = Self { program, units: units.collect(), names: HashMap::new() };
        code.names = code.all_names();
        code
    }

    fn all_names(&self) -> HashMap<String, Option<String>> {
        let mut names: HashMap<String, Option<String>> = HashMap::new();
        for file in self.program.files() {
            let declared = file.functions.iter().flat_map(|function| {
                let parameters = function.parameters.iter().map(|parameter| &parameter.name);
                parameters.chain([&function.name])
            });
            let classes = file
                .classes
                .iter()
                .flat_map(|class| class.members.iter().map(|member| &member.name).chain([&class.name]));
            let others = file
                .constants
                .iter()
                .map(|constant| &constant.name)
                .chain(file.macros.iter().map(|entry| &entry.name));
            for name in declared.chain(classes).chain(others) {
                let known = names.entry(name.to_lowercase()).or_insert_with(|| Some(name.clone()));
                if known.as_ref() != Some(name) {
                    *known = None;
                }
            }
        }
        names
    }

    /// What the code calls something that is written in small letters.
    pub(super) fn known(&self, small: &str) -> Option<String> {
        self.names.get(small).cloned().flatten()
    }

    /// All functions with a body.
    pub(super) fn bodies(&self) -> impl Iterator<Item = In<'_>> {
        self.units.iter().flat_map(|unit| unit.bodies.iter().map(move |body| In { unit, body }))
    }

    /// The methods of a class that have a body.
    pub(super) fn methods<'c>(&'c self, class: &str) -> Vec<In<'c>> {
        self.bodies().filter(|at| at.class() == Some(class)).collect()
    }

    /// The functions that a mention names, owners considered.
    pub(super) fn functions<'c>(&'c self, mention: &Mention) -> Vec<In<'c>> {
        let fits = |at: &In<'_>| {
            let name = at.body.function.name.as_str();
            let class = at.class();
            match mention.role {
                Role::Plain => {
                    name == mention.name && mention.owner.as_deref().is_none_or(|owner| class == Some(owner))
                }
                Role::Constructor => class == Some(&mention.name) && self.is_constructor(*at),
                Role::Destructor => class == Some(&mention.name) && is_destructor(*at),
            }
        };
        self.bodies().filter(fits).collect()
    }

    /// Whether a function makes a value of its class.
    pub(super) fn is_constructor(&self, at: In<'_>) -> bool {
        let function = at.body.function;
        match at.file().language {
            Language::Rust => function.name == "new",
            Language::C => false,
            Language::Cpp => at.class() == Some(&function.name),
        }
    }

    /// Where a class is declared with its members.
    pub(super) fn class(&self, name: &str) -> Option<(&'p File, &'p Class)> {
        let mut classes = self.program.classes(name);
        let first = classes.next()?;
        Some(classes.find(|(_, class)| class.members.len() > first.1.members.len()).unwrap_or(first))
    }

    /// A class and what it derives from, the nearest first, seen or not.
    pub(super) fn lineage(&self, class: &str) -> Vec<String> {
        let mut found = vec![class.to_owned()];
        let mut next = 0;
        while let Some(name) = found.get(next).cloned() {
            next = next.saturating_add(1);
            for (_, class) in self.program.classes(&name) {
                for base in &class.bases {
                    let base = last_name(base);
                    if !found.contains(&base) && found.len() < 32 {
                        found.push(base);
                    }
                }
            }
        }
        found
    }

    /// What a class derives from and was not seen, so that it may have members nobody knows; `QObject` is known.
    pub(super) fn unseen_base(&self, class: &str, member: &str) -> Option<String> {
        let lineage = self.lineage(class);
        let is_rust = self.program.classes(class).any(|(file, _)| file.language == Language::Rust);
        lineage.into_iter().skip(1).find(|base| {
            let seen = self.program.classes(base).next().is_some();
            let is_known = base == "QObject" && !OF_QOBJECT.contains(&member);
            // A trait gives methods, no variables; derives and the traits of the standard library are no surprise.
            !seen && !is_known && !is_rust
        })
    }

    /// Whether a name stands anywhere in the code.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.program.files().iter().any(|file| has_word(&file.text, name))
    }

    /// `these 3 files`
    pub(super) fn these(&self) -> String {
        match self.program.files().len() {
            1 => "this file".to_owned(),
            count => format!("these {count} files"),
        }
    }
}

/// What every object of Qt has.
const OF_QOBJECT: &[&str] = &[
    "blockSignals",
    "childEvent",
    "children",
    "connect",
    "connectNotify",
    "customEvent",
    "deleteLater",
    "destroyed",
    "disconnect",
    "disconnectNotify",
    "dumpObjectInfo",
    "dumpObjectTree",
    "dynamicPropertyNames",
    "event",
    "eventFilter",
    "findChild",
    "findChildren",
    "inherits",
    "installEventFilter",
    "isSignalConnected",
    "isWidgetType",
    "isWindowType",
    "isQuickItemType",
    "killTimer",
    "metaObject",
    "moveToThread",
    "objectName",
    "objectNameChanged",
    "parent",
    "property",
    "receivers",
    "removeEventFilter",
    "sender",
    "senderSignalIndex",
    "setObjectName",
    "setParent",
    "setProperty",
    "signalsBlocked",
    "startTimer",
    "staticMetaObject",
    "thread",
    "timerEvent",
    "tr",
    "bindableObjectName",
    "qt_metacall",
    "qt_metacast",
    "d_ptr",
];

fn is_destructor(at: In<'_>) -> bool {
    let name = at.body.function.name.as_str();
    name.starts_with('~') || (at.file().language == Language::Rust && name == "drop")
}

/// `Class` of `ns::Class<T>`.
pub(super) fn last_name(path: &str) -> String {
    let plain = path.split('<').next().unwrap_or_default();
    plain.rsplit("::").next().unwrap_or_default().trim().to_owned()
}

/// Whether a text has a word.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |character: Option<char>| {
        character.is_some_and(|character| character.is_alphanumeric() || character == '_')
    };
    !word.is_empty()
        && text.match_indices(word).any(|(offset, _)| {
            let before = text.get(..offset).and_then(|before| before.chars().next_back());
            let behind =
                text.get(offset.saturating_add(word.len())..).and_then(|behind| behind.chars().next());
            !is_part(before) && !is_part(behind)
        })
}
