use super::*;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixListener;

#[test]
fn a_bound_socket_is_found_by_its_inode_and_a_left_over_file_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    let renamed = directory.path().join("renamed");
    std::fs::rename(&path, &renamed).unwrap();
    let metadata = std::fs::metadata(&renamed).unwrap();
    let id = FileId { device: metadata.dev(), inode: metadata.ino() };
    assert!(is_bound(id).unwrap());
    drop(listener);
    assert!(!is_bound(id).unwrap());
}

#[test]
fn lengths_that_cannot_be_end_the_list() {
    assert!(split(&[0; 16], 4).is_none());
    assert!(split(&[255; 16], 4).is_none());
    assert!(split(&[3, 0, 1, 0], 2).is_none());
    assert!(vfs_of(&[0; 40]).is_none());
}
