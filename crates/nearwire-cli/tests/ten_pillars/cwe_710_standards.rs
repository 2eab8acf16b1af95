//! CWE-710, standards: what the house forbids, the compiler refuses, in every crate of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The members' directories, as the workspace's manifest names them.
fn members() -> Vec<PathBuf> {
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let list = manifest.split_once("members = [").unwrap().1.split_once("\n]").unwrap().0;
    let members: Vec<PathBuf> = list
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once('"'))
        .map(|(member, _)| workspace().join(member))
        .collect();
    assert!(members.len() >= 3, "found {members:?}");
    members
}

/// Every Rust file below `directory` that is compiled: what the review's tests review, and their corpus, is data.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.ends_with("nearwire-review/tests/fixtures") || path.ends_with("nearwire-review/tests/claims")
        {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn all_sources() -> Vec<PathBuf> {
    let directories = ["src", "tests", "benches", "examples"];
    let found: Vec<PathBuf> = members()
        .iter()
        .flat_map(|member| directories.map(|directory| sources(&member.join(directory))))
        .flatten()
        .collect();
    assert!(found.len() > 50, "found only {} files", found.len());
    found
}

/// The lines of code: without comments, and without what stands in this very file to look for.
fn code(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code).to_owned()).collect()
}

/// Whether unsafe code begins here: a block, a function, an implementation, a foreign block, an attribute.
fn begins_unsafe_code(line: &str) -> bool {
    let word = ["un", "safe"].concat();
    line.match_indices(&word).any(|(at, _)| {
        let alone = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = line[at + word.len()..].trim_start();
        alone
            && (rest.is_empty()
                || ["{", "(", "fn ", "impl", "extern", "trait "].iter().any(|next| rest.starts_with(next)))
    })
}

#[test]
fn unsafe_code_stands_in_one_file_only() {
    let allowed = Path::new("nearwire/src/sys.rs");
    for path in all_sources() {
        if path.ends_with(allowed) {
            continue;
        }
        for (number, line) in code(&path).iter().enumerate() {
            assert!(!begins_unsafe_code(line), "{}:{}: {line}", path.display(), number + 1);
            assert!(
                !line.contains("allow(unsafe_code)") || path.ends_with("cwe_710_standards.rs"),
                "{}:{}: {line}",
                path.display(),
                number + 1
            );
        }
    }
}

#[test]
fn every_block_of_unsafe_code_says_why_it_is_sound() {
    let path = workspace().join("crates/nearwire/src/sys.rs");
    let text = fs::read_to_string(path).unwrap();
    let opening = ["un", "safe {"].concat();
    let (blocks, reasons) = (text.matches(&opening).count(), text.matches("// SAFETY:").count());
    assert!(blocks > 0);
    assert_eq!(blocks, reasons);
}

#[test]
fn every_crate_but_the_library_forbids_unsafe_code() {
    for member in members() {
        let roots = ["src/lib.rs", "src/main.rs"].map(|root| member.join(root));
        let roots: Vec<&PathBuf> = roots.iter().filter(|root| root.exists()).collect();
        assert!(!roots.is_empty(), "{} has no root", member.display());
        for root in roots.into_iter().filter(|_| !member.ends_with("crates/nearwire")) {
            let forbids = code(root).iter().any(|line| line.trim() == "#![forbid(unsafe_code)]");
            assert!(forbids, "{} does not forbid unsafe code", root.display());
        }
    }
}

#[test]
fn every_crate_inherits_the_lint_table() {
    for member in members() {
        let manifest = fs::read_to_string(member.join("Cargo.toml")).unwrap();
        let table = manifest.split_once("[lints]\n").map(|(_, rest)| rest.lines().next().unwrap_or_default());
        assert_eq!(table, Some("workspace = true"), "{}", member.display());
    }
}

#[test]
fn the_lint_table_denies_what_the_standards_forbid() {
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    for lint in [
        "unsafe_code",
        "unsafe_op_in_unsafe_fn",
        "missing_docs",
        "unused_must_use",
        "undocumented_unsafe_blocks",
        "unwrap_used",
        "expect_used",
        "panic",
        "todo",
        "dbg_macro",
        "print_stdout",
        "print_stderr",
        "indexing_slicing",
        "cast_possible_truncation",
        "cast_sign_loss",
        "cast_possible_wrap",
    ] {
        assert!(manifest.contains(&format!("\n{lint} = \"deny\"\n")), "{lint} is not denied");
    }
}

#[test]
fn dead_code_is_removed_not_allowed() {
    let forbidden = ["allow(dead", "_code)"].concat();
    for path in all_sources() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(&forbidden), "{} allows dead code", path.display());
    }
}
