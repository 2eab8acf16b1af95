//! A written review held against the code that it speaks of.
//!
//! The text is cut into statements and sentences, every sentence is read for what it says about things with a name, and each
//! of these claims is put to the [`Program`]: it holds, it does not hold, the code cannot decide it, or it is not
//! understood. Recommended fixes are asked whether they would change anything. There is no guessing: a form of words that is not
//! known word for word is not understood, and where the code leaves room for doubt nothing is decided.

mod answer;
mod clause;
mod code;
mod fact;
mod phrase;
mod read;
mod recognise;
mod reply;
mod resolve;
mod split;
mod token;

use std::path::PathBuf;

use self::answer::{Asked, answer};
use self::code::Code;
use self::fact::{Fact, Stated, Times};
use self::phrase::Context;
use self::read::{Part, Said};
use crate::Location;
use crate::source::program::Program;
use crate::source::{SourceError, read_all};

/// What the code says to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It is so.
    Holds,
    /// It is not so.
    DoesNotHold,
    /// It is understood, but the code that was seen does not say whether it is so.
    CannotBeDecided,
    /// Its words are not understood.
    NotUnderstood,
}

impl Answer {
    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::CannotBeDecided => "cannot be decided",
            Self::NotUnderstood => "not understood",
        }
    }
}

/// What a recommended fix would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It would change the code as it says.
    Applies,
    /// What it would bring is there already.
    AlreadySo,
    /// What it would change is not there.
    NothingToChange,
    /// The code that was seen does not say.
    CannotBeDecided,
    /// Its words are not understood.
    NotUnderstood,
}

impl Effect {
    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applies => "applies",
            Self::AlreadySo => "is already so",
            Self::NothingToChange => "has nothing to change",
            Self::CannotBeDecided => "cannot be decided",
            Self::NotUnderstood => "not understood",
        }
    }
}

/// A claim, and what the code says to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The sentence it stands in. Not escaped.
    pub sentence: String,
    /// Whether it is so.
    pub answer: Answer,
    /// What the code says instead, or as well. Not escaped. Empty for what is not understood.
    pub says: String,
    /// The code that shows it.
    pub shown: Vec<Location>,
}

/// A recommended fix, and whether it would change anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recommendation {
    /// The sentence it stands in. Not escaped.
    pub sentence: String,
    /// What it would do.
    pub effect: Effect,
    /// What the code says. Not escaped. Empty for what is not understood.
    pub says: String,
    /// The code that shows it.
    pub shown: Vec<Location>,
}

/// A statement of the review: a numbered item, a section, or a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The number it has in the text; else its place among all.
    pub number: u32,
    /// The words in front of it, as a heading. Not escaped.
    pub title: Option<String>,
    /// What it claims, in its order.
    pub claims: Vec<Claim>,
    /// What it recommends.
    pub recommendations: Vec<Recommendation>,
}

impl Statement {
    /// What the code says to all of it: it holds only if all of its claims do, and does not hold if one of them does not.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let has = |answer| self.claims.iter().any(|claim| claim.answer == answer);
        if has(Answer::DoesNotHold) {
            Answer::DoesNotHold
        } else if self.claims.is_empty() {
            Answer::NotUnderstood
        } else if has(Answer::CannotBeDecided) {
            Answer::CannotBeDecided
        } else if has(Answer::NotUnderstood) {
            Answer::NotUnderstood
        } else {
            Answer::Holds
        }
    }
}

/// A review held against code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsReport {
    /// Its statements, those without claims and recommendations left out where they have no number.
    pub statements: Vec<Statement>,
    /// How many files it was held against.
    pub files: usize,
    /// How many lines they have.
    pub lines: usize,
    /// What was not read, and why.
    pub incomplete: Vec<String>,
}

impl ClaimsReport {
    /// How many statements got this answer.
    #[must_use]
    pub fn count(&self, answer: Answer) -> usize {
        self.statements.iter().filter(|statement| statement.answer() == answer).count()
    }

    /// How many claims there are.
    #[must_use]
    pub fn claims(&self) -> usize {
        self.statements.iter().map(|statement| statement.claims.len()).sum()
    }
}

/// Holds a review against all source code below some paths.
///
/// # Errors
///
/// [`SourceError`] if a path cannot be read, or nothing below them is source code.
pub fn review_paths(text: &str, paths: &[PathBuf]) -> Result<ClaimsReport, SourceError> {
    let (files, incomplete) = read_all(paths)?;
    let mut report = review(text, &Program::of(files));
    report.incomplete.extend(incomplete);
    Ok(report)
}

