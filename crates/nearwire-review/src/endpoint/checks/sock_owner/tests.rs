use super::*;
use crate::endpoint::look::Process;
use crate::endpoint::look::tests::OTHER;

fn owned_by(uid: u32) -> Look {
    let mut look = Look::for_test();
    look.file.as_mut().unwrap().uid = uid;
    look
}

#[test]
fn a_foreign_owner_is_found() {
    let judgement = judge(&owned_by(OTHER));
    assert!(judgement.finding().message().starts_with(&format!("user {OTHER} can open the socket")));
    assert!(judge(&Look::for_test()).is_pass());
}

#[test]
fn root_binds_for_others_and_workers_count() {
    assert!(judge(&owned_by(0)).is_pass());
    let mut look = owned_by(OTHER);
    look.processes.push(Process { uid: OTHER, ..Process::for_test(11) });
    assert!(judge(&look).is_pass());
    assert!(judge(&Look::for_test().without_processes()).is_not_tested());
}
