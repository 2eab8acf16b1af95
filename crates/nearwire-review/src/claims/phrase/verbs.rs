//! Verbs.

use super::Piece;

/// Verbs in the third person, and words that go with one.
const VERBS: &str = "is are was were has have does do did can could may might will would should must never not calls \
    uses returns contains declares derives inherits allocates frees deletes closes checks handles \
    catches throws reads writes emits fails lacks takes accepts overrides defines initializes holds \
    invokes compares includes implements extends needs ignores leaks releases sets makes creates \
    stores copies passes validates verifies performs starts runs ends opens sends omits discards \
    gets exists points equals assigns listens";

/// Whether a word is a verb in the third person, or goes with one.
pub(in crate::claims) fn is_verb_word(word: &str) -> bool {
    VERBS.split_whitespace().any(|verb| verb == word)
}

/// Whether a piece is such a word.
pub(super) fn is_verb(piece: Option<&Piece>) -> bool {
    matches!(piece, Some(Piece::Word(word)) if is_verb_word(word))
}
