//! Every fragmentation gives the same frames; a lying peer costs nothing; a truncated stream is told apart.

use proptest::prelude::*;

use super::*;

fn limit(bytes: usize) -> FrameLimit {
    FrameLimit::new(bytes).unwrap()
}

fn wire_of(payloads: &[Vec<u8>], limit: FrameLimit) -> Vec<u8> {
    let mut wire = Vec::new();
    for payload in payloads {
        encode_into(payload, limit, &mut wire).unwrap();
    }
    wire
}

/// Feeds one fragment and appends every payload that it completes.
fn feed(decoder: &mut FrameDecoder, fragment: &[u8], out: &mut Vec<Vec<u8>>) -> Result<(), FrameError> {
    let mut input = fragment;
    while let Some(payload) = decoder.decode(&mut input)? {
        out.push(payload.to_vec());
    }
    assert!(input.is_empty(), "`None` must mean that all input was taken");
    Ok(())
}

/// Cuts `wire` into pieces of the given lengths, repeated as often as needed.
fn fragments<'a>(wire: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = wire;
    let mut lengths = lengths.iter().copied().cycle();
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (front, back) = rest.split_at(lengths.next().unwrap().min(rest.len()));
        out.push(front);
        rest = back;
    }
    out
}

fn payloads() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20)
}

fn cuts() -> impl Strategy<Value = Vec<usize>> {
    // Empty fragments are included, but never alone: the stream must advance.
    (prop::collection::vec(0..50_usize, 0..10), 1..400_usize).prop_map(|(mut cuts, last)| {
        cuts.push(last);
        cuts
    })
}

proptest! {
    #[test]
    fn any_fragmentation_gives_the_same_frames(payloads in payloads(), cuts in cuts()) {
        let limit = limit(300);
        let wire = wire_of(&payloads, limit);
        let mut decoder = FrameDecoder::new(limit);
        let mut decoded = Vec::new();
        for fragment in fragments(&wire, &cuts) {
            feed(&mut decoder, fragment, &mut decoded).unwrap();
            prop_assert!(decoder.capacity() <= limit.bytes());
        }
        prop_assert_eq!(decoded, payloads);
        prop_assert_eq!(decoder.finish(), Ok(()));
    }

    #[test]
    fn a_stream_cut_anywhere_ends_cleanly_only_between_frames(payloads in payloads(), cut in any::<prop::sample::Index>()) {
        let limit = limit(300);
        let wire = wire_of(&payloads, limit);
        let cut = cut.index(wire.len() + 1);
        let boundaries: Vec<usize> = std::iter::once(0)
            .chain(payloads.iter().scan(0, |end, payload| { *end += HEADER_LEN + payload.len(); Some(*end) }))
            .collect();
        let mut decoder = FrameDecoder::new(limit);
        feed(&mut decoder, &wire[..cut], &mut Vec::new()).unwrap();
        prop_assert_eq!(decoder.is_between_frames(), boundaries.contains(&cut));
        prop_assert_eq!(decoder.finish().is_ok(), boundaries.contains(&cut));
    }

    #[test]
    fn a_length_above_the_limit_is_refused_without_memory(
        limit_bytes in 1..10_000_usize, excess in 1..u32::MAX, cuts in cuts(), tail in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let claimed = u32::try_from(limit_bytes).unwrap().saturating_add(excess);
        let mut wire = claimed.to_le_bytes().to_vec();
        wire.extend(tail);
        let mut decoder = FrameDecoder::new(limit(limit_bytes));
        let refused = fragments(&wire, &cuts).into_iter().find_map(|piece| feed(&mut decoder, piece, &mut Vec::new()).err());
        prop_assert_eq!(refused, Some(FrameError::Oversized { limit: limit_bytes, found: claimed }));
        prop_assert_eq!(decoder.capacity(), 0);
    }

    #[test]
    fn memory_follows_the_bytes_received(received in prop::collection::vec(any::<u8>(), 1..5_000), cuts in cuts()) {
        let claimed = u32::try_from(FrameLimit::MAX.bytes()).unwrap();
        let mut decoder = FrameDecoder::new(FrameLimit::MAX);
        feed(&mut decoder, &claimed.to_le_bytes(), &mut Vec::new()).unwrap();
        let mut arrived = 0;
        for fragment in fragments(&received, &cuts) {
            feed(&mut decoder, fragment, &mut Vec::new()).unwrap();
            arrived += fragment.len();
            prop_assert!(decoder.capacity() <= 2 * arrived, "{} for {arrived}", decoder.capacity());
        }
    }

    #[test]
    fn headers_and_limits_agree(payload_len in any::<u32>(), limit_bytes in 1..=FrameLimit::MAX.bytes()) {
        let length = usize::try_from(payload_len).unwrap();
        let expected = if length <= limit_bytes {
            Ok(payload_len.to_le_bytes())
        } else {
            Err(FrameError::PayloadTooLarge { limit: limit_bytes, found: length })
        };
        prop_assert_eq!(frame_header(length, limit(limit_bytes)), expected);
    }
}

