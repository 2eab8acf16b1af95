//! Calls, and what looks like one: casts by name, and calls that the grammar takes for declarations.

use tree_sitter::Node;

use super::reader::{Reader, bare, field, span_of};
use crate::source::model::{BinaryOperator, Call, Expression, ExpressionKind, Span};

impl<'t> Reader<'t> {
    /// A call.
    pub(super) fn call(&mut self, node: Node<'t>) -> ExpressionKind {
        let arguments = field(node, "arguments").map(|list| self.arguments(list)).unwrap_or_default();
        let Some(callee) = field(node, "function") else { return ExpressionKind::Other(arguments) };
        let callee = called(callee);
        match callee.kind() {
            "primitive_type" | "sized_type_specifier" => self.cast_to(self.line(callee), arguments),
            "template_function" => {
                let name = field(callee, "name").map(|name| self.text(name)).unwrap_or_default();
                if matches!(name, "static_cast" | "reinterpret_cast" | "const_cast" | "dynamic_cast") {
                    let ty = field(callee, "arguments").map(|list| self.line(list)).unwrap_or_default();
                    return self.cast_to(without_brackets(&ty), arguments);
                }
                self.named(callee, arguments)
            }
            "identifier" | "qualified_identifier" | "destructor_name" | "operator_name" => {
                self.named(callee, arguments)
            }
            "field_expression" => {
                let receiver = Some(*self.of_field(callee, "argument"));
                let method = field(callee, "field").map_or(callee, last_name);
                let name = self.line(method);
                let name_span = span_of(method);
                let path = name.clone();
                ExpressionKind::Call(Box::new(Call { name, path, receiver, arguments, name_span }))
            }
            _ => {
                let receiver = Some(self.expression(callee));
                let (name, path, name_span) = (String::new(), String::new(), span_of(callee));
                ExpressionKind::Call(Box::new(Call { name, path, receiver, arguments, name_span }))
            }
        }
    }

    /// The arguments of a call.
    pub(super) fn arguments(&mut self, list: Node<'t>) -> Vec<Expression> {
        match self.listed(String::new(), list) {
            ExpressionKind::Construct { arguments, .. } => arguments,
            _ => Vec::new(),
        }
    }

    fn named(&mut self, callee: Node<'t>, arguments: Vec<Expression>) -> ExpressionKind {
        let last = last_name(callee);
        let (name, path, name_span) = (self.line(last), self.line(callee), span_of(last));
        ExpressionKind::Call(Box::new(Call { name, path, receiver: None, arguments, name_span }))
    }

    fn cast_to(&mut self, ty: String, mut arguments: Vec<Expression>) -> ExpressionKind {
        match (arguments.pop(), arguments.is_empty()) {
            (Some(value), true) => ExpressionKind::Cast { ty, value: Box::new(value) },
            (Some(last), false) => {
                arguments.push(last);
                ExpressionKind::Construct { ty, fields: Vec::new(), arguments, is_new: false }
            }
            (None, _) => ExpressionKind::Construct { ty, fields: Vec::new(), arguments, is_new: false },
        }
    }

    /// A call that the grammar took for the declaration of a function: `connect(a, SIGNAL(b()))`.
    pub(super) fn declared_call(&mut self, declarator: Node<'t>) -> ExpressionKind {
        let list = field(declarator, "parameters");
        let arguments = list.map(|list| self.parameters_as_arguments(list)).unwrap_or_default();
        match field(declarator, "declarator") {
            Some(name) => self.named(name, arguments),
            None => ExpressionKind::Other(arguments),
        }
    }

    /// Parameters read as the arguments of a call, as far as they can be.
    pub(super) fn parameters_as_arguments(&mut self, list: Node<'t>) -> Vec<Expression> {
        let mut arguments = Vec::new();
        for part in self.children(list) {
            match part.kind() {
                "parameter_declaration" | "optional_parameter_declaration" => {
                    let kind = self.deeper(|reader| Some(reader.parameter_as_argument(part)));
                    let kind = kind.unwrap_or(ExpressionKind::Other(Vec::new()));
                    arguments.push(Expression { kind, span: span_of(part) });
                }
                "ERROR" => arguments.extend(self.deeper(|reader| reader.within(part))),
                _ => arguments.push(self.expression(part)),
            }
        }
        arguments
    }

