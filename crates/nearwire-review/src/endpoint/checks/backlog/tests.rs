use super::*;
use nearwire::SocketKind;

use crate::endpoint::look::Socket;

fn queue(waiting: u32, backlog: u32) -> Look {
    let mut look = Look::for_test();
    let socket = look.socket.as_mut().unwrap();
    (socket.waiting, socket.backlog) = (waiting, backlog);
    look
}

#[test]
fn a_short_queue_is_found() {
    assert_eq!(judge(&queue(0, 5)).messages(), ["only 6 clients may wait"]);
    assert_eq!(judge(&queue(0, 5)).finding().severity(), Severity::Low);
    assert!(judge(&queue(0, 128)).is_pass());
    assert!(judge(&queue(128, 128)).is_pass(), "one more may wait");
}

#[test]
fn a_full_queue_is_worse() {
    assert_eq!(judge(&queue(513, 512)).finding().severity(), Severity::Medium);
    assert_eq!(judge(&queue(6, 5)).finding().severity(), Severity::Medium);
}

#[test]
fn datagrams_have_no_queue_of_clients() {
    let mut look = Look::for_test();
    look.socket = look.socket.map(|socket| Socket { kind: SocketKind::Datagram, listening: false, ..socket });
    assert!(judge(&look).is_not_tested());
    look.socket = None;
    assert!(judge(&look).is_not_tested());
}
