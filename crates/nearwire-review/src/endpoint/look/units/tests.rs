use super::*;

fn unit(text: &str, drop_in: Option<&str>) -> Vec<Unit> {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("app.socket"), text).unwrap();
    if let Some(text) = drop_in {
        fs::create_dir(directory.path().join("app.socket.d")).unwrap();
        fs::write(directory.path().join("app.socket.d/mode.conf"), text).unwrap();
    }
    naming(b"/run/app.sock", Some(&[directory.path().to_owned()]))
}

fn mode(units: &[Unit]) -> Option<u32> {
    units.first().unwrap().mode.as_ref().map(|(mode, _)| *mode)
}

#[test]
fn a_unit_is_known_by_its_address_and_says_its_mode() {
    let found = unit("[Unit]\n[Socket]\nListenStream=/run/app.sock\nSocketMode=0660\n", None);
    assert_eq!(found.first().unwrap().listens, "ListenStream=/run/app.sock");
    assert_eq!(mode(&found), Some(0o660));
    assert_eq!(mode(&unit("[Socket]\n ListenStream = %t/app.sock\n", None)), None);
    assert_eq!(mode(&unit("[Socket]\nListenStream=/var/run/app.sock", None)), None);
    assert!(unit("[Socket]\nListenStream=/run/other.sock\n", None).is_empty());
    assert!(unit("[Service]\nListenStream=/run/app.sock\n", None).is_empty());
    assert!(unit("[Socket]\n#ListenStream=/run/app.sock\n", None).is_empty());
}

#[test]
fn a_drop_in_has_the_last_word() {
    let text = "[Socket]\nListenStream=/run/app.sock\nSocketMode=0666\n";
    assert_eq!(mode(&unit(text, Some("[Socket]\nSocketMode=0600\n"))), Some(0o600));
    assert!(unit(text, Some("[Socket]\nListenStream=\n")).is_empty());
}

#[test]
fn a_directory_that_is_not_there_has_no_units() {
    assert!(naming(b"/run/app.sock", Some(&["/nonexistent".into()])).is_empty());
}
