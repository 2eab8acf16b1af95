use super::*;

fn unbound() -> Look {
    let mut look = Look::for_test();
    look.socket = None;
    look
}

#[test]
fn a_file_without_a_socket_is_found() {
    assert_eq!(judge(&unbound()).messages(), ["nobody serves it any more"]);
    assert!(judge(&Look::for_test()).is_pass());
}

#[test]
fn a_server_in_another_namespace_cannot_be_told_from_none() {
    let mut look = unbound();
    look.bound_elsewhere = true;
    assert!(judge(&look).is_not_tested());
}
