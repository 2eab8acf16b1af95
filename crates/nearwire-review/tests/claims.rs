//! Reviews of our own writing, held against programs of our own writing.
//!
//! `tests/claims/<program>/claims.txt` was used while the forms were written, `held-out.txt` was written before and never
//! looked at for it, `half-true.txt` was written afterwards to mislead. Each line is the right answer and a claim. A claim that is answered wrongly fails the test; one that
//! is not answered costs recall, which has a floor. `CLAIMS=show cargo test --test claims -- --nocapture` prints both.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::path::{Path, PathBuf};

use nearwire_review::claims::{self, Answer};
use nearwire_review::source;
use nearwire_review::source::program::Program;

#[derive(Default)]
struct Score {
    claims: usize,
    decidable: usize,
    decided: usize,
    right: usize,
    wrong: Vec<String>,
}

impl Score {
    fn print(&self, name: &str) {
        println!(
            "{name}: {} claims, {} decidable, {} decided, {} of these right",
            self.claims, self.decidable, self.decided, self.right
        );
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The programs, each with the code it is held against.
fn programs() -> Vec<(PathBuf, PathBuf)> {
    let mut directories: Vec<_> = root()
        .join("tests/claims")
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    directories.sort();
    let seed = root().join("tests/fixtures/seed/vulnerable");
    directories
        .into_iter()
        .map(|directory| {
            let source = if directory.ends_with("exchange") { seed.clone() } else { directory.clone() };
            (directory, source)
        })
        .collect()
}

fn program(source: &Path) -> Program {
    let (files, incomplete) = source::read_all(&[source.to_owned()]).unwrap();
    assert!(incomplete.is_empty(), "{incomplete:?}");
    Program::of(files)
}

/// What the engine says to a text: the answer to all of its statements together.
fn answer(text: &str, program: &Program) -> (Answer, Vec<String>) {
    let report = claims::review(text, program);
    let says = report
        .statements
        .iter()
        .flat_map(|statement| &statement.claims)
        .map(|claim| format!("{}: {}", claim.answer.name(), claim.says));
    let says = says.collect();
    let answers: Vec<_> = report.statements.iter().map(claims::Statement::answer).collect();
    let order = [Answer::DoesNotHold, Answer::CannotBeDecided, Answer::NotUnderstood, Answer::Holds];
    let worst = order.into_iter().find(|answer| answers.contains(answer));
    (worst.unwrap_or(Answer::NotUnderstood), says)
}

fn score(file: &str) -> Score {
    let mut score = Score::default();
    let show = std::env::var_os("CLAIMS").is_some();
    for (directory, source) in programs() {
        let program = program(&source);
        for line in
            std::fs::read_to_string(directory.join(file)).unwrap().lines().filter(|line| !line.is_empty())
        {
            let (expected, text) = line.split_once(": ").unwrap();
            let expected = match expected {
                "holds" => Answer::Holds,
                "false" => Answer::DoesNotHold,
                "open" => Answer::CannotBeDecided,
                _ => panic!("{line}"),
            };
            let (found, says) = answer(text, &program);
            let is_decided = matches!(found, Answer::Holds | Answer::DoesNotHold);
            score.claims += 1;
            score.decidable += usize::from(expected != Answer::CannotBeDecided);
            score.decided += usize::from(is_decided);
            score.right += usize::from(is_decided && found == expected);
            let outcome = format!(
                "{} {line}\n    {}: {}",
                directory.file_name().unwrap().to_string_lossy(),
                found.name(),
                says.join(" | ")
            );
            if is_decided && found != expected {
                score.wrong.push(outcome);
            } else if show && found != expected {
                println!("{outcome}");
            }
        }
    }
    score.print(file);
    score
}

#[test]
fn no_claim_is_answered_wrongly() {
    let (tuned, held_out) = (score("claims.txt"), score("held-out.txt"));
    let half_true = score("half-true.txt");
    let wrong: Vec<_> = tuned.wrong.iter().chain(&held_out.wrong).chain(&half_true.wrong).cloned().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tuned.claims + held_out.claims >= 150, "the corpus has fewer than 150 claims");
    for score in [tuned, held_out] {
        assert!(
            score.right * 100 >= score.decidable * 70,
            "{} of {} decidable claims are decided",
            score.right,
            score.decidable
        );
    }
}

fn answers(text: &str) -> Vec<(u32, Answer)> {
    let report = claims::review(text, &program(&root().join("tests/fixtures/seed/vulnerable")));
    if std::env::var_os("CLAIMS").is_some() {
        print(&report);
    }
    report.statements.iter().map(|statement| (statement.number, statement.answer())).collect()
}

fn print(report: &claims::ClaimsReport) {
    for statement in &report.statements {
        println!("{}. {:?}: {}", statement.number, statement.title, statement.answer().name());
        for claim in &statement.claims {
            println!("    {}\n        {}: {}", claim.sentence, claim.answer.name(), claim.says);
        }
        for fix in &statement.recommendations {
            println!("    fix: {}\n        {}: {}", fix.sentence, fix.effect.name(), fix.says);
        }
    }
}

#[test]
fn a_review_by_pillars_is_answered() {
    use Answer::{CannotBeDecided, DoesNotHold, Holds};
    let text = std::fs::read_to_string(root().join("tests/claims/ten-pillars.md")).unwrap();
    let expected = [
        (1, DoesNotHold),
        (2, DoesNotHold),
        (3, DoesNotHold),
        (4, DoesNotHold),
        (5, DoesNotHold),
        (6, DoesNotHold),
        (7, Holds),
        (8, Holds),
        (9, DoesNotHold),
        (10, CannotBeDecided),
    ];
    assert_eq!(answers(&text), expected);
}

/// The review that this project began with is kept outside of it; where it is at hand it is answered, too.
#[test]
fn the_first_review_is_answered() {
    use Answer::{CannotBeDecided, DoesNotHold, Holds};
    let file = root().join("../../../shared/data/sample-review.txt");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: there is no {}", file.display());
        return;
    };
    let right: [&[Answer]; 10] = [
        &[DoesNotHold],
        &[DoesNotHold],
        &[DoesNotHold],
        &[DoesNotHold],
        &[DoesNotHold, CannotBeDecided],
        &[DoesNotHold],
        &[DoesNotHold],
        &[Holds],
        &[DoesNotHold, CannotBeDecided],
        &[CannotBeDecided],
    ];
    let answers = answers(&text);
    let numbered: Vec<_> = answers.iter().filter(|(number, _)| (1..=10).contains(number)).collect();
    assert_eq!(numbered.len(), 10, "{answers:?}");
    let wrong: Vec<_> = numbered
        .iter()
        .zip(right)
        .filter(|((_, answer), right)| *answer != Answer::NotUnderstood && !right.contains(answer))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let decided = numbered.iter().filter(|(_, answer)| matches!(answer, Holds | DoesNotHold)).count();
    assert!(decided >= 7, "{decided} of 10 are decided");
}
