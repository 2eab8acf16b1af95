//! The tokens of a macro, in pieces.

use tree_sitter::Node;

use super::tree::{children, is_comment};

/// The brackets of a macro and what is between them.
pub(super) struct Brackets<'t> {
    /// The opening one: `(`, `[` or `{`.
    pub(super) open: &'t str,
    /// All between them but comments; what is in brackets is one token.
    pub(super) tokens: Vec<Node<'t>>,
}

/// Tokens between separators.
pub(super) struct Piece<'t> {
    /// The tokens; never none.
    pub(super) tokens: Vec<Node<'t>>,
    /// Whether `=>` follows, or `, if condition =>`.
    pub(super) is_arm: bool,
}

impl<'t> Brackets<'t> {
    /// The tokens in a `token_tree`.
    pub(super) fn of(tree: Node<'t>) -> Self {
        let mut tokens: Vec<Node<'t>> = children(tree).filter(|token| !is_comment(*token)).collect();
        let open = if tokens.is_empty() { "" } else { tokens.remove(0).kind() };
        if tokens.last().is_some_and(|last| matches!(last.kind(), ")" | "]" | "}")) {
            tokens.pop();
        }
        Self { open, tokens }
    }

    /// Whether there is such a token.
    pub(super) fn has(&self, kind: &str) -> bool {
        self.tokens.iter().any(|token| token.kind() == kind)
    }

    /// The pieces between `,`, `;` and `=>`. What follows a block after `=>` is another piece.
    pub(super) fn pieces(&self) -> Vec<Piece<'t>> {
        let mut pieces: Vec<Piece<'t>> = Vec::new();
        let mut tokens: Vec<Node<'t>> = Vec::new();
        let mut after_arrow = false;
        for token in &self.tokens {
            let kind = token.kind();
            if !matches!(kind, "," | ";" | "=>") {
                let is_handler = after_arrow && tokens.is_empty() && is_block(*token);
                tokens.push(*token);
                if !is_handler {
                    continue;
                }
            }
            after_arrow = kind == "=>";
            let is_condition = after_arrow && tokens.first().is_some_and(|first| first.kind() == "if");
            if let (true, Some(last)) = (is_condition, pieces.last_mut()) {
                last.is_arm = true;
            }
            if !tokens.is_empty() {
                pieces.push(Piece { tokens: std::mem::take(&mut tokens), is_arm: after_arrow });
            }
        }
        if !tokens.is_empty() {
            pieces.push(Piece { tokens, is_arm: false });
        }
        pieces
    }
}

impl<'t> Piece<'t> {
    /// The only token, where there is one.
    pub(super) fn only(&self) -> Option<Node<'t>> {
        match self.tokens.as_slice() {
            [token] => Some(*token),
            _ => None,
        }
    }
}

impl<'t> Piece<'t> {
    /// The tokens of the value: without a name (`name = value`, `target: value`) and without the `?` or `%` that say
    /// how to print it.
    pub(super) fn value(&self) -> &[Node<'t>] {
        let tokens = self.tokens.as_slice();
        let is_name = |token: &&Node<'_>| matches!(token.kind(), "identifier" | "." | "string_literal");
        let name = tokens.iter().take_while(is_name).count();
        let is_named = tokens.get(name).is_some_and(|sign| matches!(sign.kind(), "=" | ":"));
        let from = if name > 0 && is_named { name.saturating_add(1) } else { 0 };
        let value = tokens.get(from..).unwrap_or_default();
        match value.split_first() {
            Some((sign, value)) if matches!(sign.kind(), "?" | "%") => value,
            _ => value,
        }
    }
}

/// Whether a token is something in braces.
pub(super) fn is_block(token: Node<'_>) -> bool {
    token.kind() == "token_tree" && children(token).next().is_some_and(|open| open.kind() == "{")
}

/// Whether a token alone is an expression.
pub(super) fn is_leaf(token: Node<'_>) -> bool {
    matches!(
        token.kind(),
        "identifier"
            | "self"
            | "integer_literal"
            | "float_literal"
            | "string_literal"
            | "raw_string_literal"
            | "char_literal"
            | "boolean_literal"
    )
}
