//! What stands in the text of functions and files, where it only has to be known whether something is mentioned.

use crate::source::model::{File, Function, Language, StatementKind};
use crate::source::rule::Unit;
use crate::source::walk::{Body, Frame, Site};

/// Whether one of these words stands in a text.
#[must_use]
pub fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// What stands in the text of a function before each call that seems to be one of `called`.
pub fn calls_in<'t>(
    file: &'t File,
    caller: &Function,
    called: &'t Function,
) -> impl Iterator<Item = &'t str> {
    let (text, is_rust) = (file.slice(caller.span), file.language == Language::Rust);
    let own_name = usize::try_from(caller.name_span.start.saturating_sub(caller.span.start)).ok();
    let class = called.class.as_deref();
    let in_class = caller.class == called.class;
    let found = text.match_indices(called.name.as_str()).filter_map(move |(at, name)| {
        let after = text.get(at.checked_add(name.len())?..)?;
        (after.starts_with('(') && Some(at) != own_name).then(|| text.get(..at)).flatten()
    });
    found.filter(move |before| {
        let is_part = before.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        !is_part && (!is_rust || fits(before, class, in_class))
    })
}

/// Whether a name of Rust behind `before` may be that of a method of `class`, or of a function if there is none.
fn fits(before: &str, class: Option<&str>, in_class: bool) -> bool {
    let qualifier = before.strip_suffix("::").map(|path| {
        let start = path.rfind(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
        path.get(start.map_or(0, |start| start.saturating_add(1))..).unwrap_or_default()
    });
    match (class, qualifier) {
        (Some(_), None) => before.ends_with('.'),
        // `Vec::<T>::new(`
        (Some(class), Some(ty)) => ty == class || ty.is_empty() || (ty == "Self" && in_class),
        (None, None) => !before.ends_with('.'),
        (None, Some(module)) => !module.starts_with(|first: char| first.is_uppercase()),
    }
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

    /// The functions in the reviewed files that seem to call one: its name and a parenthesis stand in them, in Rust
    /// behind the type it belongs to or a dot if it is a method, and not if it is none.
    pub fn callers(&self, function: &'a Function) -> impl Iterator<Item = (&'a File, &'a Function)> {
        let all = self
            .program
            .files()
            .iter()
            .flat_map(|file| file.functions.iter().map(move |caller| (file, caller)));
        all.filter(move |(file, caller)| {
            let mut calls = calls_in(file, caller, function);
            !std::ptr::eq(*caller, function) && calls.next().is_some()
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
