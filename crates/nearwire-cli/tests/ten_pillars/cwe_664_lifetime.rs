//! CWE-664, resource lifetime: reads stay within their buffers; what a server takes it gives back, on every path.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::chown;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::thread;

use nearwire::services::Echo;
use nearwire::{Connect, ConnectError, Drain, ServerThread, Stream};

use crate::support::puppet::Puppet;
use crate::support::{
    NOBODY, PATIENCE, Watchdog, address, await_that, bind, connect, entries, exchange, file_id, is_closed,
    is_root_or_skip, leave_stale, open_directory, socket_in,
};

const NOTHING: [PathBuf; 0] = [];

#[test]
fn after_kill_9_the_next_server_starts() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    for _ in 0..5 {
        let mut server = Puppet::new();
        server.must(&format!("serve {}", path.display()));
        let stream = connect(&address);
        exchange(&stream, b"hello");
        server.kill();
        assert!(is_closed(&stream));
        assert!(file_id(&path).is_some(), "nobody was there to remove the file");
        let refused = Connect::new().within(PATIENCE).to(&address);
        assert!(matches!(refused, Err(ConnectError::Stale { .. })), "{refused:?}");
    }
    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    exchange(&connect(&address), b"hello");
    drop(server);
    assert_eq!(entries(directory.path()), NOTHING);
}

#[test]
fn after_kill_9_the_next_server_of_an_ordinary_user_starts_whatever_the_umask() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    for umask in ["0022", "0077", "0777"] {
        let directory = open_directory();
        chown(directory.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        let (path, _) = socket_in(&directory);
        for round in 0..2 {
            let mut server = Puppet::of_user(NOBODY);
            server.must(&format!("umask {umask}"));
            let answer = server.ask(&format!("serve {}", path.display()));
            assert_eq!(answer, "ok", "umask {umask}, round {round}");
            server.kill();
        }
    }
}

#[test]
fn socket_and_lock_are_gone_after_drop_and_after_shutdown() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    drop(bind(&address));
    assert_eq!(entries(directory.path()), NOTHING);

    let server = ServerThread::spawn_on(2, bind(&address), Echo).unwrap();
    assert!(file_id(&path).is_some());
    drop(server);
    assert_eq!(entries(directory.path()), NOTHING);

    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    let _connected = connect(&address);
    server.shutdown(Drain::within(PATIENCE)).unwrap();
    assert_eq!(entries(directory.path()), NOTHING);
}

#[test]
fn a_file_that_took_the_place_of_the_socket_is_not_removed() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);

    let listener = bind(&address);
    fs::remove_file(&path).unwrap();
    fs::write(&path, "precious").unwrap();
    drop(listener);
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    fs::remove_file(&path).unwrap();

    let listener = bind(&address);
    // Renamed, ours still has its inode: no other file can get the same number meanwhile.
    fs::rename(&path, directory.path().join("ours")).unwrap();
    let _foreign = UnixListener::bind(&path).unwrap();
    let placed = file_id(&path);
    drop(listener);
    assert!(placed.is_some());
    assert_eq!(file_id(&path), placed);
}

/// Memory that a process holds, in KiB.
fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

#[test]
fn ten_thousand_connections_leave_neither_descriptors_nor_memory_behind() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let mut server = Puppet::new();
    server.must(&format!("serve {}", path.display()));
    let mut rounds = 0;
    let mut come_and_go = |server: &mut Puppet, count: u64| {
        for round in 0..count {
            let stream = connect(&address);
            match round % 4 {
                0 => exchange(&stream, b"hello"),
                1 => (&stream).write_all(b"and gone").unwrap(),
                _ => {}
            }
        }
        rounds += count;
        await_that("all are closed", || server.number("closed") == rounds);
    };
    come_and_go(&mut server, 1_000);
    let (descriptors, memory) = (server.number("descriptors"), resident(server.pid()));
    come_and_go(&mut server, 10_000);
    assert_eq!(server.number("descriptors"), descriptors);
    let grown = resident(server.pid()).saturating_sub(memory);
    assert!(grown < 4 << 10, "memory grew by {grown} KiB");
}

