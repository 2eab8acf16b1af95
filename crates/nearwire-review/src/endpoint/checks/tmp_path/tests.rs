use super::*;
use crate::endpoint::look::Directory;

fn below(directory: &str, mode: u32) -> Look {
    let mut look = Look::for_test();
    look.file.as_mut().unwrap().path = std::path::Path::new(directory).join("app.sock");
    look.directories =
        vec![Directory::for_test("/tmp", 0o1777, 0), Directory::for_test(directory, mode, 65_534)];
    look
}

#[test]
fn a_socket_among_everybodys_files_is_found() {
    assert_eq!(judge(&below("/tmp", 0o1777)).finding().check().id, "tmp-path");
    assert!(judge(&below("/tmp/app-1000", 0o700)).is_pass(), "a private directory below it is fine");
    assert!(judge(&Look::for_test()).is_pass());
    assert!(judge(&Look::for_test().without_file()).is_not_tested());
}
