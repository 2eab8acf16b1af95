use super::*;
use crate::claims::token::tokens;

fn joints(sentence: &str) -> Vec<(Joint, usize)> {
    clauses(&tokens(sentence)).iter().map(|clause| (clause.joint, clause.tokens.len())).collect()
}

#[test]
fn what_is_feared_is_set_apart() {
    assert_eq!(joints("`a` is public, which could lead to b and c."), [(Joint::Next, 3), (Joint::Effect, 6)]);
    assert_eq!(joints("`a` is public, allowing b."), [(Joint::Next, 3), (Joint::Effect, 1)]);
}

#[test]
fn what_follows_is_said_as_well() {
    assert_eq!(
        joints("`a` is public, which means that any code can call it and potentially more."),
        [(Joint::Next, 3), (Joint::Consequence, 5), (Joint::Effect, 2)],
    );
}

#[test]
fn conjunctions_begin_clauses_only_before_verbs() {
    assert_eq!(joints("`a` and `b` are public."), [(Joint::Next, 5)]);
    assert_eq!(joints("`a` is public and is never freed."), [(Joint::Next, 3), (Joint::Next, 3)]);
    assert_eq!(joints("`a` is public and `b` is private."), [(Joint::Next, 3), (Joint::Next, 3)]);
    assert_eq!(joints("`a` is public, but it is const."), [(Joint::Next, 3), (Joint::Next, 3)]);
}

#[test]
fn conditions_and_asides_are_marked() {
    assert_eq!(joints("If `x` is 0, `a` is null.")[0].0, Joint::Condition);
    assert_eq!(joints("`a` (line 4) is null."), [(Joint::Next, 3), (Joint::Aside, 2)]);
    assert_eq!(joints("`a` is called twice, once in `b` and once in `c`."), [(Joint::Next, 12)]);
}
