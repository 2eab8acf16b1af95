//! What is said of names in passing, and names of which the same is said.

use super::kinds::{ADJECTIVES, Hint};
use super::reduce::BE;
use super::verbs::is_verb;
use super::{Mention, Piece};

/// `the static method run`: what is said of it in passing.
pub(super) fn adjectives(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let Piece::Name(mut mention) = piece else {
            out.push(piece);
            continue;
        };
        while let Some((Piece::Word(word), before)) = out.split_last() {
            let said =
                ADJECTIVES.contains(&word.as_str()) && !before.last().is_some_and(|piece| piece.is_any(BE));
            if !said {
                break;
            }
            mention.adjectives.push(word.clone());
            out.pop();
        }
        out.push(Piece::Name(mention));
    }
    out
}

/// `a and b`, `a, b and c`, `neither a nor b`: one thing of which the same is said several times.
pub(super) fn lists(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut rest = pieces.as_slice();
    while let Some((first, others)) = rest.split_first() {
        rest = others;
        let Piece::Name(mention) = first else {
            out.push(first.clone());
            continue;
        };
        let mut mention = mention.clone();
        let has_verb = out.iter().any(|piece| is_verb(Some(piece)));
        while let Some((next, used)) = next_of_list(rest) {
            // `x is public and y is private` is two clauses.
            if has_verb && is_verb(rest.get(used)) {
                break;
            }
            let hint = if mention.hint == Hint::Any { next.hint } else { mention.hint };
            mention.also.push(next.clone());
            mention.hint = hint;
            rest = rest.get(used..).unwrap_or_default();
        }
        let hint = mention.hint;
        mention.also.iter_mut().filter(|other| other.hint == Hint::Any).for_each(|other| other.hint = hint);
        out.push(Piece::Name(mention));
    }
    out
}

fn next_of_list(rest: &[Piece]) -> Option<(&Mention, usize)> {
    let comma = usize::from(matches!(rest.first(), Some(Piece::Break(','))));
    let joint = usize::from(rest.get(comma).is_some_and(|piece| piece.is_any(&["and", "nor"])));
    if joint == 0 && !list_goes_on(rest.get(comma..).unwrap_or_default(), comma) {
        return None;
    }
    let number = comma.saturating_add(joint);
    Some((rest.get(number)?.name()?, number.saturating_add(1)))
}

/// Whether behind a comma there is a list: `, b, c and d`.
fn list_goes_on(rest: &[Piece], comma: usize) -> bool {
    let mut names = rest.iter().skip_while(|piece| matches!(piece, Piece::Name(_) | Piece::Break(',')));
    comma == 1
        && matches!(rest.first(), Some(Piece::Name(_)))
        && names.next().is_some_and(|piece| piece.is("and"))
}

/// `neither a nor b is checked`: it is said of both that they are not.
pub(super) fn neither(pieces: Vec<Piece>) -> Vec<Piece> {
    let denied = pieces.first().is_some_and(|piece| piece.is("neither"))
        && pieces.get(1).and_then(Piece::name).is_some_and(|name| !name.also.is_empty())
        && pieces.get(2).is_some_and(|piece| piece.is_any(&["is", "are", "was", "were"]));
    if !denied {
        return pieces;
    }
    let mut pieces = pieces;
    pieces.insert(3, Piece::Word("not".to_owned()));
    pieces.remove(0);
    pieces
}
