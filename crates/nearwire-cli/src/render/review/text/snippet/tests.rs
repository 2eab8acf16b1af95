use super::*;
use crate::render::review::samples::region;

/// The code, and the columns that are marked.
fn shown(line: &str, code: &str, room: usize) -> (String, String) {
    let snippet = Snippet::of(line, region(1, line, code), room);
    let marks = format!("{}{}", " ".repeat(snippet.before), "^".repeat(snippet.marked));
    (snippet.code, marks)
}

fn pair(code: &str, marks: &str) -> (String, String) {
    (code.to_owned(), marks.to_owned())
}

#[test]
fn marks_stand_below_their_code() {
    assert_eq!(shown("    bind(fd, x);", "bind(fd, x)", 60), pair("bind(fd, x);", "^^^^^^^^^^^"));
    assert_eq!(shown("\ta\tb(c);  ", "b(c)", 60), pair("a   b(c);", "    ^^^^"));
    assert_eq!(shown("漢字 = bind();", "bind()", 60), pair("漢字 = bind();", "       ^^^^^^"));
    assert_eq!(shown("s = \"漢\" + b;", "\"漢\"", 60), pair("s = \"漢\" + b;", "    ^^^^"));
    assert_eq!(shown("f(\"\u{1b}\\n\", x)", "x", 60), pair("f(\"\\u{1b}\\n\", x)", "              ^"));
}

#[test]
fn there_is_always_a_mark() {
    let at = |column, end_column| Region { line: 1, column, end_line: 1, end_column };
    for (region, before, marked) in [(at(3, 3), 0, 1), (at(9, 99), 4, 1), (at(4, 2), 0, 1), (at(0, 0), 0, 1)]
    {
        let snippet = Snippet::of("  code", region, 60);
        assert!(snippet.marked >= marked && snippet.before >= before, "{region:?} {snippet:?}");
    }
    assert_eq!(Snippet::of("", at(1, 1), 60), Snippet { code: String::new(), before: 0, marked: 1 });
}

#[test]
fn of_several_lines_the_first_is_marked_to_its_end() {
    let region = Region { line: 1, column: 3, end_line: 4, end_column: 1 };
    assert_eq!(
        Snippet::of("  bind(fd,", region, 60),
        Snippet { code: "bind(fd,".to_owned(), before: 0, marked: 8 }
    );
}

proptest::proptest! {
    #[test]
    fn nothing_is_wider_than_its_room(
        line in ".{0,80}", column in 0_u32..120, end_column in 0_u32..400, lines in 0_u32..2, room in 20_usize..60,
    ) {
        let region = Region { line: 1, column, end_line: 1 + lines, end_column };
        let snippet = Snippet::of(&line, region, room);
        proptest::prop_assert!(columns(&snippet.code) <= room, "{:?}", snippet);
        proptest::prop_assert!(snippet.marked >= 1 && snippet.before + snippet.marked <= room + 1, "{:?}", snippet);
    }
}

#[test]
fn long_lines_are_cut_around_the_marks() {
    let line = format!("{}bind(fd){}", "a+".repeat(100), "+b".repeat(100));
    let (code, marks) = shown(&line, "bind(fd)", 40);
    assert_eq!(columns(&code), 40);
    assert!(code.starts_with('…') && code.ends_with('…'), "{code}");
    let start = marks.find('^').unwrap();
    let under: String = code.chars().skip(start).take(8).collect();
    assert_eq!((under.as_str(), marks.len() - start), ("bind(fd)", 8));
    let (code, marks) = shown(&line, &line, 40);
    assert!(columns(&code) <= 40 && marks.len() <= 40, "{code}");
    let (code, _) = shown(&"漢".repeat(100), "漢", 41);
    assert!(columns(&code) <= 41 && code.ends_with('…'), "{code}");
}
