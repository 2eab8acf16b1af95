//! Endpoints that mean harm to who reviews them: every review ends, with a typed result.

use std::os::unix::ffi::OsStrExt;

use libtest_mimic::Trial;
use nearwire_review::Report;
use nearwire_review::endpoint::Endpoint;

use crate::support::{Home, SAMPLE, Server, active, assert_finds, at, passive, report_of};
use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("hostile/never_accepts", never_accepts),
        trial("hostile/stalls", stalls),
        trial("hostile/floods", floods),
        trial("hostile/dies", dies),
        trial("hostile/replaced", replaced),
        trial("hostile/name_with_escapes", name_with_escapes),
        trial("hostile/no_socket", no_socket),
        trial("hostile/time_is_up", time_is_up),
    ]
}

fn probed(kind: &str) -> Report {
    let home = Home::new(0o700);
    let _server = Server::start(kind, &home.socket());
    report_of(&at(&home.socket()), &active(Some(SAMPLE)))
}

fn stopped(report: &Report) -> &str {
    report.incomplete.first().map_or("", String::as_str)
}

fn never_accepts() {
    // The queue takes one client; the second waits, in vain.
    let report = probed("never-accepts");
    assert_finds(&report, &["backlog"]);
    assert!(stopped(&report).contains("the server is degraded: "), "{:?}", report.incomplete);
}

fn stalls() {
    let report = probed("stalls");
    assert!(stopped(&report).is_empty(), "{:?}", report.incomplete);
}

fn floods() {
    // It answers without end; a probe reads so much and no more.
    probed("floods");
}

fn dies() {
    let report = probed("dies-at-once");
    assert!(stopped(&report).contains("is gone"), "{:?}", report.incomplete);
}

fn replaced() {
    let report = probed("replaces-itself");
    let said =
        report.incomplete.iter().any(|line| line.starts_with("the endpoint changed under the review: "));
    assert!(said, "{:?}", report.incomplete);
}

fn name_with_escapes() {
    let home = Home::new(0o700);
    let path = home.path().join(std::ffi::OsStr::from_bytes(b"\x1b[31m\nx\xff;reboot'.sock"));
    let server = Server::start("sound", &path);
    assert_finds(&report_of(&at(&path), &passive()), &[]);
    let report = report_of(&Endpoint::Process(server.pid()), &active(Some(SAMPLE)));
    assert_finds(&report, &[]);
    drop(server);
    for finding in report_of(&at(&path), &passive()).findings() {
        let command = finding.reproduction().as_str();
        assert!(shlex::split(command).is_some(), "{command}");
        assert!(!finding.location().to_string().contains('\x1b'));
    }
}

fn no_socket() {
    let home = Home::new(0o700);
    let missing = nearwire_review::endpoint::review(&at(&home.socket()), &passive()).unwrap_err();
    assert!(missing.to_string().ends_with("there is no such socket"), "{missing}");
    std::fs::write(home.socket(), "no socket").unwrap();
    let file = nearwire_review::endpoint::review(&at(&home.socket()), &passive()).unwrap_err();
    assert!(file.to_string().ends_with("is not a socket"), "{file}");
    let name: Endpoint = "@nearwire-test-nobody-has-this".parse().unwrap();
    let missing = nearwire_review::endpoint::review(&name, &passive()).unwrap_err();
    assert!(missing.to_string().ends_with("there is no such socket"), "{missing}");
}

fn time_is_up() {
    let home = Home::new(0o700);
    let _server = Server::start("sound", &home.socket());
    let mut options = active(Some(SAMPLE));
    options.active.as_mut().unwrap().within = std::time::Duration::ZERO;
    let report = report_of(&at(&home.socket()), &options);
    assert_finds(&report, &[]);
    assert_eq!(stopped(&report), "no probe was run: its time is up");
}
