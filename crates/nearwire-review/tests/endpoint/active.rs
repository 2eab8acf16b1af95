//! Each probe finds its weak server, alone, and nothing at the safe twin.

use libtest_mimic::Trial;
use nearwire_review::Verdict;
use nearwire_review::endpoint::{Active, Options};

use crate::support::{Home, SAMPLE, Server, active, assert_finds, at, is_root, report_of};
use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("active/sound_server", sound_server),
        trial("active/sound_server_without_sample", sound_server_without_sample),
        trial("active/peer_auth", peer_auth),
        trial("active/empty_msg_datagram", empty_datagram),
        trial("active/huge_length", huge_length),
        trial("active/live_unlink", live_unlink),
        trial("active/slow_client_without_sample", || assert_probe("slow-client", None)),
    ];
    // The kind of server is the check that finds it.
    const KINDS: &[&str] = &[
        "unwanted-fds",
        "slow-client",
        "never-reader",
        "half-close",
        "abrupt-close",
        "close-spin",
        "empty-msg",
        "conn-cap",
        "fd-growth",
        "mem-growth",
        "stale-bytes",
        "framing-split",
    ];
    trials.extend(KINDS.iter().map(|kind| {
        Trial::test(format!("active/{kind}"), || {
            assert_probe(kind, Some(SAMPLE));
            Ok(())
        })
    }));
    trials
}

/// The probes find this, and nothing else, at the server of the same name.
fn assert_probe(kind: &str, sample: Option<&[u8]>) {
    let home = Home::new(0o700);
    let _server = Server::start(kind, &home.socket());
    assert_finds(&report_of(&at(&home.socket()), &active(sample)), &[kind]);
}

fn sound_server() {
    let home = Home::new(0o700);
    let server = Server::start("sound", &home.socket());
    let report = report_of(&at(&home.socket()), &active(Some(SAMPLE)));
    assert_finds(&report, &[]);
    assert!(report.incomplete.is_empty(), "{:?}", report.incomplete);
    let not_tested: Vec<_> = report
        .outcomes
        .iter()
        .filter(|outcome| matches!(outcome.verdict(), Verdict::NotTested { .. }))
        .map(|outcome| outcome.check().id)
        .collect();
    let mut expected = vec!["endpoint-drift", "huge-length", "live-unlink"];
    if !is_root() {
        expected.insert(0, "peer-auth");
    }
    assert_eq!(not_tested, expected);
    let cost = &report.subject.description;
    assert!(cost.contains(&format!("pid {} with start time", server.pid())), "{cost}");
    assert!(cost.ends_with("before and after"), "{cost}");
}

fn sound_server_without_sample() {
    let home = Home::new(0o700);
    let _server = Server::start("sound", &home.socket());
    let report = report_of(&at(&home.socket()), &active(None));
    assert_finds(&report, &[]);
    assert!(report.incomplete.is_empty(), "{:?}", report.incomplete);
}

fn peer_auth() {
    if !is_root() {
        return;
    }
    let home = Home::new(0o755);
    let _server = Server::start("open", &home.socket());
    assert_finds(&report_of(&at(&home.socket()), &active(Some(SAMPLE))), &["peer-auth", "sock-mode"]);
    // The twin is as open, and asks who its peers are.
    let home = Home::new(0o755);
    let _server = Server::start("peer-check", &home.socket());
    assert_finds(&report_of(&at(&home.socket()), &active(Some(SAMPLE))), &[]);
}

fn empty_datagram() {
    let home = Home::new(0o700);
    let _server = Server::start("datagram", &home.socket());
    assert_finds(&report_of(&at(&home.socket()), &active(None)), &["empty-msg"]);
    let home = Home::new(0o700);
    let _server = Server::start("datagram-any", &home.socket());
    assert_finds(&report_of(&at(&home.socket()), &active(None)), &[]);
}

fn with(change: impl FnOnce(&mut Active), sample: &[u8]) -> Options {
    let mut options = active(Some(sample));
    options.active.as_mut().map(change).unwrap();
    options
}

fn huge_length() {
    let sample = b"\0\0\0\x05hello";
    let options = with(|active| active.length = Some("u32be".parse().unwrap()), sample);
    for (kind, expected) in [("huge-length", &["huge-length"][..]), ("frames", &[])] {
        let home = Home::new(0o700);
        let _server = Server::start(kind, &home.socket());
        assert_finds(&report_of(&at(&home.socket()), &options), expected);
    }
}

fn live_unlink() {
    let program = std::env::current_exe().unwrap();
    for (kind, expected) in [("live-unlink", &["live-unlink"][..]), ("locked", &[])] {
        let home = Home::new(0o700);
        let _server = Server::start(kind, &home.socket());
        // The shell keeps the instance's standard input open.
        let command = format!("sleep 100 | {} serve {kind} {}", program.display(), home.socket().display());
        let options = with(|active| active.second_instance = Some(command.into()), SAMPLE);
        assert_finds(&report_of(&at(&home.socket()), &options), expected);
    }
}
