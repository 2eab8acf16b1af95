//! Bounded frames: a byte stream cut into messages, without doing any I/O.
//!
//! On the wire a frame is its payload's length as four little-endian bytes ([`HEADER_LEN`]), then the payload.
//! A length is a claim made by the peer, so it is checked before a byte is allocated, and memory then grows with
//! the bytes that really arrived.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

#[cfg(test)]
mod tests;

/// Bytes in front of every payload: its length, little-endian.
pub const HEADER_LEN: usize = 4;

/// A decoder keeps its buffer for the next frame up to this size; a larger one is given back, so that one large
/// frame does not make a connection expensive for ever.
const KEPT_CAPACITY: usize = 64 * 1024;

/// The largest payload that is accepted or sent, in bytes.
///
/// ```
/// use nearwire::frame::FrameLimit;
///
/// assert_eq!(FrameLimit::default().bytes(), 1024 * 1024);
/// assert_eq!(FrameLimit::new(100)?.bytes(), 100);
/// assert!(FrameLimit::new(0).is_err());
/// # Ok::<(), nearwire::frame::FrameError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
pub struct FrameLimit(usize);

impl FrameLimit {
    /// The smallest limit: 1 byte.
    pub const MIN: Self = Self(1);

    /// The largest limit: 1 GiB. Beyond it, a message is better sent as many frames.
    pub const MAX: Self = Self(1024 * 1024 * 1024);

    /// A limit of `bytes`, from 1 byte ([`MIN`](Self::MIN)) to 1 GiB ([`MAX`](Self::MAX)).
    ///
    /// # Errors
    ///
    /// [`FrameError::LimitOutOfRange`], the caller's fault, for any other number.
    pub const fn new(bytes: usize) -> Result<Self, FrameError> {
        if bytes < Self::MIN.0 || bytes > Self::MAX.0 {
            return Err(FrameError::LimitOutOfRange { found: bytes });
        }
        Ok(Self(bytes))
    }

    /// The limit in bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        self.0
    }
}

impl Default for FrameLimit {
    /// 1 MiB.
    fn default() -> Self {
        Self(1024 * 1024)
    }
}

/// Why a frame could not be decoded or encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The peer announced a payload above the limit. The peer's fault; close the connection.
    #[error("the peer announced a frame of {found} bytes where at most {limit} are allowed")]
    Oversized {
        /// The limit in force, in bytes.
        limit: usize,
        /// The length that the peer announced, in bytes.
        found: u32,
    },

    /// The stream ended inside a frame. The peer's fault: it closed, or died, while sending.
    #[error("the peer's stream ended inside a frame: {got} of {expected} bytes arrived, header included")]
    Truncated {
        /// Bytes that the frame needed, its header included; of a frame whose header is itself
        /// incomplete only the header is counted.
        expected: usize,
        /// Bytes of the frame that arrived, its header included.
        got: usize,
    },

    /// The payload to send is above the limit. The caller's fault.
    #[error("cannot send a frame of {found} bytes where at most {limit} are allowed")]
    PayloadTooLarge {
        /// The limit in force, in bytes.
        limit: usize,
        /// The payload's length, in bytes.
        found: usize,
    },

    /// The limit asked for is outside [`FrameLimit::MIN`] to [`FrameLimit::MAX`]. The caller's fault.
    #[error("a frame limit is 1 to {} bytes, not {found}", FrameLimit::MAX.0)]
    LimitOutOfRange {
        /// The limit asked for, in bytes.
        found: usize,
    },

    /// There is no memory for the bytes that arrived. Nobody's fault but this machine's.
    #[error("no memory for a frame buffer of {needed} bytes")]
    OutOfMemory {
        /// The buffer's size that was refused, in bytes.
        needed: usize,
    },
}

/// Turns received bytes back into payloads, however the stream was fragmented.
///
/// The decoder never reads by itself: hand it what arrived. All progress is kept inside it, so a future that
/// reads and decodes may be dropped between two calls without losing a byte (cancel safety).
///
/// Received payloads are wiped: when the next call takes the buffer back, whenever the buffer grows or is
/// released, and on drop. To wipe the last payload early, call [`decode`](Self::decode) with empty input.
///
/// ```
/// use nearwire::frame::{FrameDecoder, FrameLimit, encode_into};
///
/// let limit = FrameLimit::new(100)?;
/// let mut wire = Vec::new();
/// encode_into(b"hello", limit, &mut wire)?;
/// encode_into(b"world", limit, &mut wire)?;
///
/// let mut decoder = FrameDecoder::new(limit);
/// let mut received = Vec::new();
/// for fragment in wire.chunks(7) {
///     let mut input = fragment;
///     while let Some(payload) = decoder.decode(&mut input)? {
///         received.push(payload.to_vec());
///     }
/// }
/// decoder.finish()?; // the stream ended between two frames
/// assert_eq!(received, [b"hello", b"world"]);
/// # Ok::<(), nearwire::frame::FrameError>(())
/// ```
#[must_use]
pub struct FrameDecoder {
    limit: FrameLimit,
    state: State,
    /// In [`State::Payload`] what has arrived of it; in [`State::Header`] the payload just delivered, still lent.
    buffer: Zeroizing<Vec<u8>>,
}

