//! All files of a review together: who declares what.

use std::collections::HashMap;

use super::model::{Class, Constant, File, Function, Macro, Member};

/// The files of a review that have to do with sockets, and an index of what they declare.
#[derive(Debug, Default)]
pub struct Program {
    files: Vec<File>,
    functions: HashMap<String, Vec<(usize, usize)>>,
    classes: HashMap<String, Vec<(usize, usize)>>,
    constants: HashMap<String, Vec<(usize, usize)>>,
    macros: HashMap<String, Vec<(usize, usize)>>,
}

impl Program {
    /// Indexes files.
    #[must_use]
    pub fn of(files: Vec<File>) -> Self {
        let mut program = Self { files, ..Self::default() };
        for (number, file) in program.files.iter().enumerate() {
            for (position, function) in file.functions.iter().enumerate() {
                program.functions.entry(function.name.clone()).or_default().push((number, position));
            }
            for (position, class) in file.classes.iter().enumerate() {
                program.classes.entry(class.name.clone()).or_default().push((number, position));
            }
            for (position, constant) in file.constants.iter().enumerate() {
                program.constants.entry(constant.name.clone()).or_default().push((number, position));
            }
            for (position, entry) in file.macros.iter().enumerate() {
                program.macros.entry(entry.name.clone()).or_default().push((number, position));
            }
        }
        program
    }

    /// The files.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The functions and methods of this name, with their files.
    pub fn functions(&self, name: &str) -> impl Iterator<Item = (&File, &Function)> {
        let places = self.functions.get(name).into_iter().flatten();
        places.filter_map(|(file, position)| {
            let file = self.files.get(*file)?;
            Some((file, file.functions.get(*position)?))
        })
    }

    /// The classes of this name, with their files.
    pub fn classes(&self, name: &str) -> impl Iterator<Item = (&File, &Class)> {
        let places = self.classes.get(name).into_iter().flatten();
        places.filter_map(|(file, position)| {
            let file = self.files.get(*file)?;
            Some((file, file.classes.get(*position)?))
        })
    }

    /// The member of a class that has this name, with its file.
    #[must_use]
    pub fn member(&self, class: &str, name: &str) -> Option<(&File, &Member)> {
        self.classes(class).find_map(|(file, class)| {
            let member = class.members.iter().find(|member| member.name == name)?;
            Some((file, member))
        })
    }

    /// The methods of a class that have a body, with their files.
    pub fn methods<'s>(&'s self, class: &'s str) -> impl Iterator<Item = (&'s File, &'s Function)> {
        self.files.iter().flat_map(move |file| {
            let methods =
                file.functions.iter().filter(move |function| function.class.as_deref() == Some(class));
            methods.map(move |function| (file, function))
        })
    }

    /// The constant or variable outside of functions that has this name: in `near`, or else the only one in all other
    /// files, if it never changes.
    #[must_use]
    pub fn constant<'s>(&'s self, near: &'s File, name: &str) -> Option<(&'s File, &'s Constant)> {
        if let Some(constant) = near.constants.iter().find(|constant| constant.name == name) {
            return Some((near, constant));
        }
        let (file, position) = only(self.constants.get(name)?)?;
        let file = self.files.get(file)?;
        let constant = file.constants.get(position)?;
        constant.is_const.then_some((file, constant))
    }

    /// The macro of this name: in `near`, or else the only one in all other files.
    #[must_use]
    pub fn macro_of<'s>(&'s self, near: &'s File, name: &str) -> Option<(&'s File, &'s Macro)> {
        if let Some(entry) = near.macros.iter().find(|entry| entry.name == name) {
            return Some((near, entry));
        }
        let (file, position) = only(self.macros.get(name)?)?;
        let file = self.files.get(file)?;
        Some((file, file.macros.get(position)?))
    }
}

/// The only one of them.
fn only(places: &[(usize, usize)]) -> Option<(usize, usize)> {
    match places {
        [one] => Some(*one),
        _ => None,
    }
}
