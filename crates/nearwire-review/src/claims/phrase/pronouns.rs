//! `it`, `its`, `this method`: what was spoken of before.

use super::kinds::{Hint, kind};
use super::reduce::word;
use super::{Context, Mention, Piece};

/// `it`, `its constructor`, `this class`, `the method`
pub(super) fn pronouns(pieces: Vec<Piece>, context: &Context) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut number: usize = 0;
    while let Some(piece) = pieces.get(number) {
        number = number.saturating_add(1);
        let next = word(pieces.get(number));
        let Piece::Word(text) = piece else {
            out.push(piece.clone());
            continue;
        };
        let found = match text.as_str() {
            "it" => context.subject.clone().map(|subject| vec![Piece::Name(subject)]),
            "they" | "both" => {
                let group = context.subject.clone().filter(|subject| !subject.also.is_empty());
                group.map(|subject| vec![Piece::Name(subject)])
            }
            "its" => {
                owner_meant(context, next).map(|owner| vec![Piece::Name(owner), Piece::Word("'s".to_owned())])
            }
            "this" | "that" | "same" if kind(next).is_some() => {
                number = number.saturating_add(1);
                spoken_of(context, next).map(|mention| vec![Piece::Name(mention)])
            }
            "class" | "method" | "function" | "variable" if stands_alone(&pieces, number) => {
                spoken_of(context, text).map(|mention| vec![Piece::Name(mention)])
            }
            word if kind(word).is_some()
                && stands_alone(&pieces, number)
                && named_before(context, word).is_some() =>
            {
                named_before(context, word).map(|mention| vec![Piece::Name(mention)])
            }
            "constructor" | "destructor" if stands_alone(&pieces, number) => {
                let class = class_spoken_of(context);
                class.map(|class| vec![Piece::Name(class), Piece::Word("'s".to_owned()), piece.clone()])
            }
            _ => None,
        };
        match found {
            Some(found) => out.extend(found),
            None => out.push(piece.clone()),
        }
    }
    out
}

/// What was spoken of and is called like a kind of thing: `the buffer` is `buffer`.
fn named_before(context: &Context, word: &str) -> Option<Mention> {
    let spoken = context.value.iter().chain(&context.subject);
    let mut spoken = spoken.filter(|mention| mention.name == word);
    spoken.next().cloned()
}

/// Whether the word before `next` is not beside a name, and no part of `constructor of X`.
fn stands_alone(pieces: &[Piece], next: usize) -> bool {
    let before = next.checked_sub(2).and_then(|before| pieces.get(before));
    let behind = pieces.get(next);
    let beside = |piece: Option<&Piece>| matches!(piece, Some(Piece::Name(_)));
    !beside(before)
        && !beside(behind)
        && !before.is_some_and(|piece| {
            piece.is_any(&["'s", "no", "its", "member", "is", "not", "any", "every", "each"])
        })
        && !behind.is_some_and(|piece| {
            piece.is_any(&["of", "for", "named", "called", "member"]) || kind(word(Some(piece))).is_some()
        })
}

fn spoken_of(context: &Context, word: &str) -> Option<Mention> {
    match kind(word)? {
        Hint::Class => class_spoken_of(context),
        Hint::Callable => context.callable.clone().or_else(|| innermost(context, Hint::Callable)),
        Hint::Value | Hint::Constant => context.value.clone().or_else(|| context.subject.clone()),
        _ => None,
    }
}

fn class_spoken_of(context: &Context) -> Option<Mention> {
    context.class.clone().or_else(|| innermost(context, Hint::Class))
}

fn innermost(context: &Context, hint: Hint) -> Option<Mention> {
    context.within.iter().rev().find(|mention| mention.hint == hint).cloned()
}

fn owner_meant(context: &Context, next: &str) -> Option<Mention> {
    match next {
        "constructor" | "destructor" => class_spoken_of(context).or_else(|| context.subject.clone()),
        _ => context.subject.clone(),
    }
}
