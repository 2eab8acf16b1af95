use super::*;
use std::os::unix::net::UnixStream;

#[test]
fn the_peer_of_a_pair_is_this_process() {
    let (one, _other) = UnixStream::pair().unwrap();
    let peer = Peer::of(&one).unwrap();
    assert_eq!(peer.uid(), Uid::current());
    assert_eq!(peer.gid(), Gid::current());
    assert_eq!(peer.pid(), Some(i32::try_from(std::process::id()).unwrap()));
    let mut expected: Vec<u32> =
        rustix::process::getgroups().unwrap().into_iter().map(rustix::process::Gid::as_raw).collect();
    expected.sort_unstable();
    assert_eq!(peer.groups().iter().map(|group| group.as_raw()).collect::<Vec<_>>(), expected);
}

#[test]
fn a_socket_without_a_peer_has_none() {
    let directory = tempfile::tempdir().unwrap();
    let listener = std::os::unix::net::UnixDatagram::bind(directory.path().join("s")).unwrap();
    assert!(Peer::of(&listener).is_err(), "uid -1 must not become a user");
}

#[test]
fn supplementary_groups_count() {
    let peer = Peer::for_test(1, 2, &[3, 4]);
    assert!(peer.is_member_of(Gid::new(2)) && peer.is_member_of(Gid::new(4)));
    assert!(!peer.is_member_of(Gid::new(1)));
}
