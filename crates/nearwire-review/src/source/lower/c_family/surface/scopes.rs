//! What kind of braces surround a token.

use super::tokens::{Token, TokenKind};

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In a file or namespace.
    File,
    /// In a class.
    Class,
    /// In a function or initial value.
    Code,
}

/// What was seen of a declaration so far.
#[derive(Clone, Debug, Default)]
struct Head {
    is_empty: bool,
    is_class: bool,
    is_enum: bool,
    is_namespace: bool,
    is_external: bool,
    has_value: bool,
    has_parameters: bool,
    name: String,
    previous: String,
}

impl Head {
    fn new() -> Self {
        Self { is_empty: true, ..Self::default() }
    }
}

/// The braces and parentheses that are open.
pub(super) struct Scopes {
    open: Vec<(Scope, String, usize)>,
    parentheses: usize,
    head: Head,
}

impl Default for Scopes {
    fn default() -> Self {
        Self { open: Vec::new(), parentheses: 0, head: Head::new() }
    }
}

impl Scopes {
    /// The innermost scope.
    pub(super) fn scope(&self) -> Scope {
        self.open.last().map_or(Scope::File, |(scope, ..)| *scope)
    }

    /// The name of the class whose body this is.
    pub(super) fn class_name(&self) -> &str {
        self.open.last().map_or("", |(_, name, _)| name)
    }

    /// Whether a declaration begins here.
    pub(super) fn at_start(&self) -> bool {
        self.head.is_empty
    }

    /// Whether this is inside of parentheses.
    pub(super) fn in_parentheses(&self) -> bool {
        self.parentheses > 0
    }

    /// The token before this in the declaration, what was masked left out.
    pub(super) fn previous(&self) -> &str {
        &self.head.previous
    }

    /// Whether the parameters of a function stand before this.
    pub(super) fn behind_parameters(&self) -> bool {
        self.head.has_parameters
            && matches!(self.head.previous.as_str(), ")" | "const" | "noexcept" | "override")
    }

    /// Goes past a token.
    pub(super) fn pass(&mut self, token: Token, text: &str, next: &str) {
        match token.kind {
            TokenKind::Sign(b'{') => return self.enter(),
            TokenKind::Sign(b'}') => return self.leave(),
            TokenKind::Sign(b'(') => {
                let is_attribute =
                    matches!(self.head.previous.as_str(), "__attribute__" | "alignas" | "__declspec" | "(");
                self.head.has_parameters |= self.parentheses == 0 && !is_attribute && !self.head.is_empty;
                self.parentheses = self.parentheses.saturating_add(1);
            }
            TokenKind::Sign(b')') => self.parentheses = self.parentheses.saturating_sub(1),
            _ => {}
        }
        if self.scope() == Scope::Code && token.kind != TokenKind::Word {
            if token.kind == TokenKind::Sign(b';') {
                self.head = Head::new();
            }
            return;
        }
        if self.parentheses == 0 {
            self.read_head(token, text, next);
        }
    }

    fn read_head(&mut self, token: Token, text: &str, next: &str) {
        match (token.kind, text) {
            (TokenKind::Sign(b';'), _) => {
                self.head = Head::new();
                return;
            }
            // A section of a class ends as a declaration does.
            (TokenKind::Sign(b':'), _)
                if matches!(self.head.previous.as_str(), "public" | "protected" | "private")
                    && next != ":" =>
            {
                self.head = Head::new();
                return;
            }
            (TokenKind::Sign(b'='), _) => self.head.has_value = true,
            (TokenKind::Text, _) => self.head.is_external |= self.head.previous == "extern",
            (TokenKind::Word, "class" | "struct" | "union") => self.head.is_class = true,
            (TokenKind::Word, "enum") => self.head.is_enum = true,
            (TokenKind::Word, "namespace") => self.head.is_namespace = true,
            (TokenKind::Word, _)
                if self.head.is_class
                    && self.head.name.is_empty()
                    && matches!(next, "{" | ":" | "final" | "<") =>
            {
                text.clone_into(&mut self.head.name);
            }
            _ => {}
        }
        self.head.is_empty = false;
        text.clone_into(&mut self.head.previous);
    }

    fn enter(&mut self) {
        let head = std::mem::replace(&mut self.head, Head::new());
        let is_plain = !head.has_parameters && !head.has_value && !head.is_enum;
        let scope = if head.is_class && is_plain {
            Scope::Class
        } else if (head.is_namespace || head.is_external) && is_plain && self.scope() == Scope::File {
            Scope::File
        } else {
            Scope::Code
        };
        self.open.push((scope, head.name, self.parentheses));
        self.parentheses = 0;
    }

    fn leave(&mut self) {
        self.parentheses = self.open.pop().map(|(_, _, parentheses)| parentheses).unwrap_or_default();
        self.head = Head::new();
    }
}
