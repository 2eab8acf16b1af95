//! Rows of words that name one thing together.

use super::kinds::{Hint, kind};
use super::reduce::{Made, word};
use super::verbs::is_verb;
use super::{Mention, Piece, Role};

/// `the run method`, `member variable buffer`
pub(super) fn kinds_around(rest: &[Piece]) -> Option<Made> {
    let before = rest.iter().take_while(|piece| kind(word(Some(piece))).is_some()).count();
    let mention = rest.get(before)?.name()?;
    let from = before.saturating_add(1);
    let tail = rest.get(from..).unwrap_or_default();
    let behind = tail.iter().take_while(|piece| kind(word(Some(piece))).is_some()).count();
    if before == 0 && behind == 0 {
        return None;
    }
    let last = if behind > 0 {
        word(tail.get(behind.saturating_sub(1)))
    } else {
        word(rest.get(before.saturating_sub(1)))
    };
    let words = rest.iter().take(before).chain(tail.iter().take(behind));
    let said = words.filter(|piece| piece.is_any(&["signal", "slot", "local", "global"]));
    let mut made = mention.clone();
    made.adjectives.extend(said.map(|piece| word(Some(piece)).to_owned()));
    made.hint = kind(last).unwrap_or_default();
    Some((vec![Piece::Name(made)], from.saturating_add(behind)))
}

/// `the constructor of X`, `X's destructor`, `X constructor`
pub(super) fn roles(rest: &[Piece]) -> Option<Made> {
    let role_of = |piece: Option<&Piece>| match word(piece) {
        "constructor" => Some(Role::Constructor),
        "destructor" => Some(Role::Destructor),
        _ => None,
    };
    let (mention, role, used) = match rest.first()? {
        Piece::Name(mention) => match role_of(rest.get(1)) {
            Some(role) => (mention, role, 2),
            None if word(rest.get(1)) == "'s" => (mention, role_of(rest.get(2))?, 3),
            None => return None,
        },
        first => {
            let role = role_of(Some(first))?;
            let is_of = matches!(word(rest.get(1)), "of" | "for");
            (rest.get(2).filter(|_| is_of)?.name()?, role, 3)
        }
    };
    let made = Mention { role, hint: Hint::Callable, ..mention.clone() };
    Some((vec![Piece::Name(made)], used))
}

/// `X's run`, `run of X`, `run in X is`, `run method defined in X`
pub(super) fn owners(rest: &[Piece]) -> Option<Made> {
    let first = rest.first()?.name()?;
    let second = rest.get(2)?.name()?;
    let (mention, owner) = match word(rest.get(1)) {
        "'s" => (second, first),
        "of" if second.role == Role::Plain => (first, second),
        "in" if matches!(second.hint, Hint::Class | Hint::Any) && is_verb(rest.get(3)) => (first, second),
        _ => return None,
    };
    if mention.owner.is_some() || mention.role != Role::Plain {
        return None;
    }
    let made = Mention { owner: Some(owner.name.clone()), ..mention.clone() };
    Some((vec![Piece::Name(made)], 3))
}

/// `the return value of f`, `the call to f`
pub(super) fn aspects(rest: &[Piece]) -> Option<Made> {
    const RESULTS: &[&str] = &["value", "values", "result", "results", "code", "status"];
    const CALLS: &[&str] = &["call", "calls", "invocation", "invocations"];
    let make = |aspect: &str, mention: &Mention, used| {
        let mention = Mention { hint: Hint::Callable, ..mention.clone() };
        Some((vec![Piece::Word(aspect.to_owned()), Piece::Name(mention)], used))
    };
    if let Some(mention) = rest.first()?.name() {
        let skip = if word(rest.get(1)) == "'s" { 2 } else { 1 };
        let next = word(rest.get(skip));
        let is_noun = rest.get(skip.saturating_add(1)).is_none_or(|piece| !matches!(piece, Piece::Name(_)));
        if next == "return" && RESULTS.contains(&word(rest.get(skip.saturating_add(1)))) {
            return make("result-of", mention, skip.saturating_add(2));
        }
        if matches!(next, "result" | "results") {
            return make("result-of", mention, skip.saturating_add(1));
        }
        return (CALLS.contains(&next) && next != "calls" && is_noun)
            .then(|| make("call-of", mention, skip.saturating_add(1)))
            .flatten();
    }
    let skip = usize::from(word(rest.first()) == "return");
    let noun = word(rest.get(skip));
    if RESULTS.contains(&noun) && (skip == 1 || matches!(noun, "result" | "results")) {
        let mut next = skip.saturating_add(1);
        if !matches!(word(rest.get(next)), "of" | "from") {
            return None;
        }
        next = next.saturating_add(1);
        if CALLS.contains(&word(rest.get(next))) {
            next = next.saturating_add(2);
        }
        return make("result-of", rest.get(next)?.name()?, next.saturating_add(1));
    }
    if CALLS.contains(&noun) && matches!(word(rest.get(1)), "to" | "of") {
        return make("call-of", rest.get(2)?.name()?, 3);
    }
    None
}
