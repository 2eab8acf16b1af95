//! Servers that corrupt, lose, add, stall, close and die: exit code 3, at once, with what was done until then.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;

use crate::support::{Home, Output};

/// What a server does to an answer, once it has echoed 5000 bytes of a connection; `None` closes the connection.
type Misdeed = fn(&[u8]) -> Option<Vec<u8>>;

/// A server in threads of the test that misbehaves; it ends with the test.
fn bad_server(home: &Home, misdeed: Misdeed) -> PathBuf {
    let path = home.path().join("bad.sock");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || misbehave(stream.unwrap(), misdeed));
        }
    });
    path
}

fn misbehave(mut stream: UnixStream, misdeed: Misdeed) -> std::io::Result<()> {
    let (mut buffer, mut echoed) = ([0; 100], 0);
    loop {
        stream.read_exact(&mut buffer)?;
        echoed += buffer.len();
        let answer = if echoed > 5000 { misdeed(&buffer) } else { Some(buffer.to_vec()) };
        match answer {
            Some(answer) => stream.write_all(&answer)?,
            None => return Ok(()),
        }
    }
}

fn measure(misdeed: Misdeed) -> Output {
    let home = Home::new();
    let path = bad_server(&home, misdeed);
    home.run(&[
        "exchange",
        "--to",
        path.to_str().unwrap(),
        "--connections",
        "1",
        "--chunk-size",
        "100",
        "--iterations",
        "1000",
        "--timeout",
        "1s",
        "--json",
    ])
}

/// The measurement failed with this status, after exactly the good chunks.
fn assert_fails(output: &Output, status: &str) {
    assert_eq!(output.code(), Some(3), "{output:?}");
    let document = output.json();
    let case = &document["cases"][0];
    assert_eq!(case["status"], status, "{output:?}");
    assert_eq!((&case["chunks"], &case["verified"]), (&50.into(), &false.into()), "{output:?}");
    assert!(output.stderr.starts_with(&format!("error: {status}")), "{}", output.stderr);
}

/// The payload's byte at a position of connection 0.
fn payload_byte(position: u64) -> u8 {
    let mut byte = [0];
    nearwire_exchange::Payload::generated().fill(0, position, &mut byte);
    byte[0]
}

#[test]
fn a_changed_byte_is_found_and_located() {
    let output = measure(|answer| {
        let mut changed = answer.to_vec();
        changed[42] ^= 1;
        Some(changed)
    });
    let expected = payload_byte(5042);
    let got = expected ^ 1;
    let status = format!(
        "the server returned a foreign byte: connection 0, offset 5042: expected {expected:#04x}, got {got:#04x}"
    );
    assert_fails(&output, &status);
}

#[test]
fn zeros_instead_of_an_answer_are_found() {
    let output = measure(|answer| Some(vec![0; answer.len()]));
    assert_eq!(output.code(), Some(3), "{output:?}");
    let status = output.json()["cases"][0]["status"].as_str().unwrap().to_owned();
    assert!(status.contains("got 0x00"), "{status}");
}

#[test]
fn more_than_was_sent_is_found() {
    let output = measure(|answer| Some([answer, b"x"].concat()));
    assert_fails(
        &output,
        "the server does not echo: connection 0: received 5101 bytes although only 5100 were sent",
    );
}

#[test]
fn a_connection_closed_too_early_is_told() {
    assert_fails(&measure(|_| None), "the server closed connection 0 after 5000 of 5100 bytes had come back");
}

#[test]
fn a_lost_byte_is_a_stall_with_its_place() {
    let output = measure(|answer| Some(answer[..99].to_vec()));
    assert_eq!(output.code(), Some(3), "{output:?}");
    let status = output.json()["cases"][0]["status"].as_str().unwrap().to_owned();
    assert!(status.starts_with("the server stalled: connection 0 moved no byte for 1."), "{status}");
    assert!(status.ends_with("(5099 of 5100 bytes had come back)"), "{status}");
}

#[test]
fn a_swapped_byte_between_connections_is_found() {
    // Two connections, one server that answers each with what the other sent.
    let home = Home::new();
    let path = home.path().join("swap.sock");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        let (mut one, _) = listener.accept().unwrap();
        let (mut other, _) = listener.accept().unwrap();
        let (mut first, mut second) = ([0; 100], [0; 100]);
        one.read_exact(&mut first).unwrap();
        other.read_exact(&mut second).unwrap();
        let _ = one.write_all(&second);
        let _ = other.write_all(&first);
        // Kept open until the client has seen enough.
        let _ = one.read(&mut first);
    });
    let output = home.run(&[
        "exchange",
        "--to",
        path.to_str().unwrap(),
        "--connections",
        "2",
        "--chunk-size",
        "100",
        "--iterations",
        "100",
        "--json",
    ]);
    assert_eq!(output.code(), Some(3), "{output:?}");
    assert!(output.stderr.contains("foreign byte"), "{}", output.stderr);
}

#[test]
fn a_server_that_never_accepts_ends_the_wait() {
    let home = Home::new();
    let path = home.path().join("full.sock");
    let listener = UnixListener::bind(&path).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let output =
        home.run(&["exchange", "--to", path.to_str().unwrap(), "--connections", "3", "--timeout", "1s"]);
    assert_eq!(output.code(), Some(3), "{output:?}");
    assert!(output.stderr.contains("queue of waiting clients stayed full for 1s"), "{}", output.stderr);
}
