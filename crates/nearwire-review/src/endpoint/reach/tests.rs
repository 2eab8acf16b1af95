use super::*;

fn file(mode: u32) -> SocketFile {
    SocketFile { mode, gid: 7, ..SocketFile::for_test() }
}

fn directory(mode: u32, gid: u32) -> Directory {
    Directory { path: "/d".into(), mode, uid: 0, gid }
}

#[test]
fn the_write_bits_decide() {
    let open = [directory(0o755, 0)];
    assert_eq!(Reach::of(&file(0o666), &open), Reach::Everybody);
    assert_eq!(Reach::of(&file(0o222), &open), Reach::Everybody);
    assert_eq!(Reach::of(&file(0o755), &open), Reach::Owner, "read and execute bits mean nothing");
    assert_eq!(Reach::of(&file(0o660), &open), Reach::Group(7));
    assert_eq!(Reach::of(&file(0o600), &open), Reach::Owner);
}

#[test]
fn every_directory_must_let_them_through() {
    assert_eq!(Reach::of(&file(0o666), &[directory(0o755, 0), directory(0o700, 0)]), Reach::Owner);
    assert_eq!(Reach::of(&file(0o666), &[directory(0o750, 9)]), Reach::Group(9));
    assert_eq!(Reach::of(&file(0o660), &[directory(0o750, 9)]), Reach::Owner, "two groups at once");
    assert_eq!(Reach::of(&file(0o660), &[directory(0o750, 7)]), Reach::Group(7));
    assert_eq!(Reach::of(&file(0o666), &[directory(0o711, 0)]), Reach::Everybody);
}
