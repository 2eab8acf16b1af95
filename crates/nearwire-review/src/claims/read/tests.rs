use super::*;
use crate::claims::fact::Fact;

fn read(sentence: &str) -> Vec<Part> {
    self::sentence(sentence, &mut Context::default(), &|_| None)
}

fn stated(sentence: &str) -> Vec<Stated> {
    let parts = read(sentence);
    let stated = parts.into_iter().flat_map(|part| match part.said {
        Said::Claims(stated) => stated,
        other => panic!("{sentence}: {other:?}"),
    });
    stated.collect()
}

#[test]
fn a_lead_in_is_the_place_of_what_follows() {
    let parts = read("In the `Session` class, the constructor calls `grow`, and `grow` is private.");
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|part| part.within[0].name == "Session"), "{parts:?}");
    let Said::Claims(stated) = &parts[0].said else { panic!("{parts:?}") };
    let Fact::Called { within: Some(within), .. } = &stated[0].fact else { panic!("{stated:?}") };
    assert_eq!(within.shown(), "the constructor of Session");
}

#[test]
fn a_subject_left_out_is_that_before() {
    let stated = stated("The `buffer` member is public and is never freed.");
    let [one, other] = stated.as_slice() else { panic!("{stated:?}") };
    assert!(matches!(&one.fact, Fact::Access { what, .. } if what.name == "buffer"));
    assert!(matches!(&other.fact, Fact::Released { what, .. } if what.name == "buffer") && other.negated);
}

#[test]
fn it_is_one_thing_or_not_understood() {
    let parts = read("`a` calls `b`, but it is private.");
    assert!(matches!(parts[1].said, Said::Unclear), "{parts:?}");
    let parts = read("`a` is static, but it is private.");
    assert!(matches!(&parts[1].said, Said::Claims(_)), "{parts:?}");
}

#[test]
fn what_is_said_under_a_condition_is_not_understood() {
    let parts = read("If `x` is negative, `y` is null.");
    assert!(parts.iter().all(|part| part.said == Said::Unclear), "{parts:?}");
}

#[test]
fn judgement_and_prose_say_nothing() {
    for sentence in [
        "This could lead to undefined behavior.",
        "The code was reviewed.",
        "`run` might crash.",
        "In conclusion, fix it.",
    ] {
        assert_eq!(read(sentence), [], "{sentence}");
    }
}

#[test]
fn advice_is_taken_apart() {
    let parts =
        read("To fix this, you should add the `Q_OBJECT` macro to `A` and make the `run` method a slot.");
    assert!(
        matches!(&parts[0].said, Said::Fixes(wanted) if matches!(wanted[0].fact, Fact::HasMacro { .. })),
        "{parts:?}"
    );
    assert!(
        matches!(&parts[1].said, Said::Fixes(wanted) if matches!(wanted[0].fact, Fact::Is { .. })),
        "{parts:?}"
    );
    assert!(matches!(read("Use `strlcpy` instead of `strcpy`.")[0].said, Said::Fixes(_)));
    assert!(matches!(read("Rewrite `a` in Rust.").as_slice(), [Part { said: Said::Unclear, .. }]));
}

#[test]
fn lists_are_said_once_for_each() {
    assert_eq!(stated("`a`, `b` and `c` are private.").len(), 3);
    assert_eq!(stated("Neither `a` nor `b` is checked.").len(), 2);
}

#[test]
fn what_is_said_in_passing_is_said() {
    let stated = stated("The static method `run` is public.");
    assert_eq!(stated.len(), 2, "{stated:?}");
}
