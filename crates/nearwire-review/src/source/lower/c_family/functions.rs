//! Functions and methods with a body.

use tree_sitter::Node;

use super::calls::last_name;
use super::declarators::{Declarator, declarator_of};
use super::reader::{Reader, field, span_of};
use crate::source::model::{Block, Expression, Function, Parameter, Span, Statement, StatementKind};

impl<'t> Reader<'t> {
    /// A function; `class` is what it stands in. Nothing where it has no body here.
    pub(super) fn function(&mut self, node: Node<'t>, class: Option<&str>) {
        let Some(body) = self.body_node(node) else { return };
        self.types_in(node);
        let Some(declarator) = self.head(node) else {
            // `TEST(a) { … }` reads as a name in parentheses, of the type `TEST`.
            return match field(node, "type").filter(|ty| ty.kind() == "type_identifier") {
                Some(name) => self.headless(name, body),
                None => self.items(node),
            };
        };
        let returns = self.returned(node, declarator);
        let initialisers = self.initialisers(node);
        self.with_body(declarator, body, class, span_of(node), returns, initialisers);
    }

    /// A function whose body follows a head that stands alone.
    pub(super) fn headless(&mut self, head: Node<'t>, body: Node<'t>) {
        let span = Span { start: span_of(head).start, end: span_of(body).end };
        self.with_body(declarator_of(head), body, None, span, String::new(), Vec::new());
    }

    fn with_body(
        &mut self,
        declarator: Declarator<'t>,
        body: Node<'t>,
        class: Option<&str>,
        span: Span,
        returns: String,
        initialisers: Vec<(String, Vec<Expression>)>,
    ) {
        let Some(path) = declarator.name else { return };
        let name_node = last_name(path);
        let class = self.class_in(path).or_else(|| class.map(str::to_owned));
        let list = parameters_of(declarator);
        let mut parameters = list.map(|list| self.parameters(list)).unwrap_or_default();
        self.old_style(body, &mut parameters);
        let body = match body.kind() {
            "compound_statement" => self.block(body),
            _ => {
                let mut statements = Vec::new();
                self.statement(body, &mut statements);
                Block { statements, span: span_of(body) }
            }
        };
        let name = self.method_name(name_node);
        if is_keyword(&name) {
            // A statement outside of functions, after an error: what it holds belongs to no function.
            return;
        }
        let name_span = span_of(name_node);
        let is_test = false;
        self.functions.push(Function {
            name,
            class,
            parameters,
            returns,
            initialisers,
            body,
            span,
            name_span,
            is_test,
        });
    }

