//! From bytes to the model: one module for each grammar.

mod c_family;
mod rust;

use std::path::PathBuf;

use super::model::{File, Language};

/// Why a file could not be read as source code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LowerError {
    /// The parser gave up: too much time.
    #[error("parsing took longer than {0} s")]
    Slow(u64),
    /// The grammar does not fit the parser. A defect of this program.
    #[error("the grammar cannot be used")]
    Grammar,
}

/// Parses a file. Code that does not parse is read as far as it does; what stands deeper than
/// [`MAX_DEPTH`] becomes [`super::model::ExpressionKind::Other`] without parts.
///
/// # Errors
///
/// [`LowerError`]; never for what the file contains, except that it takes too long.
pub fn file(path: PathBuf, language: Language, bytes: &[u8]) -> Result<File, LowerError> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    match language {
        Language::C | Language::Cpp => c_family::file(path, language, text),
        Language::Rust => rust::file(path, text),
    }
}

/// How deep statements and expressions may nest. Recursion ends here, so that no input overflows the stack.
pub const MAX_DEPTH: usize = 200;

/// How long the parser may take over one file.
const MAX_SECONDS: u64 = 10;

/// The offsets at which lines begin.
fn lines_of(text: &str) -> Vec<u32> {
    let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    let after = breaks.map(|(offset, _)| u32::try_from(offset.saturating_add(1)).unwrap_or(u32::MAX));
    std::iter::once(0).chain(after).collect()
}

/// Parses text with a grammar, for at most [`MAX_SECONDS`].
fn parse(text: &str, grammar: &tree_sitter::Language) -> Result<tree_sitter::Tree, LowerError> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(grammar).map_err(|_| LowerError::Grammar)?;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(MAX_SECONDS);
    let mut late = |_: &tree_sitter::ParseState| {
        if std::time::Instant::now() > deadline {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    };
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut late);
    let bytes = text.as_bytes();
    let mut read = |offset: usize, _| bytes.get(offset..).unwrap_or_default();
    parser.parse_with_options(&mut read, None, Some(options)).ok_or(LowerError::Slow(MAX_SECONDS))
}
