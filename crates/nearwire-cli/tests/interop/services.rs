//! The services `discard` and `source`, used by clients of others.

use crate::foreign_clients::numbered_lines;
use crate::process::Process;
use crate::serve::Serve;
use crate::tools::{has_python, has_socat, python, socat};

#[test]
fn discard_takes_all_that_socat_sends_and_never_answers() {
    if !has_socat() {
        return;
    }
    let server = Serve::start(&["--service", "discard"]);
    // Both ways, so that an answer would be printed; then one way, as one would use it.
    for arguments in [&["-t", "10", "-"][..], &["-u", "-"]] {
        let mut client = Process::start(socat().args(arguments).arg(server.socat_address()));
        client.feed(numbered_lines(300_000));
        assert_eq!(client.rest(), b"");
        assert!(client.end().success());
    }
    assert_discarded(server, 2, 600_000);
}

#[test]
fn discard_takes_all_that_python_sends_and_never_answers() {
    if !has_python() {
        return;
    }
    let server = Serve::start(&["--service", "discard"]);
    let mut client = Process::start(python("socket_client.py").arg(server.path()).arg("discard"));
    assert_eq!(client.rest(), b"no answer\n");
    assert!(client.end().success());
    assert_discarded(server, 1, 1_000_003);
}

fn assert_discarded(server: Serve, clients: u64, bytes: u64) {
    let report = server.stop();
    report.assert_all_ended_well(clients);
    assert_eq!((report.received(), report.sent()), (bytes, 0));
}

#[test]
fn source_sends_its_pattern_to_socat() {
    if !has_socat() {
        return;
    }
    let server = Serve::start(&["--service", "source"]);
    let mut client = Process::start(socat().arg("-u").arg(server.socat_address()).arg("STDOUT"));
    let received = client.bytes(10_000);
    assert!(received.iter().copied().eq((0..=250).cycle().take(10_000)), "the pattern differs");
    // It would go on for ever.
    drop(client);
    assert_sourced(server);
}

#[test]
fn source_sends_its_pattern_to_python() {
    if !has_python() {
        return;
    }
    let server = Serve::start(&["--service", "source"]);
    let mut client = Process::start(python("socket_client.py").arg(server.path()).arg("source"));
    assert_eq!(client.rest(), b"the pattern came\n");
    assert!(client.end().success());
    assert_sourced(server);
}

/// Its client left in the middle of an answer, which is a reset: but not if the server was about to end anyway.
fn assert_sourced(server: Serve) {
    let report = server.stop();
    report.assert_closed(&["peer_reset", "peer_closed"], 1);
    assert_eq!(report.received(), 0);
    assert!(report.sent() >= 10_000, "{} bytes sent", report.sent());
}
