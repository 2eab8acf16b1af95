//! CWE-707, neutralization: no byte of one connection reaches another; what others chose is escaped before it is shown.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::chown;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use nearwire::frame::{FrameDecoder, FrameError, FrameLimit, encode_into, frame_header};
use nearwire::services::Echo;
use nearwire::{
    Address, CloseReason, Connect, ConnectError, Drain, Escaped, Listener, Peer, Reply, ServerThread,
    Service, Stream,
};
use nearwire_exchange::{ChunkSize, Connections, Mismatch, Payload};
use proptest::prelude::*;

use crate::support::puppet::Puppet;
use crate::support::{
    Dice, NOBODY, PATIENCE, Watchdog, bind, chmod, connect, exchange, is_closed, is_root_or_skip,
    open_directory, patient, sticky_directory, watch,
};

/// A name that would clear the screen, set the window's title, move the cursor, feign another line, turn the direction
/// of text round, and is no text anyway.
const EVIL: &[u8] = b"\x1b[2J\x1b]0;owned\x07\r\nok: all is well\xff\xe2\x80\xae\xc2\x9b31m\x7f\x08.sock";

fn evil_in(directory: &tempfile::TempDir) -> PathBuf {
    directory.path().join(OsStr::from_bytes(EVIL))
}

/// Shown on a terminal, the text does nothing but stand there.
fn assert_harmless<E: std::error::Error + ?Sized>(error: &E) {
    let mut error: Option<&dyn std::error::Error> = Some(&Wrapped(error.to_string()));
    while let Some(each) = error {
        let text = each.to_string();
        let harmful = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fffd}')
        };
        assert!(!text.contains(harmful), "{text:?}");
        error = each.source();
    }
}

#[derive(Debug)]
struct Wrapped(String);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrapped {}

/// Binds, which must fail, harmlessly, and with these words among others.
fn assert_bind_says(address: &Address, words: &str) {
    let error = Listener::bind(address).map(drop).unwrap_err();
    assert_harmless(&error);
    assert!(error.to_string().contains(words), "{error}");
}

fn assert_connect_says(address: &Address, words: &str) {
    let error = Stream::connect(address).map(drop).unwrap_err();
    assert_harmless(&error);
    assert!(error.to_string().contains(words), "{error}");
    assert!(error.to_string().contains(r"\u{1b}[2J"), "{error}");
}

#[test]
fn errors_of_binding_show_names_escaped() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let path = evil_in(&directory);
    let address = crate::support::address(&path);
    fs::write(&path, "").unwrap();
    assert_bind_says(&address, "is not a socket");
    fs::remove_file(&path).unwrap();
    let listener = bind(&address);
    assert_bind_says(&address, "another server listens");
    drop(listener);
    // A directory by that name: missing, no directory, open to others, of another user.
    let below = crate::support::address(&path.join("demo.sock"));
    assert_bind_says(&below, "does not exist");
    fs::write(&path, "").unwrap();
    assert_bind_says(&below, "is not a directory");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    chmod(&path, 0o777);
    assert_bind_says(&below, "may be written by others");
    if is_root_or_skip() {
        chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        assert_bind_says(&below, "belongs to user");
        let sticky = sticky_directory();
        let path = evil_in(&sticky);
        crate::support::leave_stale(&path);
        chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        assert_bind_says(&crate::support::address(&path), "belongs to user");
    }
}

#[test]
fn errors_of_connecting_show_names_escaped() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let path = evil_in(&directory);
    let address = crate::support::address(&path);
    assert_connect_says(&address, "no such socket");
    crate::support::leave_stale(&path);
    assert_connect_says(&address, "left over");
    fs::remove_file(&path).unwrap();
    fs::write(&path, "").unwrap();
    assert_connect_says(&address, "is not a socket");
    fs::remove_file(&path).unwrap();
    let _datagrams = UnixDatagram::bind(&path).unwrap();
    assert_connect_says(&address, "another type");
    fs::remove_file(&path).unwrap();
    let _busy = crate::support::bind_with(&address, patient().backlog(1));
    let _waiting = [connect(&address), connect(&address)];
    let error = Connect::new().within(Duration::ZERO).to(&address).map(drop).unwrap_err();
    assert!(matches!(error, ConnectError::Busy { .. }), "{error}");
    assert_harmless(&error);
}

