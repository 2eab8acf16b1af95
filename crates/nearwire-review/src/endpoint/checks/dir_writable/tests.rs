use super::*;
use crate::endpoint::look::tests::{OTHER, SERVER};

fn with(directory: Directory) -> Look {
    let mut look = Look::for_test();
    look.directories.push(directory);
    look
}

#[test]
fn a_directory_that_others_may_write_to_is_found() {
    let judgement = judge(&with(Directory::for_test("/run/app", 0o777, SERVER)));
    assert_eq!(
        judgement.messages(),
        ["anyone can replace what clients find here: everybody may write to /run/app"]
    );
    assert!(judge(&with(Directory::for_test("/tmp", 0o1777, 0))).is_pass(), "the matter of tmp-path");
}

#[test]
fn a_directory_of_somebody_else_is_found() {
    let message = format!("user {OTHER} can replace what clients find here: they own /home/o");
    assert_eq!(judge(&with(Directory::for_test("/home/o", 0o755, OTHER))).messages(), [message.as_str()]);
    assert_eq!(judge(&with(Directory::for_test("/home/o", 0o1777, OTHER))).messages(), [message.as_str()]);
    assert!(judge(&with(Directory::for_test("/run/app", 0o755, SERVER))).is_pass());
}

#[test]
fn a_group_without_members_may_write() {
    assert!(
        judge(&with(Directory { gid: 65_534, ..Directory::for_test("/run/app", 0o2775, SERVER) })).is_pass()
    );
}

#[test]
fn where_no_process_is_seen_the_sockets_owner_counts() {
    assert!(judge(&with(Directory::for_test("/run/app", 0o755, SERVER)).without_processes()).is_pass());
    assert!(judge(&Look::for_test().without_file()).is_not_tested());
}
