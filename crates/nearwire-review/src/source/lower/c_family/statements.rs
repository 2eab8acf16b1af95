//! Statements.

use tree_sitter::Node;

use super::reader::{Reader, bare, field, span_of};
use crate::source::model::{Block, Expression, ExpressionKind, Span, Statement, StatementKind};

impl<'t> Reader<'t> {
    /// What a function, branch or loop does: statements in braces, or one alone.
    pub(super) fn block(&mut self, node: Node<'t>) -> Block {
        let mut statements = Vec::new();
        if node.kind() == "compound_statement" {
            self.all_in(node, &mut statements);
        } else {
            self.statement(node, &mut statements);
        }
        Block { statements, span: span_of(node) }
    }

    /// The statements that are children of a node.
    pub(super) fn all_in(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        self.deeper(|reader| {
            let children = reader.children(node);
            for child in reader.macro_loops(children, into) {
                reader.statement(child, into);
            }
        });
    }

    /// The statement in a field of a node, as a block.
    pub(super) fn block_of(&mut self, node: Node<'t>, name: &str) -> Block {
        field(node, name).map(|body| self.block(body)).unwrap_or_default()
    }

    /// A statement; a declaration of several variables makes several, an empty statement none.
    pub(super) fn statement(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        self.deeper(|reader| reader.any_statement(node, into));
    }

    fn any_statement(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        let kind = match node.kind() {
            "expression_statement" | "attributed_statement" | "else_clause" | "init_statement" => {
                return self.all_in(node, into);
            }
            "declaration" | "field_declaration" => return self.local(node, into),
            "compound_statement" => StatementKind::Block(self.block(node)),
            "if_statement" => self.branch(node, into),
            "while_statement" | "do_statement" | "for_statement" | "for_range_loop" => self.repeated(node),
            "switch_statement" => self.switch(node, into),
            "return_statement" | "co_return_statement" => StatementKind::Return(self.only_value(node)),
            "throw_statement" => StatementKind::Throw(self.only_value(node)),
            "break_statement" => StatementKind::Break,
            "continue_statement" => StatementKind::Continue,
            "goto_statement" => {
                StatementKind::Goto(field(node, "label").map(|label| self.line(label)).unwrap_or_default())
            }
            "labeled_statement" | "case_statement" => return self.labelled(node, into),
            "try_statement" | "seh_try_statement" => self.tried(node),
            "function_definition" => return self.inner_function(node, into),
            "ERROR" | "linkage_specification" | "declaration_list" | "template_declaration" => {
                return self.all_in(node, into);
            }
            "class_specifier" | "struct_specifier" | "union_specifier" | "enum_specifier"
            | "type_definition" => return self.type_item(node),
            "alias_declaration"
            | "using_declaration"
            | "namespace_alias_definition"
            | "static_assert_declaration"
            | "attribute_declaration"
            | "type_identifier"
            | "primitive_type"
            | "type_qualifier"
            | "storage_class_specifier"
            | "statement_identifier"
            | "type_descriptor"
            | "parameter_list"
            | "comment"
            | "seh_leave_statement" => return,
            _ => {
                // Over the semicolon: only in Rust does a statement that is no longer than its expression have a value.
                let Span { start, end } = span_of(node);
                let kind = StatementKind::Expression(self.expression(node));
                return into.push(Statement { kind, span: Span { start, end: end.saturating_add(1) } });
            }
        };
        into.push(Statement { kind, span: span_of(node) });
    }

    fn only_value(&mut self, node: Node<'t>) -> Option<Expression> {
        let value = self.children(node).last().copied()?;
        Some(self.expression(value))
    }

    fn branch(&mut self, node: Node<'t>, into: &mut Vec<Statement>) -> StatementKind {
        let condition = self.condition(node, into);
        let then = self.block_of(node, "consequence");
        let otherwise = field(node, "alternative").map(|clause| {
            let inner = self.children(clause).last().copied().unwrap_or(clause);
            self.block(inner)
        });
        StatementKind::If { condition, then, otherwise }
    }

    /// The condition of an `if`, `while` or `switch`. What it declares is declared before it, and stands for itself
    /// in the condition.
    pub(super) fn condition(&mut self, node: Node<'t>, before: &mut Vec<Statement>) -> Expression {
        let Some(clause) = field(node, "condition") else {
            return Expression { kind: ExpressionKind::Other(Vec::new()), span: span_of(node) };
        };
        if clause.kind() != "condition_clause" {
            return self.expression(clause);
        }
        if let Some(first) = field(clause, "initializer") {
            self.statement(first, before);
        }
        let Some(value) = field(clause, "value") else {
            return Expression { kind: ExpressionKind::Other(self.within(clause)), span: span_of(clause) };
        };
        if value.kind() != "declaration" {
            return self.expression(bare(value));
        }
        self.statement(value, before);
        let name = match before.last().map(|statement| &statement.kind) {
            Some(StatementKind::Declare { name, .. }) => name.clone(),
            _ => String::new(),
        };
        let span = field(value, "declarator").map_or(span_of(value), span_of);
        Expression { kind: ExpressionKind::Name(name), span }
    }

    fn labelled(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        for (name, part) in self.parts(node) {
            match name {
                "label" => {
                    let kind = StatementKind::Label(self.line(part));
                    into.push(Statement { kind, span: span_of(part) });
                }
                // The value of a `case` that stands outside of a `switch` this model can show.
                "value" => {}
                _ if part.is_named() => self.statement(part, into),
                _ => {}
            }
        }
    }

    fn tried(&mut self, node: Node<'t>) -> StatementKind {
        let body = self.block_of(node, "body");
        let mut handlers = Vec::new();
        for clause in self.children(node) {
            let caught = match clause.kind() {
                "catch_clause" => field(clause, "parameters").map(|list| self.line(list)),
                "seh_except_clause" => field(clause, "filter").map(|filter| self.line(filter)),
                "seh_finally_clause" => Some(String::new()),
                _ => continue,
            };
            let caught = caught.unwrap_or_default();
            let inner = caught.strip_prefix('(').and_then(|caught| caught.strip_suffix(')'));
            let caught = inner.unwrap_or(&caught).trim().to_owned();
            handlers.push((caught, self.block_of(clause, "body")));
        }
        StatementKind::Try { body, handlers }
    }
}
