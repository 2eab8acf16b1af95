//! Declarations: what stands in a file or namespace, and variables in functions.

use tree_sitter::Node;

use super::calls::last_name;
use super::declarators::{Declarator, declarator_of};
use super::reader::{Reader, field, span_of};
use crate::source::model::{Constant, Expression, ExpressionKind, Language, Statement, StatementKind};

/// The words before a type that matter.
#[derive(Clone, Copy, Default)]
pub(super) struct Words {
    /// `static`
    pub(super) is_static: bool,
    /// `const`, before a type.
    pub(super) is_const: bool,
    /// `constexpr`
    pub(super) is_constexpr: bool,
    /// `virtual`
    pub(super) is_virtual: bool,
    /// `extern`
    pub(super) is_extern: bool,
}

impl Words {
    /// Whether a variable with this declarator never changes.
    pub(super) fn fixed(self, declarator: Declarator<'_>, ty: &str) -> bool {
        let behind_pointer = ty.rsplit('*').next().is_some_and(|last| last.contains("const"));
        self.is_constexpr || if declarator.is_pointer { behind_pointer } else { self.is_const }
    }
}

impl<'t> Reader<'t> {
    /// What a file, namespace or part of it declares.
    pub(super) fn items(&mut self, node: Node<'t>) {
        let mut head = None;
        for child in self.children(node) {
            match child.kind() {
                // A function whose head could not be parsed as a part of it.
                "compound_statement" if head.is_some() => {
                    if let Some(head) = head.take() {
                        self.headless(head, child);
                    }
                }
                "compound_statement" | "if_statement" | "while_statement" | "for_statement"
                | "do_statement" | "switch_statement" | "case_statement" | "labeled_statement"
                | "try_statement" => self.deeper(|reader| reader.items(child)),
                _ => self.deeper(|reader| reader.item(child)),
            }
            head = self.head_in(child).or(head.filter(|_| child.kind() == "ERROR"));
        }
    }

    fn item(&mut self, node: Node<'t>) {
        match node.kind() {
            "function_definition" => self.function(node, None),
            "declaration" => self.globals(node),
            "class_specifier" | "struct_specifier" | "union_specifier" | "enum_specifier"
            | "type_definition" => self.type_item(node),
            "namespace_definition"
            | "linkage_specification"
            | "declaration_list"
            | "template_declaration"
            | "ERROR"
            | "else_clause"
            | "export_declaration" => self.items(node),
            _ => {}
        }
    }

