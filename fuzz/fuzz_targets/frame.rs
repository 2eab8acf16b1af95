//! A stream of frames and of garbage, cut anywhere, must decode to what a reader of the whole stream sees.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use nearwire::frame::{FrameDecoder, FrameError, FrameLimit, HEADER_LEN, encode_into};

/// What a decoder may keep from one frame for the next, as `FrameDecoder::capacity` documents.
const KEPT_CAPACITY: usize = 64 * 1024;

#[derive(Debug, Arbitrary)]
struct Stream {
    limit: u32,
    pieces: Vec<Piece>,
    /// Lengths of the fragments, repeated until the stream is used up; none means one fragment.
    cuts: Vec<u8>,
}

#[derive(Debug, Arbitrary)]
enum Piece {
    Frame(Vec<u8>),
    /// A large payload from few bytes of input, so that buffers beyond the kept size are reached.
    LongFrame {
        byte: u8,
        length: u32,
    },
    Raw(Vec<u8>),
}

/// The payloads of a stream, and how it ends.
type Decoded = (Vec<Vec<u8>>, Result<(), FrameError>);

fuzz_target!(|stream: Stream| {
    // In reach of the payloads below, so that both sides of the limit are met.
    let limit = FrameLimit::new(stream.limit as usize % 100_000 + 1).expect("1 to 100 000 is in range");
    let wire = wire_of(&stream.pieces, limit);
    let expected = read_whole(&wire, limit);
    assert_eq!(decode([wire.as_slice()].into_iter(), limit), expected, "in one piece");
    assert_eq!(decode(fragments(&wire, &stream.cuts), limit), expected, "in fragments");
});

fn wire_of(pieces: &[Piece], limit: FrameLimit) -> Vec<u8> {
    let mut wire = Vec::new();
    for piece in pieces.iter().take(16) {
        match piece {
            // A payload above the limit is refused and sends nothing.
            Piece::Frame(payload) => _ = encode_into(payload, limit, &mut wire),
            Piece::LongFrame { byte, length } => {
                let payload = vec![*byte; *length as usize % 70_000];
                _ = encode_into(&payload, limit, &mut wire);
            }
            Piece::Raw(bytes) => wire.extend_from_slice(bytes),
        }
    }
    wire
}

/// The reference: written against the format's definition, with the whole stream at hand.
fn read_whole(wire: &[u8], limit: FrameLimit) -> Decoded {
    let (mut payloads, mut rest) = (Vec::new(), wire);
    let end = loop {
        let Some((header, body)) = rest.split_first_chunk::<HEADER_LEN>() else {
            let truncated = FrameError::Truncated { expected: HEADER_LEN, got: rest.len() };
            break if rest.is_empty() { Ok(()) } else { Err(truncated) };
        };
        let found = u32::from_le_bytes(*header);
        let length = found as usize;
        if length > limit.bytes() {
            break Err(FrameError::Oversized { limit: limit.bytes(), found });
        }
        let Some((payload, next)) = body.split_at_checked(length) else {
            break Err(FrameError::Truncated { expected: HEADER_LEN + length, got: rest.len() });
        };
        payloads.push(payload.to_vec());
        rest = next;
    };
    (payloads, end)
}

/// The decoder under test; checks after every call what must hold whatever the input.
fn decode<'a>(fragments: impl Iterator<Item = &'a [u8]>, limit: FrameLimit) -> Decoded {
    let mut decoder = FrameDecoder::new(limit);
    let (mut payloads, mut in_frame) = (Vec::new(), 0);
    for mut input in fragments {
        loop {
            let before = input;
            let outcome = decoder.decode(&mut input).map(|payload| payload.map(<[u8]>::to_vec));
            assert!(before.ends_with(input), "only the front of the input may be taken");
            in_frame += before.len() - input.len();
            // The call that completes a frame may still hold twice what arrived of it.
            assert!(decoder.capacity() <= limit.bytes().min(KEPT_CAPACITY.max(2 * in_frame)));
            match outcome {
                Ok(Some(payload)) => {
                    assert!(payload.len() <= limit.bytes());
                    assert_eq!(in_frame, HEADER_LEN + payload.len());
                    assert!(decoder.is_between_frames());
                    payloads.push(payload);
                    in_frame = 0;
                }
                Ok(None) => break assert!(input.is_empty()),
                Err(error) => return (payloads, Err(still_failed(&mut decoder, error))),
            }
        }
    }
    let end = decoder.finish();
    assert_eq!(end.is_ok(), decoder.is_between_frames());
    (payloads, end)
}

/// An error is final, holds no memory and takes no input.
fn still_failed(decoder: &mut FrameDecoder, error: FrameError) -> FrameError {
    let mut more: &[u8] = &[0; HEADER_LEN];
    assert_eq!(decoder.decode(&mut more), Err(error));
    assert_eq!(more.len(), HEADER_LEN);
    assert_eq!(decoder.finish(), Err(error));
    assert_eq!(decoder.capacity(), 0);
    error
}

fn fragments<'a>(wire: &'a [u8], cuts: &[u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = wire;
    // Long streams get proportionally longer fragments: a run stays short, and stalls on no input.
    let scale = wire.len() / 4096 + 1;
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| usize::from(*cut) * scale).collect();
    if cuts.iter().all(|cut| *cut == 0) {
        cuts.push(wire.len().max(1));
    }
    let mut cuts = cuts.into_iter().cycle();
    std::iter::from_fn(move || {
        let cut = cuts.next().filter(|_| !rest.is_empty())?;
        let (front, back) = rest.split_at(cut.min(rest.len()));
        rest = back;
        Some(front)
    })
}
