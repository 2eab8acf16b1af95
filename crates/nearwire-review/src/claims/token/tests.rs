use proptest::prelude::*;

use super::*;

fn shown(sentence: &str) -> String {
    let shown = tokens(sentence).into_iter().map(|token| match token {
        Token::Word(word) => word,
        Token::Name(named) => {
            let owner = named.owner.map(|owner| format!("{owner}/")).unwrap_or_default();
            format!("<{owner}{}{}>", named.name, if named.is_call { "()" } else { "" })
        }
        Token::Number(number) => number.to_string(),
        Token::Sign(sign) => sign.to_owned(),
        Token::Code(code) => format!("[{code}]"),
        Token::Break(mark) => mark.to_string(),
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn names_are_found_in_code_and_by_their_spelling() {
    assert_eq!(
        shown("`run` of SocketFactory::run and bytesToRead, max_size"),
        "<run> of <SocketFactory/run> and <bytesToRead> , <max_size>"
    );
    assert_eq!(
        shown("`factory.run()` calls `a->b(c, d)` and strcpy"),
        "<factory/run()> calls <a/b()> and <strcpy>"
    );
    assert_eq!(shown("the QByteArray, not Qt or Quality"), "the <QByteArray> , not qt or quality");
}

#[test]
fn comparisons_in_code_are_taken_apart_and_other_code_is_kept() {
    assert_eq!(shown("`x >= 100000` or `>=` or `char buf[10]`"), "<x> >= 100000 or >= or [char buf[10]]");
    assert_eq!(shown("`0x1F` `0o17` `017` `nullptr` `sizeof(x)`"), "31 15 15 null [sizeof(x)]");
}

#[test]
fn contractions_and_spellings_are_made_one() {
    assert_eq!(
        shown("It isn't initialised, can't be, doesn't."),
        "it is not initialized , can not be , does not"
    );
    assert_eq!(shown("otherwise advised"), "otherwise advized");
}

#[test]
fn headers_are_names() {
    assert_eq!(shown("`#include <sys/un.h>` and string.h"), "include <sys/un.h> and <string.h>");
}

#[test]
fn possessives_stay() {
    assert_eq!(shown("`Session`'s destructor"), "<Session> 's destructor");
}

proptest! {
    #[test]
    fn no_sentence_panics(text in "(?s)[ -~`äß…“”‘’—]{0,200}") {
        prop_assert!(tokens(&text).len() < 2 * MAX_TOKENS + 200);
    }
}