#[test]
fn limits_outside_the_range_are_refused() {
    let above = FrameLimit::MAX.bytes() + 1;
    assert_eq!(FrameLimit::new(0), Err(FrameError::LimitOutOfRange { found: 0 }));
    assert_eq!(FrameLimit::new(above), Err(FrameError::LimitOutOfRange { found: above }));
    assert_eq!(FrameLimit::new(1), Ok(FrameLimit::MIN));
    assert_eq!(FrameLimit::new(above - 1), Ok(FrameLimit::MAX));
}

#[test]
fn a_payload_at_the_limit_passes_and_one_byte_more_does_not() {
    let limit = limit(3);
    let mut wire = Vec::new();
    encode_into(b"abc", limit, &mut wire).unwrap();
    assert_eq!(wire, [3, 0, 0, 0, b'a', b'b', b'c']);
    let refused = encode_into(b"abcd", limit, &mut wire);
    assert_eq!(refused, Err(FrameError::PayloadTooLarge { limit: 3, found: 4 }));
    assert_eq!(wire.len(), 7, "a refused payload leaves the output alone");
    assert_eq!(FrameDecoder::new(limit).decode(&mut wire.as_slice()), Ok(Some(&b"abc"[..])));
}

#[test]
fn a_whole_frame_is_borrowed_from_the_input() {
    let wire = wire_of(&[b"whole".to_vec()], limit(10));
    let mut decoder = FrameDecoder::new(limit(10));
    let payload = decoder.decode(&mut wire.as_slice()).unwrap().unwrap();
    assert_eq!(payload.as_ptr(), wire[HEADER_LEN..].as_ptr());
    assert_eq!(decoder.capacity(), 0);
}

#[test]
fn a_whole_payload_after_a_split_header_is_still_borrowed() {
    let wire = wire_of(&[b"whole".to_vec()], limit(10));
    let (mut first, mut second) = wire.split_at(2);
    let mut decoder = FrameDecoder::new(limit(10));
    assert_eq!(decoder.decode(&mut first), Ok(None));
    assert_eq!(decoder.decode(&mut second), Ok(Some(&b"whole"[..])));
    assert_eq!(decoder.capacity(), 0);
}

#[test]
fn the_rest_stays_in_the_input() {
    let wire = wire_of(&[b"one".to_vec(), b"two".to_vec()], limit(10));
    let mut input = wire.as_slice();
    let mut decoder = FrameDecoder::new(limit(10));
    assert_eq!(decoder.decode(&mut input), Ok(Some(&b"one"[..])));
    assert_eq!(input, &wire[HEADER_LEN + 3..]);
}

#[test]
fn empty_frames_are_frames() {
    let mut decoded = Vec::new();
    let mut decoder = FrameDecoder::new(limit(1));
    feed(&mut decoder, &[0; 3 * HEADER_LEN], &mut decoded).unwrap();
    assert_eq!(decoded, [b"", b"", b""]);
    assert!(decoder.is_between_frames());
}

