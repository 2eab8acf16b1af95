//! Expressions.

use tree_sitter::Node;

use super::literals::number_of;
use super::operators::{binary, changed_by, unary};
use super::reader::{Reader, bare, field, span_of};
use crate::source::model::{BinaryOperator, Expression, ExpressionKind, Lambda, Statement, StatementKind};

impl<'t> Reader<'t> {
    /// An expression.
    pub(super) fn expression(&mut self, node: Node<'t>) -> Expression {
        let node = bare(node);
        let kind = self.deeper(|reader| Some(reader.kind(node)));
        Expression { kind: kind.unwrap_or(ExpressionKind::Other(Vec::new())), span: span_of(node) }
    }

    /// The expression in a field of a node, boxed.
    pub(super) fn of_field(&mut self, node: Node<'t>, name: &str) -> Box<Expression> {
        Box::new(match field(node, name) {
            Some(part) => self.expression(part),
            None => Expression { kind: ExpressionKind::Other(Vec::new()), span: span_of(node) },
        })
    }

    fn kind(&mut self, node: Node<'t>) -> ExpressionKind {
        match node.kind() {
            "identifier"
            | "field_identifier"
            | "type_identifier"
            | "namespace_identifier"
            | "this"
            | "primitive_type"
            | "sized_type_specifier"
            | "auto" => ExpressionKind::Name(self.text(node).to_owned()),
            "qualified_identifier"
            | "template_function"
            | "template_type"
            | "dependent_name"
            | "destructor_name"
            | "operator_name" => ExpressionKind::Name(self.line(node)),
            "call_expression" => self.call(node),
            "field_expression" => {
                let name = field(node, "field").map(|part| self.line(part)).unwrap_or_default();
                ExpressionKind::Field { base: self.of_field(node, "argument"), name }
            }
            "subscript_expression" => self.index(node),
            "number_literal" => number_of(self.text(node), span_of(node)),
            "string_literal" | "raw_string_literal" => ExpressionKind::Text(self.quoted(node)),
            "char_literal" => ExpressionKind::Character(self.quoted(node)),
            "concatenated_string" => self.concatenated(node),
            "user_defined_literal" => self.user_defined(node),
            "true" => ExpressionKind::Boolean(true),
            "false" => ExpressionKind::Boolean(false),
            "null" => ExpressionKind::Null,
            "sizeof_expression" => self.measured(node),
            "cast_expression" => {
                let ty = field(node, "type").map(|part| self.line(part)).unwrap_or_default();
                ExpressionKind::Cast { ty, value: self.of_field(node, "value") }
            }
            _ => self.compound(node),
        }
    }

    fn compound(&mut self, node: Node<'t>) -> ExpressionKind {
        match node.kind() {
            "binary_expression" | "comma_expression" => self.binary(node),
            "unary_expression" | "pointer_expression" | "update_expression" => self.unary(node),
            "assignment_expression" => {
                let operator = field(node, "operator").and_then(|part| changed_by(part.kind()));
                let target = self.of_field(node, "left");
                ExpressionKind::Assign { operator, target, value: self.of_field(node, "right") }
            }
            "conditional_expression" => self.conditional(node),
            "initializer_list" | "argument_list" => self.listed(String::new(), node),
            "compound_literal_expression" => {
                let ty = field(node, "type").map(|part| self.line(part)).unwrap_or_default();
                match field(node, "value") {
                    Some(value) => self.listed(ty, value),
                    None => ExpressionKind::Other(Vec::new()),
                }
            }
            "new_expression" => self.made(node),
            "delete_expression" => match self.children(node).last() {
                Some(value) => ExpressionKind::Delete(Box::new(self.expression(*value))),
                None => ExpressionKind::Other(Vec::new()),
            },
            "lambda_expression" => self.lambda(node),
            "compound_statement" => {
                let body = self.block(node);
                let span = body.span;
                ExpressionKind::Control(Box::new(Statement { kind: StatementKind::Block(body), span }))
            }
            // What stands around a value without changing it.
            "co_await_expression" | "extension_expression" | "parameter_pack_expansion" => {
                match self.children(node).last() {
                    Some(value) => self.expression(*value).kind,
                    None => ExpressionKind::Other(Vec::new()),
                }
            }
            "function_declarator" => self.declared_call(node),
            _ => ExpressionKind::Other(self.within(node)),
        }
    }