#[test]
fn errors_of_abstract_names_show_them_escaped() {
    let _watchdog = Watchdog::new();
    let name = [b"@".as_slice(), EVIL, std::process::id().to_string().as_bytes()].concat();
    let address = Address::try_from(OsStr::from_bytes(&name)).unwrap();
    assert_connect_says(&address, "no such socket");
    let _listener = bind(&address);
    assert_bind_says(&address, "another server listens");
}

#[test]
fn errors_of_an_untrusted_server_show_its_name_escaped() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = sticky_directory();
    let plain = directory.path().join("plain.sock");
    let mut impostor = Puppet::of_user(NOBODY);
    impostor.must(&format!("serve {} policy=anyone mode=0666", plain.display()));
    fs::rename(&plain, evil_in(&directory)).unwrap();
    assert_connect_says(&crate::support::address(&evil_in(&directory)), "is not trusted");
}

#[test]
fn errors_of_addresses_show_them_escaped() {
    let long = [EVIL, [b'n'; 300].as_slice()].concat();
    let directory = [b"/".as_slice(), EVIL, b"/"].concat();
    let nul = [EVIL, b"\0"].concat();
    let endless = [b"/".as_slice(), EVIL, "/x".repeat(3_000).as_bytes()].concat();
    let abstract_name = [b"@".as_slice(), &long].concat();
    let file = [b"/".as_slice(), &long].concat();
    for text in [EVIL, &long, &directory, &nul, &endless, &abstract_name, &file, b""] {
        let error = Address::try_from(OsStr::from_bytes(text)).map(drop).unwrap_err();
        assert_harmless(&error);
    }
}

#[test]
fn errors_of_the_environment_show_it_escaped() {
    let _watchdog = Watchdog::new();
    let value = PathBuf::from(OsStr::from_bytes(EVIL));
    // The puppet shows the error as a programmer sees it, which is escaped too.
    let answer = Puppet::builder().variable("XDG_RUNTIME_DIR", &value).spawn().ask("connect demo");
    assert!(answer.starts_with("error Directory(NotAbsolute"), "{answer}");
    assert!(!answer.contains(char::is_control), "{answer:?}");
}

#[test]
fn errors_of_quantities_show_them_escaped() {
    let evil = String::from_utf8_lossy(EVIL).replace(char::REPLACEMENT_CHARACTER, "");
    assert_harmless(&evil.parse::<ChunkSize>().unwrap_err());
    assert_harmless(&evil.parse::<Connections>().unwrap_err());
    assert_harmless(&evil.parse::<nearwire::Mode>().unwrap_err());
    assert_harmless(&Payload::from_file(&PathBuf::from(OsStr::from_bytes(EVIL))).unwrap_err());
    let directory = open_directory();
    let path = evil_in(&directory);
    fs::write(&path, "").unwrap();
    assert_harmless(&Payload::from_file(&path).unwrap_err());
}

proptest! {
    #[test]
    fn whatever_is_escaped_is_harmless(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        assert_harmless(&Wrapped(Escaped::bytes(&bytes).to_string()));
    }
}

/// Sends and receives what belongs to `connection` only, in pieces of random sizes.
fn talk(stream: &Stream, connection: u32) -> Result<(), Mismatch> {
    let payload = Payload::generated();
    let mut dice = Dice::new(u64::from(connection) + 1);
    let mut position = 0;
    let mut buffer = vec![0; 40_000];
    for _ in 0..60 {
        let piece = &mut buffer[..dice.roll(40_000)];
        payload.fill(connection, position, piece);
        let mut stream = stream;
        stream.write_all(piece).unwrap();
        piece.fill(0);
        stream.read_exact(piece).unwrap();
        payload.check(connection, position, piece)?;
        position += u64::try_from(piece.len()).unwrap();
    }
    Ok(())
}