/// Holds a review against code.
#[must_use]
pub fn review(text: &str, program: &Program) -> ClaimsReport {
    let code = Code::of(program);
    let passages = split::passages(text);
    let statements = (1..).zip(&passages).filter_map(|(place, passage)| statement(&code, place, passage));
    let mut report = ClaimsReport {
        statements: statements.collect(),
        files: program.files().len(),
        lines: program.files().iter().map(|file| file.text.lines().count()).sum(),
        incomplete: Vec::new(),
    };
    if text.len() > split::MAX_BYTES {
        report.incomplete.push(format!("the review beyond its first {} MiB", split::MAX_BYTES >> 20));
    }
    report
}

fn statement(code: &Code<'_>, place: u32, passage: &split::Passage) -> Option<Statement> {
    let mut context = Context::default();
    let known = |small: &str| code.known(small);
    let mut statement = Statement {
        number: passage.number.unwrap_or(place),
        title: passage.title.clone(),
        claims: Vec::new(),
        recommendations: Vec::new(),
    };
    for sentence in &passage.sentences {
        for part in read::sentence(sentence, &mut context, &known) {
            take(&mut statement, code, sentence, &part);
        }
    }
    let says_something = !statement.claims.is_empty() || !statement.recommendations.is_empty();
    (says_something || passage.number.is_some()).then_some(statement)
}

fn take(statement: &mut Statement, code: &Code<'_>, sentence: &str, part: &Part) {
    let asked = Asked { code, within: &part.within };
    let sentence = sentence.to_owned();
    match &part.said {
        Said::Claims(stated) => statement.claims.extend(stated.iter().map(|stated| {
            let reply = answer(asked, stated);
            Claim { sentence: sentence.clone(), answer: reply.answer, says: reply.says, shown: reply.shown }
        })),
        Said::Fixes(wanted) => {
            statement.recommendations.extend(wanted.iter().map(|wanted| effect(asked, &sentence, wanted)));
        }
        Said::Unclear => {
            let found = part.about.as_ref().map(|about| resolve::resolve(code, about, &part.within));
            statement.claims.push(match found {
                Some(Err(reply)) if reply.is_absent => {
                    Claim { sentence, answer: reply.answer, says: reply.says, shown: reply.shown }
                }
                _ => {
                    Claim { sentence, answer: Answer::NotUnderstood, says: String::new(), shown: Vec::new() }
                }
            });
        }
        Said::UnclearFix => {
            let (effect, says) = (Effect::NotUnderstood, String::new());
            statement.recommendations.push(Recommendation { sentence, effect, says, shown: Vec::new() });
        }
    }
}

/// Whether following a recommendation would change something.
fn effect(asked: Asked<'_>, sentence: &str, wanted: &Stated) -> Recommendation {
    let reply = answer::fact(asked, &wanted.fact);
    let is_counted = matches!(&wanted.fact, Fact::Called { times: Times::Exactly(_), within: None, .. })
        && asked.within.is_empty();
    let effect = match (reply.answer, wanted.negated) {
        // A check of what cannot be otherwise would check nothing.
        (Answer::Holds, false) if reply.is_settled && matches!(wanted.fact, Fact::Checked { .. }) => {
            Effect::NothingToChange
        }
        // How often something should be called is meant for one place, which is not named.
        (Answer::DoesNotHold, false) if is_counted => Effect::CannotBeDecided,
        (Answer::Holds, false) => Effect::AlreadySo,
        (Answer::Holds, true) => Effect::Applies,
        (Answer::DoesNotHold, _) if reply.is_absent => Effect::NothingToChange,
        (Answer::DoesNotHold, true) => Effect::NothingToChange,
        // A comparison can only be changed where there is one.
        (Answer::DoesNotHold, false)
            if matches!(wanted.fact, Fact::Compared { .. }) && reply.shown.len() < 2 =>
        {
            Effect::NothingToChange
        }
        (Answer::DoesNotHold, false) => Effect::Applies,
        _ => Effect::CannotBeDecided,
    };
    Recommendation { sentence: sentence.to_owned(), effect, says: reply.says, shown: reply.shown }
}

#[cfg(test)]
mod tests;
