//! Classes, structs, unions and enums.

use tree_sitter::Node;

use super::calls::last_name;
use super::declarators::{Declarator, declarator_of};
use super::functions::{function_part, parameters_of};
use super::reader::{Reader, field, span_of};
use crate::source::model::{Access, Class, ClassKind, Member, MemberKind, QtRole};

/// A class that is being read.
struct Open {
    name: String,
    members: Vec<Member>,
    access: Access,
    qt: Option<QtRole>,
}

impl<'t> Reader<'t> {
    /// A type by itself, or in a `typedef` that may name it.
    pub(super) fn type_item(&mut self, node: Node<'t>) {
        if node.kind() != "type_definition" {
            return self.class(node, None);
        }
        let Some(ty) = field(node, "type") else { return };
        let name = field(node, "declarator").and_then(|part| declarator_of(part).name);
        self.class(ty, name);
    }

    /// A class, unless it has no body here. Without a name of its own it has that of its `typedef`.
    pub(super) fn class(&mut self, node: Node<'t>, typedef: Option<Node<'t>>) {
        let (Some(body), Some(kind)) = (field(node, "body"), kind_of(node)) else { return };
        let named = field(node, "name").or(typedef);
        let name_node = named.map(last_name);
        let name = name_node.map(|name| self.line(name)).unwrap_or_default();
        let access = if kind == ClassKind::Class { Access::Private } else { Access::Public };
        let mut open = Open { name, members: Vec::new(), access, qt: None };
        let bases = self.bases(node);
        self.deeper(|reader| match kind {
            ClassKind::Enum => reader.enumerators(body, &mut open),
            _ => reader.members(body, &mut open),
        });
        let name_span = name_node.map_or(span_of(node), span_of);
        let Open { name, members, .. } = open;
        let span = span_of(node);
        self.classes.push(Class { name, kind, bases, members, macros: Vec::new(), span, name_span });
    }

    fn bases(&mut self, node: Node<'t>) -> Vec<String> {
        let clauses = self.children(node);
        let clause = clauses.into_iter().find(|child| child.kind() == "base_class_clause");
        let parts = clause.map(|clause| self.children(clause)).unwrap_or_default();
        let types = parts.into_iter().filter(|part| {
            matches!(part.kind(), "type_identifier" | "qualified_identifier" | "template_type")
        });
        types.map(|ty| self.line(ty)).collect()
    }

    fn enumerators(&mut self, list: Node<'t>, open: &mut Open) {
        for entry in self.children(list) {
            if entry.kind() == "ERROR" {
                self.deeper(|reader| reader.enumerators(entry, open));
            }
            let Some(name) = field(entry, "name").filter(|_| entry.kind() == "enumerator") else { continue };
            let initial = field(entry, "value").map(|value| self.expression(value));
            let (name, ty) = (self.line(name), open.name.clone());
            open.members.push(Member {
                name,
                kind: MemberKind::Enumerator,
                ty,
                access: Access::Public,
                is_static: false,
                is_const: true,
                initial,
                span: span_of(entry),
            });
        }
    }

    fn members(&mut self, list: Node<'t>, open: &mut Open) {
        for child in self.children(list) {
            match child.kind() {
                "access_specifier" => self.section(child, open),
                "field_declaration" | "declaration" => self.member(child, open),
                "function_definition" => self.method(child, open),
                "template_declaration" | "ERROR" => {
                    self.deeper(|reader| reader.members(child, open));
                }
                "class_specifier" | "struct_specifier" | "union_specifier" | "enum_specifier"
                | "type_definition" => self.type_item(child),
                "friend_declaration" => {
                    self.deeper(|reader| reader.items(child));
                }
                _ => {}
            }
        }
    }

    fn section(&self, node: Node<'t>, open: &mut Open) {
        open.access = match self.text(node) {
            "public" => Access::Public,
            "protected" => Access::Protected,
            _ => Access::Private,
        };
        let start = span_of(node).start;
        let place = self.sections.binary_search_by_key(&start, |(at, _)| *at).ok();
        open.qt = place.and_then(|place| self.sections.get(place)).map(|(_, role)| *role);
    }

    /// Variables and methods without a body.
    fn member(&mut self, node: Node<'t>, open: &mut Open) {
        let ty = field(node, "type").filter(|ty| field(*ty, "body").is_some());
        let declared = self.declared(node);
        match ty {
            // What stands in a struct or union without a name belongs to the one around it.
            Some(ty)
                if declared.is_empty() && field(ty, "name").is_none() && ty.kind() != "enum_specifier" =>
            {
                if let Some(body) = field(ty, "body") {
                    return self.deeper(|reader| reader.members(body, open));
                }
            }
            Some(ty) => self.class(ty, None),
            None => {}
        }
        for (part, value) in declared {
            let declarator = declarator_of(part);
            let Some(name) = declarator.name else { continue };
            let is_method = declarator.function.is_some() || name.kind() == "operator_cast";
            let mut member = if is_method {
                self.method_member(node, declarator, open)
            } else {
                self.field_member(node, declarator, open)
            };
            member.name = self.method_name(name);
            // `= 0` of a method is no value.
            if let Some(value) = value.or(declarator.value).filter(|_| !is_method) {
                let ty = member.ty.clone();
                member.initial = Some(self.initial(value, &ty));
            }
            open.members.push(member);
        }
    }

    /// A method with a body, or one that is deleted or defaulted.
    fn method(&mut self, node: Node<'t>, open: &mut Open) {
        if let Some(declarator) = field(node, "declarator").map(declarator_of)
            && let Some(name) = declarator.name
        {
            let mut member = self.method_member(node, declarator, open);
            member.name = self.method_name(name);
            if let MemberKind::Method { has_body, .. } = &mut member.kind {
                *has_body = field(node, "body").is_some();
            }
            open.members.push(member);
        }
        let class = open.name.clone();
        self.function(node, Some(&class).filter(|class| !class.is_empty()).map(String::as_str));
    }

    fn method_member(&mut self, node: Node<'t>, declarator: Declarator<'t>, open: &Open) -> Member {
        let words = self.words(node);
        let list = parameters_of(declarator);
        let parameters = list.map(|list| self.parameters(list)).unwrap_or_default();
        let behind = function_part(declarator).map(|function| self.children(function)).unwrap_or_default();
        let is_const =
            behind.iter().any(|part| part.kind() == "type_qualifier" && self.text(*part) == "const");
        let is_virtual = words.is_virtual || behind.iter().any(|part| part.kind() == "virtual_specifier");
        let qt = open.qt;
        Member {
            name: String::new(),
            kind: MemberKind::Method { parameters, qt, is_virtual, is_const, has_body: false },
            ty: self.returned(node, declarator),
            access: open.access,
            is_static: words.is_static,
            is_const,
            initial: None,
            span: span_of(node),
        }
    }

    fn field_member(&mut self, node: Node<'t>, declarator: Declarator<'t>, open: &Open) -> Member {
        let words = self.words(node);
        let base = self.base_type(node);
        let ty = self.typed(&base, declarator);
        Member {
            name: String::new(),
            kind: MemberKind::Field,
            access: open.access,
            is_static: words.is_static,
            is_const: words.fixed(declarator, &ty),
            ty,
            initial: None,
            span: span_of(node),
        }
    }
}

fn kind_of(node: Node<'_>) -> Option<ClassKind> {
    match node.kind() {
        "class_specifier" => Some(ClassKind::Class),
        "struct_specifier" => Some(ClassKind::Struct),
        "union_specifier" => Some(ClassKind::Union),
        "enum_specifier" => Some(ClassKind::Enum),
        _ => None,
    }
}
