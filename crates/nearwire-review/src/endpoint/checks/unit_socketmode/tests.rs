use super::*;
fn unit(mode: Option<u32>) -> Look {
    let mut look = Look::for_test();
    look.units.push(Unit {
        path: "/etc/systemd/system/app.socket".into(),
        listens: "ListenStream=/run/app/app.sock".to_owned(),
        mode: mode.map(|mode| (mode, "/etc/systemd/system/app.socket".into())),
    });
    look
}

#[test]
fn the_default_mode_is_for_everybody() {
    assert!(judge(&unit(None)).evidence().contains("no SocketMode="));
    assert!(judge(&unit(Some(0o666))).evidence().contains("SocketMode=0666 in"));
    assert!(judge(&unit(Some(0o660))).is_pass());
    assert!(judge(&Look::for_test()).is_pass(), "no unit names it");
}

#[test]
fn it_is_surer_while_systemd_holds_the_socket() {
    assert_eq!(judge(&unit(None)).finding().confidence(), Confidence::Medium);
    let mut look = unit(None);
    look.processes.push(Process { program: Some("/usr/lib/systemd/systemd".into()), ..Process::for_test(1) });
    assert_eq!(judge(&look).finding().confidence(), Confidence::High);
}
