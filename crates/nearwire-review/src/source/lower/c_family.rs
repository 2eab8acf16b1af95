//! C and C++, with or without Qt.
//!
//! What the preprocessor would remove, and the words of Qt that the grammars do not know, are blanked before the text
//! is parsed, in place so that offsets hold ([`surface`]). The tree is then read part by part.

mod calls;
mod classes;
mod declarations;
mod declarators;
mod expressions;
mod functions;
mod literals;
mod loops;
mod operators;
mod reader;
mod statements;
mod surface;

use std::path::PathBuf;

use super::{LowerError, lines_of, parse};
use crate::source::model::{Class, File, Language, Span};

/// Parses a file of C or C++.
///
/// # Errors
///
/// [`LowerError`]
pub(super) fn file(path: PathBuf, language: Language, text: String) -> Result<File, LowerError> {
    let surface = surface::of(&text, language);
    let grammar = match language {
        Language::C => tree_sitter_c::LANGUAGE,
        _ => tree_sitter_cpp::LANGUAGE,
    };
    let tree = parse(&surface.text, &grammar.into())?;
    let mut reader = reader::Reader::new(&surface.text, language, &surface.sections, tree.root_node());
    reader.items(tree.root_node());
    let (mut functions, mut classes) = (reader.functions, reader.classes);
    functions.sort_by_key(|function| function.span);
    classes.sort_by_key(|class| class.span);
    for entry in surface.class_macros {
        give(&mut classes, entry);
    }
    Ok(File {
        path,
        language,
        includes: surface.includes,
        functions,
        classes,
        constants: reader.constants,
        macros: surface.macros,
        comments: surface.comments,
        prototypes: reader.prototypes,
        lines: lines_of(&text),
        has_errors: tree.root_node().has_error(),
        is_cut: reader.is_cut,
        text,
    })
}

/// Adds a macro to the innermost class around it.
fn give(classes: &mut [Class], (name, span): (String, Span)) {
    let around = classes.iter_mut().filter(|class| class.span.contains(span));
    if let Some(class) = around.min_by_key(|class| class.span.end - class.span.start) {
        class.macros.push((name, span));
    }
}

#[cfg(test)]
mod tests;
