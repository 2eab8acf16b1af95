//! `nearwire serve`: one line when it listens, a report at the end, and nobody else's socket touched.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;

use crate::support::{Home, Server};

#[test]
fn it_says_where_it_listens_and_what_it_did() {
    let home = Home::new();
    let server = Server::start(home.nearwire(&["serve", "demo"]));
    let path = home.path().join("nearwire/demo.sock");
    assert_eq!(server.first_line, format!("listening on {}\n", path.display()));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    let measured = home.run(&[
        "exchange",
        "--to",
        "demo",
        "--connections",
        "3",
        "--chunk-size",
        "1000",
        "--iterations",
        "100",
        "-q",
    ]);
    assert_eq!(measured.code(), Some(0), "{measured:?}");
    let output = server.end(Signal::TERM);
    assert_eq!(output.code(), Some(0));
    assert_eq!(output.stdout, "served 3 connections, 100 kB received, 100 kB sent\nclosed: 3 peer closed\n");
    assert!(home.leftovers().is_empty());
}

#[test]
fn its_json_lines_have_every_number() {
    let home = Home::new();
    let server = Server::start(home.nearwire(&["serve", "./s.sock", "--json", "--service", "discard"]));
    let listening: serde_json::Value = serde_json::from_str(&server.first_line).unwrap();
    assert_eq!(
        (&listening["schema"], &listening["event"]),
        (&"nearwire.serve/1".into(), &"listening".into())
    );
    let mut client = std::os::unix::net::UnixStream::connect(home.path().join("s.sock")).unwrap();
    client.write_all(b"hello").unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(
        client.read(&mut [0; 1]).unwrap(),
        0,
        "discard never answers, and closes when the peer has no more"
    );
    let report: serde_json::Value = serde_json::from_str(&server.end(Signal::INT).stdout).unwrap();
    assert_eq!((&report["event"], &report["served"]), (&"report".into(), &1.into()));
    assert_eq!((&report["received_bytes"], &report["sent_bytes"]), (&5.into(), &0.into()));
    assert_eq!(report["closed"]["peer_closed"], 1);
    assert_eq!(report["refused"]["policy"], 0);
}

#[test]
fn a_second_server_is_refused_and_the_first_goes_on() {
    let home = Home::new();
    let server = Server::start(home.nearwire(&["serve", "demo"]));
    let second = home.run(&["serve", "demo"]);
    assert_eq!(second.code(), Some(3));
    assert!(second.stderr.starts_with("error: another server listens on"), "{}", second.stderr);
    assert_eq!(home.run(&["exchange", "--to", "demo", "--iterations", "10", "-q"]).code(), Some(0));
    assert_eq!(server.end(Signal::TERM).code(), Some(0));
}

#[test]
fn a_killed_server_is_replaced() {
    let home = Home::new();
    let server = Server::start(home.nearwire(&["serve", "demo"]));
    server.end(Signal::KILL);
    assert_eq!(home.leftovers().len(), 2, "socket and lock are left");
    let server = Server::start(home.nearwire(&["serve", "demo"]));
    assert_eq!(home.run(&["exchange", "--to", "demo", "--iterations", "10", "-q"]).code(), Some(0));
    assert_eq!(server.end(Signal::TERM).code(), Some(0));
    assert!(home.leftovers().is_empty());
}

#[test]
fn it_ends_with_its_standard_input_if_asked_to() {
    let home = Home::new();
    let mut command = home.nearwire(&["serve", "demo", "--stop-on-eof"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"what a parent writes is dropped").unwrap();
    drop(stdin);
    let output = crate::support::output(child);
    assert_eq!(output.code(), Some(0), "{output:?}");
    assert!(output.stdout.starts_with("listening on"), "{output:?}");
    assert!(home.leftovers().is_empty());
}

#[test]
fn contradictions_between_policy_and_permissions_are_warned_of() {
    let home = Home::new();
    for (arguments, warning) in [
        (&["serve", "demo", "--anyone"][..], "no other user can reach a plain NAME"),
        (&["serve", "./s.sock", "--allow-user", "65534"], "mode 0600 keeps other users out"),
        (&["serve", "@nearwire-test-warning", "--mode", "0600"], "an abstract name has no file"),
    ] {
        let server = Server::start(home.nearwire(arguments));
        let output = server.end(Signal::TERM);
        assert!(output.stderr.starts_with(&format!("warning: {warning}")), "{output:?}");
    }
    let server = Server::start(home.nearwire(&["serve", "./s.sock", "--anyone", "--mode", "0666"]));
    assert_eq!(server.end(Signal::TERM).stderr, "");
}