    fn parameter_as_argument(&mut self, parameter: Node<'t>) -> ExpressionKind {
        let Some(ty) = field(parameter, "type") else { return ExpressionKind::Other(Vec::new()) };
        let Some(declarator) = field(parameter, "declarator") else { return self.expression(ty).kind };
        match declarator.kind() {
            "abstract_function_declarator" => {
                let list = field(declarator, "parameters");
                let arguments = list.map(|list| self.parameters_as_arguments(list)).unwrap_or_default();
                self.named(ty, arguments)
            }
            "abstract_array_declarator" => {
                let base = Box::new(self.expression(ty));
                ExpressionKind::Index { base, index: self.of_field(declarator, "size") }
            }
            "pointer_declarator" | "reference_declarator" => {
                let sign = self.text(declarator);
                let operator = match sign.get(..2) {
                    Some("&&") => BinaryOperator::LogicalAnd,
                    _ if sign.starts_with('*') => BinaryOperator::Multiply,
                    _ => BinaryOperator::And,
                };
                let left = Box::new(self.expression(ty));
                let right = Box::new(self.declared_operand(declarator));
                ExpressionKind::Binary { operator, left, right }
            }
            _ => ExpressionKind::Other(vec![self.expression(ty)]),
        }
    }

    fn declared_operand(&mut self, declarator: Node<'t>) -> Expression {
        match self.children(declarator).last() {
            Some(operand) => self.expression(*operand),
            None => Expression { kind: ExpressionKind::Other(Vec::new()), span: Span::default() },
        }
    }

    /// Whether a local declaration `T x(…)` makes a variable: its parameters read as values, none as declarations.
    pub(super) fn makes_variable(&mut self, parameters: Node<'t>) -> bool {
        let parts = self.children(parameters);
        let mut values = parts.iter().filter(|part| part.kind() != "ERROR");
        !parts.is_empty()
            && values.all(|part| part.kind() == "parameter_declaration" && reads_as_value(*part))
    }
}

/// Whether a parameter can be a value: its type is a name, and what follows it does not declare.
fn reads_as_value(parameter: Node<'_>) -> bool {
    let is_name = field(parameter, "type")
        .is_some_and(|ty| matches!(ty.kind(), "type_identifier" | "qualified_identifier" | "template_type"));
    let qualified = parameter.child(0).is_none_or(|first| first.kind() == "type_qualifier");
    let follows = field(parameter, "declarator").is_none_or(|declarator| match declarator.kind() {
        "abstract_function_declarator" | "abstract_array_declarator" => true,
        // `T x(a && b)`: a parameter of that type is less likely in a local declaration.
        "reference_declarator" => declarator.child(0).is_some_and(|sign| sign.kind() == "&&"),
        _ => false,
    });
    is_name && !qualified && follows
}

/// What a call calls, without the parentheses and dereferences that do not change it: `(*hook)(a)`.
fn called(mut callee: Node<'_>) -> Node<'_> {
    loop {
        let inner = bare(callee);
        let dereferenced = inner.kind() == "pointer_expression"
            && field(inner, "operator").is_some_and(|sign| sign.kind() == "*");
        match field(inner, "argument") {
            Some(argument) if dereferenced => callee = argument,
            _ => return inner,
        }
    }
}

/// The last name of a path, without type arguments.
pub(super) fn last_name(mut node: Node<'_>) -> Node<'_> {
    loop {
        let next = match node.kind() {
            "qualified_identifier" | "template_function" | "template_method" | "template_type" => {
                field(node, "name")
            }
            "dependent_name" => node.named_child(0),
            _ => None,
        };
        match next {
            Some(next) => node = next,
            None => return node,
        }
    }
}

/// `T` of `<T>`.
fn without_brackets(list: &str) -> String {
    let inner = list.strip_prefix('<').and_then(|list| list.strip_suffix('>'));
    inner.unwrap_or(list).trim().to_owned()
}
