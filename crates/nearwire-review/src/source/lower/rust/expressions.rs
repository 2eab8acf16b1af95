//! Expressions.

use tree_sitter::Node;

use super::Lowering;
use super::literals;
use super::statements::{as_statement, leaving_value, unread};
use super::tree::{children, first, parts, span};
use crate::source::model::{
    BinaryOperator, Block, Expression, ExpressionKind, Lambda, Statement, StatementKind, UnaryOperator,
};

impl Lowering<'_> {
    /// Reads an expression. Parentheses and `.await` leave no trace.
    pub(super) fn expression(&mut self, mut node: Node<'_>) -> Expression {
        while matches!(node.kind(), "parenthesized_expression" | "await_expression") {
            match first(node) {
                Some(inner) => node = inner,
                None => return unread(span(node)),
            }
        }
        if let Some(kind) = self.leaf(node) {
            return Expression { kind, span: span(node) };
        }
        let kind = self.deeper(|lowering| lowering.compound(node));
        kind.map_or_else(|| unread(span(node)), |kind| Expression { kind, span: span(node) })
    }

    /// An expression without parts.
    fn leaf(&self, node: Node<'_>) -> Option<ExpressionKind> {
        let text = self.slice(node);
        Some(match node.kind() {
            "identifier" | "self" | "super" | "crate" | "metavariable" => {
                ExpressionKind::Name(text.to_owned())
            }
            "scoped_identifier" | "generic_function" => ExpressionKind::Name(self.path(node)),
            "integer_literal" => literals::number(text),
            "float_literal" => ExpressionKind::Number { value: None },
            "string_literal" => ExpressionKind::Text(literals::quoted(text, '"')),
            "raw_string_literal" => ExpressionKind::Text(literals::raw(text)),
            "char_literal" => ExpressionKind::Character(literals::quoted(text, '\'')),
            "boolean_literal" => ExpressionKind::Boolean(text == "true"),
            "unit_expression" => ExpressionKind::List(Vec::new()),
            _ => return None,
        })
    }

    fn compound(&mut self, node: Node<'_>) -> ExpressionKind {
        match node.kind() {
            "call_expression" => self.call(node),
            "macro_invocation" => self.invocation(node),
            "field_expression" => self.member(node),
            "index_expression" => self.index(node),
            "try_expression" => match first(node) {
                Some(value) => ExpressionKind::Try(self.boxed(value)),
                None => ExpressionKind::Other(Vec::new()),
            },
            "unary_expression" => self.unary(node),
            "reference_expression" => self.with_value(node, |operand| ExpressionKind::Unary {
                operator: UnaryOperator::Address,
                operand,
            }),
            "type_cast_expression" => {
                let ty = self.field(node, "type").to_owned();
                self.with_value(node, |value| ExpressionKind::Cast { ty, value })
            }
            "binary_expression" => self.binary(node),
            "assignment_expression" | "compound_assignment_expr" => self.assignment(node),
            "range_expression" => self.range(node),
            "array_expression" | "tuple_expression" => ExpressionKind::List(self.elements(node)),
            "struct_expression" => self.construct(node),
            "closure_expression" => self.closure(node),
            "async_block" | "gen_block" => self.postponed(node),
            _ => self.control_or_other(node),
        }
    }

    fn boxed(&mut self, node: Node<'_>) -> Box<Expression> {
        Box::new(self.expression(node))
    }

    /// The expressions in a node.
    pub(super) fn elements(&mut self, node: Node<'_>) -> Vec<Expression> {
        let elements = parts(node).filter(|part| part.kind() != "attribute_item");
        elements.map(|part| self.expression(part)).collect()
    }

    fn other(&mut self, node: Node<'_>) -> ExpressionKind {
        ExpressionKind::Other(self.elements(node))
    }

    fn with_value(
        &mut self,
        node: Node<'_>,
        of: impl FnOnce(Box<Expression>) -> ExpressionKind,
    ) -> ExpressionKind {
        match node.child_by_field_name("value") {
            Some(value) => of(self.boxed(value)),
            None => self.other(node),
        }
    }

    fn member(&mut self, node: Node<'_>) -> ExpressionKind {
        let name = self.field(node, "field").to_owned();
        self.with_value(node, |base| ExpressionKind::Field { base, name })
    }

    fn index(&mut self, node: Node<'_>) -> ExpressionKind {
        let mut sides = parts(node);
        match (sides.next(), sides.next()) {
            (Some(base), Some(index)) => {
                ExpressionKind::Index { base: self.boxed(base), index: self.boxed(index) }
            }
            _ => self.other(node),
        }
    }

    fn unary(&mut self, node: Node<'_>) -> ExpressionKind {
        let sign = children(node).next().map_or("", |sign| sign.kind());
        let operator = match sign {
            "-" => UnaryOperator::Negate,
            "*" => UnaryOperator::Dereference,
            _ => UnaryOperator::Not,
        };
        match first(node) {
            Some(operand) => ExpressionKind::Unary { operator, operand: self.boxed(operand) },
            None => ExpressionKind::Other(Vec::new()),
        }
    }

    fn binary(&mut self, node: Node<'_>) -> ExpressionKind {
        let sign = node.child_by_field_name("operator").map_or("", |sign| sign.kind());
        match (operator(sign), node.child_by_field_name("left"), node.child_by_field_name("right")) {
            (Some(operator), Some(left), Some(right)) => {
                ExpressionKind::Binary { operator, left: self.boxed(left), right: self.boxed(right) }
            }
            _ => self.other(node),
        }
    }

    fn assignment(&mut self, node: Node<'_>) -> ExpressionKind {
        let sign = node.child_by_field_name("operator").map_or("", |sign| sign.kind());
        let operator = operator(sign.trim_end_matches('='));
        match (node.child_by_field_name("left"), node.child_by_field_name("right")) {
            // The grammar takes `..=b` for an assignment to `..`.
            (Some(target), Some(value)) if self.slice(target) == ".." => {
                ExpressionKind::Range(None, Some(self.boxed(value)))
            }
            (Some(target), Some(value)) => {
                ExpressionKind::Assign { operator, target: self.boxed(target), value: self.boxed(value) }
            }
            _ => self.other(node),
        }
    }

    fn range(&mut self, node: Node<'_>) -> ExpressionKind {
        let sign = children(node)
            .find(|child| matches!(child.kind(), ".." | "..=" | "..."))
            .map(|sign| sign.start_byte());
        let (mut from, mut to) = (None, None);
        for bound in parts(node) {
            let bound_of =
                if sign.is_some_and(|sign| bound.start_byte() < sign) { &mut from } else { &mut to };
            *bound_of = Some(self.boxed(bound));
        }
        ExpressionKind::Range(from, to)
    }

    fn construct(&mut self, node: Node<'_>) -> ExpressionKind {
        let (mut fields, mut arguments) = (Vec::new(), Vec::new());
        for part in node.child_by_field_name("body").into_iter().flat_map(parts) {
            match part.kind() {
                "field_initializer" => {
                    if let Some(value) = part.child_by_field_name("value") {
                        fields.push((self.field(part, "field").to_owned(), self.expression(value)));
                    }
                }
                "shorthand_field_initializer" => {
                    if let Some(name) = parts(part).find(|part| part.kind() == "identifier") {
                        fields.push((self.slice(name).to_owned(), self.expression(name)));
                    }
                }
                _ => arguments.extend(self.elements(part)),
            }
        }
        ExpressionKind::Construct {
            ty: self.field(node, "name").to_owned(),
            fields,
            arguments,
            is_new: false,
        }
    }

    fn closure(&mut self, node: Node<'_>) -> ExpressionKind {
        let label = self.label.take();
        let body = node.child_by_field_name("body").map(|body| self.block_of(body)).unwrap_or_default();
        self.label = label;
        ExpressionKind::Lambda(Box::new(Lambda { parameters: self.parameters(node), body }))
    }

    /// An `async` block.
    fn postponed(&mut self, node: Node<'_>) -> ExpressionKind {
        let label = self.label.take();
        let block = parts(node).find(|part| part.kind() == "block");
        let body = block.map(|block| self.block(block)).unwrap_or_default();
        self.label = label;
        ExpressionKind::Lambda(Box::new(Lambda { parameters: Vec::new(), body }))
    }

    fn control_or_other(&mut self, node: Node<'_>) -> ExpressionKind {
        let before = leaving_value(node).map(|value| as_statement(self.expression(value)));
        let Some(kind) = self.control(node) else {
            return self.other(node);
        };
        let statement = Statement { kind, span: span(node) };
        let Some(before) = before else {
            return ExpressionKind::Control(Box::new(statement));
        };
        let both = Block { statements: vec![before, statement], span: span(node) };
        ExpressionKind::Control(Box::new(Statement { kind: StatementKind::Block(both), span: span(node) }))
    }
}

fn operator(sign: &str) -> Option<BinaryOperator> {
    Some(match sign {
        "+" => BinaryOperator::Add,
        "-" => BinaryOperator::Subtract,
        "*" => BinaryOperator::Multiply,
        "/" => BinaryOperator::Divide,
        "%" => BinaryOperator::Remainder,
        "&" => BinaryOperator::And,
        "|" => BinaryOperator::Or,
        "^" => BinaryOperator::Xor,
        "<<" => BinaryOperator::ShiftLeft,
        ">>" => BinaryOperator::ShiftRight,
        "&&" => BinaryOperator::LogicalAnd,
        "||" => BinaryOperator::LogicalOr,
        "==" => BinaryOperator::Equal,
        "!=" => BinaryOperator::NotEqual,
        "<" => BinaryOperator::Less,
        "<=" => BinaryOperator::LessOrEqual,
        ">" => BinaryOperator::Greater,
        ">=" => BinaryOperator::GreaterOrEqual,
        _ => return None,
    })
}
