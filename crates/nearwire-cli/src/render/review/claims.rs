//! What became of the claims of a written review: text, JSON and Markdown.

mod json;
mod markdown;
mod text;

use nearwire_review::Location;
use nearwire_review::claims::{Answer, Claim, ClaimsReport, Effect, Recommendation, Statement};

use crate::args::review::claims::ClaimsFormat;
use crate::failure::Failure;
use crate::output::DEFAULT_WIDTH;

/// All answers in one text; for people, with colour.
pub(crate) fn results(report: &ClaimsReport, format: ClaimsFormat, width: usize) -> Result<String, Failure> {
    match format {
        ClaimsFormat::Text => Ok(text::everything(report, width)),
        ClaimsFormat::Json => json::results(report),
        ClaimsFormat::Markdown => Ok(markdown::results(report)),
    }
}

/// All answers in one text, without colour.
pub(crate) fn plain_results(report: &ClaimsReport, format: ClaimsFormat) -> Result<String, Failure> {
    let text = results(report, format, DEFAULT_WIDTH)?;
    Ok(if format == ClaimsFormat::Text { crate::render::text::plain(&text) } else { text })
}

/// A sentence of the review with all that is said to it: one claim after the other, each once, and its fixes.
struct Said<'r> {
    sentence: &'r str,
    claims: Vec<&'r Claim>,
    fixes: Vec<&'r Recommendation>,
}

/// The sentences of a statement, in their order: those with claims first.
fn sentences(statement: &Statement) -> Vec<Said<'_>> {
    let mut said: Vec<Said<'_>> = Vec::new();
    let place =
        |said: &mut Vec<Said<'_>>, sentence: &str| said.iter().position(|one| one.sentence == sentence);
    for claim in &statement.claims {
        match place(&mut said, &claim.sentence).and_then(|place| said.get_mut(place)) {
            Some(one) if one.claims.contains(&claim) => {}
            Some(one) => one.claims.push(claim),
            None => said.push(Said { sentence: &claim.sentence, claims: vec![claim], fixes: Vec::new() }),
        }
    }
    for fix in &statement.recommendations {
        match place(&mut said, &fix.sentence).and_then(|place| said.get_mut(place)) {
            Some(one) if one.fixes.contains(&fix) => {}
            Some(one) => one.fixes.push(fix),
            None => said.push(Said { sentence: &fix.sentence, claims: Vec::new(), fixes: vec![fix] }),
        }
    }
    said
}

/// What it comes to: `7 do not hold, 1 holds, 2 cannot be decided.`
fn totals(report: &ClaimsReport) -> String {
    let words = [
        (Answer::DoesNotHold, "does not hold", "do not hold"),
        (Answer::Holds, "holds", "hold"),
        (Answer::CannotBeDecided, "cannot be decided", "cannot be decided"),
        (Answer::NotUnderstood, "is not understood", "are not understood"),
    ];
    let parts = words.into_iter().filter_map(|(answer, one, many)| {
        let count = report.statements.iter().filter(|statement| verdict(statement) == Some(answer)).count();
        (count > 0).then(|| super::words::counted(count, one, many))
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        "Nothing in it is a claim about the code.".to_owned()
    } else {
        format!("Of its statements, {}.", parts.join(", "))
    }
}

/// What a statement comes to; nothing where it only recommends.
fn verdict(statement: &Statement) -> Option<Answer> {
    let only_advice = statement.claims.is_empty() && !statement.recommendations.is_empty();
    (!only_advice).then(|| statement.answer())
}

/// `Held against 3 files (612 lines): 10 statements, 17 claims`
fn heading(report: &ClaimsReport) -> String {
    let counted = super::words::counted;
    format!(
        "Held against {} ({}): {}, {}",
        counted(report.files, "file", "files"),
        counted(report.lines, "line", "lines"),
        counted(report.statements.len(), "statement", "statements"),
        counted(report.claims(), "claim", "claims"),
    )
}

/// How a fix is told: `its fix is already so`.
fn effect(fix: &Recommendation) -> &'static str {
    match fix.effect {
        Effect::Applies => "the fix would change this",
        Effect::AlreadySo => "the fix is already there",
        Effect::NothingToChange => "the fix has nothing to change",
        Effect::CannotBeDecided => "whether the fix would change something cannot be decided",
        Effect::NotUnderstood => "the fix is not understood",
    }
}

/// Where it is shown: `src/a.cpp:12, 40-42 src/b.h:7`; lines of one file together.
fn places(shown: &[Location]) -> String {
    let mut files: Vec<(String, Vec<u32>)> = Vec::new();
    for location in shown {
        let (Some(file), Some(region)) = (location.file(), location.region()) else { continue };
        let name = nearwire::Escaped::new(file).to_string();
        match files.iter_mut().find(|(known, _)| *known == name) {
            Some((_, lines)) if lines.contains(&region.line) => {}
            Some((_, lines)) => lines.push(region.line),
            None => files.push((name, vec![region.line])),
        }
    }
    let files = files.into_iter().map(|(name, lines)| {
        let lines: Vec<_> = lines.iter().map(u32::to_string).collect();
        format!("{name}:{}", lines.join(","))
    });
    files.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
