//! `use` declarations.

use tree_sitter::Node;

use super::Lowering;
use super::tree::{first, parts};

impl Lowering<'_> {
    /// Takes in what a `use` declaration names.
    pub(super) fn import(&mut self, node: Node<'_>) {
        if let Some(argument) = node.child_by_field_name("argument") {
            self.import_clause("", argument);
        }
    }

    fn import_clause(&mut self, prefix: &str, node: Node<'_>) {
        match node.kind() {
            "use_as_clause" => {
                let path = node.child_by_field_name("path").map(|path| self.path(path));
                self.includes.push(joined(prefix, &path.unwrap_or_default()));
            }
            "use_wildcard" => {
                let path = first(node).map(|path| self.path(path)).unwrap_or_default();
                self.includes.push(joined(&joined(prefix, &path), "*"));
            }
            "scoped_use_list" => {
                let path = node.child_by_field_name("path").map(|path| self.path(path)).unwrap_or_default();
                if let Some(list) = node.child_by_field_name("list") {
                    self.import_list(&joined(prefix, &path), list);
                }
            }
            "use_list" => self.import_list(prefix, node),
            "self" if !prefix.is_empty() => self.includes.push(prefix.to_owned()),
            "ERROR" => {}
            _ => {
                let path = self.path(node);
                self.includes.push(joined(prefix, &path));
            }
        }
    }

    fn import_list(&mut self, prefix: &str, list: Node<'_>) {
        self.deeper(|lowering| parts(list).for_each(|clause| lowering.import_clause(prefix, clause)));
    }
}

fn joined(prefix: &str, path: &str) -> String {
    match (prefix, path) {
        ("", path) => path.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, path) => format!("{prefix}::{path}"),
    }
}
