//! What stands in the text of functions and files, where it only has to be known whether something is mentioned.

use crate::source::model::{File, Function, StatementKind};
use crate::source::rule::Unit;
use crate::source::walk::{Body, Frame, Site};

/// Whether one of these words stands in a text.
#[must_use]
pub fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

impl<'a> Unit<'a> {
    /// The text of a function in this file.
    #[must_use]
    pub fn text_of(&self, function: &Function) -> &'a str {
        self.file.slice(function.span)
    }

    /// The other files of the review in the same directory.
    pub fn neighbours(&self) -> impl Iterator<Item = &'a File> {
        let (directory, this) = (self.file.path.parent(), self.file.path.as_path());
        self.program.files().iter().filter(move |file| file.path.parent() == directory && file.path != this)
    }

    /// The functions in the reviewed files that seem to call one: its name and a parenthesis stand in them.
    pub fn callers(&self, function: &'a Function) -> impl Iterator<Item = (&'a File, &'a Function)> {
        let call = format!("{}(", function.name);
        let all = self
            .program
            .files()
            .iter()
            .flat_map(|file| file.functions.iter().map(move |caller| (file, caller)));
        all.filter(move |(file, caller)| {
            caller.name != function.name && file.slice(caller.span).contains(&call)
        })
    }

    /// The functions in the reviewed files that a function calls from `from` on, each with its text.
    #[must_use]
    pub fn called_after(&self, body: &Body<'a>, from: Site<'a>) -> Vec<&'a str> {
        let calls = body.calls().filter(|(site, _)| site.index > from.index);
        calls
            .filter_map(|(_, call)| self.callee(call))
            .map(|(file, function)| file.slice(function.span))
            .collect()
    }
}

impl<'a> Body<'a> {
    /// Whether `second` may follow on `first`: it stands after it, not in the other branch of a decision, and the
    /// function is not always left between them.
    #[must_use]
    pub fn leads_to(&self, first: Site<'a>, second: Site<'a>) -> bool {
        let between =
            self.sites().iter().filter(|site| first.index < site.index && site.index < second.index);
        self.precedes(first, second)
            && !between.into_iter().any(|site| self.is_exit(*site) && self.holds_at(*site, first))
    }

    /// Whether every decision that leads to `site` was taken the same way for `other`.
    #[must_use]
    pub fn holds_at(&self, site: Site<'a>, other: Site<'a>) -> bool {
        self.around(site).all(|frame| match frame {
            Frame::Branch(condition, taken) => {
                self.guards(other).any(|(known, also)| std::ptr::eq(known, condition) && also == taken)
            }
            Frame::Arm(_, arm) => self
                .around(other)
                .any(|frame| matches!(frame, Frame::Arm(_, known) if std::ptr::eq(known, arm))),
            Frame::Otherwise | Frame::Handler | Frame::Lambda(_) => false,
            _ => true,
        })
    }

    fn is_exit(&self, site: Site<'a>) -> bool {
        site.statement().is_some_and(|statement| {
            matches!(
                statement.kind,
                StatementKind::Return(_) | StatementKind::Throw(_) | StatementKind::Goto(_)
            )
        })
    }
}

#[cfg(test)]
mod tests;
