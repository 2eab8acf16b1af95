//! Services that come with the library, named for their relatives in RFC 862, 863 and 864.

use crate::peer::Peer;
use crate::server::{Reply, Service};

/// Answers with what it receives (as RFC 862).
#[derive(Clone, Copy, Debug, Default)]
pub struct Echo;

impl Service for Echo {
    type Connection = ();

    fn accepted(&self, _peer: &Peer) {}

    fn received(&self, _connection: &mut (), bytes: &[u8], reply: &mut Reply<'_>) {
        reply.write(bytes);
    }
}

/// Takes what it receives and never answers (as RFC 863).
#[derive(Clone, Copy, Debug, Default)]
pub struct Discard;

impl Service for Discard {
    type Connection = ();

    fn accepted(&self, _peer: &Peer) {}

    fn received(&self, _connection: &mut (), _bytes: &[u8], _reply: &mut Reply<'_>) {}
}

/// Sends without end, as fast as the peer reads (as RFC 864): the byte at position `p` of a connection's stream is
/// `p % 251`. What it receives it throws away.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source;

/// What one call of [`Source`] sends; a multiple of 251, so that each call begins at the same byte.
const PIECE: usize = 251 * 256;
/// 251 is prime: no power of two is a multiple of it, so lost and repeated buffers show.
static PATTERN: [u8; PIECE] = pattern();

const fn pattern() -> [u8; PIECE] {
    let mut bytes = [0; PIECE];
    let (mut position, mut value) = (0, 0_u8);
    while position < PIECE {
        #[allow(clippy::indexing_slicing)] // evaluated by the compiler, which checks it
        {
            bytes[position] = value;
        }
        value = if value == 250 { 0 } else { value + 1 };
        position += 1;
    }
    bytes
}

impl Service for Source {
    /// The position in the pattern where the next byte comes from.
    type Connection = usize;

    fn accepted(&self, _peer: &Peer) -> usize {
        0
    }

    fn received(&self, _position: &mut usize, _bytes: &[u8], _reply: &mut Reply<'_>) {}

    fn ready(&self, position: &mut usize, reply: &mut Reply<'_>) {
        let rest = PATTERN.get(*position..).unwrap_or_default();
        let piece = rest.get(..rest.len().min(reply.room())).unwrap_or_default();
        reply.write(piece);
        *position = (*position + piece.len()) % PIECE;
    }
}
