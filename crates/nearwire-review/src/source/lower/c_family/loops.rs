//! Loops and `switch`.

use tree_sitter::Node;

use super::declarators::declarator_of;
use super::reader::{Reader, bare, field, span_of};
use crate::source::model::{
    Arm, Block, Expression, ExpressionKind, Loop, LoopKind, Span, Statement, StatementKind,
};

impl<'t> Reader<'t> {
    /// A loop.
    pub(super) fn repeated(&mut self, node: Node<'t>) -> StatementKind {
        let mut before = Vec::new();
        let (kind, condition, step) = match node.kind() {
            "for_range_loop" => {
                self.gone_through(node, &mut before);
                (LoopKind::ForEach, field(node, "right").map(|right| self.expression(right)), None)
            }
            "for_statement" => {
                if let Some(first) = field(node, "initializer") {
                    self.statement(first, &mut before);
                }
                let condition = field(node, "condition").map(|part| self.expression(part));
                (LoopKind::For, condition, field(node, "update").map(|part| self.expression(part)))
            }
            "do_statement" => (LoopKind::DoWhile, Some(self.condition(node, &mut before)), None),
            _ => {
                let condition = self.condition(node, &mut before);
                (LoopKind::While, Some(every_turn(condition, &mut before)), None)
            }
        };
        let body = self.block_of(node, "body");
        StatementKind::Loop(Box::new(Loop { kind, before, condition, step, body }))
    }

    fn gone_through(&mut self, node: Node<'t>, before: &mut Vec<Statement>) {
        if let Some(first) = field(node, "initializer") {
            self.statement(first, before);
        }
        let ty = self.base_type(node);
        let Some(part) = field(node, "declarator") else { return };
        let declarator = declarator_of(part);
        let name = declarator.name.map(|name| self.line(name)).unwrap_or_default();
        let is_const = ty.split(' ').any(|word| word == "const");
        let ty = self.typed(&ty, declarator);
        let kind =
            StatementKind::Declare { name, ty, value: None, is_static: false, is_const, otherwise: None };
        before.push(Statement { kind, span: span_of(part) });
    }

    /// `switch`; labels in a row share an arm.
    pub(super) fn switch(&mut self, node: Node<'t>, into: &mut Vec<Statement>) -> StatementKind {
        let subject = self.condition(node, into);
        let mut arms: Vec<Arm> = Vec::new();
        if let Some(body) = field(node, "body") {
            for child in self.children(body) {
                self.deeper(|reader| reader.in_switch(child, &mut arms));
            }
        }
        StatementKind::Switch { subject, arms }
    }

    fn in_switch(&mut self, node: Node<'t>, arms: &mut Vec<Arm>) {
        if node.kind() != "case_statement" {
            if arms.is_empty() {
                arms.push(Arm { patterns: Vec::new(), guard: None, body: Block::default() });
            }
            if let Some(arm) = arms.last_mut() {
                self.statement(node, &mut arm.body.statements);
                arm.body.span.end = span_of(node).end;
            }
            return;
        }
        let parts = self.parts(node);
        let colon = parts.iter().position(|(_, part)| part.kind() == ":").unwrap_or(parts.len());
        let pattern = self.pattern(parts.get(..colon).unwrap_or_default());
        let start = span_of(node).start;
        match arms.last_mut() {
            Some(arm) if arm.body.statements.is_empty() => arm.patterns.push(pattern),
            _ => {
                let body = Block { statements: Vec::new(), span: Span { start, end: start } };
                arms.push(Arm { patterns: vec![pattern], guard: None, body });
            }
        }
        for (_, part) in parts.into_iter().skip(colon.saturating_add(1)).filter(|(_, part)| part.is_named()) {
            // Labels nest where one stands directly behind another.
            self.deeper(|reader| reader.in_switch(part, arms));
        }
    }

    fn pattern(&self, label: &[(&'t str, Node<'t>)]) -> String {
        let start = label.iter().find(|(_, part)| part.kind() != "case").map(|(_, part)| part.start_byte());
        let end = label.last().map(|(_, part)| part.end_byte());
        let text = start.zip(end).and_then(|(start, end)| self.text.get(start..end));
        super::reader::one_line(text.unwrap_or_default())
    }

    /// Statements of a block, where `list_for_each(a, b) { … }` stands: a call of a macro that loops and a statement.
    /// Such pairs are read here, the rest is handed back.
    pub(super) fn macro_loops(
        &mut self,
        children: Vec<Node<'t>>,
        into: &mut Vec<Statement>,
    ) -> Vec<Node<'t>> {
        let loops = |reader: &Self, node: Node<'t>| reader.is_loop_macro(node);
        if !children.iter().any(|child| loops(self, *child)) {
            return children;
        }
        let mut rest = children.into_iter();
        while let Some(child) = rest.next() {
            if !self.is_loop_macro(child) {
                self.statement(child, into);
                continue;
            }
            let head = self.children(child).first().map(|call| self.expression(bare(*call)));
            let body = rest.next().map(|body| self.block(body)).unwrap_or_default();
            let span = Span { start: span_of(child).start, end: body.span.end.max(span_of(child).end) };
            let (kind, before, step) = (LoopKind::ForEach, Vec::new(), None);
            let kind = StatementKind::Loop(Box::new(Loop { kind, before, condition: head, step, body }));
            into.push(Statement { kind, span });
        }
        Vec::new()
    }

    /// Whether a statement is a call of a macro that loops over the next statement: it has no semicolon of its own.
    fn is_loop_macro(&self, node: Node<'t>) -> bool {
        if node.kind() != "expression_statement" || self.text(node).ends_with(';') {
            return false;
        }
        let call = node.named_child(0).filter(|call| call.kind() == "call_expression");
        let name = call.and_then(|call| field(call, "function")).map(|name| self.text(name));
        name.is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            name.contains("foreach") || name.contains("for_each")
        })
    }
}

/// `while (T x = f())` runs `f` in every turn: what is declared before becomes an assignment in the condition.
fn every_turn(condition: Expression, before: &mut [Statement]) -> Expression {
    let Some(Statement { kind: StatementKind::Declare { name, value, .. }, span }) = before.last_mut() else {
        return condition;
    };
    match (&condition.kind, value.take()) {
        (ExpressionKind::Name(declared), Some(initial)) if declared == name => {
            let (target, value) = (Box::new(condition), Box::new(initial));
            Expression { kind: ExpressionKind::Assign { operator: None, target, value }, span: *span }
        }
        (_, initial) => {
            *value = initial;
            condition
        }
    }
}
