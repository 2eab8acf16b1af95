//! Takes words and names together to what they name: `the run method of the ServerThread class` is one thing.

use super::kinds::{ADJECTIVES, FILLERS, Hint, kind};
use super::{Context, Known, Mention, Piece, Role};

/// Words behind which an adjective is said of something, not in passing.
const BE: &[&str] = &["is", "are", "was", "were", "be", "been", "not", "declared", "marked", "made", "as", "no", "or"];

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
    lists(pieces)
}

/// What takes the place of some pieces, and of how many.
type Made = (Vec<Piece>, usize);

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

fn word(piece: Option<&Piece>) -> &str {
    match piece {
        Some(Piece::Word(word)) => word,
        _ => "",
    }
}

/// Without words that say nothing. `make x a slot` keeps the one that parts what is changed from what it becomes.
fn without_fillers(pieces: Vec<Piece>) -> Vec<Piece> {
    let makes = pieces.first().is_some_and(|piece| piece.is_any(&["make", "making", "turn", "declare", "mark"]));
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
    let kept = pieces.iter().enumerate().filter(|(number, piece)| !(piece.is_any(&["called", "named"]) && names(*number)));
    kept.map(|(_, piece)| piece.clone()).collect()
}

/// A plain word beside a kind is a name if the code has it: `the buffer member`, `class Server`.
fn bare_names(pieces: Vec<Piece>, known: Known<'_>) -> Vec<Piece> {
    let kind_at = |number: Option<usize>| number.and_then(|number| kind(word(pieces.get(number))));
    let named = pieces.iter().enumerate().map(|(number, piece)| {
        let Piece::Word(text) = piece else { return piece.clone() };
        // `new` is a word where something is made with it, a function where something happens in it.
        let is_place = number.checked_sub(1).and_then(|before| pieces.get(before)).is_some_and(|before| before.is_any(&["in", "from", "of", "within", "inside"]));
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

/// `it`, `its constructor`, `this class`, `the method`
fn pronouns(pieces: Vec<Piece>, context: &Context) -> Vec<Piece> {
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
            "its" => owner_meant(context, next).map(|owner| vec![Piece::Name(owner), Piece::Word("'s".to_owned())]),
            "this" | "that" | "same" if kind(next).is_some() => {
                number = number.saturating_add(1);
                spoken_of(context, next).map(|mention| vec![Piece::Name(mention)])
            }
            "class" | "method" | "function" | "variable" if stands_alone(&pieces, number) => {
                spoken_of(context, text).map(|mention| vec![Piece::Name(mention)])
            }
            word if kind(word).is_some() && stands_alone(&pieces, number) && named_before(context, word).is_some() => {
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
        && !before.is_some_and(|piece| piece.is_any(&["'s", "no", "its", "member", "is", "not", "any", "every", "each"]))
        && !behind.is_some_and(|piece| piece.is_any(&["of", "for", "named", "called", "member"]) || kind(word(Some(piece))).is_some())
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

/// `the run method`, `member variable buffer`
fn kinds_around(rest: &[Piece]) -> Option<Made> {
    let before = rest.iter().take_while(|piece| kind(word(Some(piece))).is_some()).count();
    let mention = rest.get(before)?.name()?;
    let from = before.saturating_add(1);
    let tail = rest.get(from..).unwrap_or_default();
    let behind = tail.iter().take_while(|piece| kind(word(Some(piece))).is_some()).count();
    if before == 0 && behind == 0 {
        return None;
    }
    let last = if behind > 0 { word(tail.get(behind.saturating_sub(1))) } else { word(rest.get(before.saturating_sub(1))) };
    let words = rest.iter().take(before).chain(tail.iter().take(behind));
    let said = words.filter(|piece| piece.is_any(&["signal", "slot", "local", "global"]));
    let mut made = mention.clone();
    made.adjectives.extend(said.map(|piece| word(Some(piece)).to_owned()));
    made.hint = kind(last).unwrap_or_default();
    Some((vec![Piece::Name(made)], from.saturating_add(behind)))
}

/// `the constructor of X`, `X's destructor`, `X constructor`
fn roles(rest: &[Piece]) -> Option<Made> {
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
fn owners(rest: &[Piece]) -> Option<Made> {
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

fn is_verb(piece: Option<&Piece>) -> bool {
    is_verb_word(word(piece))
}

/// Whether a word is a verb in the third person, or goes with one.
pub(in crate::claims) fn is_verb_word(word: &str) -> bool {
    matches!(
        word,
        "is" | "are" | "was" | "were" | "has" | "have" | "does" | "do" | "did" | "can" | "could" | "may" | "might" | "will"
            | "would" | "should" | "must" | "never" | "not" | "calls" | "uses" | "returns" | "contains" | "declares" | "derives"
            | "inherits" | "allocates" | "frees" | "deletes" | "closes" | "checks" | "handles" | "catches" | "throws" | "reads"
            | "writes" | "emits" | "fails" | "lacks" | "takes" | "accepts" | "overrides" | "defines" | "initializes" | "holds"
            | "invokes" | "compares" | "includes" | "implements" | "extends" | "needs" | "ignores" | "leaks" | "releases" | "sets"
            | "makes" | "creates" | "stores" | "copies" | "passes" | "validates" | "verifies" | "performs" | "starts" | "runs"
            | "ends" | "opens" | "sends" | "omits" | "discards" | "gets" | "exists" | "points" | "equals" | "assigns" | "listens"
    )
}

/// `the return value of f`, `the call to f`
fn aspects(rest: &[Piece]) -> Option<Made> {
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

/// `the static method run`: what is said of it in passing.
fn adjectives(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let Piece::Name(mut mention) = piece else {
            out.push(piece);
            continue;
        };
        while let Some((Piece::Word(word), before)) = out.split_last() {
            let said = ADJECTIVES.contains(&word.as_str()) && !before.last().is_some_and(|piece| piece.is_any(BE));
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
fn lists(pieces: Vec<Piece>) -> Vec<Piece> {
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
    comma == 1 && matches!(rest.first(), Some(Piece::Name(_))) && names.next().is_some_and(|piece| piece.is("and"))
}