    /// The declarator of a function, also where the grammar lost it in an error.
    fn head(&mut self, node: Node<'t>) -> Option<Declarator<'t>> {
        let usual = field(node, "declarator").map(declarator_of);
        if let Some(usual) = usual
            && function_part(usual).is_some()
        {
            return Some(usual);
        }
        let errors = self.children(node).into_iter().filter(|child| child.kind() == "ERROR");
        let errors: Vec<_> = errors.collect();
        let lost = errors.into_iter().flat_map(|error| self.children(error));
        let lost: Vec<_> = lost.collect();
        lost.into_iter().map(declarator_of).find(|lost| lost.function.is_some())
    }

    fn body_node(&mut self, node: Node<'t>) -> Option<Node<'t>> {
        let tried = |reader: &mut Self| {
            reader.children(node).into_iter().find(|child| child.kind() == "try_statement")
        };
        field(node, "body").or_else(|| tried(self))
    }

    /// What a function returns: a type behind an arrow, or the one before its name.
    pub(super) fn returned(&mut self, node: Node<'t>, declarator: Declarator<'t>) -> String {
        let behind = declarator.function.and_then(|function| {
            let parts = self.children(function);
            parts.into_iter().find(|part| part.kind() == "trailing_return_type")
        });
        match behind.and_then(|arrow| arrow.named_child(0)) {
            Some(ty) => self.line(ty),
            None => {
                let base = self.base_type(node);
                self.typed(&base, declarator)
            }
        }
    }

    /// The members that a constructor initialises before its body.
    fn initialisers(&mut self, node: Node<'t>) -> Vec<(String, Vec<Expression>)> {
        let mut lists = self.children(node);
        if let Some(body) = self.body_node(node).filter(|body| body.kind() == "try_statement") {
            lists.extend(self.children(body));
        }
        let mut initialisers = Vec::new();
        for list in lists.into_iter().filter(|child| child.kind() == "field_initializer_list") {
            for entry in self.children(list) {
                let parts = self.children(entry);
                let Some((name, values)) = parts.split_first() else { continue };
                let values = values.iter().flat_map(|list| self.arguments(*list)).collect();
                initialisers.push((self.line(*name), values));
            }
        }
        initialisers
    }

    /// Gives the parameters of a function in the style before C89 their types.
    fn old_style(&mut self, body: Node<'t>, parameters: &mut [Parameter]) {
        if !parameters.iter().any(|parameter| parameter.ty.is_empty()) {
            return;
        }
        let mut before = body.prev_named_sibling();
        while let Some(node) = before.filter(|node| node.kind() == "declaration") {
            let base = self.base_type(node);
            for (part, _) in self.declared(node) {
                let declarator = declarator_of(part);
                let name = declarator.name.map(|name| self.text(name)).unwrap_or_default();
                if let Some(parameter) = parameters.iter_mut().find(|parameter| parameter.name == name) {
                    parameter.ty = self.typed(&base, declarator);
                }
            }
            before = node.prev_named_sibling();
        }
    }

    /// The class in the path of a method: `B` of `A::B::m`.
    fn class_in(&self, mut path: Node<'t>) -> Option<String> {
        let mut class = None;
        while path.kind() == "qualified_identifier" {
            if let Some(scope) = field(path, "scope") {
                class = Some(self.line(last_name(scope)));
            }
            path = field(path, "name")?;
        }
        class
    }

    /// The name of a method: `operator==`, `operator bool`, `~Name`, or as written.
    pub(super) fn method_name(&self, node: Node<'t>) -> String {
        if node.kind() != "operator_cast" {
            return self.line(node).replace("operator ", "operator");
        }
        let end = field(node, "declarator").map_or(node.end_byte(), |list| list.start_byte());
        super::reader::one_line(self.text.get(node.start_byte()..end).unwrap_or_default())
    }

    /// A function definition inside of another: a nested function, one that a missing brace put there, or a macro
    /// with a body.
    pub(super) fn inner_function(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        let declarator = field(node, "declarator").map(declarator_of);
        let head = declarator.and_then(|declarator| declarator.function);
        match (head, field(node, "type"), field(node, "body")) {
            (Some(head), _, Some(body))
                if field(head, "declarator").is_some_and(|name| is_keyword(self.text(name))) =>
            {
                // `MACRO(a) if (b) { … }`
                let list = field(head, "parameters");
                for value in list.map(|list| self.parameters_as_arguments(list)).unwrap_or_default() {
                    let span = Span { end: value.span.end.saturating_add(1), ..value.span };
                    into.push(Statement { kind: StatementKind::Expression(value), span });
                }
                self.statement(body, into);
            }
            (Some(head), None, Some(body)) => {
                let kind = self.declared_call(head);
                let call = Expression { kind, span: span_of(head) };
                let span = Span { end: call.span.end.saturating_add(1), ..call.span };
                into.push(Statement { kind: StatementKind::Expression(call), span });
                self.statement(body, into);
            }
            (Some(_), Some(_), Some(_)) => self.function(node, None),
            _ => self.all_in(node, into),
        }
    }
}

/// Whether a name is none, but begins a statement.
fn is_keyword(name: &str) -> bool {
    matches!(name, "if" | "while" | "for" | "switch" | "return" | "sizeof" | "else" | "do")
}

/// The part of a declarator that makes it a function, also of `operator T()`.
pub(super) fn function_part(declarator: Declarator<'_>) -> Option<Node<'_>> {
    let cast = |path| {
        let name = Some(last_name(path)).filter(|name| name.kind() == "operator_cast");
        declarator_of(field(name?, "declarator")?).function
    };
    declarator.function.or_else(|| cast(declarator.name?))
}

/// The list of parameters of a function.
pub(super) fn parameters_of(declarator: Declarator<'_>) -> Option<Node<'_>> {
    field(function_part(declarator)?, "parameters")
}
