use super::*;
use crate::claims::fact::{Aim, Reach, Storage, Times};
use crate::claims::phrase::{Context, phrase};
use crate::claims::token::tokens;

fn one(clause: &str) -> Stated {
    let stated = all(clause).unwrap_or_else(|| panic!("{clause}: not understood"));
    assert_eq!(stated.len(), 1, "{clause}: {stated:?}");
    stated.into_iter().next().unwrap()
}

fn all(clause: &str) -> Option<Vec<Stated>> {
    recognise(&phrase(&tokens(clause), &Context::default(), &|_| None))
}

#[test]
fn access_is_recognised() {
    let said = one("The `run` method is not properly protected");
    assert!(said.negated && said.vague && matches!(said.fact, Fact::Access { access: Level::Guarded, .. }));
    let said = one("`x` is a private member of `A`");
    assert!(!said.negated && matches!(said.fact, Fact::Access { access: Level::Private, .. }));
    let said = one("any external code can modify `x`");
    assert!(matches!(said.fact, Fact::Reachable { how: Reach::Change, .. }));
    let said = one("`x` cannot be called by any other class");
    assert!(said.negated && matches!(said.fact, Fact::Reachable { how: Reach::Call, .. }));
}

#[test]
fn calls_are_recognised() {
    let said = one("`gets` is never called in `main`");
    assert!(said.negated && matches!(said.fact, Fact::Called { times: Times::Some, within: Some(_), .. }));
    let said = one("`main` calls `read` twice");
    assert!(matches!(said.fact, Fact::Called { times: Times::Exactly(2), .. }));
    let said = one("`read` is called 3 times in `main`");
    assert!(matches!(said.fact, Fact::Called { times: Times::Exactly(3), .. }));
    assert!(matches!(one("`a` is called before `b` in `f`").fact, Fact::Before { .. }));
    assert!(matches!(one("`a` is called in a loop").fact, Fact::InLoop { .. }));
    assert_eq!(all("`a` is called twice, once in `b` and once in `c`").unwrap().len(), 3);
}

#[test]
fn checks_are_recognised() {
    let said = one("`x` is not checked if it is negative");
    assert!(said.negated && matches!(said.fact, Fact::Checked { aim: Aim::Negative, .. }), "{said:?}");
    let said = one("There is no null check on `x`");
    assert!(said.negated && matches!(said.fact, Fact::Checked { aim: Aim::Null, .. }), "{said:?}");
    let said = one("the return value of `listen` is ignored");
    assert!(said.negated && matches!(said.fact, Fact::ResultUsed { .. }));
    let said = one("`x` is compared to 100000 using `==`");
    assert!(matches!(said.fact, Fact::Compared { sign: Some("=="), .. }));
    assert!(one("there is no try-catch block in `run`").negated);
}

#[test]
fn memory_and_values_are_recognised() {
    assert!(matches!(
        one("`x` is allocated on the stack").fact,
        Fact::Allocated { place: Storage::Stack, .. }
    ));
    assert!(matches!(
        one("`x` is allocated with `malloc`").fact,
        Fact::Allocated { place: Storage::Malloc, .. }
    ));
    assert!(one("`x` is left uninitialised").negated);
    assert!(one("`x` leaks").negated);
    assert!(matches!(one("`x` is set to `50000`").fact, Fact::Value { .. }));
    assert!(matches!(one("`x` is 108 bytes long").fact, Fact::Length { count: 108, .. }));
    assert!(matches!(one("`f` takes three parameters").fact, Fact::Parameters { count: 3, .. }));
}

#[test]
fn words_that_change_the_sense_are_not_skipped() {
    for clause in [
        "`gets` is called in `main` only on errors",
        "`x` is not always checked",
        "`x` is rarely public",
        "`x` is not not public",
        "`x` is public unless it is private",
        "`f` almost never calls `g`",
        "`x` is allocated on the stack of the other thread",
        "`x` is no longer than 5 bytes or so",
    ] {
        assert_eq!(all(clause), None, "{clause}");
    }
}
