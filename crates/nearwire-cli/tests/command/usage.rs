//! Wrong input: one line of cause that names the value, one of advice, and exit code 2 or 3.

use snapbox::{assert_data_eq, file};

use crate::support::Home;

/// The two lines on stderr.
fn lines(stderr: &str) -> (&str, &str) {
    let mut lines = stderr.lines();
    let pair = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    assert_eq!(lines.next(), None, "more than two lines: {stderr}");
    pair
}

#[test]
fn values_that_cannot_be_are_refused_by_name() {
    let home = Home::new();
    for (arguments, cause) in [
        (&["exchange", "--connections", "0"][..], "error: --connections 0: at least 1 connection is needed"),
        (
            &["exchange", "--chunk-size", "99999999999"],
            "error: --chunk-size 99999999999: a chunk is at most 16777216 bytes (16 MiB)",
        ),
        (&["exchange", "--chunk-size", "100,0"], "error: --chunk-size 0: a chunk is at least 1 byte"),
        (
            &["exchange", "--iterations", "many"],
            "error: --iterations many: expected a number such as 100, 10k, 1M or 64Ki",
        ),
        (&["exchange", "--timeout", "0s"], "error: --timeout 0s: a time above 0 is needed"),
        (
            &["pingpong", "--duration", "soon"],
            "error: --duration soon: expected a time such as 500ms, 5s or 2min",
        ),
        (
            &["exchange", "--export", "results"],
            "error: --export results: expected a file that ends in .json, .csv or .txt",
        ),
        (
            &["serve", "demo", "--mode", "1777"],
            "error: --mode 1777: expected an octal mode from 0 to 0777, such as 0600",
        ),
        (
            &["serve", "demo", "--allow-user", "nobody-of-this-name"],
            "error: --allow-user nobody-of-this-name: there is no such user",
        ),
        (&["serve", "/tmp/"], "error: <ADDRESS> /tmp/: the path names a directory, not a socket"),
        (&["serve", "@"], "error: <ADDRESS> the address is empty"),
    ] {
        let output = home.run(arguments);
        assert_eq!(output.code(), Some(2), "{arguments:?}");
        let (first, advice) = lines(&output.stderr);
        assert_eq!(first, cause);
        assert!(advice.starts_with("  "), "{advice}");
        assert_eq!(output.stdout, "");
    }
}

#[test]
fn more_than_can_be_is_found_before_anything_starts() {
    let home = Home::new();
    for arguments in [
        &["exchange", "--connections", "1000000"][..],
        &["exchange", "--iterations", "1000000000000000", "--chunk-size", "16Mi"],
        &["exchange", "--payload", "/dev/zero"],
        &["exchange", "--export", "/nowhere/results.json"],
    ] {
        let output = home.run(arguments);
        assert_eq!(output.code(), Some(2), "{output:?}");
        lines(&output.stderr);
        assert_eq!(output.stdout, "");
    }
    assert!(home.leftovers().is_empty());
}

#[test]
fn a_target_that_is_not_there_is_told_with_what_to_do() {
    let home = Home::new();
    std::fs::write(home.path().join("file"), "text").unwrap();
    drop(std::os::unix::net::UnixListener::bind(home.path().join("stale")).unwrap());
    for (to, cause, advice) in [
        ("demo", "no server listens on", "  try: nearwire serve demo"),
        ("./stale", "the file is left over from a server that is gone", "  try: nearwire serve ./stale"),
        (
            "./file",
            "is not a socket",
            "  give the address of a stream socket; a plain NAME means one in your private directory",
        ),
        ("@nearwire-nobody", "no server listens on", "  try: nearwire serve @nearwire-nobody"),
    ] {
        let output = home.run(&["exchange", "--to", to]);
        assert_eq!(output.code(), Some(3), "{output:?}");
        let (first, second) = lines(&output.stderr);
        assert!(first.contains(cause), "{first}");
        assert_eq!(second, advice);
        assert_eq!(output.stdout, "", "no table without a row");
    }
}

#[test]
fn names_with_terminal_escapes_are_printed_safely() {
    let home = Home::new();
    for arguments in [
        ["exchange", "--to", "./\u{1b}[2J"],
        ["exchange", "--to", "\u{1b}]0;x\u{7}"],
        ["serve", "/\u{1b}[2J/x", "-v"],
    ] {
        let output = home.run(&arguments);
        assert_ne!(output.code(), Some(0));
        assert!(!output.stderr.contains('\u{1b}') && !output.stdout.contains('\u{1b}'), "{output:?}");
        assert!(output.stderr.contains(r"\u{1b}"), "{output:?}");
    }
}

#[test]
fn the_help_is_as_it_was_read() {
    let home = Home::new();
    let help = |command: &[&str]| {
        let output = home.run(&[command, &["--help"]].concat());
        assert_eq!(output.code(), Some(0));
        assert!(output.stdout.lines().all(|line| line.chars().count() <= 80), "{}", output.stdout);
        output.stdout
    };
    assert_data_eq!(help(&[]), file!["snapshots/help.txt"].raw());
    assert_data_eq!(help(&["serve"]), file!["snapshots/help-serve.txt"].raw());
    assert_data_eq!(help(&["exchange"]), file!["snapshots/help-exchange.txt"].raw());
    assert_data_eq!(help(&["pingpong"]), file!["snapshots/help-pingpong.txt"].raw());
    assert_data_eq!(help(&["suite"]), file!["snapshots/help-suite.txt"].raw());
}
