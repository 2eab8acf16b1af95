//! Functions.

use tree_sitter::Node;

use super::Lowering;
use super::tree::{children, parts, span};
use crate::source::model::{Access, Function, Member, MemberKind, Parameter};

impl Lowering<'_> {
    /// Takes in a `function_item`, with what is nested in it.
    pub(super) fn function(&mut self, node: Node<'_>, class: Option<&str>) {
        let (Some(name), Some(body)) = (node.child_by_field_name("name"), node.child_by_field_name("body"))
        else {
            return;
        };
        let label = self.label.take();
        let body = self.block(body);
        self.label = label;
        let function = Function {
            name: self.slice(name).to_owned(),
            class: class.map(str::to_owned),
            parameters: self.parameters(node),
            returns: self.field(node, "return_type").to_owned(),
            initialisers: Vec::new(),
            body,
            span: span(node),
            name_span: span(name),
            is_test: self.in_test,
        };
        self.functions.push(function);
    }

    /// A `function_item` or `function_signature_item` of a trait or `impl`.
    pub(super) fn method(&self, node: Node<'_>, access: Access) -> Member {
        let taken = node
            .child_by_field_name("parameters")
            .into_iter()
            .flat_map(parts)
            .find_map(|parameter| self.taken(parameter));
        Member {
            name: self.field(node, "name").to_owned(),
            kind: MemberKind::Method {
                parameters: self.parameters(node),
                qt: None,
                is_virtual: false,
                is_const: taken.is_some_and(|taken| taken.starts_with('&') && !taken.contains("mut ")),
                has_body: node.kind() == "function_item",
            },
            ty: self.field(node, "return_type").to_owned(),
            access,
            is_static: taken.is_none(),
            is_const: false,
            initial: None,
            span: span(node),
        }
    }

    /// How a method takes `self`, if the parameter is that: `&mut self`, or the type of `self: Box<Self>`.
    fn taken(&self, parameter: Node<'_>) -> Option<&str> {
        match parameter.kind() {
            "self_parameter" => Some(self.slice(parameter)),
            "parameter" if self.field(parameter, "pattern") == "self" => Some(self.field(parameter, "type")),
            _ => None,
        }
    }

    /// The parameters of a function or closure, without `self`.
    pub(super) fn parameters(&self, node: Node<'_>) -> Vec<Parameter> {
        let list = node.child_by_field_name("parameters");
        let parameters =
            list.into_iter().flat_map(children).filter(|parameter| self.taken(*parameter).is_none());
        parameters.filter_map(|parameter| self.parameter(parameter)).collect()
    }

    fn parameter(&self, node: Node<'_>) -> Option<Parameter> {
        let (name, ty) = match node.kind() {
            "parameter" => (self.field(node, "pattern"), self.field(node, "type")),
            "variadic_parameter" => (self.field(node, "pattern"), "..."),
            "_" => ("_", ""),
            "attribute_item" | "line_comment" | "block_comment" | "ERROR" => return None,
            _ if !node.is_named() => return None,
            // The patterns of closures stand alone. A type alone is a parameter of a function pointer, or of a trait
            // of the edition of 2015.
            kind if kind.ends_with("_type") || kind == "type_identifier" => ("", self.slice(node)),
            _ => (self.slice(node), ""),
        };
        Some(Parameter { name: name.to_owned(), ty: ty.to_owned() })
    }
}
