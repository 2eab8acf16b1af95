//! How sentences begin: words before a claim that say nothing, and words that make it advice.

use crate::claims::phrase::Piece;
use crate::claims::token::Token;

/// Words before a claim.
const OPENINGS: &[&[&str]] = &[
    &["note", "that"],
    &["it", "should", "be", "noted", "that"],
    &["it", "can", "be", "seen", "that"],
    &["it", "is", "clear", "that"],
    &["it", "is", "worth", "noting", "that"],
    &["it", "appears", "that"],
    &["it", "seems", "that"],
    &["we", "found", "that"],
    &["we", "observed", "that"],
    &["we", "noticed", "that"],
    &["we", "see", "that"],
    &["i", "found", "that"],
    &["i", "noticed", "that"],
    &["analysis", "shows", "that"],
    &["review", "shows", "that"],
    &["code", "shows", "that"],
    &["as", "result"],
    &["in", "addition"],
    &["in", "fact"],
    &["in", "particular"],
    &["for", "example"],
    &["for", "instance"],
    &["as", "far", "as", "i", "can", "see"],
    &["problem", "is", "that"],
    &["issue", "is", "that"],
    &["fact", "that"],
    &["that"],
    &["so"],
    &["and"],
    &["but"],
    &["similarly"],
    &["conversely"],
    &["on", "other", "hand"],
    &["by", "contrast"],
    &["in", "contrast"],
];

/// Takes openings away.
pub(super) fn strip(pieces: &mut Vec<Piece>) {
    loop {
        while matches!(pieces.first(), Some(Piece::Break(_))) {
            pieces.remove(0);
        }
        let fits = |opening: &&&[&str]| {
            opening.len() < pieces.len()
                && opening.iter().zip(pieces.iter()).all(|(word, piece)| piece.is(word))
        };
        let Some(opening) = OPENINGS.iter().find(fits) else { return };
        pieces.drain(..opening.len());
    }
}

/// Verbs with which advice begins.
const IMPERATIVES: &[&str] = &[
    "add",
    "make",
    "use",
    "replace",
    "remove",
    "change",
    "initialize",
    "check",
    "validate",
    "verify",
    "allocate",
    "wrap",
    "ensure",
    "move",
    "declare",
    "mark",
    "call",
    "free",
    "delete",
    "close",
    "set",
    "avoid",
    "properly",
    "always",
    "handle",
    "catch",
    "define",
    "implement",
    "compare",
    "protect",
    "guard",
    "keep",
    "turn",
    "insert",
    "include",
    "follow",
    "put",
    "release",
    "only",
    "do",
    "never",
    "enclose",
    "surround",
    "drop",
    "eliminate",
    "derive",
    "provide",
    "emit",
    "test",
    "explicitly",
    "limit",
    "perform",
    "place",
    "clean",
    "clear",
    "wipe",
    "access",
    "format",
    "stop",
];

/// Verbs with which advice that was introduced begins; the same, as participles.
const GERUNDS: &[&str] = &[
    "adding",
    "making",
    "using",
    "initializing",
    "checking",
    "validating",
    "allocating",
    "declaring",
    "marking",
    "deleting",
    "freeing",
    "closing",
    "comparing",
    "calling",
    "removing",
    "replacing",
    "wrapping",
    "handling",
];

/// The advice in a sentence, without the words that introduce it.
pub(super) fn advice(tokens: &[Token]) -> Option<&[Token]> {
    let word = |number: usize| match tokens.get(number) {
        Some(Token::Word(word)) => word.as_str(),
        _ => "",
    };
    let first = word(0);
    if first == "please" {
        return advice(tokens.get(1..)?);
    }
    if first == "to" && is_remedy(word(1)) || first == "as" && word(2) == "fix" {
        let comma = tokens.iter().position(|token| *token == Token::Break(','))?;
        let rest = tokens.get(comma.saturating_add(1)..)?;
        return Some(addressed(rest));
    }
    if matches!(
        first,
        "fix" | "recommendation" | "remedy" | "remediation" | "mitigation" | "solution" | "suggestion"
    ) && tokens.get(1) == Some(&Token::Break(':'))
    {
        return Some(addressed(tokens.get(2..)?));
    }
    if matches!(first, "consider" | "recommend" | "suggest") && GERUNDS.contains(&word(1)) {
        return tokens.get(1..);
    }
    let plain = addressed(tokens);
    if plain.len() < tokens.len() {
        return Some(plain);
    }
    let is_imperative = IMPERATIVES.contains(&first) && !matches!(word(1), "is" | "are" | "was");
    is_imperative.then_some(tokens)
}

