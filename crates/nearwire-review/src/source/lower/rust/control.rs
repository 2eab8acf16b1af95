//! What decides and repeats, and what leaves.

use tree_sitter::Node;

use super::Lowering;
use super::statements::unread;
use super::tree::{children, first, is_comment, parts, span};
use crate::source::model::{
    Arm, BinaryOperator, Block, Expression, ExpressionKind, Loop, LoopKind, Statement, StatementKind,
};

impl<'a> Lowering<'a> {
    /// Reads an expression that directs what runs; `None` for any other.
    pub(super) fn control(&mut self, node: Node<'_>) -> Option<StatementKind> {
        Some(match node.kind() {
            "if_expression" => self.decision(node),
            "match_expression" => self.switch(node),
            "while_expression" => self.looped(node, LoopKind::While),
            "loop_expression" => self.looped(node, LoopKind::Infinite),
            "for_expression" => self.looped(node, LoopKind::ForEach),
            "block" => StatementKind::Block(self.block(node)),
            "unsafe_block" | "try_block" | "const_block" => {
                let inner = parts(node).find(|part| part.kind() == "block")?;
                StatementKind::Block(self.block(inner))
            }
            "return_expression" => StatementKind::Return(first(node).map(|value| self.expression(value))),
            "break_expression" => self.jump(node, StatementKind::Break),
            "continue_expression" => self.jump(node, StatementKind::Continue),
            _ => return None,
        })
    }

    /// A `break` or `continue`; one that means an outer loop goes to its label.
    fn jump(&self, node: Node<'_>, plain: StatementKind) -> StatementKind {
        match self.label_of(node) {
            Some(label) if self.label != Some(label) => StatementKind::Goto(label.to_owned()),
            _ => plain,
        }
    }

    fn decision(&mut self, node: Node<'_>) -> StatementKind {
        let condition = self.condition_of(node);
        let then = self.block_in(node, "consequence");
        let otherwise =
            node.child_by_field_name("alternative").and_then(first).map(|inner| self.block_of(inner));
        StatementKind::If { condition, then, otherwise }
    }

    fn block_in(&mut self, node: Node<'_>, field: &str) -> Block {
        node.child_by_field_name(field).map(|block| self.block(block)).unwrap_or_default()
    }

    /// The condition of an `if`, `while` or arm.
    pub(super) fn condition_of(&mut self, node: Node<'_>) -> Expression {
        let condition = node.child_by_field_name("condition");
        condition.map_or_else(|| unread(span(node)), |condition| self.condition(condition))
    }

    fn condition(&mut self, node: Node<'_>) -> Expression {
        match node.kind() {
            "let_condition" => {
                let value = node.child_by_field_name("value").map(|value| Box::new(self.expression(value)));
                let pattern = self.field(node, "pattern").to_owned();
                let kind = match value {
                    Some(value) => ExpressionKind::Matches { pattern, value },
                    None => ExpressionKind::Other(Vec::new()),
                };
                Expression { kind, span: span(node) }
            }
            "let_chain" => self.chain(node),
            _ => self.expression(node),
        }
    }

    /// `let P = a && b && …`: from left to right.
    fn chain(&mut self, node: Node<'_>) -> Expression {
        let links: Vec<Expression> = parts(node).map(|link| self.condition(link)).collect();
        let all = links.into_iter().reduce(|left, right| {
            let span = crate::source::model::Span { start: left.span.start, end: right.span.end };
            let (left, right) = (Box::new(left), Box::new(right));
            Expression {
                kind: ExpressionKind::Binary { operator: BinaryOperator::LogicalAnd, left, right },
                span,
            }
        });
        all.unwrap_or_else(|| unread(span(node)))
    }

    fn switch(&mut self, node: Node<'_>) -> StatementKind {
        let subject = node.child_by_field_name("value").map(|value| self.expression(value));
        let subject = subject.unwrap_or_else(|| unread(span(node)));
        let body = node.child_by_field_name("body").into_iter().flat_map(parts);
        let arms = body.filter(|arm| arm.kind() == "match_arm").map(|arm| self.arm(arm)).collect();
        StatementKind::Switch { subject, arms }
    }

    fn arm(&mut self, node: Node<'_>) -> Arm {
        let pattern = node.child_by_field_name("pattern");
        // `_` is not a named node.
        let written = pattern.and_then(|pattern| children(pattern).find(|child| !is_comment(*child)));
        let patterns = written.map(|written| self.patterns(written)).unwrap_or_default();
        let guard = pattern.and_then(|pattern| pattern.child_by_field_name("condition"));
        let guard = guard.map(|guard| self.condition(guard));
        let body = node.child_by_field_name("value").map(|value| self.block_of(value)).unwrap_or_default();
        Arm { patterns, guard, body }
    }

    /// The patterns between `|`, as written. The grammar nests them to the left.
    fn patterns(&self, mut node: Node<'_>) -> Vec<String> {
        let mut patterns = Vec::new();
        while node.kind() == "or_pattern" {
            let mut sides = children(node).filter(|side| side.kind() != "|" && !is_comment(*side));
            match (sides.next(), sides.next()) {
                (Some(left), Some(right)) => {
                    patterns.push(self.slice(right).to_owned());
                    node = left;
                }
                (Some(only), None) => node = only,
                _ => break,
            }
        }
        patterns.push(self.slice(node).to_owned());
        patterns.reverse();
        patterns
    }

    fn looped(&mut self, node: Node<'_>, kind: LoopKind) -> StatementKind {
        let before = match kind {
            LoopKind::ForEach => node.child_by_field_name("pattern").map(|pattern| self.variable(pattern)),
            _ => None,
        };
        let condition = match kind {
            LoopKind::ForEach => node.child_by_field_name("value").map(|value| self.expression(value)),
            LoopKind::While => Some(self.condition_of(node)),
            _ => None,
        };
        let label = self.label_of(node);
        let outer = std::mem::replace(&mut self.label, label);
        let body = self.block_in(node, "body");
        self.label = outer;
        StatementKind::Loop(Box::new(Loop {
            kind,
            before: before.into_iter().collect(),
            condition,
            step: None,
            body,
        }))
    }

    /// The label of a loop or jump, without its apostrophe.
    fn label_of(&self, node: Node<'_>) -> Option<&'a str> {
        let label = parts(node).find(|part| part.kind() == "label")?;
        Some(self.slice(label).trim_start_matches('\''))
    }

    /// What `for` declares.
    fn variable(&self, pattern: Node<'_>) -> Statement {
        let kind = StatementKind::Declare {
            name: self.slice(pattern).to_owned(),
            ty: String::new(),
            value: None,
            is_static: false,
            is_const: pattern.kind() != "mut_pattern",
            otherwise: None,
        };
        Statement { kind, span: span(pattern) }
    }
}