/// Where in the stream the next byte belongs.
#[derive(Debug, Clone, Copy)]
enum State {
    /// Between two frames (`got` is 0) or inside the length: the first `got` of its `bytes` have arrived.
    Header { bytes: [u8; HEADER_LEN], got: usize },
    /// Inside a payload of `expected` bytes.
    Payload { expected: usize },
    /// Never again: the stream cannot be understood beyond this error.
    Failed(FrameError),
}

impl State {
    const START: Self = Self::Header { bytes: [0; HEADER_LEN], got: 0 };
}

impl FrameDecoder {
    /// A decoder at the start of a stream, refusing payloads above `limit`. It allocates nothing yet.
    pub fn new(limit: FrameLimit) -> Self {
        Self { limit, state: State::START, buffer: Zeroizing::new(Vec::new()) }
    }

    /// Takes from the front of `input` what belongs to the current frame and returns its payload once it is
    /// complete, leaving the rest in `input`. `None`: all input was taken and more bytes are needed.
    ///
    /// A payload that lies in `input` as a whole is borrowed from there, without a copy; a fragmented one is
    /// borrowed from the decoder. An empty payload is a legal frame.
    ///
    /// # Errors
    ///
    /// - [`FrameError::Oversized`], the peer's fault: found as soon as the length is known, before any allocation.
    /// - [`FrameError::OutOfMemory`], this machine's.
    ///
    /// An error is final: every later call returns the same one and takes no input.
    pub fn decode<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Result<Option<&'a [u8]>, FrameError> {
        self.reclaim();
        match self.advance(input) {
            Ok(Progress::Starved) => Ok(None),
            Ok(Progress::InInput(payload)) => Ok(Some(payload)),
            Ok(Progress::InBuffer) => Ok(Some(&self.buffer)),
            Err(error) => {
                self.buffer = Zeroizing::new(Vec::new());
                self.state = State::Failed(error);
                Err(error)
            }
        }
    }

    /// Whether no frame is in progress: the only place where a stream may end.
    #[must_use]
    pub const fn is_between_frames(&self) -> bool {
        matches!(self.state, State::Header { got: 0, .. })
    }

    /// Call at the end of the stream, to tell a clean end from a truncated frame.
    ///
    /// # Errors
    ///
    /// [`FrameError::Truncated`], the peer's fault, if a frame is in progress; the earlier error if
    /// [`decode`](Self::decode) has failed.
    pub fn finish(&self) -> Result<(), FrameError> {
        match self.state {
            State::Header { got: 0, .. } => Ok(()),
            State::Header { got, .. } => Err(FrameError::Truncated { expected: HEADER_LEN, got }),
            State::Payload { expected } => Err(FrameError::Truncated {
                expected: HEADER_LEN.saturating_add(expected),
                got: HEADER_LEN.saturating_add(self.buffer.len()),
            }),
            State::Failed(error) => Err(error),
        }
    }

    /// The limit in force.
    pub const fn limit(&self) -> FrameLimit {
        self.limit
    }

    /// Bytes of memory held for payloads: at most twice the bytes received of the frame in progress, or 64 KiB
    /// kept from an earlier frame, and never more than the limit. (Between two calls: while a call lets the
    /// buffer grow, the old one exists beside the new.) For a budget per connection.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.buffer.capacity()
    }

    /// Takes back the buffer that the previous call lent out, and wipes it.
    fn reclaim(&mut self) {
        if !matches!(self.state, State::Header { .. }) {
            return;
        }
        if self.buffer.capacity() > KEPT_CAPACITY {
            self.buffer = Zeroizing::new(Vec::new());
        } else {
            // Only what was filled: wiping the spare capacity too would cost small frames dearly.
            self.buffer.as_mut_slice().zeroize();
            self.buffer.clear();
        }
    }

    fn advance<'i>(&mut self, input: &mut &'i [u8]) -> Result<Progress<'i>, FrameError> {
        match self.state {
            State::Header { bytes, got } => match self.take_header(bytes, got, input)? {
                Some(expected) => self.take_payload(expected, input),
                None => Ok(Progress::Starved),
            },
            State::Payload { expected } => self.take_payload(expected, input),
            State::Failed(error) => Err(error),
        }
    }

    /// Collects the length; `Some` once it is complete and within the limit.
    fn take_header(
        &mut self,
        mut bytes: [u8; HEADER_LEN],
        got: usize,
        input: &mut &[u8],
    ) -> Result<Option<usize>, FrameError> {
        let fragment = take_up_to(input, HEADER_LEN.saturating_sub(got));
        for (slot, byte) in bytes.iter_mut().skip(got).zip(fragment) {
            *slot = *byte;
        }
        let got = got.saturating_add(fragment.len());
        if got < HEADER_LEN {
            self.state = State::Header { bytes, got };
            return Ok(None);
        }
        let found = u32::from_le_bytes(bytes);
        match usize::try_from(found) {
            Ok(expected) if expected <= self.limit.0 => {
                self.state = State::Payload { expected };
                Ok(Some(expected))
            }
            _ => Err(FrameError::Oversized { limit: self.limit.0, found }),
        }
    }

    fn take_payload<'i>(
        &mut self,
        expected: usize,
        input: &mut &'i [u8],
    ) -> Result<Progress<'i>, FrameError> {
        let fragment = take_up_to(input, expected.saturating_sub(self.buffer.len()));
        if fragment.len() == expected {
            self.state = State::START;
            return Ok(Progress::InInput(fragment));
        }
        self.append(fragment, expected)?;
        if self.buffer.len() < expected {
            return Ok(Progress::Starved);
        }
        self.state = State::START;
        Ok(Progress::InBuffer)
    }

    /// Buffers `fragment`. Capacity doubles, so that many small fragments cost linear time, but stays in
    /// proportion to the bytes that arrived: a claimed length alone costs nothing.
    fn append(&mut self, fragment: &[u8], expected: usize) -> Result<(), FrameError> {
        let filled = self.buffer.len().saturating_add(fragment.len());
        if filled > self.buffer.capacity() {
            let needed = self.buffer.capacity().saturating_mul(2).max(filled).min(expected);
            let mut larger = Zeroizing::new(Vec::new());
            larger.try_reserve_exact(needed).map_err(|_| FrameError::OutOfMemory { needed })?;
            larger.extend_from_slice(&self.buffer);
            // Not `Vec::reserve`: it would free the old memory unwiped. Dropping `Zeroizing` wipes it.
            self.buffer = larger;
        }
        self.buffer.extend_from_slice(fragment);
        Ok(())
    }
}

