//! What sentences call things.

/// What a sentence says that a name is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::claims) enum Hint {
    /// Nothing.
    #[default]
    Any,
    /// A class, struct or the like.
    Class,
    /// A function, method or the like.
    Callable,
    /// A variable, member or the like.
    Value,
    /// A constant.
    Constant,
    /// A macro.
    Macro,
    /// A file.
    File,
}

/// Words for kinds of things. Two in a row (`member function`) mean what the last one says.
pub(super) fn kind(word: &str) -> Option<Hint> {
    Some(match word {
        "class" | "struct" | "structure" | "union" | "enum" | "trait" | "type" => Hint::Class,
        "method" | "function" | "signal" | "slot" | "handler" | "callback" | "syscall" | "procedure" => {
            Hint::Callable
        }
        "variable" | "member" | "field" | "parameter" | "argument" | "attribute" | "property" | "array"
        | "vector" | "buffer" | "pointer" | "list" | "object" | "counter" | "flag" | "descriptor"
        | "string" | "map" | "local" | "global" | "integer" | "data" | "instance" | "container" | "index"
        | "reference" | "set" | "table" | "queue" | "hash" | "struct-member" => Hint::Value,
        "constant" => Hint::Constant,
        "macro" => Hint::Macro,
        "file" | "header" => Hint::File,
        _ => return None,
    })
}

/// What stands before a name and says something of it.
pub(super) const ADJECTIVES: &[&str] = &[
    "static",
    "virtual",
    "private",
    "protected",
    "public",
    "const",
    "constant",
    "global",
    "local",
    "signal",
    "slot",
];

/// Words that change nothing in what a sentence says about code.
pub(super) const FILLERS: &[&str] = &[
    "a",
    "an",
    "the",
    "currently",
    "also",
    "directly",
    "simply",
    "actually",
    "clearly",
    "explicitly",
    "however",
    "therefore",
    "thus",
    "hence",
    "moreover",
    "furthermore",
    "additionally",
    "here",
    "indeed",
    "just",
    "very",
    "own",
    "really",
    "first",
    "second",
    "finally",
    "then",
    "very",
    "existing",
    "given",
    "corresponding",
    "respective",
    "itself",
    "in-fact",
    "obviously",
    "unfortunately",
    "effectively",
    "merely",
    "said",
    "specific",
    "particular",
];
