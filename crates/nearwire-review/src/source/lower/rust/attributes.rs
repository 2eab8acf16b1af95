//! Attributes: which code is a test, and what is derived.

use tree_sitter::Node;

use super::Lowering;
use super::tree::{children, first, last_name, parts};

/// What the attributes before an item say.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// It is a test, or compiled for tests only.
    pub(super) is_test: bool,
    /// The traits that are derived.
    pub(super) derived: Vec<String>,
}

impl Lowering<'_> {
    /// Takes in an `attribute_item` or `inner_attribute_item`.
    pub(super) fn attribute(&self, node: Node<'_>, attributes: &mut Attributes) {
        let Some(attribute) = first(node) else { return };
        let Some(path) = first(attribute) else { return };
        let arguments = attribute.child_by_field_name("arguments");
        match (self.slice(last_name(path)), arguments) {
            ("cfg", Some(arguments)) => attributes.is_test |= self.needs_test(arguments),
            ("derive", Some(arguments)) => attributes.derived.extend(self.derived(arguments)),
            (name, _) => attributes.is_test |= marks_test(name),
        }
    }

    /// Whether a predicate of `cfg` holds in tests only: `test`, `all(test, …)`.
    fn needs_test(&self, arguments: Node<'_>) -> bool {
        let tokens: Vec<Node<'_>> = parts(arguments).collect();
        tokens.iter().enumerate().any(|(number, token)| {
            let next = tokens.get(number.saturating_add(1)).filter(|next| next.kind() == "token_tree");
            match (self.slice(*token), next) {
                ("test", None) => true,
                ("all", Some(inner)) => {
                    parts(*inner).any(|token| self.slice(token) == "test" && is_flag(token))
                }
                _ => false,
            }
        })
    }

    /// The last names of the paths in `derive(…)`.
    fn derived(&self, arguments: Node<'_>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut after_colons = false;
        for token in children(arguments) {
            if token.kind() == "identifier" {
                if after_colons {
                    names.pop();
                }
                names.push(self.slice(token).to_owned());
            }
            after_colons = token.kind() == "::";
        }
        names
    }
}

/// Whether a token of `all(…)` stands for itself, and is not the value in `feature = "test"`.
fn is_flag(token: Node<'_>) -> bool {
    token.kind() == "identifier"
}

/// Whether an attribute of this name makes a function a test or a benchmark.
fn marks_test(name: &str) -> bool {
    matches!(name, "test" | "rstest" | "bench" | "test_case" | "quickcheck") || name.ends_with("_test")
}
