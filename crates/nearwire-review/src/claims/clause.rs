//! A sentence cut where it begins to say something else.

use super::phrase::{begins_clause, is_verb_word};
use super::token::Token;

/// How a clause is joined to what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// It begins the sentence, or goes on with it: `and`, `but`, `;`, `because`.
    Next,
    /// `, which`: it speaks of the last thing named.
    Which,
    /// `which means that`, `so`: what is said to follow.
    Consequence,
    /// `which could lead to`: what is feared to follow. No claim about the code.
    Effect,
    /// `if`, `when`: under which condition the rest is said.
    Condition,
    /// In parentheses.
    Aside,
}

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    /// How it is joined to what stands before it.
    pub(super) joint: Joint,
    /// Its tokens, without what joins it.
    pub(super) tokens: Vec<Token>,
}

const EFFECTS: &[&str] = &[
    "leading",
    "allowing",
    "causing",
    "resulting",
    "making",
    "potentially",
    "possibly",
    "thereby",
    "enabling",
    "exposing",
    "risking",
    "giving",
    "letting",
    "creating",
    "leaving",
    "permitting",
    "opening",
    "increasing",
    "thus",
];
const MODALS: &[&str] = &["could", "may", "might", "can", "would", "will"];
const FEARED: &[&str] = &[
    "leads",
    "allows",
    "causes",
    "makes",
    "results",
    "poses",
    "creates",
    "introduces",
    "opens",
    "exposes",
    "enables",
    "violates",
    "increases",
    "gives",
    "lets",
    "risks",
    "potentially",
];
const CONDITIONS: &[&str] =
    &["if", "when", "unless", "once", "whenever", "until", "where", "in-case", "whether", "after", "before"];

/// Cuts a sentence into clauses; asides stand behind the clause they interrupt.
pub(super) fn clauses(tokens: &[Token]) -> Vec<Clause> {
    let mut cutter = Cutter {
        done: Vec::new(),
        open: Clause { joint: Joint::Next, tokens: Vec::new() },
        asides: Vec::new(),
    };
    let mut rest = tokens;
    while let Some((first, others)) = rest.split_first() {
        let at_start = cutter.open.tokens.is_empty();
        if *first == Token::Break('(') {
            let end = others.iter().position(|token| *token == Token::Break(')')).unwrap_or(others.len());
            cutter.aside(others.get(..end).unwrap_or_default());
            rest = others.get(end.saturating_add(1)..).unwrap_or_default();
            continue;
        }
        let comma = matches!(first, Token::Break(',' | ';' | ':'));
        let ahead = if comma { others } else { rest };
        let has_verb =
            cutter.open.tokens.iter().any(|token| matches!(token, Token::Word(word) if is_verb_word(word)));
        match joint(ahead, comma, at_start, has_verb, cutter.open.joint) {
            Some((joint, used)) => {
                cutter.begin(joint);
                rest = ahead.get(used..).unwrap_or_default();
            }
            None if matches!(first, Token::Break(';' | ':')) => {
                cutter.begin(Joint::Next);
                rest = others;
            }
            // A condition at the beginning ends at its comma.
            None if comma && cutter.open.joint == Joint::Condition => {
                cutter.begin(Joint::Next);
                rest = others;
            }
            None => {
                if *first != Token::Break(')') {
                    cutter.open.tokens.push(first.clone());
                }
                rest = others;
            }
        }
    }
    cutter.finish()
}

struct Cutter {
    done: Vec<Clause>,
    open: Clause,
    asides: Vec<Clause>,
}

impl Cutter {
    fn begin(&mut self, joint: Joint) {
        let open = std::mem::replace(&mut self.open, Clause { joint, tokens: Vec::new() });
        if !open.tokens.is_empty() {
            self.done.push(open);
        }
        self.done.append(&mut self.asides);
    }

    fn aside(&mut self, tokens: &[Token]) {
        if !tokens.is_empty() {
            self.asides.push(Clause { joint: Joint::Aside, tokens: tokens.to_vec() });
        }
    }

    fn finish(mut self) -> Vec<Clause> {
        self.begin(Joint::Next);
        self.done
    }
}

fn word(tokens: &[Token], number: usize) -> &str {
    match tokens.get(number) {
        Some(Token::Word(word)) => word,
        _ => "",
    }
}

/// Whether a clause begins at the next token, how it is joined, and how many tokens join it.
fn joint(
    ahead: &[Token],
    comma: bool,
    at_start: bool,
    has_verb: bool,
    open: Joint,
) -> Option<(Joint, usize)> {
    let (first, second) = (word(ahead, 0), word(ahead, 1));
    // What is feared goes on to the end of the sentence, but for what is said to the contrary.
    if open == Joint::Effect {
        return (first == "but").then_some((Joint::Next, 1));
    }
    if matches!((first, second), ("this" | "that" | "which", "means" | "implies")) {
        let used = if word(ahead, 2) == "that" { 3 } else { 2 };
        return Some((Joint::Consequence, used));
    }
    if first == "meaning" && (comma || second == "that") {
        return Some((Joint::Consequence, if second == "that" { 2 } else { 1 }));
    }
    if matches!(first, "which" | "that" | "this") && (MODALS.contains(&second) || FEARED.contains(&second)) {
        let is_feared = first != "that" || !comma;
        return is_feared.then_some((Joint::Effect, 1));
    }
    if matches!(first, "which" | "who") && (comma || is_verb_word(second)) {
        return Some((Joint::Which, 1));
    }
    if comma && EFFECTS.contains(&first) || first == "and" && EFFECTS.contains(&second) {
        return Some((Joint::Effect, 1));
    }
    if first == "so" && (comma || second == "that") {
        return Some((Joint::Consequence, if second == "that" { 2 } else { 1 }));
    }
    if matches!(first, "because" | "since" | "although" | "though" | "whereas" | "but" | "yet")
        && second != "of"
    {
        return Some((Joint::Next, 1));
    }
    if first == "even" && second == "though" {
        return Some((Joint::Next, 2));
    }
    if first == "while" && (comma || at_start) || comma && first == "as" {
        return Some((Joint::Next, 1));
    }
    // `once in a, once in b` counts.
    let counts = first == "once" && matches!(second, "in" | "by" | "from" | "at" | "within" | "inside");
    if CONDITIONS.contains(&first) && (comma || at_start) && !counts {
        return Some((Joint::Condition, 0)).filter(|_| open != Joint::Condition || !at_start);
    }
    if matches!(first, "and" | "or" | "nor") {
        let behind = ahead.get(1..).unwrap_or_default();
        return (has_verb && begins_clause(behind)).then_some((Joint::Next, 1));
    }
    (comma && has_verb && open != Joint::Condition && begins_main_clause(ahead)).then_some((Joint::Next, 0))
}

/// Whether what follows a comma without a conjunction is a whole clause: `, it is never freed`.
fn begins_main_clause(ahead: &[Token]) -> bool {
    matches!(word(ahead, 0), "it" | "this" | "there" | "they") && is_verb_word(word(ahead, 1))
}

#[cfg(test)]
mod tests;
