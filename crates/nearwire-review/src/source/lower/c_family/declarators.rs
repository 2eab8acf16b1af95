//! Declarators: the part of a declaration that names what it declares and adds to its type.

use tree_sitter::Node;

use super::reader::{Reader, field, one_line};
use crate::source::model::Parameter;

/// What a declarator says.
#[derive(Clone, Copy)]
pub(super) struct Declarator<'t> {
    /// The name, or path, or pattern; nothing in an abstract declarator.
    pub(super) name: Option<Node<'t>>,
    /// The innermost part with parameters, if what is declared is a function and not a pointer to one.
    pub(super) function: Option<Node<'t>>,
    /// The initial value: an expression, a list in braces, or one in parentheses.
    pub(super) value: Option<Node<'t>>,
    /// Whether it declares a pointer.
    pub(super) is_pointer: bool,
    /// All of it without the value.
    whole: Node<'t>,
}

/// Reads a declarator from the outside in.
pub(super) fn declarator_of(node: Node<'_>) -> Declarator<'_> {
    let mut found = Declarator { name: None, function: None, value: None, is_pointer: false, whole: node };
    let mut next = Some(node);
    while let Some(node) = next {
        next = match node.kind() {
            "init_declarator" => {
                found.value = field(node, "value");
                found.whole = field(node, "declarator").unwrap_or(node);
                field(node, "declarator")
            }
            "function_declarator" | "abstract_function_declarator" => {
                found.function = Some(node);
                field(node, "declarator")
            }
            "pointer_declarator" | "pointer_type_declarator" | "abstract_pointer_declarator" => {
                found.function = None;
                found.is_pointer = true;
                field(node, "declarator")
            }
            "array_declarator" | "abstract_array_declarator" => {
                found.function = None;
                field(node, "declarator")
            }
            "reference_declarator" | "abstract_reference_declarator" => {
                found.function = None;
                last_declarator(node)
            }
            "parenthesized_declarator"
            | "abstract_parenthesized_declarator"
            | "attributed_declarator"
            | "variadic_declarator" => last_declarator(node),
            _ => {
                found.name = Some(node);
                None
            }
        };
    }
    found
}

/// The declarator inside of one that has no field for it.
fn last_declarator(node: Node<'_>) -> Option<Node<'_>> {
    let count = u32::try_from(node.named_child_count()).unwrap_or_default();
    let mut inner = (0..count.min(4)).filter_map(|number| node.named_child(number));
    inner.rfind(|child| !matches!(child.kind(), "attribute_declaration" | "ms_call_modifier" | "ERROR"))
}

impl<'t> Reader<'t> {
    /// The type of what a declarator declares: the type before it, and what it adds.
    pub(super) fn typed(&self, base: &str, declarator: Declarator<'t>) -> String {
        let cut = declarator.function.or(declarator.name);
        let whole = declarator.whole.byte_range();
        let (before, after) = match cut.map(|cut| cut.byte_range()) {
            Some(cut) => (
                self.text.get(whole.start..cut.start).unwrap_or_default(),
                self.text.get(cut.end..whole.end).unwrap_or_default(),
            ),
            None => (self.text(declarator.whole), ""),
        };
        let added = one_line(&format!("{before}{after}"));
        if added.is_empty() {
            base.to_owned()
        } else if added.starts_with('[') || base.is_empty() {
            format!("{base}{added}")
        } else {
            format!("{base} {added}")
        }
    }

    /// The type that a declaration begins with, without storage class: `const char`, `struct foo`, `T`.
    pub(super) fn base_type(&mut self, declaration: Node<'t>) -> String {
        let mut words: Vec<String> = Vec::new();
        for (name, part) in self.parts(declaration) {
            match (name, part.kind()) {
                ("declarator" | "body" | "parameters", _) => break,
                ("type", _) => words.push(self.type_name(part)),
                (_, "type_qualifier") => {
                    let word = self.text(part);
                    if !matches!(word, "constexpr" | "consteval" | "constinit" | "mutable") {
                        words.push(word.to_owned());
                    }
                }
                _ => {}
            }
        }
        words.join(" ")
    }

    /// A type as written, a body in braces left out: `struct point` of `struct point { int x; }`.
    fn type_name(&self, node: Node<'t>) -> String {
        let end = field(node, "body").map_or(node.end_byte(), |body| body.start_byte());
        one_line(self.text.get(node.start_byte()..end).unwrap_or_default())
    }

    /// The parameters of a function.
    pub(super) fn parameters(&mut self, list: Node<'t>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for part in self.children(list) {
            match part.kind() {
                "parameter_declaration"
                | "optional_parameter_declaration"
                | "variadic_parameter_declaration" => {
                    parameters.push(self.parameter(part));
                }
                // The style before C89: the types stand behind the parentheses.
                "identifier" => {
                    parameters.push(Parameter { name: self.text(part).to_owned(), ty: String::new() });
                }
                _ => {}
            }
        }
        // `f(void)` has none.
        match parameters.as_slice() {
            [only] if only.name.is_empty() && only.ty == "void" => Vec::new(),
            _ => parameters,
        }
    }

    fn parameter(&mut self, node: Node<'t>) -> Parameter {
        let base = self.base_type(node);
        match field(node, "declarator") {
            Some(part) => {
                let mut declarator = declarator_of(part);
                // A parameter of function type is a pointer to it: all but the name belongs to the type.
                declarator.function = None;
                let name = declarator.name.map(|name| self.text(name).to_owned()).unwrap_or_default();
                Parameter { name, ty: self.typed(&base, declarator) }
            }
            None => Parameter { name: String::new(), ty: base },
        }
    }
}