fn is_remedy(word: &str) -> bool {
    matches!(
        word,
        "fix"
            | "address"
            | "mitigate"
            | "remedy"
            | "resolve"
            | "prevent"
            | "avoid"
            | "correct"
            | "solve"
            | "repair"
            | "improve"
            | "remediate"
    )
}

/// Without `you should`, `it is recommended to`, `the fix is to`.
fn addressed(tokens: &[Token]) -> &[Token] {
    const ADDRESSES: &[&[&str]] = &[
        &["you", "should"],
        &["you", "could"],
        &["you", "can"],
        &["you", "must"],
        &["we", "should"],
        &["one", "should"],
        &["developers", "should"],
        &["the", "developers", "should"],
        &["it", "is", "recommended", "to"],
        &["it", "is", "recommended", "that", "you"],
        &["it", "is", "advisable", "to"],
        &["we", "recommend", "to"],
        &["we", "recommend"],
        &["i", "recommend", "to"],
        &["i", "recommend"],
        &["i", "suggest", "to"],
        &["i", "suggest"],
        &["consider"],
        &["the", "fix", "is", "to"],
        &["a", "fix", "is", "to"],
        &["the", "solution", "is", "to"],
        &["the", "code", "should"],
        &["either"],
    ];
    let fits = |address: &&&[&str]| {
        address.len() < tokens.len()
            && address
                .iter()
                .zip(tokens)
                .all(|(word, token)| matches!(token, Token::Word(found) if found == word))
    };
    match ADDRESSES.iter().find(fits) {
        Some(address) => tokens.get(address.len()..).unwrap_or_default(),
        None => tokens,
    }
}

/// Cuts advice into single pieces of it: `add a and make b c`. What it is good for is left out.
pub(super) fn single(tokens: &[Token]) -> Vec<&[Token]> {
    let word = |number: usize| match tokens.get(number) {
        Some(Token::Word(word)) => word.as_str(),
        _ => "",
    };
    let mut pieces = Vec::new();
    let (mut start, mut number) = (0, 0);
    while number < tokens.len() {
        let joins = matches!(word(number), "and" | "then")
            || matches!(tokens.get(number), Some(Token::Break(',' | ';')));
        let mut next = number.saturating_add(1);
        while joins && matches!(word(next), "and" | "then" | "also") {
            next = next.saturating_add(1);
        }
        let is_verb = IMPERATIVES.contains(&word(next)) || GERUNDS.contains(&word(next));
        if joins && is_verb {
            pieces.push(tokens.get(start..number).unwrap_or_default());
            start = next;
            number = next;
        } else if ends_advice(&word, number) {
            pieces.push(tokens.get(start..number).unwrap_or_default());
            return with_words(pieces);
        } else {
            number = number.saturating_add(1);
        }
    }
    pieces.push(tokens.get(start..).unwrap_or_default());
    with_words(pieces)
}

fn ends_advice<'w>(word: &impl Fn(usize) -> &'w str, number: usize) -> bool {
    let second = number.saturating_add(1);
    match word(number) {
        "to" => {
            number > 2
                && matches!(
                    word(second),
                    "prevent" | "avoid" | "guarantee" | "reduce" | "limit" | "protect" | "stop"
                )
        }
        "so" => matches!(word(second), "that" | "it" | "the" | "no"),
        "in" => word(second) == "order",
        "which" | "because" | "since" | "thereby" => number > 1,
        _ => false,
    }
}

fn with_words(pieces: Vec<&[Token]>) -> Vec<&[Token]> {
    pieces.into_iter().filter(|piece| piece.iter().any(|token| !matches!(token, Token::Break(_)))).collect()
}
