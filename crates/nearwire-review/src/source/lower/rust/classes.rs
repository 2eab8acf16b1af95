//! Structs, unions, enums, traits, and `impl` blocks.

use tree_sitter::Node;

use super::Lowering;
use super::attributes::Attributes;
use super::owners::Addition;
use super::pieces::Brackets;
use super::tree::{last_name, parts, span};
use crate::source::model::{Access, Class, ClassKind, Member, MemberKind, Span};

/// What the body of a trait or `impl` block holds.
#[derive(Default)]
struct Associated {
    members: Vec<Member>,
    macros: Vec<(String, Span)>,
}

impl Lowering<'_> {
    /// Takes in a struct, union or enum.
    pub(super) fn class(&mut self, node: Node<'_>, attributes: &Attributes) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let kind = match node.kind() {
            "enum_item" => ClassKind::Enum,
            "union_item" => ClassKind::Union,
            _ => ClassKind::Struct,
        };
        let class = Class {
            name: self.slice(name).to_owned(),
            kind,
            bases: attributes.derived.clone(),
            members: node.child_by_field_name("body").map(|body| self.fields(body)).unwrap_or_default(),
            macros: Vec::new(),
            span: span(node),
            name_span: span(name),
        };
        self.owners.declare(class);
    }

    fn fields(&mut self, body: Node<'_>) -> Vec<Member> {
        if body.kind() == "ordered_field_declaration_list" {
            return self.numbered_fields(body);
        }
        parts(body).filter_map(|node| self.named_field(node)).collect()
    }

    fn named_field(&mut self, node: Node<'_>) -> Option<Member> {
        let name = self.field(node, "name").to_owned();
        match node.kind() {
            "field_declaration" => {
                Some(field(name, self.field(node, "type").to_owned(), access_of(node), span(node)))
            }
            "enum_variant" => Some(Member {
                kind: MemberKind::Enumerator,
                is_const: true,
                initial: node.child_by_field_name("value").map(|value| self.expression(value)),
                ..field(name, self.field(node, "body").to_owned(), Access::Public, span(node))
            }),
            _ => None,
        }
    }

    fn numbered_fields(&self, body: Node<'_>) -> Vec<Member> {
        let mut access = Access::Private;
        let mut members = Vec::new();
        for node in parts(body) {
            match node.kind() {
                "visibility_modifier" => access = Access::Public,
                "attribute_item" | "ERROR" => {}
                _ => {
                    let name = members.len().to_string();
                    members.push(field(name, self.slice(node).to_owned(), access, span(node)));
                    access = Access::Private;
                }
            }
        }
        members
    }

    /// Takes in a trait.
    pub(super) fn declare_trait(&mut self, node: Node<'_>) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let bounds = node.child_by_field_name("bounds").into_iter().flat_map(parts);
        let bounds = bounds.filter(|bound| !matches!(bound.kind(), "lifetime" | "removed_trait_bound"));
        let bases = bounds.map(|bound| self.slice(last_name(bound)).to_owned()).collect();
        let Associated { members, macros } = self.associated(node, self.slice(name), Some(Access::Public));
        let class = Class {
            name: self.slice(name).to_owned(),
            kind: ClassKind::Trait,
            bases,
            members,
            macros,
            span: span(node),
            name_span: span(name),
        };
        self.owners.declare(class);
    }

    /// Takes in an `impl` block.
    pub(super) fn implementation(&mut self, node: Node<'_>) {
        let Some(name) = node.child_by_field_name("type").map(last_name) else { return };
        let base = node.child_by_field_name("trait").map(|base| self.slice(last_name(base)).to_owned());
        let access = base.is_some().then_some(Access::Public);
        let Associated { members, macros } = self.associated(node, self.slice(name), access);
        let name_span = span(name);
        let name = self.slice(name).to_owned();
        self.owners.add(Addition { name, base, members, macros, span: span(node), name_span });
    }

    /// Reads the body of a trait or `impl` block. In one for a trait, everything is as public as the trait.
    fn associated(&mut self, node: Node<'_>, class: &str, access: Option<Access>) -> Associated {
        let mut associated = Associated::default();
        if let Some(body) = node.child_by_field_name("body") {
            self.deeper(|lowering| lowering.associated_in(body, class, access, &mut associated));
        }
        associated
    }

    fn associated_in(&mut self, body: Node<'_>, class: &str, access: Option<Access>, found: &mut Associated) {
        let mut attributes = Attributes::default();
        for node in parts(body) {
            let own = access.unwrap_or_else(|| access_of(node));
            match node.kind() {
                "attribute_item" => {
                    self.attribute(node, &mut attributes);
                    continue;
                }
                "function_item" => {
                    found.members.push(self.method(node, own));
                    self.as_test(attributes.is_test, |lowering| lowering.function(node, Some(class)));
                }
                "function_signature_item" => found.members.push(self.method(node, own)),
                "const_item" => found.members.push(self.associated_constant(node, own)),
                "macro_invocation" => {
                    found.macros.push((self.macro_name(node).to_owned(), span(node)));
                    self.associated_in_macro(node, class, access, found);
                }
                "ERROR" => {
                    self.deeper(|lowering| lowering.associated_in(node, class, access, found));
                }
                _ => {}
            }
            attributes = Attributes::default();
        }
    }

    /// Reads what a macro in such a body wraps.
    fn associated_in_macro(
        &mut self,
        node: Node<'_>,
        class: &str,
        access: Option<Access>,
        found: &mut Associated,
    ) {
        let Some(tree) = parts(node).find(|part| part.kind() == "token_tree") else { return };
        if let Some(again) = self.wrapped(&Brackets::of(tree)) {
            self.deeper(|lowering| lowering.associated_in(again.root_node(), class, access, found));
        }
    }

    fn associated_constant(&mut self, node: Node<'_>, access: Access) -> Member {
        let (name, ty) = (self.field(node, "name").to_owned(), self.field(node, "type").to_owned());
        let initial = node.child_by_field_name("value").map(|value| self.expression(value));
        Member { is_static: true, is_const: true, initial, ..field(name, ty, access, span(node)) }
    }
}

fn field(name: String, ty: String, access: Access, span: Span) -> Member {
    Member {
        name,
        kind: MemberKind::Field,
        ty,
        access,
        is_static: false,
        is_const: false,
        initial: None,
        span,
    }
}

fn access_of(node: Node<'_>) -> Access {
    match parts(node).any(|child| child.kind() == "visibility_modifier") {
        true => Access::Public,
        false => Access::Private,
    }
}
