//! Directives of the preprocessor: what they include and define, and which code between them cannot be read.
//!
//! All branches of an `#if` are read, as far as the code stays whole: where they open or close different braces, or end
//! in the middle of something, only the first is. Code under `#if 0` is none.

use super::tokens::{Token, TokenKind};
use crate::source::model::{Language, Macro, Span};

/// What the directives of a file say.
#[derive(Default)]
pub(super) struct Directives {
    /// What `#include`s name.
    pub(super) includes: Vec<String>,
    /// `#define`s.
    pub(super) macros: Vec<Macro>,
    /// Code that is not read; sorted, none within another.
    pub(super) hidden: Vec<Span>,
}

/// How many brackets are open.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Open {
    braces: i64,
    others: i64,
}

/// A branch of an `#if`.
#[derive(Clone, Copy)]
struct Branch {
    start: u32,
    end: u32,
    after: Open,
    is_dead: bool,
    is_empty: bool,
    ends_whole: bool,
}

/// An `#if` that is not closed yet.
struct Group {
    before: Open,
    /// Whether the branches so far include one that is always taken.
    is_decided: bool,
    branches: Vec<Branch>,
}

struct Walk<'a> {
    text: &'a str,
    language: Language,
    open: Open,
    last: Option<TokenKind>,
    groups: Vec<Group>,
    hidden: Vec<Span>,
    dead: Vec<Span>,
    found: Directives,
}

/// Reads the directives among the tokens of a text.
pub(super) fn of(text: &str, tokens: &[Token], language: Language) -> Directives {
    let (open, last, groups) = (Open::default(), None, Vec::new());
    let (hidden, dead, found) = (Vec::new(), Vec::new(), Directives::default());
    let mut walk = Walk { text, language, open, last, groups, hidden, dead, found };
    for token in tokens {
        match token.kind {
            TokenKind::Directive => walk.directive(token.span),
            kind => walk.code(kind),
        }
    }
    let end = crate::source::lower::c_family::reader::offset(text.len());
    while !walk.groups.is_empty() {
        walk.end_branch(end);
        walk.end_group();
    }
    let dead = merged(std::mem::take(&mut walk.dead));
    walk.found.macros.retain(|entry| !within(&dead, entry.span));
    walk.hidden.extend(dead);
    walk.found.hidden = merged(std::mem::take(&mut walk.hidden));
    walk.found
}

