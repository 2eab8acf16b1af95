use proptest::prelude::*;

use super::*;

fn numbers_and_sentences(text: &str) -> Vec<(Option<u32>, usize)> {
    passages(text).iter().map(|passage| (passage.number, passage.sentences.len())).collect()
}

#[test]
fn numbered_items_with_titles_are_passages() {
    let text = "I looked at it.\r\n\r\n1. CWE-284 (Access):\r\nIn `a`, it is so. To fix this, do more.\r\n2) `x` is there.\r\n\r\nIn conclusion, fix it.\r\n";
    let passages = passages(text);
    assert_eq!(numbers_and_sentences(text), [(None, 1), (Some(1), 2), (Some(2), 1), (None, 1)]);
    assert_eq!(passages[1].title.as_deref(), Some("CWE-284 (Access)"));
    assert_eq!(passages[1].sentences[0], "In `a`, it is so.");
}

#[test]
fn sections_keep_their_paragraphs_and_bullets() {
    let text = "# Report\n\n## 1. **Overflow**\n\nFirst. Second.\n\n- `a` is b\n- `c` is d\n\nThird.\n\n## Other\n\nFourth.\n";
    assert_eq!(numbers_and_sentences(text), [(Some(1), 5), (None, 1)]);
    assert_eq!(passages(text)[0].title.as_deref(), Some("Overflow"));
}

#[test]
fn loose_bullets_are_passages_of_their_own() {
    assert_eq!(numbers_and_sentences("- `a` is b.\n- `c` is d.\n"), [(None, 1), (None, 1)]);
}

#[test]
fn a_bold_beginning_is_a_title() {
    let passages = passages("1. **Missing check**: `a` is b.");
    assert_eq!(passages[0].title.as_deref(), Some("Missing check"));
    assert_eq!(passages[0].sentences, ["`a` is b."]);
}

#[test]
fn findings_may_be_numbered_in_words() {
    assert_eq!(numbers_and_sentences("### Finding 7: Overflow\nText.\n"), [(Some(7), 1)]);
}

#[test]
fn periods_in_code_and_abbreviations_end_nothing() {
    let text = "`a.b. C` is e.g. `d`. It ends here. And here!";
    assert_eq!(sentences(text), ["`a.b. C` is e.g. `d`.", "It ends here.", "And here!"]);
}

#[test]
fn fenced_code_says_nothing() {
    assert_eq!(numbers_and_sentences("1. Text.\n```c\n2. x is y.\n```\nMore.\n"), [(Some(1), 2)]);
}

#[test]
fn hostile_lengths_are_cut() {
    let items = "1. a b.\n".repeat(10_000);
    assert!(passages(&items).len() <= MAX_PASSAGES + 1);
    let sentences_of_one = "All well. ".repeat(10_000);
    assert_eq!(passages(&sentences_of_one)[0].sentences.len(), MAX_SENTENCES);
    let long = "ä".repeat(MAX_BYTES);
    assert_eq!(passages(&long)[0].sentences[0].len(), MAX_BYTES);
}

proptest! {
    #[test]
    fn no_text_panics(text in "(?s)[ -~\n\r\t`*#äß…“”.]{0,300}") {
        let _ = passages(&text);
    }
}
