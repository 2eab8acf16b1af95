//! Clients of others, served by `nearwire serve`: each gets back what it sent, and the report counts it.

use crate::process::Process;
use crate::serve::Serve;
use crate::tools::{has_python, has_qt, has_socat, python, qt, socat};

/// What our Python and C++ clients send.
const SENT: u64 = 1_000_003;
/// What they print when all of it came back.
const ALL_CAME_BACK: &str = "1000003 bytes came back\n";

#[test]
fn socat_gets_back_what_it_sends() {
    if !has_socat() {
        return;
    }
    let server = Serve::start(&[]);
    let sent = numbered_lines(300_000);
    let mut client = start_socat(&server);
    client.feed(sent.clone());
    assert_came_back(&client.rest(), &sent);
    assert!(client.end().success());
    assert_echoed(server, 1, 300_000);
}

#[test]
fn socat_that_sends_nothing_gets_nothing() {
    if !has_socat() {
        return;
    }
    let server = Serve::start(&[]);
    let mut client = start_socat(&server);
    client.feed(Vec::new());
    assert_eq!(client.rest(), b"");
    assert!(client.end().success());
    assert_echoed(server, 1, 0);
}

#[test]
fn a_client_of_python_gets_back_what_it_sends() {
    if !has_python() {
        return;
    }
    let server = Serve::start(&[]);
    assert_all_came_back(Process::start(python("socket_client.py").arg(server.path()).arg("echo")));
    assert_echoed(server, 1, SENT);
}

#[test]
fn a_client_of_asyncio_gets_back_what_it_sends() {
    if !has_python() {
        return;
    }
    let server = Serve::start(&[]);
    assert_all_came_back(Process::start(python("asyncio_client.py").arg(server.path())));
    assert_echoed(server, 1, SENT);
}

#[test]
fn a_client_of_qt_gets_back_what_it_sends() {
    if !has_qt() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let server = Serve::start(&[]);
    assert_all_came_back(Process::start(qt("qt6_client", directory.path()).arg(server.path())));
    assert_echoed(server, 1, SENT);
}

#[test]
fn clients_of_several_kinds_at_once_get_back_each_its_own() {
    if !has_socat() || !has_python() {
        return;
    }
    let server = Serve::start(&["--threads", "2"]);
    let sent = numbered_lines(300_000);
    let mut lines = start_socat(&server);
    lines.feed(sent.clone());
    let clients = [
        Process::start(python("socket_client.py").arg(server.path()).arg("echo")),
        Process::start(python("asyncio_client.py").arg(server.path())),
        Process::start(python("socket_client.py").arg(server.path()).arg("echo")),
    ];
    assert_came_back(&lines.rest(), &sent);
    assert!(lines.end().success());
    clients.into_iter().for_each(assert_all_came_back);
    assert_echoed(server, 4, 300_000 + 3 * SENT);
}

/// A client that passes its input on and prints what comes. When its input ends, it says so and waits for the rest.
fn start_socat(server: &Serve) -> Process {
    // What is not there 10 seconds after its input's end it does not wait for.
    Process::start(socat().args(["-t", "10", "-"]).arg(server.socat_address()))
}

/// Bytes of which each place tells where it is.
pub(crate) fn numbered_lines(count: usize) -> Vec<u8> {
    (0..).flat_map(|line: u32| format!("line {line}\n").into_bytes()).take(count).collect()
}

fn assert_came_back(received: &[u8], sent: &[u8]) {
    assert_eq!(received.len(), sent.len());
    assert!(received == sent, "the echo differs");
}

/// For a client that compares by itself.
fn assert_all_came_back(mut client: Process) {
    assert_eq!(String::from_utf8(client.rest()).unwrap(), ALL_CAME_BACK);
    assert!(client.end().success());
}

/// Ends the server, whose report must say that so many clients got back so many bytes.
fn assert_echoed(server: Serve, clients: u64, bytes: u64) {
    let report = server.stop();
    report.assert_all_ended_well(clients);
    assert_eq!((report.received(), report.sent()), (bytes, bytes));
}
