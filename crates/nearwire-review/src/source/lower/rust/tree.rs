//! Ways through the syntax tree.

use tree_sitter::Node;

use super::Lowering;
use crate::source::model::Span;

/// All children, punctuation and comments included.
pub(super) fn children<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    let mut cursor = node.walk();
    let mut more = cursor.goto_first_child();
    std::iter::from_fn(move || {
        let child = more.then(|| cursor.node());
        more = more && cursor.goto_next_sibling();
        child
    })
}

/// The children that mean something.
pub(super) fn parts<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    children(node).filter(|child| child.is_named() && !is_comment(*child))
}

/// The first child that means something.
pub(super) fn first(node: Node<'_>) -> Option<Node<'_>> {
    parts(node).next()
}

pub(super) fn is_comment(node: Node<'_>) -> bool {
    matches!(node.kind(), "line_comment" | "block_comment")
}

pub(super) fn span(node: Node<'_>) -> Span {
    span_of(node.byte_range())
}

pub(super) fn span_of(bytes: std::ops::Range<usize>) -> Span {
    Span { start: offset(bytes.start), end: offset(bytes.end) }
}

fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

/// The last name of a path or type: `UnixListener` of `std::os::unix::net::UnixListener`, `Vec` of `&mut Vec<u8>`; the
/// node itself where it has none.
pub(super) fn last_name(mut node: Node<'_>) -> Node<'_> {
    loop {
        let field = match node.kind() {
            "scoped_identifier" | "scoped_type_identifier" => "name",
            "generic_type" | "generic_type_with_turbofish" | "reference_type" | "pointer_type" => "type",
            "generic_function" => "function",
            "dynamic_type" | "abstract_type" => "trait",
            "higher_ranked_trait_bound" => "type",
            _ => return node,
        };
        match node.child_by_field_name(field) {
            Some(inner) => node = inner,
            None => return node,
        }
    }
}

impl Lowering<'_> {
    /// A path without type arguments: `Vec::with_capacity` of `Vec::<u8>::with_capacity`.
    pub(super) fn path(&self, mut node: Node<'_>) -> String {
        let text = self.slice(node);
        if !text.contains(|sign: char| sign == '<' || sign.is_whitespace()) {
            return text.to_owned();
        }
        let mut names = Vec::new();
        loop {
            let inner = match node.kind() {
                "scoped_identifier" | "scoped_type_identifier" => {
                    names.push(self.field(node, "name"));
                    node.child_by_field_name("path")
                }
                "generic_type" | "generic_type_with_turbofish" => node.child_by_field_name("type"),
                "generic_function" => node.child_by_field_name("function"),
                _ => {
                    names.push(self.slice(node));
                    break;
                }
            };
            match inner {
                Some(inner) => node = inner,
                // `::std::mem::swap`
                None => {
                    names.push("");
                    break;
                }
            }
        }
        names.reverse();
        names.join("::")
    }
}