#[test]
fn a_truncated_frame_says_how_much_arrived() {
    let mut decoder = FrameDecoder::new(limit(10));
    feed(&mut decoder, &[5, 0], &mut Vec::new()).unwrap();
    assert_eq!(decoder.finish(), Err(FrameError::Truncated { expected: 4, got: 2 }));
    feed(&mut decoder, &[0, 0], &mut Vec::new()).unwrap();
    assert_eq!(decoder.finish(), Err(FrameError::Truncated { expected: 9, got: 4 }));
    feed(&mut decoder, b"abc", &mut Vec::new()).unwrap();
    assert_eq!(decoder.finish(), Err(FrameError::Truncated { expected: 9, got: 7 }));
    feed(&mut decoder, b"de", &mut Vec::new()).unwrap();
    assert_eq!(decoder.finish(), Ok(()));
}

#[test]
fn an_error_is_final_and_takes_no_input() {
    let mut decoder = FrameDecoder::new(limit(10));
    let error = FrameError::Oversized { limit: 10, found: 11 };
    assert_eq!(decoder.decode(&mut &[11, 0, 0, 0][..]), Err(error));
    let good = wire_of(&[b"good".to_vec()], limit(10));
    let mut input = good.as_slice();
    assert_eq!(decoder.decode(&mut input), Err(error));
    assert_eq!(input, good);
    assert_eq!(decoder.finish(), Err(error));
    assert!(!decoder.is_between_frames());
}

#[test]
fn one_byte_of_a_claimed_gibibyte_costs_one_byte() {
    let mut decoder = FrameDecoder::new(FrameLimit::MAX);
    feed(&mut decoder, &[0, 0, 0, 0x40, 7], &mut Vec::new()).unwrap();
    assert_eq!(decoder.finish(), Err(FrameError::Truncated { expected: HEADER_LEN + (1 << 30), got: 5 }));
    assert!(decoder.capacity() <= 8, "{}", decoder.capacity());
}

#[test]
fn a_delivered_payload_is_wiped_and_a_small_buffer_kept() {
    let wire = wire_of(&[vec![0xAA; 100]], limit(100));
    let mut decoder = FrameDecoder::new(limit(100));
    let mut decoded = Vec::new();
    for fragment in wire.chunks(30) {
        let mut input = fragment;
        decoded.extend(decoder.decode(&mut input).unwrap().map(<[u8]>::to_vec));
    }
    assert_eq!(decoded, [vec![0xAA; 100]]);
    assert_eq!(decoder.buffer.as_slice(), [0xAA; 100], "lent out until the next call");
    assert_eq!(decoder.decode(&mut &[][..]), Ok(None));
    assert!(decoder.buffer.is_empty());
    assert!(decoder.capacity() >= 100);
    assert_eq!(decoder.finish(), Ok(()));
}

#[test]
fn a_large_buffer_is_given_back() {
    let size = KEPT_CAPACITY + 1;
    let wire = wire_of(&[vec![1; size]], FrameLimit::default());
    let mut decoder = FrameDecoder::new(FrameLimit::default());
    let (mut first, mut second) = wire.split_at(size / 2);
    assert_eq!(decoder.decode(&mut first), Ok(None));
    assert_eq!(decoder.decode(&mut second).unwrap().map(<[u8]>::len), Some(size));
    assert!(decoder.capacity() >= size);
    assert_eq!(decoder.decode(&mut &[][..]), Ok(None));
    assert_eq!(decoder.capacity(), 0);
}

#[test]
fn debug_shows_progress_and_no_payload() {
    let mut decoder = FrameDecoder::new(limit(10));
    feed(&mut decoder, &[5, 0, 0, 0, 201, 202], &mut Vec::new()).unwrap();
    let shown = format!("{decoder:?}");
    assert!(shown.contains("expected: 5") && shown.contains("buffered: 2"), "{shown}");
    assert!(!shown.contains("201"), "{shown}");
}
