//! Statements in a block.

use tree_sitter::Node;

use super::Lowering;
use super::attributes::Attributes;
use super::items::is_mutable;
use super::tree::{first, parts, span};
use crate::source::model::{Block, Expression, ExpressionKind, Span, Statement, StatementKind};

impl Lowering<'_> {
    /// Reads a block.
    pub(super) fn block(&mut self, node: Node<'_>) -> Block {
        let mut statements = Vec::new();
        if self.deeper(|lowering| lowering.statements(node, &mut statements)).is_none() {
            statements.push(as_statement(unread(span(node))));
        }
        Block { statements, span: span(node) }
    }

    /// Reads what stands in a block, or in a part of it that does not parse.
    fn statements(&mut self, node: Node<'_>, statements: &mut Vec<Statement>) {
        let mut attributes = Attributes::default();
        for child in parts(node) {
            match child.kind() {
                "attribute_item" => self.attribute(child, &mut attributes),
                "inner_attribute_item" | "label" => {}
                _ => {
                    let attributes = std::mem::take(&mut attributes);
                    self.as_test(attributes.is_test, |lowering| {
                        lowering.statement(child, &attributes, statements);
                    });
                }
            }
        }
    }

    /// Reads one of them; an item is none, and is taken in as such.
    pub(super) fn statement(
        &mut self,
        node: Node<'_>,
        attributes: &Attributes,
        statements: &mut Vec<Statement>,
    ) {
        match node.kind() {
            "expression_statement" => {
                if let Some(inner) = first(node) {
                    self.run(inner, span(node), statements);
                }
            }
            "let_declaration" => statements.push(self.declaration(node)),
            "const_item" | "static_item" => statements.push(self.local_constant(node)),
            "empty_statement" => {}
            "ERROR" => {
                self.deeper(|lowering| lowering.statements(node, statements));
            }
            kind if is_item(kind) => self.item(node, attributes),
            _ => self.run(node, span(node), statements),
        }
    }

    /// Reads an expression that stands for its effect, or as the value of its block.
    fn run(&mut self, node: Node<'_>, span: Span, statements: &mut Vec<Statement>) {
        // `break value` first makes the value, then leaves.
        if let Some(value) = leaving_value(node) {
            let value = self.expression(value);
            statements.push(as_statement(value));
        }
        let kind = self.control(node).unwrap_or_else(|| StatementKind::Expression(self.expression(node)));
        statements.push(Statement { kind, span });
    }

    /// The block that an expression is the whole of: an arm, or the body of a closure.
    pub(super) fn block_of(&mut self, node: Node<'_>) -> Block {
        if node.kind() == "block" {
            return self.block(node);
        }
        let mut statements = Vec::new();
        if self.deeper(|lowering| lowering.run(node, span(node), &mut statements)).is_none() {
            statements.push(as_statement(unread(span(node))));
        }
        Block { statements, span: span(node) }
    }

    fn declaration(&mut self, node: Node<'_>) -> Statement {
        let name = self.field(node, "pattern");
        let kind = StatementKind::Declare {
            name: name.to_owned(),
            ty: self.field(node, "type").to_owned(),
            value: node.child_by_field_name("value").map(|value| self.expression(value)),
            is_static: false,
            is_const: !is_mutable(node)
                && !name.split(|sign: char| !sign.is_alphanumeric()).any(|word| word == "mut"),
            otherwise: node.child_by_field_name("alternative").map(|block| self.block(block)),
        };
        Statement { kind, span: span(node) }
    }

    fn local_constant(&mut self, node: Node<'_>) -> Statement {
        let kind = StatementKind::Declare {
            name: self.field(node, "name").to_owned(),
            ty: self.field(node, "type").to_owned(),
            value: node.child_by_field_name("value").map(|value| self.expression(value)),
            is_static: node.kind() == "static_item",
            is_const: !is_mutable(node),
            otherwise: None,
        };
        Statement { kind, span: span(node) }
    }
}

/// The value that a `break` gives to its loop.
pub(super) fn leaving_value(node: Node<'_>) -> Option<Node<'_>> {
    let is_break = node.kind() == "break_expression";
    is_break.then(|| parts(node).find(|part| part.kind() != "label")).flatten()
}

/// An expression that stands for its effect.
pub(super) fn as_statement(expression: Expression) -> Statement {
    let span = expression.span;
    Statement { kind: StatementKind::Expression(expression), span }
}

/// What stands too deep to be read.
pub(super) fn unread(span: Span) -> Expression {
    Expression { kind: ExpressionKind::Other(Vec::new()), span }
}

/// Whether a node of this kind declares something, so that nothing happens where it stands.
pub(super) fn is_item(kind: &str) -> bool {
    matches!(
        kind,
        "function_item"
            | "function_signature_item"
            | "mod_item"
            | "foreign_mod_item"
            | "struct_item"
            | "union_item"
            | "enum_item"
            | "trait_item"
            | "impl_item"
            | "type_item"
            | "associated_type"
            | "use_declaration"
            | "extern_crate_declaration"
            | "macro_definition"
    )
}
