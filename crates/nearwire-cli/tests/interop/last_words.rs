//! Bytes and the end right behind them, both there before the other side looks. The system may tell of the two in one
//! event, and whoever takes the bytes must not forget the end.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Stdio;

use crate::process::{PATIENCE, Process, is_readable_within};
use crate::serve::{Serve, nearwire};

#[test]
fn our_server_sees_the_end_that_comes_with_the_last_bytes() {
    // No limit of time hides that an end was missed.
    let server = Serve::start(&["--idle-timeout", "none"]);
    let mut client = UnixStream::connect(server.path()).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    // After this the server knows the connection and waits for it.
    client.write_all(b"?").unwrap();
    client.read_exact(&mut [0]).unwrap();

    server.process.freeze();
    client.write_all(b"last words").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    server.process.thaw();

    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("the server closes after its answer");
    assert_eq!(answer, "last words");
    server.stop().assert_all_ended_well(1);
}

#[test]
fn our_client_sees_the_end_that_comes_with_the_last_bytes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("theirs.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let mut client = Process::start(
        nearwire()
            .args(["exchange", "--json", "--timeout", "10s", "--to"])
            .arg(&path)
            .args("--connections 1 --chunk-size 100 --iterations 10".split(' '))
            // It fails, as it should, and says so.
            .stderr(Stdio::null()),
    );
    assert!(is_readable_within(PATIENCE, &listener), "the client does not connect");
    let (mut connection, _) = listener.accept().unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut chunk = [0; 100];
    connection.read_exact(&mut chunk).unwrap();

    client.freeze();
    connection.write_all(&chunk[..50]).unwrap();
    drop(connection);
    client.thaw();

    let results: serde_json::Value = serde_json::from_slice(&client.rest()).unwrap();
    assert_eq!(client.end().code(), Some(3));
    let status = results["cases"][0]["status"].as_str().unwrap();
    assert!(status.contains("closed"), "the server closed, and the client says: {status}");
}
