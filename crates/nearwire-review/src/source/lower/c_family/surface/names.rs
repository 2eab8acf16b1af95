//! Kinds of words.

/// Whether a name is written as macros are: `Q_OBJECT`.
pub(super) fn is_macro_name(word: &str) -> bool {
    let mut bytes = word.bytes();
    word.len() > 2
        && bytes.next().is_some_and(|first| first.is_ascii_uppercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && word.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Whether a word stands before the name of a type.
pub(super) fn is_type_prefix(word: &str) -> bool {
    matches!(
        word,
        "const"
            | "struct"
            | "union"
            | "enum"
            | "class"
            | "unsigned"
            | "signed"
            | "long"
            | "short"
            | "typename"
    )
}

/// Whether a word begins or is a type, so that no other type stands before it.
pub(super) fn is_type_word(word: &str) -> bool {
    matches!(
        word,
        "static"
            | "inline"
            | "extern"
            | "virtual"
            | "explicit"
            | "constexpr"
            | "typedef"
            | "struct"
            | "class"
            | "union"
            | "enum"
            | "unsigned"
            | "signed"
            | "void"
            | "char"
            | "short"
            | "int"
            | "long"
            | "float"
            | "double"
            | "bool"
            | "auto"
            | "typename"
            | "template"
    )
}
