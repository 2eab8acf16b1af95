//! Words that only the preprocessor understands: those of Qt, and macros around declarations.

use super::Mask;
use super::scopes::{Scope, Scopes};
use super::tokens::{Token, TokenKind};
use crate::source::model::{Language, QtRole, Span};

/// What was masked that the model keeps.
#[derive(Default)]
pub(super) struct Found {
    /// Where sections of signals and slots begin.
    pub(super) sections: Vec<(u32, QtRole)>,
    /// Macros that stand alone in classes.
    pub(super) class_macros: Vec<(String, Span)>,
}

/// Masks words.
pub(super) fn mask(text: &str, tokens: &[Token], language: Language, mask: &mut Mask) -> Found {
    let found = Found::default();
    let mut words = Words { text, tokens, language, mask, found, closing: closing(tokens) };
    let mut scopes = Scopes::default();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let next = match token.kind {
            TokenKind::Word => words.word(at, &scopes),
            TokenKind::Sign(b'=' | b'!' | b'<' | b'>' | b'*') => words.operator_argument(at, &scopes),
            _ => at,
        };
        if next == at {
            scopes.pass(*token, words.text_at(at), words.text_at(at.saturating_add(1)));
            at = at.saturating_add(1);
        } else {
            at = next;
        }
    }
    words.found
}

/// Tokens that are gone through, and what comes of it.
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    tokens: &'a [Token],
    pub(super) language: Language,
    pub(super) mask: &'a mut Mask,
    pub(super) found: Found,
    /// For each `(`, the place of the `)` that closes it.
    closing: Vec<u32>,
}

impl Words<'_> {
    pub(super) fn text_at(&self, at: usize) -> &str {
        let span = self.tokens.get(at).map(|token| token.span).unwrap_or_default();
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    pub(super) fn span_at(&self, at: usize) -> Span {
        self.tokens.get(at).map(|token| token.span).unwrap_or_default()
    }

    pub(super) fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word)
    }

    /// The place behind the parentheses that open here, or here if none do.
    pub(super) fn behind_group(&self, at: usize) -> usize {
        if self.text_at(at) != "(" {
            return at;
        }
        let closing = self.closing.get(at).copied().unwrap_or_default();
        if closing == 0 { at } else { (closing as usize).saturating_add(1) }
    }

    pub(super) fn blank(&mut self, from: usize, to: usize) {
        let span = Span { start: self.span_at(from).start, end: self.span_at(to.saturating_sub(1)).end };
        if from < to {
            self.mask.blank(span);
        }
    }

    /// Masks what begins with this word; the place to go on at, which is the same if nothing does.
    fn word(&mut self, at: usize, scopes: &Scopes) -> usize {
        if matches!(self.text_at(at), "__attribute__" | "__attribute" | "__declspec") {
            let behind = self.behind_group(at.saturating_add(1));
            self.blank(at, behind);
            return behind;
        }
        match scopes.scope() {
            Scope::Code => self.in_code(at),
            Scope::Class => {
                let section = self.section(at);
                if section == at { self.in_declarations(at, scopes) } else { section }
            }
            Scope::File => self.in_declarations(at, scopes),
        }
    }
}

/// For each `(`, the place of its `)`; 0 for all else.
fn closing(tokens: &[Token]) -> Vec<u32> {
    let mut closing = vec![0; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Sign(b'(') => open.push(at),
            TokenKind::Sign(b')') => {
                let entry = open.pop().and_then(|at| closing.get_mut(at));
                if let Some(entry) = entry {
                    *entry = u32::try_from(at).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    closing
}
