//! Macros: what is between their brackets is read as expressions as far as it looks like them.

use tree_sitter::{Node, Tree};

use super::Lowering;
use super::attributes::Attributes;
use super::pieces::{Brackets, Piece, is_block, is_leaf};
use super::statements::is_item;
use super::tree::{children, first, last_name, parts, span, span_of};
use crate::source::model::{BinaryOperator, Expression, ExpressionKind, Span, Statement, StatementKind};

impl<'a> Lowering<'a> {
    /// Reads a macro where an expression can stand.
    pub(super) fn invocation(&mut self, node: Node<'_>) -> ExpressionKind {
        let name = self.macro_name(node);
        let Some(tree) = parts(node).find(|part| part.kind() == "token_tree") else {
            return ExpressionKind::Macro {
                name: name.to_owned(),
                arguments: Vec::new(),
                text: String::new(),
            };
        };
        let brackets = Brackets::of(tree);
        if name == "matches"
            && let Some(kind) = self.matches(&brackets)
        {
            return kind;
        }
        let arguments = self.arguments(node, tree, &brackets);
        ExpressionKind::Macro { name: name.to_owned(), arguments, text: self.between(tree).to_owned() }
    }

    /// The last name of a macro: `info` of `log::info!`.
    pub(super) fn macro_name(&self, node: Node<'_>) -> &'a str {
        node.child_by_field_name("macro").map_or("", |name| self.slice(last_name(name)))
    }

    fn between(&self, tree: Node<'_>) -> &'a str {
        let text = self.slice(tree);
        let text = text.get(1..).unwrap_or_default();
        text.strip_suffix([')', ']', '}']).unwrap_or(text)
    }

    fn arguments(&mut self, node: Node<'_>, tree: Node<'_>, brackets: &Brackets<'_>) -> Vec<Expression> {
        let pieces = brackets.pieces();
        let is_simple = |piece: &Piece<'_>| !piece.is_arm && piece.only().is_some_and(is_leaf);
        let is_named = |piece: &Piece<'_>| piece.value().len() < piece.tokens.len();
        let is_call = brackets.open == "{" || !pieces.iter().any(is_named);
        if is_call
            && !pieces.iter().all(is_simple)
            && let Some(arguments) = self.all_at_once(node, tree, brackets)
        {
            return arguments;
        }
        pieces.iter().flat_map(|piece| self.piece(piece, brackets.open != "{")).collect()
    }

    /// Reads them as the arguments of a call, or as statements in braces; `None` where they are not that.
    fn all_at_once(
        &mut self,
        node: Node<'_>,
        tree: Node<'_>,
        brackets: &Brackets<'_>,
    ) -> Option<Vec<Expression>> {
        if brackets.has("=>") {
            return None;
        }
        if brackets.open == "{" {
            let (from, to) = (brackets.tokens.first()?, brackets.tokens.last()?);
            let again = self.rereader.statements(*from, *to).filter(is_sound)?;
            return Some(self.statements_as_arguments(&again));
        }
        if brackets.has(";") {
            return None;
        }
        let exclamation = children(node).find(|child| child.kind() == "!")?;
        let again = self.rereader.call(exclamation, tree).filter(is_sound)?;
        let call = first(again.root_node()).and_then(first)?;
        Some(call.child_by_field_name("arguments").map(|list| self.elements(list)).unwrap_or_default())
    }

    fn statements_as_arguments(&mut self, again: &Tree) -> Vec<Expression> {
        let mut statements = Vec::new();
        for node in parts(again.root_node()) {
            // What is declared in a macro need not come out of it so: only what is done there counts.
            if node.kind() == "function_item" {
                if let Some(body) = node.child_by_field_name("body") {
                    let kind = StatementKind::Block(self.block(body));
                    statements.push(Statement { kind, span: span(body) });
                }
            } else if !is_item(node.kind()) {
                self.statement(node, &Attributes::default(), &mut statements);
            }
        }
        statements.into_iter().map(as_expression).collect()
    }

    /// Reads what stands between two separators; without its name, where it may have one.
    fn piece(&mut self, piece: &Piece<'_>, may_be_named: bool) -> Vec<Expression> {
        if let Some(token) = piece.only().filter(|token| is_leaf(*token)) {
            return vec![self.expression(token)];
        }
        if piece.is_arm {
            return self.arm_of_macro(&piece.tokens);
        }
        self.tokens(if may_be_named { piece.value() } else { &piece.tokens })
    }

    /// Reads tokens as statements.
    fn tokens(&mut self, tokens: &[Node<'_>]) -> Vec<Expression> {
        let (Some(from), Some(to)) = (tokens.first(), tokens.last()) else { return Vec::new() };
        match (self.rereader.statements(*from, *to), tokens) {
            // What looks like no expression may hold some: `{ "name": value() }`.
            (Some(again), [tree]) if !is_sound(&again) && tree.kind() == "token_tree" => {
                let pieces = Brackets::of(*tree).pieces();
                let read = |lowering: &mut Self| {
                    pieces.iter().flat_map(|piece| lowering.piece(piece, true)).collect()
                };
                self.deeper(read).unwrap_or_default()
            }
            (Some(again), _) => self.statements_as_arguments(&again),
            (None, _) => Vec::new(),
        }
    }

    /// What stands before `=>`: `pattern = value` as in `select!` declares; what follows `if` is a condition.
    fn arm_of_macro(&mut self, tokens: &[Node<'_>]) -> Vec<Expression> {
        let sign = tokens.iter().position(|token| token.kind() == "=");
        let condition = tokens.iter().position(|token| token.kind() == "if");
        let from = sign.or(condition).map_or(0, |place| place.saturating_add(1));
        let values = self.tokens(tokens.get(from..).unwrap_or_default());
        let pattern = sign.and_then(|sign| tokens.get(..sign)).and_then(|pattern| self.covered(pattern));
        let Some((name, name_span)) = pattern else { return values };
        let declared = values.into_iter().map(|value| {
            let span = Span { start: name_span.start, end: value.span.end };
            let kind = StatementKind::Declare {
                name: name.to_owned(),
                ty: String::new(),
                value: Some(value),
                is_static: false,
                is_const: true,
                otherwise: None,
            };
            as_expression(Statement { kind, span })
        });
        declared.collect()
    }

    /// What tokens say together, and where.
    fn covered(&self, tokens: &[Node<'_>]) -> Option<(&'a str, Span)> {
        let bytes = tokens.first()?.start_byte()..tokens.last()?.end_byte();
        Some((self.text.get(bytes.clone())?, span_of(bytes)))
    }

    /// `matches!(value, pattern if condition)`
    fn matches(&mut self, brackets: &Brackets<'_>) -> Option<ExpressionKind> {
        let comma = brackets.tokens.iter().position(|token| token.kind() == ",")?;
        let (value, pattern) = brackets.tokens.split_at_checked(comma)?;
        let pattern = pattern.split_first().map(|(_, pattern)| pattern)?;
        let pattern = without_comma(pattern);
        let condition = pattern.iter().position(|token| token.kind() == "if");
        let (pattern, condition) = pattern.split_at_checked(condition.unwrap_or(pattern.len()))?;
        let (pattern, _) = self.covered(pattern)?;
        let value = self.tokens(value).into_iter().next()?;
        let matched = ExpressionKind::Matches { pattern: pattern.to_owned(), value: Box::new(value) };
        let condition =
            condition.split_first().and_then(|(_, tokens)| self.tokens(tokens).into_iter().next());
        let Some(condition) = condition else { return Some(matched) };
        let (start, end) = (brackets.tokens.first()?.start_byte(), brackets.tokens.last()?.end_byte());
        let left = Box::new(Expression { kind: matched, span: span_of(start..end) });
        Some(ExpressionKind::Binary {
            operator: BinaryOperator::LogicalAnd,
            left,
            right: Box::new(condition),
        })
    }

    /// Takes in the items in a macro that stands where an item can: what it wraps, it passes on as a rule.
    pub(super) fn items_in_macro(&mut self, node: Node<'_>) {
        let Some(tree) = parts(node).find(|part| part.kind() == "token_tree") else { return };
        let brackets = Brackets::of(tree);
        let blocks = self.macro_name(node) == "cfg_if";
        self.deeper(|lowering| match blocks {
            true => brackets.tokens.iter().filter(|token| is_block(**token)).for_each(|block| {
                lowering.wrapped_items(&Brackets::of(*block));
            }),
            false => lowering.wrapped_items(&brackets),
        });
    }

    fn wrapped_items(&mut self, brackets: &Brackets<'_>) {
        if let Some(again) = self.wrapped(brackets) {
            self.items(again.root_node());
        }
    }

    /// What a macro wraps that stands where an item can.
    pub(super) fn wrapped(&mut self, brackets: &Brackets<'_>) -> Option<Tree> {
        let (from, to) = (brackets.tokens.first()?, brackets.tokens.last()?);
        // What holds neither a body nor a value declares nothing that counts.
        let counts = |token: &Node<'_>| is_block(*token) || matches!(token.kind(), "=" | "use");
        brackets.tokens.iter().any(counts).then(|| self.rereader.statements(*from, *to))?
    }
}

/// A comma may follow the last argument.
fn without_comma<'n, 't>(tokens: &'n [Node<'t>]) -> &'n [Node<'t>] {
    match tokens.split_last() {
        Some((last, rest)) if last.kind() == "," => rest,
        _ => tokens,
    }
}

fn is_sound(tree: &Tree) -> bool {
    !tree.root_node().has_error()
}

fn as_expression(statement: Statement) -> Expression {
    let span = statement.span;
    match statement.kind {
        StatementKind::Expression(expression) => expression,
        _ => Expression { kind: ExpressionKind::Control(Box::new(statement)), span },
    }
}
