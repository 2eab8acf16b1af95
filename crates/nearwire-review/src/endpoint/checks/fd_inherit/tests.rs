use super::*;
use crate::endpoint::look::Descriptor;

fn open() -> Look {
    let mut look = Look::for_test();
    look.processes[0].descriptors = vec![Descriptor { number: 3, flags: 0o2 }];
    look
}

#[test]
fn a_descriptor_that_survives_exec_is_found() {
    let judgement = judge(&open());
    assert_eq!(judgement.finding().severity(), Severity::Low);
    assert_eq!(judgement.evidence(), "app (pid 10): fd 3 flags 0000002, without O_CLOEXEC (02000000)\n");
    assert!(judge(&Look::for_test()).is_pass());
}

#[test]
fn a_child_that_has_it_makes_it_worse() {
    let mut look = open();
    let heir = Process { parent: 10, program: Some("/bin/sh".into()), ..Process::for_test(11) };
    look.processes.push(heir);
    assert_eq!(judge(&look).finding().severity(), Severity::Medium);
    assert!(judge(&look).evidence().contains("pid 11 has got it already"));
    look.processes[1].program = Some("/usr/bin/app".into());
    assert_eq!(judge(&look).finding().severity(), Severity::Low, "a worker is the same program");
}

#[test]
fn sockets_from_a_manager_are_meant_to_be_passed_on() {
    let mut look = open();
    look.processes[0].was_given_sockets = true;
    assert!(judge(&look).is_pass());
    look.processes[0].was_given_sockets = false;
    look.processes[0].program = Some("/usr/lib/systemd/systemd".into());
    assert!(judge(&look).is_pass());
    assert!(judge(&look.without_processes()).is_not_tested());
}

#[test]
fn a_name_makes_no_manager() {
    let mut look = open();
    (look.processes[0].command, look.processes[0].id.pid) = ("systemd".to_owned(), 1);
    assert_eq!(judge(&look).finding().check().id, "fd-inherit");
}
