//! The answers as JSON, schema `nearwire.claims/1`: types of its own, so that the format changes only on purpose.

use nearwire_review::Location;
use nearwire_review::claims::{Answer, Claim, ClaimsReport, Effect, Recommendation, Statement};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::to_json;
use crate::failure::Failure;

/// What `nearwire review claims` prints with `--json`. Texts are as they were found; nothing is escaped.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "nearwire.claims/1")]
pub(super) struct Document {
    /// Always `nearwire.claims/1`. Fields may be added; a change of their meaning makes it `/2`.
    schema: &'static str,
    /// The version of nearwire that made this.
    version: &'static str,
    /// How many files the review was held against.
    files: usize,
    /// How many lines they have.
    lines: usize,
    /// Whether all of the code and of the review was read: `incomplete` is empty.
    complete: bool,
    /// How many statements got which answer.
    counts: CountsV1,
    /// The statements of the review, in its order.
    statements: Vec<StatementV1>,
    /// What could not be read, and why.
    incomplete: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct CountsV1 {
    holds: usize,
    does_not_hold: usize,
    cannot_be_decided: usize,
    not_understood: usize,
}

#[derive(Serialize, JsonSchema)]
struct StatementV1 {
    /// The number it has in the review, else its place.
    number: u32,
    title: Option<String>,
    /// `holds`, `does-not-hold`, `cannot-be-decided` or `not-understood`; none for a statement that only recommends.
    answer: Option<&'static str>,
    claims: Vec<ClaimV1>,
    fixes: Vec<FixV1>,
}

#[derive(Serialize, JsonSchema)]
struct ClaimV1 {
    sentence: String,
    /// As of the statement.
    answer: &'static str,
    /// What the code says.
    says: String,
    shown: Vec<PlaceV1>,
}

#[derive(Serialize, JsonSchema)]
struct FixV1 {
    sentence: String,
    /// `applies`, `already-so`, `nothing-to-change`, `cannot-be-decided` or `not-understood`.
    effect: &'static str,
    /// What the code says.
    says: String,
    shown: Vec<PlaceV1>,
}

#[derive(Serialize, JsonSchema)]
struct PlaceV1 {
    file: String,
    line: u32,
    column: u32,
    /// The line as it stands in the file.
    text: String,
}

pub(super) fn results(report: &ClaimsReport) -> Result<String, Failure> {
    let count = |answer| {
        report.statements.iter().filter(|statement| super::verdict(statement) == Some(answer)).count()
    };
    to_json(&Document {
        schema: "nearwire.claims/1",
        version: env!("CARGO_PKG_VERSION"),
        files: report.files,
        lines: report.lines,
        complete: report.incomplete.is_empty(),
        counts: CountsV1 {
            holds: count(Answer::Holds),
            does_not_hold: count(Answer::DoesNotHold),
            cannot_be_decided: count(Answer::CannotBeDecided),
            not_understood: count(Answer::NotUnderstood),
        },
        statements: report.statements.iter().map(statement).collect(),
        incomplete: report.incomplete.clone(),
    })
}

fn statement(statement: &Statement) -> StatementV1 {
    StatementV1 {
        number: statement.number,
        title: statement.title.clone(),
        answer: super::verdict(statement).map(answer),
        claims: statement.claims.iter().map(claim).collect(),
        fixes: statement.recommendations.iter().map(fix).collect(),
    }
}

fn claim(claim: &Claim) -> ClaimV1 {
    ClaimV1 {
        sentence: claim.sentence.clone(),
        answer: answer(claim.answer),
        says: claim.says.clone(),
        shown: claim.shown.iter().filter_map(place).collect(),
    }
}

fn fix(fix: &Recommendation) -> FixV1 {
    let effect = match fix.effect {
        Effect::Applies => "applies",
        Effect::AlreadySo => "already-so",
        Effect::NothingToChange => "nothing-to-change",
        Effect::CannotBeDecided => "cannot-be-decided",
        Effect::NotUnderstood => "not-understood",
    };
    FixV1 {
        sentence: fix.sentence.clone(),
        effect,
        says: fix.says.clone(),
        shown: fix.shown.iter().filter_map(place).collect(),
    }
}

fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Holds => "holds",
        Answer::DoesNotHold => "does-not-hold",
        Answer::CannotBeDecided => "cannot-be-decided",
        Answer::NotUnderstood => "not-understood",
    }
}

fn place(location: &Location) -> Option<PlaceV1> {
    let Location::Code { file, region, text, .. } = location else { return None };
    let file = file.to_string_lossy().into_owned();
    Some(PlaceV1 { file, line: region.line, column: region.column, text: text.clone() })
}