    /// The head of a function in what could not be parsed, if it ends with one; the name of a macro that stands for a
    /// head, or of a function without a type: `TEST(a) { … }`.
    fn head_in(&mut self, node: Node<'t>) -> Option<Node<'t>> {
        match node.kind() {
            "ERROR" => {
                let parts = self.children(node);
                let is_head = |part: &Node<'t>| declarator_of(*part).function.is_some();
                let head = parts.iter().rfind(|part| part.kind().ends_with("_declarator") && is_head(part));
                head.copied().or_else(|| parts.last().copied().and_then(called_name))
            }
            "expression_statement" if !self.text(node).ends_with(';') => called_name(node.named_child(0)?),
            _ => called_name(node),
        }
    }

    /// A declaration outside of functions: variables and prototypes.
    fn globals(&mut self, node: Node<'t>) {
        self.types_in(node);
        let words = self.words(node);
        let base = self.base_type(node);
        for (part, value) in self.declared(node) {
            let declarator = declarator_of(part);
            let Some(name_node) = declarator.name else { continue };
            let name = self.line(last_name(name_node));
            if declarator.function.is_some() || name_node.kind() == "operator_cast" {
                self.prototypes.push((name, span_of(name_node)));
                continue;
            }
            let ty = self.typed(&base, declarator);
            let value = value.or(declarator.value).map(|value| self.initial(value, &ty));
            if name.is_empty() || (words.is_extern && value.is_none()) {
                continue;
            }
            let is_const = words.fixed(declarator, &ty);
            self.constants.push(Constant { name, ty, value, is_const, span: span_of(node) });
        }
    }

    /// A declaration in a function.
    pub(super) fn local(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        self.types_in(node);
        let words = self.words(node);
        let base = self.base_type(node);
        for (part, value) in self.declared(node) {
            let declarator = declarator_of(part);
            let Some(name_node) = declarator.name else { continue };
            let name = self.line(name_node);
            let (ty, value) = match declarator.function {
                Some(function) => match self.constructed(function, &base, words) {
                    Some(value) => (self.typed(&base, declarator), Some(value)),
                    None => {
                        self.prototypes.push((name, span_of(name_node)));
                        continue;
                    }
                },
                None => {
                    let ty = self.typed(&base, declarator);
                    let value = value.or(declarator.value).map(|value| self.initial(value, &ty));
                    (ty, value)
                }
            };
            let is_const = words.fixed(declarator, &ty);
            let is_static = words.is_static;
            let kind = StatementKind::Declare { name, ty, value, is_static, is_const, otherwise: None };
            into.push(Statement { kind, span: span_of(node) });
        }
        if node.has_error() {
            self.lost(node, into);
        }
    }

    /// `T x(a, b)` that the grammar took for the declaration of a function.
    fn constructed(&mut self, function: Node<'t>, base: &str, words: Words) -> Option<Expression> {
        let parameters = field(function, "parameters")?;
        let makes = self.language == Language::Cpp
            && !words.is_extern
            && base != "void"
            && self.makes_variable(parameters);
        if !makes {
            return None;
        }
        let arguments = self.parameters_as_arguments(parameters);
        let kind =
            ExpressionKind::Construct { ty: base.to_owned(), fields: Vec::new(), arguments, is_new: false };
        Some(Expression { kind, span: span_of(function) })
    }

    /// The initial value of a variable of this type.
    pub(super) fn initial(&mut self, value: Node<'t>, ty: &str) -> Expression {
        match value.kind() {
            "argument_list" | "initializer_list" => {
                let kind = self.listed(ty.to_owned(), value);
                Expression { kind, span: span_of(value) }
            }
            _ => self.expression(value),
        }
    }

    /// The expressions in the parts of a declaration that could not be parsed.
    fn lost(&mut self, node: Node<'t>, into: &mut Vec<Statement>) {
        for child in self.children(node) {
            if child.kind() == "ERROR" {
                self.statement(child, into);
            }
        }
    }

    /// The declarators of a declaration, each with the value that stands behind it without an `init_declarator`.
    pub(super) fn declared(&mut self, node: Node<'t>) -> Vec<(Node<'t>, Option<Node<'t>>)> {
        let mut declared: Vec<(Node<'t>, Option<Node<'t>>)> = Vec::new();
        for (name, part) in self.parts(node) {
            match name {
                "declarator" => declared.push((part, None)),
                "value" | "default_value" => {
                    if let Some((_, value)) = declared.last_mut() {
                        *value = Some(part);
                    }
                }
                _ => {}
            }
        }
        declared
    }

    /// The words before the type of a declaration.
    pub(super) fn words(&mut self, node: Node<'t>) -> Words {
        let mut words = Words::default();
        for (name, part) in self.parts(node) {
            if name == "declarator" {
                break;
            }
            match (part.kind(), self.text(part)) {
                (_, "static") => words.is_static = true,
                (_, "extern") => words.is_extern = true,
                (_, "virtual") => words.is_virtual = true,
                ("type_qualifier", "const") => words.is_const = true,
                ("type_qualifier", "constexpr" | "consteval") => words.is_constexpr = true,
                _ => {}
            }
        }
        words
    }

    /// The types that a declaration defines on the way: `struct point { int x; } origin;`.
    pub(super) fn types_in(&mut self, node: Node<'t>) {
        if let Some(ty) = field(node, "type").filter(|ty| field(*ty, "body").is_some()) {
            self.class(ty, None);
        }
    }
}

/// The name of what a call calls, if it is no more than a name.
fn called_name(node: Node<'_>) -> Option<Node<'_>> {
    let call = Some(node).filter(|node| node.kind() == "call_expression")?;
    field(call, "function").filter(|name| name.kind() == "identifier")
}
