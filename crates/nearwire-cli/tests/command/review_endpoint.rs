//! `nearwire review endpoint`: our own server comes out clean, and what is said of others is printed safely.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;

use rustix::process::Signal;
use snapbox::{assert_data_eq, file};

use crate::support::{Home, Output, Server};

fn review(home: &Home, arguments: &[&str]) -> Output {
    home.run(&[&["review", "endpoint"], arguments].concat())
}

#[test]
fn our_own_server_is_clean_to_look_at() {
    let home = Home::new();
    let server = Server::start(home.nearwire(&["serve", "demo"]));
    let output = review(&home, &["demo", "--json"]);
    assert_eq!((output.code(), output.stderr.as_str()), (Some(0), ""), "{output:?}");
    let document = output.json();
    assert_eq!(document["findings"].as_array().unwrap().len(), 0, "{document:#}");
    assert!(document["complete"].as_bool().unwrap(), "{document:#}");
    let by_process = review(&home, &[&server.pid().as_raw_pid().to_string()]);
    assert_eq!(by_process.code(), Some(0), "{by_process:?}");
    let report = server.end(Signal::TERM);
    assert!(report.stdout.starts_with("served 0 connections"), "nobody connected: {report:?}");
}

#[test]
fn our_own_server_is_clean_under_probes() {
    let home = Home::new();
    std::fs::write(home.path().join("sample"), "hello").unwrap();
    let server = Server::start(home.nearwire(&["serve", "./demo.sock"]));
    let second = format!("{} serve ./demo.sock", env!("CARGO_BIN_EXE_nearwire"));
    let arguments =
        ["./demo.sock", "--active", "--sample-request", "sample", "--second-instance", &second, "--json"];
    let output = review(&home, &arguments);
    assert_eq!((output.code(), output.stderr.as_str()), (Some(0), ""), "{output:?}");
    let document = output.json();
    assert_eq!(document["findings"].as_array().unwrap().len(), 0, "{document:#}");
    assert!(document["complete"].as_bool().unwrap(), "{document:#}");
    assert_eq!(server.end(Signal::TERM).code(), Some(0));
}

#[test]
fn an_open_socket_fails_the_review() {
    let home = Home::new();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let server = Server::start(home.nearwire(&["serve", "./s.sock", "--anyone", "--mode", "0666"]));
    let output = review(&home, &["./s.sock", "--check", "sock-mode"]);
    assert_eq!(output.code(), Some(1), "{output:?}");
    assert!(output.stdout.contains("high · sock-mode · CWE-276"), "{}", output.stdout);
    assert!(output.stdout.contains("srw-rw-rw- "), "{}", output.stdout);
    let survey = review(&home, &["--all"]);
    assert_eq!(survey.code(), Some(1), "{survey:?}");
    let mine = survey.stdout.lines().find(|line| line.contains(home.path().to_str().unwrap())).unwrap();
    assert!(mine.starts_with("high  ") && mine.contains("sock-mode"), "{mine}");
    let survey = review(&home, &["--all", "--json"]).json();
    assert_eq!(survey["schema"], "nearwire.survey/1");
    server.end(Signal::TERM);
}

#[test]
fn a_baseline_tells_what_has_changed() {
    let home = Home::new();
    let server = Server::start(home.nearwire(&["serve", "./s.sock"]));
    assert_eq!(review(&home, &["./s.sock", "--save-baseline", "b.json"]).code(), Some(0));
    assert_eq!(review(&home, &["./s.sock", "--baseline", "b.json"]).code(), Some(0));
    std::fs::set_permissions(home.path().join("s.sock"), std::fs::Permissions::from_mode(0o700)).unwrap();
    let output = review(&home, &["./s.sock", "--baseline", "b.json"]);
    assert_eq!(output.code(), Some(1), "{output:?}");
    assert!(output.stdout.contains("its file has changed"), "{}", output.stdout);
    server.end(Signal::TERM);
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let home = Home::new();
    let _listener = UnixListener::bind(home.path().join("\u{1b}[31mred.sock")).unwrap();
    for arguments in [&["./\u{1b}[31mred.sock"][..], &["--all"], &["./\u{1b}[31mred.sock", "--json"]] {
        let output = review(&home, arguments);
        assert!(!output.stdout.contains('\u{1b}') && !output.stderr.contains('\u{1b}'), "{output:?}");
        assert!(output.stdout.contains("red.sock"), "{output:?}");
    }
}

#[test]
fn wrong_input_is_told_with_advice() {
    let home = Home::new();
    std::fs::write(home.path().join("file"), "").unwrap();
    for (arguments, cause) in [
        (&["./nothing.sock"][..], "there is no such socket"),
        (&["./file"], "is not a socket"),
        (&["file"], "the file here is ./file"),
        (&["2147483647"], "process 2147483647: "),
        (&["./file", "--baseline", "missing"], "missing: "),
        (&["./file", "--active", "--sample-request", "file"], "--sample-request file: it is empty"),
        (&["./file", "--active", "--length-prefix", "u8"], "expected u16be, "),
        (&["./file", "--check", "slow-client"], "--check slow-client: it disturbs the server"),
        (&["./file", "--check", "qt-access"], "--check qt-access: it looks at source code only"),
        (&["--all", "--format", "sarif"], "--all prints text or JSON only"),
    ] {
        let output = review(&home, arguments);
        assert_eq!(output.code(), Some(2), "{output:?}");
        assert!(output.stderr.starts_with("error: ") && output.stderr.contains(cause), "{output:?}");
    }
}

#[test]
fn the_help_is_as_it_was_read() {
    let home = Home::new();
    let output = home.run(&["review", "endpoint", "--help"]);
    assert_data_eq!(output.stdout, file!["snapshots/help-review-endpoint.txt"].raw());
}
