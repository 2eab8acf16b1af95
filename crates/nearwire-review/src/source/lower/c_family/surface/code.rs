//! What is masked inside of functions.

use super::names::{is_macro_name, is_type_prefix};
use super::scopes::{Scope, Scopes};
use super::words::Words;
use crate::source::model::{Language, Span};

impl Words<'_> {
    pub(super) fn in_code(&mut self, at: usize) -> usize {
        let next = at.saturating_add(1);
        let is_cpp = self.language == Language::Cpp;
        match self.text_at(at) {
            "emit" | "Q_EMIT" if is_cpp && self.is_word(next) => {
                self.blank(at, next);
                next
            }
            "forever" | "Q_FOREVER" if is_cpp && self.text_at(next) == "{" => {
                self.mask.write(self.span_at(at), "for(;;)");
                next
            }
            "foreach" | "Q_FOREACH" if is_cpp => {
                self.foreach(at);
                at
            }
            "SIGNAL" | "SLOT" if is_cpp => {
                // The types in the signature are not expressions.
                let inner = at.saturating_add(3);
                let end = self.behind_group(inner);
                if self.text_at(next) == "(" && end > inner.saturating_add(2) {
                    self.blank(inner.saturating_add(1), end.saturating_sub(1));
                }
                at
            }
            word if is_macro_name(word) => {
                self.end_statement(at);
                self.type_argument(at)
            }
            _ => self.type_argument(at),
        }
    }

    /// A call of a macro that brings its own semicolon gets one, so that the next line is not taken for a part of it.
    fn end_statement(&mut self, at: usize) {
        let before = at.checked_sub(1).map_or("", |before| self.text_at(before));
        let behind = self.behind_group(at.saturating_add(1));
        let loops = self.text_at(at).contains("EACH");
        if loops
            || !matches!(before, ";" | "{" | "}")
            || behind == at.saturating_add(1)
            || !self.is_word(behind)
        {
            return;
        }
        let end = self.span_at(behind.saturating_sub(1)).end;
        let gap = self.text.get(end as usize..self.span_at(behind).start as usize).unwrap_or_default();
        if gap.contains('\n') && gap.starts_with(|letter: char| letter.is_ascii_whitespace()) {
            self.mask.write(Span { start: end, end: end.saturating_add(1) }, ";");
        }
    }

    /// `foreach (T x, xs)` becomes `for (T x: xs)`.
    fn foreach(&mut self, at: usize) {
        let open = at.saturating_add(1);
        let end = self.behind_group(open);
        let mut place = open.saturating_add(1);
        while place < end && self.text_at(place) != "," {
            place = self.behind_group(place).max(place.saturating_add(1));
        }
        if place.saturating_add(1) < end && place > open.saturating_add(2) {
            self.mask.write(self.span_at(at), "for");
            self.mask.write(self.span_at(place), ":");
        }
    }

    /// A type as an argument of a macro: `g_new0(struct foo, 1)`, `va_arg(ap, const char *)`. Its name is left.
    fn type_argument(&mut self, at: usize) -> usize {
        let before = at.checked_sub(1).map_or("", |before| self.text_at(before));
        if !matches!(before, "," | "(") {
            return at;
        }
        let mut name = at;
        while is_type_prefix(self.text_at(name)) && self.is_word(name.saturating_add(1)) {
            name = name.saturating_add(1);
        }
        let mut behind = name.saturating_add(1);
        while self.text_at(behind) == "*" {
            behind = behind.saturating_add(1);
        }
        let is_argument = match self.text_at(behind) {
            "," => true,
            ")" => before == ",",
            _ => false,
        };
        if is_argument && self.is_word(name) {
            self.blank(at, name);
            self.blank(name.saturating_add(1), behind);
        }
        at
    }

    /// An operator as an argument of a macro: `g_assert_cmpint(a, ==, b)`. It is left out.
    pub(super) fn operator_argument(&mut self, at: usize, scopes: &Scopes) -> usize {
        let before = at.checked_sub(1).map_or("", |before| self.text_at(before));
        let mut behind = at.saturating_add(1);
        if self.text_at(at) == "*" {
            // A pointer to a member is read as a member: `a->*b`.
            let arrow = Span { start: self.span_at(at).start.saturating_sub(2), end: self.span_at(at).end };
            let is_arrow = self.text.get(arrow.start as usize..arrow.end as usize) == Some("->*");
            self.blank(at, if is_arrow { behind } else { at });
            return at;
        }
        if self.text_at(behind) == "=" {
            behind = behind.saturating_add(1);
        }
        if scopes.scope() != Scope::Code || before != "," || self.text_at(behind) != "," {
            return at;
        }
        let end = behind.saturating_add(1);
        self.blank(at, end);
        end
    }
}
