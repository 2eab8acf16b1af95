//! What is masked around declarations.

use super::names::{is_macro_name, is_type_prefix, is_type_word};
use super::scopes::{Scope, Scopes};
use super::words::Words;
use crate::source::model::{QtRole, Span};

impl Words<'_> {
    /// `signals:`, `public slots:`
    pub(super) fn section(&mut self, at: usize) -> usize {
        let next = at.saturating_add(1);
        let start = self.span_at(at).start;
        let is_colon =
            |place: usize| self.text_at(place) == ":" && self.text_at(place.saturating_add(1)) != ":";
        match (self.text_at(at), self.text_at(next)) {
            ("signals" | "Q_SIGNALS", ":") if is_colon(next) => {
                self.mask.write(self.span_at(at), "public");
                self.found.sections.push((start, QtRole::Signal));
                next
            }
            ("public" | "protected" | "private", "slots" | "Q_SLOTS") if is_colon(next.saturating_add(1)) => {
                self.blank(next, next.saturating_add(1));
                self.found.sections.push((start, QtRole::Slot));
                next.saturating_add(1)
            }
            _ => at,
        }
    }

    pub(super) fn in_declarations(&mut self, at: usize, scopes: &Scopes) -> usize {
        let next = at.saturating_add(1);
        if matches!(self.text_at(at), "class" | "struct" | "union") && is_macro_name(self.text_at(next)) {
            return self.before_class_name(at);
        }
        let word = self.text_at(at);
        if !is_macro_name(word) || word == scopes.class_name() {
            return at;
        }
        if scopes.in_parentheses() {
            return self.in_parameters(at);
        }
        let behind = self.behind_group(next);
        if scopes.at_start() {
            if self.stands_alone(at, behind, scopes.class_name()) {
                if scopes.scope() == Scope::Class {
                    let end = self.span_at(behind.saturating_sub(1)).end;
                    let span = Span { start: self.span_at(at).start, end };
                    self.found.class_macros.push((word.to_owned(), span));
                }
                // Its own semicolon goes with it.
                let behind = if self.text_at(behind) == ";" { behind.saturating_add(1) } else { behind };
                self.blank(at, behind);
                return behind;
            }
        } else if scopes.behind_parameters() && self.ends_head(behind) {
            self.blank(at, behind);
            return behind;
        }
        if !scopes.at_start() && !scopes.behind_parameters() && self.is_between(at, behind, scopes.previous())
        {
            self.blank(at, behind);
            return behind;
        }
        if behind == next && self.is_prefix(at) {
            self.blank(at, next);
            return next;
        }
        at
    }

    /// A macro before a parameter (`UNUSED int a`) or behind it (`int a UNUSED`).
    fn in_parameters(&mut self, at: usize) -> usize {
        let next = at.saturating_add(1);
        let (before, first) = (at.saturating_sub(1), at.saturating_sub(2));
        let is_before = matches!(self.text_at(before), "(" | ",") && self.is_prefix(at);
        let is_behind = matches!(self.text_at(next), "," | ")")
            && self.is_word(before)
            && !is_type_word(self.text_at(before))
            && !is_type_prefix(self.text_at(before))
            && !matches!(self.text_at(first), "(" | ",");
        if is_before || is_behind {
            self.blank(at, next);
            return next;
        }
        at
    }

    /// Whether a macro stands between a type and a name: `int API f()`, `T *UNUSED x`, `void *ALLOC(2) f()`.
    fn is_between(&self, at: usize, behind: usize, previous: &str) -> bool {
        let next = at.saturating_add(1);
        if !self.is_word(behind) {
            return false;
        }
        let is_type = !is_type_prefix(previous)
            && !matches!(
                previous,
                "static" | "extern" | "inline" | "virtual" | "explicit" | "constexpr" | "typedef"
            )
            && previous.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
        let is_call = self.text_at(behind.saturating_add(1)) == "(";
        let is_name = !is_macro_name(self.text_at(behind))
            && !is_type_word(self.text_at(behind))
            && !matches!(
                self.text_at(behind),
                "const" | "noexcept" | "override" | "final" | "throw" | "try" | "volatile"
            );
        is_name && if behind > next { is_call } else { previous == "*" || (is_type && is_call) }
    }

    /// `class EXPORT Name {`
    fn before_class_name(&mut self, at: usize) -> usize {
        let name = self.behind_group(at.saturating_add(2));
        let is_head = self.is_word(name)
            && matches!(self.text_at(name.saturating_add(1)), "{" | ":" | "final" | ";" | "<");
        if !is_head {
            return at;
        }
        self.blank(at.saturating_add(1), name);
        at
    }

    /// Whether a macro is a line of its own: `Q_OBJECT`, `G_DEFINE_TYPE(a, b, c)`.
    fn stands_alone(&self, at: usize, behind: usize, class: &str) -> bool {
        let follows = self.text_at(behind);
        let next_is_word = self.is_word(behind) || matches!(follows, "" | "}" | "~" | "[" | ";");
        let from = self.span_at(behind.saturating_sub(1)).end as usize;
        let gap = self.text.get(from..self.span_at(behind).start as usize).unwrap_or_default();
        let ends_line = follows.is_empty() || follows == "}" || gap.contains('\n');
        let has_arguments = behind > at.saturating_add(1);
        // A type on a line of its own: `BOOL`, and the function below it.
        let is_function = self.is_word(behind) && self.text_at(behind.saturating_add(1)) == "(";
        let is_type = is_function && follows != class && !is_macro_name(follows);
        next_is_word && (has_arguments || (ends_line && !is_type)) && follows != "const"
    }

    /// Whether the head of a function ends here.
    fn ends_head(&self, behind: usize) -> bool {
        matches!(
            self.text_at(behind),
            "{" | ";" | "override" | "final" | "const" | "noexcept" | "__attribute__"
        ) || is_macro_name(self.text_at(behind))
    }

    /// Whether a macro stands before a type: `EXPORT int f()`, `static UNUSED Foo *f()`.
    fn is_prefix(&self, at: usize) -> bool {
        let mut place = at.saturating_add(1);
        if is_type_word(self.text_at(place)) {
            return true;
        }
        if self.text_at(place) == "const" {
            return self.is_word(place.saturating_add(1));
        }
        if !self.is_word(place) {
            let before = at.checked_sub(1).map_or("", |before| self.text_at(before));
            return self.text_at(place) == "*" && matches!(before, "void" | "char" | "int" | "long" | "bool");
        }
        place = place.saturating_add(1);
        while self.text_at(place) == ":" && self.text_at(place.saturating_add(1)) == ":" {
            place = place.saturating_add(3);
        }
        self.is_word(place) || matches!(self.text_at(place), "*" | "&")
    }
}
