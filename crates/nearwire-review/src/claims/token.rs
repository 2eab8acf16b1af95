//! A sentence as words, names, numbers and signs.

mod code;
mod words;

pub(super) use code::{Named, number, parts_of_code};

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word, in small letters, with its spelling made one.
    Word(String),
    /// A word that is written like a name, or stands as code.
    Name(Named),
    /// A number.
    Number(i128),
    /// An operator: `==`.
    Sign(&'static str),
    /// Code that is more than names, numbers and comparisons, as written.
    Code(String),
    /// What separates parts of a sentence: `,` `;` `:` `(` `)`.
    Break(char),
}

/// Pieces of one sentence that are read; a sentence with more is not understood.
pub(super) const MAX_TOKENS: usize = 200;

/// Cuts a sentence into pieces.
pub(super) fn tokens(sentence: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let plain = sentence.replace("**", "").replace(['’', '‘'], "'").replace(['“', '”'], "\"");
    for (number, part) in plain.split('`').enumerate() {
        if number % 2 == 1 {
            tokens.extend(parts_of_code(part));
        } else {
            words::prose(part, &mut tokens);
        }
        if tokens.len() > MAX_TOKENS {
            break;
        }
    }
    tokens
}

#[cfg(test)]
mod tests;
