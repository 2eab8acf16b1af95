//! Rust.

mod attributes;
mod calls;
mod classes;
mod comments;
mod control;
mod expressions;
mod functions;
mod imports;
mod items;
mod literals;
mod macros;
mod owners;
mod pieces;
mod reread;
mod statements;
mod tree;

use std::path::PathBuf;

use tree_sitter::Node;

use super::{LowerError, MAX_DEPTH, lines_of, parse};
use crate::source::model::{Constant, File, Function, Language, Macro, Span};
use owners::Owners;
use reread::Rereader;

/// Parses a file of Rust.
///
/// # Errors
///
/// [`LowerError`], when parsing takes too long.
pub(super) fn file(path: PathBuf, text: String) -> Result<File, LowerError> {
    let grammar = tree_sitter::Language::new(tree_sitter_rust::LANGUAGE);
    let tree = parse(&text, &grammar)?;
    let mut lowering = Lowering::of(&text, &grammar)?;
    lowering.items(tree.root_node());
    let has_errors = tree.root_node().has_error() || lowering.rereader.gave_up();
    let Lowering { owners, includes, mut functions, constants, macros, prototypes, is_cut, .. } = lowering;
    functions.sort_by_key(|function| function.span.start);
    Ok(File {
        path,
        language: Language::Rust,
        includes,
        functions,
        classes: owners.finish(),
        constants,
        macros,
        comments: comments::of(&tree),
        prototypes,
        lines: lines_of(&text),
        has_errors,
        is_cut,
        text,
    })
}

/// A file in the making.
struct Lowering<'a> {
    text: &'a str,
    rereader: Rereader<'a>,
    owners: Owners,
    includes: Vec<String>,
    functions: Vec<Function>,
    constants: Vec<Constant>,
    macros: Vec<Macro>,
    prototypes: Vec<(String, Span)>,
    /// How many blocks and expressions are around what is read now.
    depth: usize,
    /// Whether something was left out because it nests too deep.
    is_cut: bool,
    /// Whether what is read now is test code.
    in_test: bool,
    /// The label of the innermost loop, if it has one.
    label: Option<&'a str>,
}

impl<'a> Lowering<'a> {
    fn of(text: &'a str, grammar: &tree_sitter::Language) -> Result<Self, LowerError> {
        Ok(Self {
            text,
            rereader: Rereader::of(text, grammar)?,
            owners: Owners::default(),
            includes: Vec::new(),
            functions: Vec::new(),
            constants: Vec::new(),
            macros: Vec::new(),
            prototypes: Vec::new(),
            depth: 0,
            is_cut: false,
            in_test: false,
            label: None,
        })
    }

    /// Reads something one step deeper; `None` where that would be too deep.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.is_cut = true;
            return None;
        }
        self.depth = self.depth.saturating_add(1);
        let result = read(self);
        self.depth = self.depth.saturating_sub(1);
        Some(result)
    }

    /// Reads test code, or code that is as much of a test as what surrounds it.
    fn as_test<T>(&mut self, is_test: bool, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.in_test;
        self.in_test = outer || is_test;
        let result = read(self);
        self.in_test = outer;
        result
    }

    /// What a node says.
    fn slice(&self, node: Node<'_>) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// What a field of a node says; nothing where it has none.
    fn field(&self, node: Node<'_>, name: &str) -> &'a str {
        node.child_by_field_name(name).map_or("", |child| self.slice(child))
    }
}

#[cfg(test)]
mod tests;
