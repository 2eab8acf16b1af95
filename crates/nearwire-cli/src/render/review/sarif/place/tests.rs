use std::ffi::OsStr;

use super::*;

#[test]
fn files_are_uris_below_the_directory() {
    let places = Places { directory: Some(Path::new("/home/alice")) };
    for (file, uri) in [
        (&b"./src/a.c"[..], "src/a.c"),
        (b"/home/alice/src/a b.c", "src/a%20b.c"),
        (b"/etc/x.c", "file:///etc/x.c"),
        (b"../x.c", "../x.c"),
        (b"a:b#c?d%e.c", "a%3Ab%23c%3Fd%25e.c"),
        (b"\xff\x1b\xe2\x80\xae.c", "%FF%1B%E2%80%AE.c"),
    ] {
        assert_eq!(places.uri(Path::new(OsStr::from_bytes(file))), uri);
    }
}

#[test]
fn columns_are_counted_in_utf16() {
    let line = "\"漢😀\" x";
    assert_eq!(utf16_column(line, 1), 1);
    assert_eq!(utf16_column(line, u32::try_from(line.find('x').unwrap()).unwrap() + 1), 7);
    assert_eq!(utf16_column(line, 1000), 8);
}

#[test]
fn of_several_lines_the_end_has_no_column() {
    let places = Places { directory: None };
    let region = Region { line: 2, column: 3, end_line: 4, end_column: 9 };
    let place = places.physical(Path::new("a.c"), region, "  f(x,").region;
    assert_eq!((place.start_column, place.end_line, place.end_column), (Some(3), Some(4), None));
    assert_eq!(place.snippet.map(|snippet| snippet.text), Some("f(x,"));
}
