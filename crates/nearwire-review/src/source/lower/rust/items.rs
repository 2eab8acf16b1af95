//! What stands in a file or module.

use tree_sitter::Node;

use super::Lowering;
use super::attributes::Attributes;
use super::tree::{children, first, parts, span, span_of};
use crate::source::model::{Constant, Macro};

impl Lowering<'_> {
    /// Takes in the items in a file, a module, or a part that does not parse.
    pub(super) fn items(&mut self, node: Node<'_>) {
        let outer = self.in_test;
        let mut attributes = Attributes::default();
        for child in parts(node) {
            match child.kind() {
                "attribute_item" => self.attribute(child, &mut attributes),
                "inner_attribute_item" => {
                    let mut inner = Attributes::default();
                    self.attribute(child, &mut inner);
                    self.in_test |= inner.is_test;
                }
                _ => self.item(child, &std::mem::take(&mut attributes)),
            }
        }
        self.in_test = outer;
    }

    /// Takes in an item. What is none is left out: outside of functions, nothing else can stand.
    pub(super) fn item(&mut self, node: Node<'_>, attributes: &Attributes) {
        self.as_test(attributes.is_test, |lowering| match node.kind() {
            "function_item" => lowering.function(node, None),
            "function_signature_item" => lowering.prototype(node),
            "mod_item" | "foreign_mod_item" => lowering.module(node),
            "struct_item" | "union_item" | "enum_item" => lowering.class(node, attributes),
            "trait_item" => lowering.declare_trait(node),
            "impl_item" => lowering.implementation(node),
            "const_item" | "static_item" => lowering.constant(node),
            "use_declaration" => lowering.import(node),
            "macro_definition" => lowering.define(node),
            "macro_invocation" => lowering.items_in_macro(node),
            "expression_statement" => {
                if let Some(invocation) = first(node).filter(|inner| inner.kind() == "macro_invocation") {
                    lowering.items_in_macro(invocation);
                }
            }
            "ERROR" => {
                lowering.deeper(|lowering| lowering.items(node));
            }
            _ => {}
        });
    }

    fn module(&mut self, node: Node<'_>) {
        if let Some(body) = node.child_by_field_name("body") {
            self.deeper(|lowering| lowering.items(body));
        }
    }

    fn prototype(&mut self, node: Node<'_>) {
        self.prototypes.push((self.field(node, "name").to_owned(), span(node)));
    }

    fn constant(&mut self, node: Node<'_>) {
        let constant = Constant {
            name: self.field(node, "name").to_owned(),
            ty: self.field(node, "type").to_owned(),
            value: node.child_by_field_name("value").map(|value| self.expression(value)),
            is_const: !is_mutable(node),
            span: span(node),
        };
        self.constants.push(constant);
    }

    /// A `macro_rules!`; it stands for what is between its brackets.
    fn define(&mut self, node: Node<'_>) {
        let is_bracket = |child: &Node<'_>| matches!(child.kind(), "(" | ")" | "[" | "]" | "{" | "}");
        let brackets: Vec<Node<'_>> = children(node).filter(is_bracket).collect();
        let text = match (brackets.first(), brackets.last()) {
            (Some(open), Some(close)) => self.text.get(open.end_byte()..close.start_byte()),
            _ => None,
        };
        self.macros.push(Macro {
            name: self.field(node, "name").to_owned(),
            text: text.unwrap_or_default().to_owned(),
            span: span_of(node.byte_range()),
        });
    }
}

/// Whether `mut` stands in it.
pub(super) fn is_mutable(node: Node<'_>) -> bool {
    parts(node).any(|child| child.kind() == "mutable_specifier")
}
