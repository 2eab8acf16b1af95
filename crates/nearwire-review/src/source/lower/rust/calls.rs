//! Calls.

use tree_sitter::Node;

use super::Lowering;
use super::tree::{first, last_name, parts, span};
use crate::source::model::{Call, ExpressionKind, Span};

impl Lowering<'_> {
    /// Reads a call of a function, method, tuple struct or closure.
    pub(super) fn call(&mut self, node: Node<'_>) -> ExpressionKind {
        let Some(mut called) = node.child_by_field_name("function") else {
            return ExpressionKind::Other(self.elements(node));
        };
        if let Some(measured) = self.measured(node, called) {
            return ExpressionKind::SizeOf(measured);
        }
        if called.kind() == "generic_function" {
            called = called.child_by_field_name("function").unwrap_or(called);
        }
        let list = node.child_by_field_name("arguments");
        let call = match called.kind() {
            "identifier" | "scoped_identifier" | "self" => {
                let name = last_name(called);
                let (name, name_span) = (self.slice(name).to_owned(), span(name));
                Call { name, path: self.path(called), receiver: None, arguments: Vec::new(), name_span }
            }
            "field_expression" => self.method_call(called),
            _ => {
                let end = span(called).end;
                let receiver = Some(self.expression(called));
                let name_span = Span { start: end, end };
                Call { name: String::new(), path: String::new(), receiver, arguments: Vec::new(), name_span }
            }
        };
        let arguments = list.map(|list| self.elements(list)).unwrap_or_default();
        ExpressionKind::Call(Box::new(Call { arguments, ..call }))
    }

    fn method_call(&mut self, called: Node<'_>) -> Call {
        let field = called.child_by_field_name("field");
        let name = field.map_or("", |field| self.slice(field)).to_owned();
        let name_span = field.map(span).unwrap_or_default();
        let receiver = called.child_by_field_name("value").map(|value| self.expression(value));
        Call { path: name.clone(), name, receiver, arguments: Vec::new(), name_span }
    }

    /// The type in `size_of::<T>()`.
    fn measured(&self, node: Node<'_>, called: Node<'_>) -> Option<String> {
        let is_empty = node.child_by_field_name("arguments").is_some_and(|list| first(list).is_none());
        if called.kind() != "generic_function" || !is_empty || self.slice(last_name(called)) != "size_of" {
            return None;
        }
        let types = called.child_by_field_name("type_arguments")?;
        parts(types).next().map(|ty| self.slice(ty).to_owned())
    }
}
