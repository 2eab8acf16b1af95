use super::*;

#[test]
fn both_directions_and_vectored_writes_work() {
    let (mut one, mut other) = Stream::pair().unwrap();
    let written = one.write_vectored(&[IoSlice::new(b"ab"), IoSlice::new(b""), IoSlice::new(b"c")]).unwrap();
    assert_eq!(written, 3);
    let (mut first, mut second) = ([0; 1], [0; 8]);
    let read = other.read_vectored(&mut [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)]).unwrap();
    assert_eq!((read, &first, &second[..2]), (3, b"a", &b"bc"[..]));
    other.write_all(b"back").unwrap();
    let mut answer = [0; 4];
    one.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"back");
}

#[test]
fn writing_to_a_peer_that_is_gone_is_an_error_and_no_signal() {
    let (mut one, other) = Stream::pair().unwrap();
    drop(other);
    assert_eq!(one.write(b"x").unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    let vectored = one.write_vectored(&[IoSlice::new(b"x")]).unwrap_err();
    assert_eq!(vectored.kind(), io::ErrorKind::BrokenPipe);
}

#[test]
fn timeouts_end_a_wait_and_zero_is_refused() {
    let (mut one, _other) = Stream::pair().unwrap();
    assert!(one.set_read_timeout(Some(Duration::ZERO)).is_err());
    one.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    assert_eq!(one.read_timeout().unwrap(), Some(Duration::from_millis(20)));
    assert_eq!(one.read(&mut [0; 1]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    assert_eq!(one.write_timeout().unwrap(), None);
    one.set_write_timeout(Some(Duration::from_millis(20))).unwrap();
    let refusal = std::iter::repeat_with(|| one.write(&[0; 65536])).find_map(Result::err).unwrap();
    assert_eq!(refusal.kind(), io::ErrorKind::WouldBlock);
}

#[test]
fn the_halves_end_one_direction_only() {
    let (one, mut other) = Stream::pair().unwrap();
    let (mut reader, mut writer) = one.into_split();
    writer.write_all(b"last").unwrap();
    drop(writer);
    let mut text = String::new();
    other.read_to_string(&mut text).unwrap();
    assert_eq!(text, "last");
    other.write_all(b"still").unwrap();
    let mut answer = [0; 5];
    reader.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"still");
    assert_eq!(reader.stream().peer().unwrap().uid(), crate::Uid::current());
}
