use super::*;

fn compared(change: impl FnOnce(&mut Look)) -> Judgement {
    let mut look = Look::for_test();
    look.baseline = Some(Facts::of(&look));
    change(&mut look);
    judge(&look)
}

#[test]
fn a_changed_mode_is_found_with_both_values() {
    let judgement = compared(|look| look.file.as_mut().unwrap().mode = 0o666);
    assert_eq!(judgement.messages(), ["its file has changed"]);
    assert!(judgement.evidence().starts_with("file: was srw------- "), "{}", judgement.evidence());
    assert!(compared(|_| ()).is_pass());
}

#[test]
fn everything_that_changed_is_told() {
    let judgement = compared(|look| {
        look.socket.as_mut().unwrap().backlog = 5;
        look.processes[0].uid = 0;
    });
    assert!(judgement.evidence().contains("backlog: was 128, is 5"));
    assert!(judgement.evidence().contains("server's user: was "));
}

#[test]
fn what_cannot_be_seen_has_not_changed() {
    assert!(compared(|look| look.processes.clear()).is_pass());
}

#[test]
fn without_a_baseline_nothing_can_be_said() {
    assert!(judge(&Look::for_test()).is_not_tested());
}