impl fmt::Debug for FrameDecoder {
    /// Shows the progress, never the payload: logs are no place for what users send.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameDecoder")
            .field("limit", &self.limit)
            .field("state", &self.state)
            .field("buffered", &self.buffer.len())
            .finish()
    }
}

/// How far one call came.
enum Progress<'i> {
    /// All input is taken and the frame is incomplete.
    Starved,
    /// The whole payload lies in the input.
    InInput(&'i [u8]),
    /// The payload was completed in the decoder's buffer.
    InBuffer,
}

/// Splits at most `count` bytes off the front of `input`.
fn take_up_to<'i>(input: &mut &'i [u8], count: usize) -> &'i [u8] {
    let whole = *input;
    let (front, rest) = whole.split_at_checked(count).unwrap_or((whole, &[]));
    *input = rest;
    front
}

/// The header of a frame of `payload_len` bytes, for a vectored write of header and payload without a copy.
///
/// ```
/// use nearwire::frame::{FrameLimit, frame_header};
///
/// assert_eq!(frame_header(258, FrameLimit::default())?, [2, 1, 0, 0]);
/// # Ok::<(), nearwire::frame::FrameError>(())
/// ```
///
/// # Errors
///
/// [`FrameError::PayloadTooLarge`], the caller's fault, if `payload_len` is above `limit`.
pub fn frame_header(payload_len: usize, limit: FrameLimit) -> Result<[u8; HEADER_LEN], FrameError> {
    match u32::try_from(payload_len) {
        Ok(length) if payload_len <= limit.0 => Ok(length.to_le_bytes()),
        _ => Err(FrameError::PayloadTooLarge { limit: limit.0, found: payload_len }),
    }
}

/// Appends `payload` to `out` as one frame; `out` is left alone on error. `out` is the caller's to wipe.
///
/// # Errors
///
/// [`FrameError::PayloadTooLarge`], the caller's fault, if `payload` is above `limit`.
pub fn encode_into(payload: &[u8], limit: FrameLimit, out: &mut Vec<u8>) -> Result<(), FrameError> {
    let header = frame_header(payload.len(), limit)?;
    out.reserve(HEADER_LEN.saturating_add(payload.len()));
    out.extend_from_slice(&header);
    out.extend_from_slice(payload);
    Ok(())
}
