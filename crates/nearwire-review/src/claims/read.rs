//! What a sentence says, clause by clause: claims, recommendations, or nothing about the code.

mod openings;

use super::clause::{Clause, Joint, clauses};
use super::fact::Stated;
use super::phrase::{Context, Hint, Known, Mention, Piece, is_verb_word, phrase};
use super::recognise;
use super::token::{MAX_TOKENS, Token, tokens};

/// What a part of a sentence says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// That something is so.
    Claims(Vec<Stated>),
    /// That something should be so.
    Fixes(Vec<Stated>),
    /// Something that is not understood.
    Unclear,
    /// A recommendation that is not understood.
    UnclearFix,
}

/// A part of a sentence that says something of the code, and where that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// What it says.
    pub(super) said: Said,
    /// Where: the class or function that the statement is about.
    pub(super) within: Vec<Mention>,
    /// What it is about, where that is all that is understood: nothing said of what is not there can be so.
    pub(super) about: Option<Mention>,
}

/// Words with which people say what they fear.
const MODALS: &[&str] = &[
    "could",
    "may",
    "might",
    "would",
    "potential",
    "potentially",
    "possible",
    "possibly",
    "likely",
    "risk",
    "risks",
];

/// Reads one sentence. `context` is what was spoken of before in the statement.
pub(super) fn sentence(text: &str, context: &mut Context, known: Known<'_>) -> Vec<Part> {
    let tokens = tokens(text);
    if tokens.len() > MAX_TOKENS {
        return vec![Part { said: Said::Unclear, within: Vec::new(), about: None }];
    }
    if let Some(advice) = openings::advice(&tokens) {
        return fixes(advice, context, known);
    }
    let clauses = clauses(&tokens);
    let is_conditional = clauses.iter().any(|clause| clause.joint == Joint::Condition);
    let mut reader = Reader { context, known, is_conditional, parts: Vec::new(), last: Vec::new() };
    clauses.iter().for_each(|clause| reader.clause(clause));
    reader.parts
}

struct Reader<'r> {
    context: &'r mut Context,
    known: Known<'r>,
    is_conditional: bool,
    parts: Vec<Part>,
    /// The clause before.
    last: Vec<Piece>,
}

