use super::*;

fn with(reach: Reach, remote: bool) -> Look {
    let mut look = Look::for_test();
    look.channels.push(Channel { name: "other".to_owned(), reach, remote });
    look
}

#[test]
fn a_wider_way_in_is_found() {
    assert_eq!(
        judge(&with(Reach::Everybody, false)).messages(),
        ["other lets in every user of this machine, while this socket lets in its owner only"]
    );
    assert_eq!(
        judge(&with(Reach::Everybody, true)).messages(),
        ["other lets in other machines, while this socket lets in its owner only"]
    );
    assert!(judge(&with(Reach::Owner, false)).is_pass());
    assert!(judge(&Look::for_test()).is_pass());
}

#[test]
fn a_socket_for_everybody_has_no_wider_one_on_this_machine() {
    let mut look = with(Reach::Everybody, false).with_mode(0o666);
    assert!(judge(&look).is_pass());
    look.channels[0].remote = true;
    assert_eq!(judge(&look).messages().len(), 1);
}

#[test]
fn what_a_manager_holds_belongs_to_many_services() {
    let mut look = with(Reach::Everybody, true);
    look.processes[0].program = Some("/usr/lib/systemd/systemd".into());
    assert!(judge(&look).is_not_tested());
}
