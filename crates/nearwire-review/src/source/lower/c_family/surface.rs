//! The text as the grammars can read it: as long as the original, with everything at its place, but blank where the
//! preprocessor and Qt say what only they understand.

mod code;
mod directives;
mod heads;
mod names;
mod scopes;
mod tokens;
mod words;

use self::directives::Directives;
use self::tokens::{Token, TokenKind, Tokens};
use crate::source::model::{Comment, Language, Macro, QtRole, Span};

/// A text made ready for the grammar, and what was taken from it.
pub(super) struct Surface {
    /// The text.
    pub(super) text: String,
    /// What `#include`s name.
    pub(super) includes: Vec<String>,
    /// `#define`s.
    pub(super) macros: Vec<Macro>,
    /// Comments.
    pub(super) comments: Vec<Comment>,
    /// Where sections of signals and slots begin; sorted.
    pub(super) sections: Vec<(u32, QtRole)>,
    /// Macros that stand alone in classes.
    pub(super) class_macros: Vec<(String, Span)>,
}

/// Makes a text ready.
pub(super) fn of(text: &str, language: Language) -> Surface {
    let Tokens { tokens, comments } = tokens::of(text, language);
    let Directives { includes, macros, hidden } = directives::of(text, &tokens, language);
    let mut mask = Mask::of(text);
    comments.iter().for_each(|comment| mask.blank(comment.span));
    hidden.iter().for_each(|span| mask.blank(*span));
    let code = visible(tokens, &hidden, &mut mask);
    let found = words::mask(text, &code, language, &mut mask);
    Surface {
        text: String::from_utf8(mask.bytes).unwrap_or_else(|_| text.to_owned()),
        includes,
        macros,
        comments,
        sections: found.sections,
        class_macros: found.class_macros,
    }
}

/// The tokens that are left when directives are gone, with what they hide; directives are blanked.
fn visible(tokens: Vec<Token>, hidden: &[Span], mask: &mut Mask) -> Vec<Token> {
    let mut ranges = hidden.iter().peekable();
    let mut code = tokens;
    code.retain(|token| {
        while ranges.next_if(|range| range.end <= token.span.start).is_some() {}
        let is_hidden = ranges.peek().is_some_and(|range| range.contains(token.span));
        if token.kind == TokenKind::Directive {
            mask.blank(token.span);
        }
        !is_hidden && token.kind != TokenKind::Directive
    });
    code
}

/// A text that is overwritten in places.
pub(super) struct Mask {
    bytes: Vec<u8>,
}

impl Mask {
    fn of(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec() }
    }

    /// Makes a part blank; lines stay lines.
    pub(super) fn blank(&mut self, span: Span) {
        let part = self.bytes.get_mut(span.start as usize..span.end as usize);
        part.unwrap_or_default().iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }

    /// Writes `text` over a part that is at least as long; the rest of the part becomes blank.
    pub(super) fn write(&mut self, span: Span, text: &str) {
        self.blank(span);
        let part = self.bytes.get_mut(span.start as usize..span.end as usize).unwrap_or_default();
        part.iter_mut().zip(text.bytes()).for_each(|(byte, letter)| *byte = letter);
    }
}
