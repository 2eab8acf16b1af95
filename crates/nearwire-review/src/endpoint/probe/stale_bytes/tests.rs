use super::*;

#[test]
fn eight_letters_of_the_marker_are_a_leak_and_seven_are_chance() {
    let marker = marker();
    assert_eq!(marker.len(), MARKER);
    assert!(marker.iter().all(u8::is_ascii_lowercase));
    let eight = [b"X".as_slice(), &marker[20..28], b"Y"].concat();
    assert_eq!(part_of(&marker, &eight).unwrap().as_bytes(), &marker[20..28]);
    assert_eq!(part_of(&marker, &marker[20..27]), None);
    assert_eq!(part_of(&marker, b""), None);
}