#[test]
fn a_server_that_ends_closes_what_it_opened() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let mut server = Puppet::new();
    let before = server.number("descriptors");
    for end in ["drop", "shutdown 0", "shutdown 10000"] {
        server.must(&format!("serve {}", path.display()));
        let streams: Vec<Stream> = (0..50).map(|_| connect(&address)).collect();
        streams.iter().for_each(|stream| exchange(stream, b"hello"));
        server.must(end);
        assert_eq!(server.number("descriptors"), before, "{end}");
        assert!(streams.iter().all(is_closed), "{end}");
    }
    // A bind that fails leaves nothing either.
    let (_taken, also) = (bind(&address), path.display());
    assert!(server.ask(&format!("serve {also}")).starts_with("error AddressInUse"));
    assert_eq!(server.number("descriptors"), before);
}

/// Serves and reaches a server at `path`; says what it left behind.
fn serve_at(path: &Path) -> Vec<PathBuf> {
    let address = address(path);
    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    assert!(file_id(path).is_some(), "{} was not made", path.display());
    exchange(&connect(&address), b"hello");
    assert!(nearwire::Listener::bind(&address).is_err());
    drop(server);
    // And once more, in the place of one that was killed.
    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    let kept = path.parent().unwrap().join("kept");
    fs::hard_link(path, &kept).unwrap();
    drop(server);
    fs::rename(&kept, path).unwrap();
    await_that("nobody listens", || matches!(Stream::connect(&address), Err(ConnectError::Stale { .. })));
    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    exchange(&connect(&address), b"hello");
    drop(server);
    entries(path.parent().unwrap())
}

#[test]
fn names_beyond_107_bytes_bind_and_connect() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let deep = (0..10).fold(directory.path().to_owned(), |path, _| path.join("d".repeat(200)));
    fs::create_dir_all(&deep).unwrap();
    let long_name = format!("{}.sock", "n".repeat(195));
    for path in [
        deep.join("demo.sock"),
        directory.path().join(&long_name),
        deep.join(&long_name),
        directory.path().join("n".repeat(250)),
    ] {
        let left: Vec<PathBuf> = serve_at(&path).into_iter().filter(|left| !left.is_dir()).collect();
        assert_eq!(left, NOTHING);
    }
    // Exactly at the limit of `sockaddr_un`, and one byte beyond.
    for length in [107, 108] {
        let name = "n".repeat(length - 1 - directory.path().as_os_str().len());
        let path = directory.path().join(name);
        assert_eq!(path.as_os_str().len(), length);
        serve_at(&path);
    }
}

#[test]
fn a_long_name_does_not_trip_over_what_an_earlier_process_left() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let path = directory.path().join("n".repeat(200));
    let mut server = Puppet::new();
    // Killed between bind and rename, an earlier process with this id (in a container it often is the same) left this.
    let left = directory.path().join(format!(".nearwire-{}-0", server.pid()));
    leave_stale(&left);
    assert_eq!(server.ask(&format!("serve {}", path.display())), "ok");
    exchange(&connect(&address(&path)), b"hello");
}

#[test]
fn more_bytes_than_any_buffer_holds_come_back_right() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    let stream = connect(&address);
    let payload = nearwire_exchange::Payload::generated();
    let mut sent = vec![0; 10_000_000];
    payload.fill(7, 0, &mut sent);
    let (mut reader, mut writer) = stream.into_split();
    let writing = thread::spawn(move || {
        writer.write_all(&sent).unwrap(); // in one call: as much as ever fits is available to the server
    });
    let mut received = Vec::new();
    reader.read_to_end(&mut received).unwrap();
    writing.join().unwrap();
    assert_eq!(received.len(), 10_000_000);
    payload.check(7, 0, &received).unwrap();
    let report = server.shutdown(Drain::within(PATIENCE)).unwrap();
    assert_eq!((report.received_bytes, report.sent_bytes), (10_000_000, 10_000_000));
}
