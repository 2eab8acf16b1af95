use super::*;
use std::os::unix::fs::PermissionsExt;

fn directory_with_mode(mode: u32) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    directory
}

#[test]
fn a_directory_that_others_write_is_refused_unless_sticky() {
    let open = directory_with_mode(0o777);
    assert!(matches!(open_for_binding(open.path()), Err(DirectoryError::Writable { mode: 0o777, .. })));
    assert!(open_for_binding(directory_with_mode(0o1777).path()).is_ok());
    assert!(open_for_binding(directory_with_mode(0o755).path()).is_ok());
}

#[test]
fn the_private_directory_may_not_even_be_sticky() {
    let open = directory_with_mode(0o1777);
    assert!(matches!(open_private(open.path()), Err(DirectoryError::Writable { .. })));
}

#[test]
fn the_private_directory_may_not_be_a_link() {
    let real = directory_with_mode(0o700);
    let link = real.path().join("link");
    std::os::unix::fs::symlink(real.path(), &link).unwrap();
    assert!(matches!(open_private(&link), Err(DirectoryError::NotADirectory { .. })));
}

#[test]
fn a_directory_of_another_user_is_refused() {
    if Uid::current() != Uid::ROOT {
        println!("skipped: only root can give a directory away");
        return;
    }
    let other = directory_with_mode(0o700);
    std::os::unix::fs::chown(other.path(), Some(65534), None).unwrap();
    assert!(matches!(open_for_binding(other.path()), Err(DirectoryError::Owner { .. })));
    assert!(matches!(open_private(other.path()), Err(DirectoryError::Owner { .. })));
}

#[test]
fn what_is_missing_or_no_directory_is_told_apart() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing");
    assert!(matches!(open_for_binding(&missing), Err(DirectoryError::Missing { .. })));
    std::fs::write(&missing, b"").unwrap();
    assert!(matches!(open_for_binding(&missing), Err(DirectoryError::NotADirectory { .. })));
}
