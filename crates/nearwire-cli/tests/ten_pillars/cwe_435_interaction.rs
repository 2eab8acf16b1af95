//! CWE-435, interaction: a live name is taken, whoever has it; a server is there when `spawn` returns.

use std::fs;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::{Duration, SystemTime};

use nearwire::services::Echo;
use nearwire::{BindError, Listener, ServerThread, Stream};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, socket_with};

use crate::support::puppet::Puppet;
use crate::support::{
    PATIENCE, Watchdog, address, await_that, bind, connect, entries, exchange, file_id, leave_stale,
    open_directory, socket_in,
};

/// Tries to bind, which must fail because somebody lives there.
fn assert_in_use(path: &Path) {
    let before = file_id(path);
    match Listener::bind(&address(path)) {
        Err(BindError::AddressInUse { path: named }) => assert_eq!(named, path),
        other => panic!("{other:?}"),
    }
    assert!(before.is_some());
    assert_eq!(file_id(path), before, "the file was touched");
}

#[test]
fn a_second_server_on_a_live_name_leaves_the_first_untouched() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    let early = connect(&address);
    exchange(&early, b"before");
    let lock = file_id(&directory.path().join("demo.sock.lock"));

    assert_in_use(&path);
    let answer = Puppet::new().ask(&format!("serve {}", path.display()));
    assert!(answer.starts_with("error AddressInUse"), "{answer}");

    assert_eq!(file_id(&directory.path().join("demo.sock.lock")), lock);
    exchange(&early, b"after");
    exchange(&connect(&address), b"anew");
    assert!(server.is_running());
}

#[test]
fn a_second_server_on_a_live_abstract_name_leaves_the_first_untouched() {
    let _watchdog = Watchdog::new();
    let address = format!("@nearwire-second-{}", std::process::id()).parse().unwrap();
    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    assert!(matches!(Listener::bind(&address), Err(BindError::AddressInUse { .. })));
    exchange(&connect(&address), b"still here");
    drop(server);
    // The name is free again, once no process that another test starts holds a copy of the listener.
    await_that("the name is free", || Listener::bind(&address).is_ok());
}

#[test]
fn a_server_whose_lock_file_was_removed_is_not_evicted() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let server = ServerThread::spawn(bind(&address), Echo).unwrap();
    fs::remove_file(directory.path().join("demo.sock.lock")).unwrap();
    assert_in_use(&path);
    exchange(&connect(&address), b"still here");
    drop(server);
}

#[test]
fn of_several_servers_that_race_for_a_stale_socket_exactly_one_wins() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let mut racers = [Puppet::new(), Puppet::new(), Puppet::new()];
    for round in 0..100 {
        leave_stale(&path);
        let start = SystemTime::UNIX_EPOCH.elapsed().unwrap() + Duration::from_millis(1);
        for racer in &mut racers {
            racer.tell(&format!("race {} {}", path.display(), start.as_nanos()));
        }
        let answers = racers.each_ref().map(Puppet::answer);
        let winners = answers.iter().filter(|answer| *answer == "ok").count();
        let losers = answers.iter().filter(|answer| answer.starts_with("error AddressInUse")).count();
        assert_eq!((winners, losers), (1, 2), "round {round}: {answers:?}");
        exchange(&connect(&address), b"the winner");
        for racer in &mut racers {
            racer.must("drop");
        }
        assert_eq!(entries(directory.path()), Vec::<std::path::PathBuf>::new());
    }
}

#[test]
fn a_live_server_of_another_library_is_not_evicted() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, _) = socket_in(&directory);
    let foreign = UnixListener::bind(&path).unwrap();
    assert_in_use(&path);
    // It serves on: first comes our probe, which says nothing, then its client.
    let mut client = UnixStream::connect(&path).unwrap();
    client.write_all(b"hello").unwrap();
    let mut texts = [String::new(), String::new()];
    drop(client);
    for text in &mut texts {
        foreign.accept().unwrap().0.read_to_string(text).unwrap();
    }
    assert_eq!(texts, ["", "hello"]);
}

#[test]
fn a_live_server_is_not_evicted_under_the_name_it_was_renamed_to() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, _) = socket_in(&directory);
    let first_name = directory.path().join("first.sock");
    let _foreign = UnixListener::bind(&first_name).unwrap();
    fs::rename(&first_name, &path).unwrap();
    assert_in_use(&path);
}

/// A socket of another library that is bound to `path`.
fn bound(path: &Path, socket_type: SocketType) -> OwnedFd {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, socket_type, flags, None).unwrap();
    rustix::net::bind(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    socket
}

#[test]
fn a_server_that_is_bound_and_about_to_listen_is_not_evicted() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, _) = socket_in(&directory);
    let socket = bound(&path, SocketType::STREAM);
    assert_in_use(&path);
    // And under another name, which its own does not tell.
    let renamed = directory.path().join("renamed.sock");
    fs::rename(&path, &renamed).unwrap();
    assert_in_use(&renamed);
    rustix::net::listen(&socket, 1).unwrap();
    UnixStream::connect(&renamed).unwrap();
}

#[test]
fn a_server_whose_queue_is_full_is_not_evicted() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, _) = socket_in(&directory);
    let socket = bound(&path, SocketType::STREAM);
    rustix::net::listen(&socket, 0).unwrap();
    let _waiting = UnixStream::connect(&path).unwrap();
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let next = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).unwrap();
    let full = rustix::net::connect(&next, &SocketAddrUnix::new(&path).unwrap());
    assert_eq!(full, Err(rustix::io::Errno::AGAIN));
    assert_in_use(&path);
}

#[test]
fn a_live_socket_of_another_type_is_not_evicted() {
    let _watchdog = Watchdog::new();
    for socket_type in [SocketType::DGRAM, SocketType::SEQPACKET] {
        let directory = open_directory();
        let (path, _) = socket_in(&directory);
        let _socket = bound(&path, socket_type);
        assert_in_use(&path);
    }
}

#[test]
fn what_is_no_socket_is_not_touched() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let at = |name: &str| directory.path().join(name);
    fs::write(at("file"), "precious").unwrap();
    fs::create_dir(at("directory")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, at("fifo"), rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR)
        .unwrap();
    symlink(at("nothing"), at("dangling")).unwrap();
    symlink(at("file"), at("link-to-file")).unwrap();
    leave_stale(&at("stale"));
    symlink(at("stale"), at("link-to-stale")).unwrap();
    for name in ["file", "directory", "fifo", "dangling", "link-to-file", "link-to-stale"] {
        let before = file_id(&at(name));
        match Listener::bind(&address(&at(name))) {
            Err(BindError::NotASocket { path }) => assert_eq!(path, at(name)),
            other => panic!("{name}: {other:?}"),
        }
        assert!(before.is_some());
        assert_eq!(file_id(&at(name)), before, "{name}");
    }
    assert_eq!(fs::read_to_string(at("file")).unwrap(), "precious");
    assert!(file_id(&at("stale")).is_some(), "a link's target was removed");
    assert_eq!(entries(directory.path()).len(), 7, "something was left behind");
}

#[test]
fn a_server_can_be_reached_as_soon_as_spawn_returns() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    for round in 0..200 {
        let server = ServerThread::spawn_on(round % 2 + 1, bind(&address), Echo).unwrap();
        let stream = Stream::connect(&address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        exchange(&stream, b"at once");
        drop(server);
    }
}