impl Walk<'_> {
    fn code(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Sign(b'{') => self.open.braces = self.open.braces.saturating_add(1),
            TokenKind::Sign(b'}') => self.open.braces = self.open.braces.saturating_sub(1),
            TokenKind::Sign(b'(' | b'[') => self.open.others = self.open.others.saturating_add(1),
            TokenKind::Sign(b')' | b']') => self.open.others = self.open.others.saturating_sub(1),
            _ => {}
        }
        self.last = Some(kind);
        if let Some(branch) = self.groups.last_mut().and_then(|group| group.branches.last_mut()) {
            branch.is_empty = false;
        }
    }

    fn directive(&mut self, span: Span) {
        let all = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        let line = all.strip_prefix('#').unwrap_or(all).trim_start();
        let length = line.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(line.len());
        let (word, rest) = line.split_at(length);
        let rest = without_comments(rest);
        match word {
            "include" | "include_next" | "import" => self.include(&rest),
            "define" => self.define(&rest, span),
            "if" | "ifdef" | "ifndef" => {
                let known = self.known(word, &rest);
                let group = Group { before: self.open, is_decided: false, branches: Vec::new() };
                self.groups.push(group);
                self.begin_branch(span.end, known);
            }
            "elif" | "elifdef" | "elifndef" | "else" => {
                self.end_branch(span.start);
                let known = if word == "elif" { self.known("if", &rest) } else { None };
                self.begin_branch(span.end, known);
            }
            "endif" => {
                self.end_branch(span.start);
                self.end_group();
            }
            _ => {}
        }
    }

    /// Whether a condition is known to be true or false.
    fn known(&self, word: &str, condition: &str) -> Option<bool> {
        match (word, condition.trim(), self.language) {
            ("if", "0" | "false", _) | ("ifdef", "__cplusplus", Language::C) => Some(false),
            ("if", "defined(__cplusplus)" | "defined __cplusplus", Language::C) => Some(false),
            ("if", "1" | "true", _) => Some(true),
            _ => None,
        }
    }

    fn begin_branch(&mut self, start: u32, known: Option<bool>) {
        let Some(group) = self.groups.last_mut() else { return };
        self.open = group.before;
        self.last = None;
        let is_dead = known == Some(false) || group.is_decided;
        group.is_decided |= known == Some(true);
        let (after, is_empty, ends_whole) = (group.before, true, true);
        group.branches.push(Branch { start, end: start, after, is_dead, is_empty, ends_whole });
    }

    fn end_branch(&mut self, end: u32) {
        let Some(branch) = self.groups.last_mut().and_then(|group| group.branches.last_mut()) else { return };
        branch.end = end;
        branch.after = self.open;
        branch.ends_whole =
            matches!(self.last, None | Some(TokenKind::Sign(b';' | b'{' | b'}' | b',' | b':')));
    }

    fn end_group(&mut self) {
        let Some(group) = self.groups.pop() else { return };
        let alive = || group.branches.iter().filter(|branch| !branch.is_dead && !branch.is_empty);
        let are_whole = alive().all(|branch| branch.ends_whole && branch.after == group.before);
        let first = alive().next();
        for branch in &group.branches {
            let span = Span { start: branch.start, end: branch.end };
            if branch.is_dead {
                self.dead.push(span);
            } else if !are_whole && first.is_some_and(|first| first.start != branch.start) {
                self.hidden.push(span);
            }
        }
        self.open = first.map_or(group.before, |first| first.after);
        self.last = None;
        if let (Some(_), Some(outer)) =
            (first, self.groups.last_mut().and_then(|group| group.branches.last_mut()))
        {
            outer.is_empty = false;
            if first.is_some_and(|first| !first.ends_whole) {
                self.last = Some(TokenKind::Word);
            }
        }
    }

    fn include(&mut self, rest: &str) {
        let name = rest.trim();
        let name = name.strip_prefix(['<', '"']).unwrap_or(name);
        let name = name.split(['>', '"']).next().unwrap_or_default().trim();
        if !name.is_empty() {
            self.found.includes.push(name.to_owned());
        }
    }

    fn define(&mut self, rest: &str, span: Span) {
        let rest = rest.trim();
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
        let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let (name, body) = rest.split_at(length);
        let body = match body.strip_prefix('(').and_then(|list| list.split_once(')')) {
            Some((_, body)) => body,
            None => body,
        };
        if !name.is_empty() {
            self.found.macros.push(Macro { name: name.to_owned(), text: body.trim().to_owned(), span });
        }
    }
}

/// A directive without its comments.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut rest, mut at, mut is_quoted) = (text, 0_usize, false);
    while let Some(byte) = rest.as_bytes().get(at) {
        let next = rest.as_bytes().get(at.saturating_add(1));
        match (byte, next) {
            (b'"', _) => is_quoted = !is_quoted,
            (b'\\', Some(next)) if next.is_ascii() => at = at.saturating_add(1),
            (b'/', Some(b'/' | b'*')) if !is_quoted => {
                let (before, comment) = rest.split_at(at);
                kept.push_str(before);
                match comment.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
                    Some((_, after)) => (rest, at) = (after, 0),
                    None => return kept,
                }
                continue;
            }
            _ => {}
        }
        at = at.saturating_add(1);
    }
    kept.push_str(rest);
    kept
}

/// Spans in order, those that touch as one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// Whether one of the spans, which are in order, contains another.
fn within(spans: &[Span], span: Span) -> bool {
    let next = spans.partition_point(|entry| entry.start <= span.start);
    next.checked_sub(1).and_then(|place| spans.get(place)).is_some_and(|entry| entry.contains(span))
}
