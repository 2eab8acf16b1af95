use super::*;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

/// The sockets bound to `path`.
fn bound_to(path: &std::path::Path) -> Vec<LocalSocket> {
    let file = std::fs::metadata(path).unwrap();
    let sockets = local_sockets().unwrap();
    sockets.into_iter().filter(|socket| socket.is_bound_to(file.dev(), file.ino())).collect()
}

#[test]
fn a_listening_socket_tells_its_queue() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    rustix::net::listen(&listener, 7).unwrap();
    let _waiting = [UnixStream::connect(&path).unwrap(), UnixStream::connect(&path).unwrap()];
    // A connection that waits to be accepted has the listener's name and file.
    let found = bound_to(&path).into_iter().find(|socket| socket.listening).unwrap();
    assert_eq!((found.kind, found.waiting, found.backlog), (SocketKind::Stream, 2, 7));
    assert_eq!(found.name, path.as_os_str().as_encoded_bytes());
    assert_eq!(found.creator, Some(rustix::process::geteuid().as_raw()));
    assert!(!found.is_abstract());
}

#[test]
fn a_datagram_socket_is_bound_and_does_not_listen() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("d");
    let _socket = UnixDatagram::bind(&path).unwrap();
    let found = bound_to(&path);
    assert_eq!(
        found.iter().map(|each| (each.kind, each.listening)).collect::<Vec<_>>(),
        [(SocketKind::Datagram, false)]
    );
}

#[test]
fn a_short_message_is_no_socket() {
    assert_eq!(LocalSocket::read(&[0; 20]), None);
    assert_eq!(LocalSocket::read(&[]), None);
}