#[test]
fn no_byte_of_one_connection_reaches_another() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = crate::support::socket_in(&directory);
    for threads in [1, 2] {
        let server = ServerThread::spawn_on(threads, bind(&address), Echo).unwrap();
        let talking: Vec<_> = (0..24)
            .map(|number| {
                let stream = connect(&address);
                thread::spawn(move || talk(&stream, number))
            })
            .collect();
        for thread in talking {
            thread.join().unwrap().unwrap();
        }
        drop(server);
    }
}

#[test]
fn no_byte_of_a_stalled_connection_reaches_another() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = crate::support::socket_in(&directory);
    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    // Each round leaves unsent answers behind; the buffers that held them serve those who come next.
    for round in 0..20 {
        let mut deaf = connect(&address);
        deaf.set_nonblocking(true).unwrap();
        while deaf.write(&[0xee; 65_536]).is_ok() {}
        let stream = connect(&address);
        if round % 2 == 0 {
            drop(deaf);
        }
        talk(&stream, round).unwrap();
    }
    drop(server);
}

/// Receives frames of at most 1000 bytes, answers each with a frame, and closes whoever breaks the rule.
struct Framed;

impl Framed {
    fn limit() -> FrameLimit {
        FrameLimit::new(1000).unwrap()
    }
}

impl Service for Framed {
    type Connection = FrameDecoder;

    fn accepted(&self, _peer: &Peer) -> FrameDecoder {
        FrameDecoder::new(Self::limit())
    }

    fn received(&self, decoder: &mut FrameDecoder, mut bytes: &[u8], reply: &mut Reply<'_>) {
        loop {
            match decoder.decode(&mut bytes) {
                Ok(Some(payload)) => {
                    let mut answer = Vec::new();
                    encode_into(payload, Self::limit(), &mut answer).unwrap();
                    reply.write(&answer);
                }
                Ok(None) => return,
                Err(_) => return reply.close(),
            }
        }
    }
}

#[test]
fn a_frame_that_claims_too_much_ends_its_connection_only() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = crate::support::socket_in(&directory);
    let (server, events) = watch(&address, patient(), Framed);
    let honest = connect(&address);
    let mut frame = Vec::new();
    encode_into(b"honest", Framed::limit(), &mut frame).unwrap();
    exchange(&honest, &frame);
    for claim in [1001, 1 << 31, u32::MAX] {
        let mut liar = connect(&address);
        liar.write_all(&frame_header(1, Framed::limit()).unwrap()).unwrap();
        liar.write_all(b"x").unwrap();
        liar.read_exact(&mut [0; 5]).unwrap();
        liar.write_all(&claim.to_le_bytes()).unwrap();
        assert!(is_closed(&liar));
        assert_eq!(events.closed(), CloseReason::Service);
        exchange(&honest, &frame);
    }
    server.shutdown(Drain::within(PATIENCE)).unwrap();
}

proptest! {
    /// Foreign bytes make frames, or a typed error; never more than the limit, and never a panic.
    #[test]
    fn foreign_bytes_are_frames_or_a_typed_error(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        sizes in proptest::collection::vec(1_usize..20, 1..10),
        limit in 1_usize..100,
    ) {
        let mut decoder = FrameDecoder::new(FrameLimit::new(limit).unwrap());
        let mut sizes = sizes.iter().cycle();
        let mut rest = bytes.as_slice();
        'stream: while !rest.is_empty() {
            let (mut piece, after) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
            rest = after;
            loop {
                match decoder.decode(&mut piece) {
                    Ok(Some(payload)) => prop_assert!(payload.len() <= limit),
                    Ok(None) => break,
                    Err(FrameError::Oversized { found, .. }) => {
                        prop_assert!(usize::try_from(found).unwrap() > limit);
                        break 'stream;
                    }
                    Err(other) => return Err(TestCaseError::fail(other.to_string())),
                }
            }
            prop_assert!(decoder.capacity() <= limit);
        }
    }
}
