use super::*;

fn with(capabilities: u64) -> Look {
    let mut look = Look::for_test().with_mode(0o666);
    look.processes[0].capabilities = capabilities;
    look.processes[0].seccomp = Some(0);
    look
}

#[test]
fn capabilities_equal_to_root_are_found_where_others_can_connect() {
    let judgement = judge(&with(1 << 21 | 1 << 10));
    assert_eq!(
        judgement.messages(),
        ["whoever misuses the server can do what root can: it has CAP_SYS_ADMIN"]
    );
    assert!(judge(&with(u64::MAX)).finding().message().ends_with("all its capabilities"));
    assert!(judge(&with(1 << 10)).is_pass(), "binding low ports does not make it root");
    let mut alone = with(u64::MAX);
    alone.file.as_mut().unwrap().mode = 0o600;
    assert!(judge(&alone).is_pass(), "nobody gains by it");
}

#[test]
fn a_filter_of_system_calls_makes_it_less_bad() {
    let mut look = with(u64::MAX);
    look.processes[0].seccomp = Some(2);
    assert_eq!(judge(&look).finding().severity(), Severity::Low);
}

#[test]
fn a_manager_only_holds_the_socket() {
    let mut look = with(0);
    let manager = Process {
        program: Some("/usr/lib/systemd/systemd".into()),
        capabilities: u64::MAX,
        ..Process::for_test(1)
    };
    look.processes.push(manager);
    assert!(judge(&look).is_pass());
    assert!(judge(&look.without_processes()).is_not_tested());
}

#[test]
fn a_master_with_workers_may_not_serve() {
    let mut look = with(u64::MAX);
    assert_eq!(judge(&look).finding().confidence(), Confidence::Medium);
    look.processes.push(Process { parent: 10, ..Process::for_test(11) });
    assert_eq!(judge(&look).finding().confidence(), Confidence::Low);
}
