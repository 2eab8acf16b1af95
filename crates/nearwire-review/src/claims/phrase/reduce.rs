//! Takes words and names together to what they name: `the run method of the ServerThread class` is one thing.

use super::groups::{aspects, kinds_around, owners, roles};
use super::kinds::{ADJECTIVES, FILLERS, Hint, kind};
use super::lists::{adjectives, lists, neither};
use super::pronouns::pronouns;
use super::{Context, Known, Mention, Piece};

/// Words behind which an adjective is said of something, not in passing.
pub(super) const BE: &[&str] =
    &["is", "are", "was", "were", "be", "been", "not", "declared", "marked", "made", "as", "no", "or"];

pub(super) fn reduce(pieces: Vec<Piece>, context: &Context, known: Known<'_>) -> Vec<Piece> {
    let pieces = without_fillers(pieces);
    let pieces = without_naming(pieces);
    let pieces = bare_names(pieces, known);
    let pieces = pronouns(pieces, context);
    let pieces = pass(pieces, kinds_around);
    let pieces = pass(pieces, roles);
    let pieces = pass(pieces, owners);
    let pieces = pass(pieces, aspects);
    let pieces = adjectives(pieces);
    neither(lists(pieces))
}

/// What takes the place of some pieces, and of how many.
pub(super) type Made = (Vec<Piece>, usize);

/// Goes through the pieces with a rule that makes one piece of several; twice, for what a first pass makes possible.
fn pass(pieces: Vec<Piece>, rule: fn(&[Piece]) -> Option<Made>) -> Vec<Piece> {
    let mut pieces = pieces;
    for _ in 0..2 {
        let mut out = Vec::with_capacity(pieces.len());
        let mut rest = pieces.as_slice();
        while let Some((first, others)) = rest.split_first() {
            match rule(rest) {
                Some((made, used)) => {
                    out.extend(made);
                    rest = rest.get(used.max(1)..).unwrap_or_default();
                }
                None => {
                    out.push(first.clone());
                    rest = others;
                }
            }
        }
        pieces = out;
    }
    pieces
}

pub(super) fn word(piece: Option<&Piece>) -> &str {
    match piece {
        Some(Piece::Word(word)) => word,
        _ => "",
    }
}

/// Without words that say nothing. `make x a slot` keeps the one that parts what is changed from what it becomes.
fn without_fillers(pieces: Vec<Piece>) -> Vec<Piece> {
    let makes =
        pieces.first().is_some_and(|piece| piece.is_any(&["make", "making", "turn", "declare", "mark"]));
    let mut seen_name = false;
    let mut kept = Vec::with_capacity(pieces.len());
    for piece in pieces {
        seen_name |= matches!(piece, Piece::Name(_));
        let parts = makes && seen_name && piece.is_any(&["a", "an"]);
        if parts {
            kept.push(Piece::Word("a".to_owned()));
        } else if !piece.is_any(FILLERS) {
            kept.push(piece);
        }
    }
    kept
}

/// `a field called x` is `a field x`.
fn without_naming(pieces: Vec<Piece>) -> Vec<Piece> {
    let names = |number: usize| {
        let before = number.checked_sub(1).and_then(|before| pieces.get(before));
        let behind = number.checked_add(1).and_then(|behind| pieces.get(behind));
        kind(word(before)).is_some() && matches!(behind, Some(Piece::Name(_)))
    };
    let kept = pieces
        .iter()
        .enumerate()
        .filter(|(number, piece)| !(piece.is_any(&["called", "named"]) && names(*number)));
    kept.map(|(_, piece)| piece.clone()).collect()
}

/// A plain word beside a kind is a name if the code has it: `the buffer member`, `class Server`.
fn bare_names(pieces: Vec<Piece>, known: Known<'_>) -> Vec<Piece> {
    let kind_at = |number: Option<usize>| number.and_then(|number| kind(word(pieces.get(number))));
    let named = pieces.iter().enumerate().map(|(number, piece)| {
        let Piece::Word(text) = piece else { return piece.clone() };
        // `new` is a word where something is made with it, a function where something happens in it.
        let is_place = number
            .checked_sub(1)
            .and_then(|before| pieces.get(before))
            .is_some_and(|before| before.is_any(&["in", "from", "of", "within", "inside"]));
        if text == "new" && is_place && known(text).is_some() {
            return Piece::Name(Mention { name: text.clone(), hint: Hint::Callable, ..Mention::default() });
        }
        if kind(text).is_some() || ADJECTIVES.contains(&text.as_str()) || BE.contains(&text.as_str()) {
            return piece.clone();
        }
        let before = kind_at(number.checked_sub(1));
        let behind = kind_at(number.checked_add(1));
        let is_loose = |hint: &Hint| matches!(hint, Hint::Class | Hint::Callable | Hint::Value | Hint::Macro);
        let Some(hint) = behind.or(before).filter(is_loose) else { return piece.clone() };
        match known(text) {
            Some(name) => Piece::Name(Mention { name, hint, ..Mention::default() }),
            None => piece.clone(),
        }
    });
    named.collect()
}
