use super::*;
use crate::endpoint::look::Directory;

#[test]
fn the_write_bit_for_others_is_found() {
    for mode in [0o666, 0o777, 0o222, 0o602] {
        let judgement = judge(&Look::for_test().with_mode(mode));
        assert_eq!(judgement.messages(), ["anyone on this machine can connect"], "{mode:o}");
        assert_eq!(judgement.finding().severity(), Severity::High);
    }
    assert!(judge(&Look::for_test().with_mode(0o755)).is_pass(), "read and execute bits mean nothing");
    assert!(judge(&Look::for_test()).is_pass());
}

#[test]
fn a_private_directory_protects() {
    let mut look = Look::for_test().with_mode(0o777);
    look.directories.push(Directory::for_test("/run/app", 0o700, 0));
    assert!(judge(&look).is_pass());
}

#[test]
fn a_group_without_members_lets_nobody_in() {
    assert!(judge(&Look::for_test().with_mode(0o660)).is_pass());
}

#[test]
fn an_abstract_name_has_no_mode() {
    assert!(judge(&Look::for_test().without_file()).is_not_tested());
}

#[test]
fn a_probe_as_another_user_decides() {
    let mut look = Look::for_test().with_mode(0o666);
    assert_eq!(judge(&look).finding().confidence(), Confidence::Medium);
    look.stranger_is_served = Some(true);
    assert_eq!(judge(&look).finding().confidence(), Confidence::High);
    look.stranger_is_served = Some(false);
    assert!(judge(&look).is_pass(), "the server checks its peers");
}
