//! Comments: they stand anywhere in the tree, so all of it is gone through.

use tree_sitter::Tree;

use super::tree::{is_comment, span};
use crate::source::model::{Comment, Span};

/// The comments of a file, in its order.
pub(super) fn of(tree: &Tree) -> Vec<Comment> {
    let mut comments = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let comment = is_comment(node);
        if comment {
            comments.push(Comment { span: without_break(node) });
        }
        if !comment && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return comments;
            }
        }
    }
}

/// The grammar counts the line break to a doc comment.
fn without_break(node: tree_sitter::Node<'_>) -> Span {
    let mut span = span(node);
    if node.kind() == "line_comment" && node.end_position().row > node.start_position().row {
        span.end = span.end.saturating_sub(1).max(span.start);
    }
    span
}
