//! What all parts of the lowering share: access to the tree, and what was found.

use tree_sitter::{Node, TreeCursor};

use crate::source::lower::MAX_DEPTH;
use crate::source::model::{Class, Constant, Function, Language, QtRole, Span};

/// Goes through a tree and collects what it declares.
pub(super) struct Reader<'t> {
    /// What was parsed.
    pub(super) text: &'t str,
    /// The language it was parsed as.
    pub(super) language: Language,
    /// The sections of classes that Qt knows, by where they begin; sorted.
    pub(super) sections: &'t [(u32, QtRole)],
    /// The functions found so far.
    pub(super) functions: Vec<Function>,
    /// The classes found so far.
    pub(super) classes: Vec<Class>,
    /// The variables outside of functions found so far.
    pub(super) constants: Vec<Constant>,
    /// The functions without a body found so far.
    pub(super) prototypes: Vec<(String, Span)>,
    /// Whether something was left out because it nests too deep.
    pub(super) is_cut: bool,
    cursor: TreeCursor<'t>,
    depth: usize,
}

impl<'t> Reader<'t> {
    /// A reader of the tree below `root`.
    pub(super) fn new(
        text: &'t str,
        language: Language,
        sections: &'t [(u32, QtRole)],
        root: Node<'t>,
    ) -> Self {
        Self {
            text,
            language,
            sections,
            functions: Vec::new(),
            classes: Vec::new(),
            constants: Vec::new(),
            prototypes: Vec::new(),
            is_cut: false,
            cursor: root.walk(),
            depth: 0,
        }
    }

    /// The text of a node.
    pub(super) fn text(&self, node: Node<'t>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The text of a node in one line.
    pub(super) fn line(&self, node: Node<'t>) -> String {
        one_line(self.text(node))
    }

    /// The named children of a node.
    pub(super) fn children(&mut self, node: Node<'t>) -> Vec<Node<'t>> {
        node.named_children(&mut self.cursor).collect()
    }

    /// All children of a node with the name of their field.
    pub(super) fn parts(&mut self, node: Node<'t>) -> Vec<(&'t str, Node<'t>)> {
        self.cursor.reset(node);
        let mut parts = Vec::new();
        let mut more = self.cursor.goto_first_child();
        while more {
            parts.push((self.cursor.field_name().unwrap_or_default(), self.cursor.node()));
            more = self.cursor.goto_next_sibling();
        }
        parts
    }

    /// Reads something that nests, unless it stands too deep.
    pub(super) fn deeper<T: Default>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= MAX_DEPTH {
            self.is_cut = true;
            return T::default();
        }
        self.depth = self.depth.saturating_add(1);
        let result = read(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }
}

/// The child in a field of a node.
pub(super) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// Where a node is.
pub(super) fn span_of(node: Node<'_>) -> Span {
    Span { start: offset(node.start_byte()), end: offset(node.end_byte()) }
}

/// The node without the parentheses around it.
pub(super) fn bare(mut node: Node<'_>) -> Node<'_> {
    while node.kind() == "parenthesized_expression" && node.named_child_count() == 1 {
        match node.named_child(0) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// An offset as the model counts them; files are smaller than 4 GiB.
pub(super) fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

/// Text with every run of white space as one space.
pub(super) fn one_line(text: &str) -> String {
    if !text.bytes().any(|byte| matches!(byte, b'\n' | b'\t' | b'\r')) && !text.contains("  ") {
        return text.trim().to_owned();
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}