impl Reader<'_> {
    fn clause(&mut self, clause: &Clause) {
        if matches!(clause.joint, Joint::Effect | Joint::Condition) {
            return;
        }
        let mut pieces = self.pieces(clause);
        // An aside has no place of its own, and does not change what is spoken of.
        if clause.joint != Joint::Aside && self.lead_in(&mut pieces) {
            // `the constructor` is that of the class that was named just now.
            pieces = self.pieces(clause);
            self.lead_in(&mut pieces);
        }
        if let Some(subject) = self.subject_left_out(clause.joint, &pieces) {
            pieces.insert(0, Piece::Name(subject));
        }
        self.say(clause.joint, &pieces);
        if clause.joint != Joint::Aside && pieces.iter().any(|piece| piece.name().is_some()) {
            self.context.heard(&pieces);
            self.last = pieces;
        }
    }

    /// Whether a clause says something of what was spoken of before, which may be one of several things.
    fn speaks_of_it(&self, pieces: &[Piece]) -> bool {
        const OPINIONS: &[&str] = &[
            "important",
            "serious",
            "critical",
            "dangerous",
            "bad",
            "necessary",
            "essential",
            "crucial",
            "worth",
            "clear",
            "severe",
            "recommended",
            "advisable",
            "problem",
            "issue",
            "concern",
            "risky",
            "problematic",
            "undesirable",
            "unfortunate",
        ];
        let is_pronoun = pieces.first().is_some_and(|piece| piece.is_any(&["it", "they", "its", "both"]));
        let has_opinion = pieces.iter().any(|piece| piece.is_any(OPINIONS));
        is_pronoun && !has_opinion && self.context.has_heard
    }

    fn pieces(&self, clause: &Clause) -> Vec<Piece> {
        let mut pieces = phrase(&clause.tokens, self.context, self.known);
        openings::strip(&mut pieces);
        pieces
    }

    fn say(&mut self, joint: Joint, pieces: &[Piece]) {
        let has = |words: &[&str]| pieces.iter().any(|piece| piece.is_any(words));
        let is_advice = has(&["should", "must", "ought"]);
        let found = if is_advice { None } else { recognise::recognise(pieces) };
        let names_something =
            pieces.iter().any(|piece| matches!(piece, Piece::Name(_) | Piece::Number(_) | Piece::Code(_)));
        let said = match found {
            Some(_) if self.is_conditional => Said::Unclear,
            Some(stated) => Said::Claims(stated),
            None if is_advice => recognise::recommended(pieces).map_or(Said::UnclearFix, Said::Fixes),
            None if has(MODALS) || !(names_something || self.speaks_of_it(pieces)) => return,
            None if joint == Joint::Aside && pieces.len() < 2 => return,
            None => Said::Unclear,
        };
        let about = subject(pieces).filter(|_| said == Said::Unclear).cloned();
        self.parts.push(Part { said, within: self.context.within.clone(), about });
    }

    /// `In the SocketFactory class, …`: takes it away, and says whether it was there.
    fn lead_in(&mut self, pieces: &mut Vec<Piece>) -> bool {
        let mut found = Vec::new();
        while pieces
            .first()
            .is_some_and(|piece| piece.is_any(&["in", "within", "inside", "for", "of", "from", "at"]))
        {
            let Some(mention) = pieces.get(1).and_then(Piece::name).cloned() else { break };
            let goes_on = match pieces.get(2) {
                Some(Piece::Break(_)) => 3,
                Some(Piece::Name(_)) => 2,
                Some(piece) if piece.is_any(&["there", "no", "in", "within"]) => 2,
                _ => break,
            };
            pieces.drain(..goes_on);
            found.extend(mention.each().into_iter().take(1));
        }
        let is_there = !found.is_empty();
        if is_there {
            found.iter().for_each(|mention| self.context.heard(&[Piece::Name(mention.clone())]));
            self.context.within = found;
        }
        is_there
    }

    /// What a clause without a subject speaks of: `and is never freed`, `which is public`.
    fn subject_left_out(&self, joint: Joint, pieces: &[Piece]) -> Option<Mention> {
        let begins_with_verb = matches!(pieces.first(), Some(Piece::Word(word)) if is_verb_word(word));
        if !begins_with_verb {
            return None;
        }
        let names: Vec<&Mention> = self.last.iter().filter_map(Piece::name).collect();
        match joint {
            Joint::Which => names.last().filter(|_| names.len() == 1).map(|name| (*name).clone()),
            _ => self.last.first().and_then(Piece::name).cloned(),
        }
    }
}

/// The function or class that a clause says something of, unless it says that it is not there.
fn subject(pieces: &[Piece]) -> Option<&Mention> {
    const NOT_THERE: &[&str] = &[
        "missing",
        "absent",
        "exist",
        "exists",
        "defined",
        "undefined",
        "declared",
        "implemented",
        "needed",
        "removed",
        "available",
        "unavailable",
        "present",
        "no",
        "without",
        "instead",
        "lacking",
        "should",
        "planned",
        "required",
        "provided",
        "found",
    ];
    let subject = pieces.first()?.name()?;
    let is_said = matches!(pieces.get(1), Some(Piece::Word(word)) if is_verb_word(word));
    let is_there = !pieces.iter().any(|piece| piece.is_any(NOT_THERE));
    let is_kind = matches!(subject.hint, Hint::Callable | Hint::Class) && subject.also.is_empty();
    (is_said && is_there && is_kind).then_some(subject)
}

/// What a sentence of advice recommends.
fn fixes(advice: &[Token], context: &mut Context, known: Known<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in openings::single(advice) {
        let mut pieces = phrase(piece, context, known);
        pieces.retain(|piece| !matches!(piece, Piece::Break(_)));
        let said = recognise::recommended(&pieces).map_or(Said::UnclearFix, Said::Fixes);
        parts.push(Part { said, within: context.within.clone(), about: None });
        let first = pieces.iter().find(|piece| piece.name().is_some()).cloned();
        context.heard(first.as_slice());
    }
    parts
}

#[cfg(test)]
mod tests;
