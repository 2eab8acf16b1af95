use proptest::prelude::*;

use super::*;
use crate::source::lower;
use crate::source::model::Language;

const CODE: &str = "#define LIMIT 8\nstatic int used;\nint main(void)\n{\n    gets(0);\n    return 0;\n}\n";

fn program() -> Program {
    Program::of(vec![lower::file("a.c".into(), Language::C, CODE.as_bytes()).unwrap()])
}

fn answers(text: &str) -> Vec<Answer> {
    review(text, &program()).statements.iter().map(Statement::answer).collect()
}

#[test]
fn a_statement_holds_only_if_all_of_it_does() {
    assert_eq!(answers("`LIMIT` is 8, and `used` is not a constant."), [Answer::Holds]);
    assert_eq!(answers("`LIMIT` is 8, and `used` is a constant."), [Answer::DoesNotHold]);
    assert_eq!(answers("`LIMIT` is 8, and `used` is not thread-safe."), [Answer::CannotBeDecided]);
    assert_eq!(answers("`LIMIT` is 8, and `used` is quite purple."), [Answer::NotUnderstood]);
}

#[test]
fn functions_that_are_not_there_do_nothing() {
    assert_eq!(answers("The `frobnicate` function does crash with long names."), [Answer::DoesNotHold]);
    assert_eq!(answers("The `frobnicate` function is missing."), [Answer::NotUnderstood]);
}

#[test]
fn fixes_are_asked_whether_they_change_something() {
    let effects = |text: &str| -> Vec<Effect> {
        let report = review(text, &program());
        report
            .statements
            .iter()
            .flat_map(|statement| &statement.recommendations)
            .map(|fix| fix.effect)
            .collect()
    };
    assert_eq!(effects("Remove the call to `gets` in `main`."), [Effect::Applies]);
    assert_eq!(effects("Remove the call to `strcpy` in `main`."), [Effect::NothingToChange]);
    assert_eq!(effects("Check that `LIMIT` is non-negative."), [Effect::NothingToChange]);
    assert_eq!(effects("Follow the coding standards."), [Effect::CannotBeDecided]);
    assert_eq!(effects("Use a better algorithm for `main`."), [Effect::NotUnderstood]);
}

#[test]
fn prose_without_claims_is_left_out_but_numbered_items_are_kept() {
    let report = review("I read the code.\n\n1. It is bad.\n\nThank you.\n", &program());
    assert_eq!(report.statements.len(), 1);
    assert_eq!(report.statements[0].answer(), Answer::NotUnderstood);
}

#[test]
fn places_show_what_is_said() {
    let report = review("`main` calls `gets`.", &program());
    let shown = &report.statements[0].claims[0].shown;
    assert_eq!(shown[0].region().unwrap().line, 5);
}

#[test]
fn long_reviews_are_cut_and_say_so() {
    let report = review(&"`LIMIT` is 8. ".repeat(100_000), &program());
    assert_eq!(report.incomplete.len(), 1);
}

/// Words and signs that sentences about code are made of.
fn piece() -> impl Strategy<Value = String> {
    let words = "is|not|never|the|`main`|`LIMIT`|`used`|called|in|and|,|which|means|that|checked|for|null|`A::b()`|0|-1|`==`|>=|to|fix|this|you|should|add|\
        (|)|'s|it|its|constructor|of|class|method|protected|compared|with|before|allocated|on|stack|\n|1.|.|;|:|if|no|there|try-catch|return|value";
    let words: Vec<String> = words.split('|').map(str::to_owned).collect();
    proptest::sample::select(words)
}

proptest! {
    #[test]
    fn no_text_panics(text in "(?s).{0,200}") {
        let _ = review(&text, &program());
    }

    #[test]
    fn no_row_of_words_panics(words in proptest::collection::vec(piece(), 0..40)) {
        let _ = review(&words.join(" "), &program());
    }
}