    /// The expressions in a node that the model has no place for.
    pub(super) fn within(&mut self, node: Node<'t>) -> Vec<Expression> {
        let mut parts = Vec::new();
        for child in self.children(node) {
            match child.kind() {
                "type_descriptor"
                | "type_identifier"
                | "template_argument_list"
                | "gnu_asm_qualifier"
                | "gnu_asm_clobber_list"
                | "gnu_asm_goto_list"
                | "attribute_declaration"
                | "type_qualifier"
                | "storage_class_specifier"
                | "primitive_type" => {}
                "ERROR" | "argument_list" | "parameter_list" => {
                    parts.extend(self.deeper(|reader| reader.within(child)));
                }
                _ => parts.push(self.expression(child)),
            }
        }
        parts
    }

    fn binary(&mut self, node: Node<'t>) -> ExpressionKind {
        let sign = field(node, "operator").map_or("", |part| part.kind());
        let operator =
            if node.kind() == "comma_expression" { Some(BinaryOperator::Comma) } else { binary(sign) };
        let (left, right) = (self.of_field(node, "left"), self.of_field(node, "right"));
        match operator {
            Some(operator) => ExpressionKind::Binary { operator, left, right },
            None => ExpressionKind::Other(vec![*left, *right]),
        }
    }

    fn unary(&mut self, node: Node<'t>) -> ExpressionKind {
        let sign = field(node, "operator").map_or("", |part| part.kind());
        let operand = self.of_field(node, "argument");
        match unary(sign) {
            Some(operator) => ExpressionKind::Unary { operator, operand },
            None => operand.kind,
        }
    }

    fn index(&mut self, node: Node<'t>) -> ExpressionKind {
        let base = self.of_field(node, "argument");
        let index = match field(node, "indices").and_then(|indices| indices.named_child(0)) {
            Some(index) => Box::new(self.expression(index)),
            None => self.of_field(node, "index"),
        };
        ExpressionKind::Index { base, index }
    }

    fn conditional(&mut self, node: Node<'t>) -> ExpressionKind {
        let condition = self.of_field(node, "condition");
        // `a ?: b` evaluates `a` once: its second part is left empty.
        let then = self.of_field(node, "consequence");
        ExpressionKind::Conditional { condition, then, otherwise: self.of_field(node, "alternative") }
    }

    /// What is written in braces or parentheses to make a value of a class.
    pub(super) fn listed(&mut self, ty: String, list: Node<'t>) -> ExpressionKind {
        let (mut fields, mut arguments) = (Vec::new(), Vec::new());
        for part in self.children(list) {
            match part.kind() {
                "initializer_pair" => {
                    let name = self.designated(part);
                    let value = *self.of_field(part, "value");
                    if name.is_empty() { arguments.push(value) } else { fields.push((name, value)) }
                }
                "ERROR" => arguments.extend(self.deeper(|reader| reader.within(part))),
                _ => arguments.push(self.expression(part)),
            }
        }
        ExpressionKind::Construct { ty, fields, arguments, is_new: false }
    }

    /// The field that `.a.b[0] =` names: `a.b[0]`; empty for `[0] =`.
    fn designated(&mut self, pair: Node<'t>) -> String {
        let parts = self.parts(pair);
        let name: String = parts
            .iter()
            .filter(|(field, _)| *field == "designator")
            .map(|(_, designator)| self.line(*designator))
            .collect();
        if name.starts_with('[') { String::new() } else { name.trim_start_matches('.').to_owned() }
    }

    /// `new T(a)`; `new T[n]` has the type `T[]` and the argument `n`.
    fn made(&mut self, node: Node<'t>) -> ExpressionKind {
        let mut ty = field(node, "type").map(|part| self.line(part)).unwrap_or_default();
        let mut made = Vec::new();
        if let Some(length) = field(node, "declarator").and_then(|array| field(array, "length")) {
            ty.push_str("[]");
            made.push(self.expression(length));
        }
        let list = field(node, "arguments").map(|list| self.listed(String::new(), list));
        let (fields, rest) = match list {
            Some(ExpressionKind::Construct { fields, arguments, .. }) => (fields, arguments),
            _ => (Vec::new(), Vec::new()),
        };
        made.extend(rest);
        ExpressionKind::Construct { ty, fields, arguments: made, is_new: true }
    }

    fn lambda(&mut self, node: Node<'t>) -> ExpressionKind {
        let list = field(node, "declarator").and_then(|declarator| field(declarator, "parameters"));
        let parameters = list.map(|list| self.parameters(list)).unwrap_or_default();
        let body = field(node, "body").map(|body| self.block(body)).unwrap_or_default();
        ExpressionKind::Lambda(Box::new(Lambda { parameters, body }))
    }
}
