//! Answers that a socket did not take yet, and the buffers that hold them.

use zeroize::Zeroize;

/// Spare buffers a loop keeps, and the largest that is worth keeping.
const SPARE: usize = 16;
const SPARE_BYTES: usize = 1 << 20;

/// Empty buffers for reuse, so that back-pressure costs no allocation in the long run. A buffer is wiped before it
/// comes here: no byte of one connection can reach another.
#[derive(Debug, Default)]
pub(crate) struct BufferPool(Vec<Vec<u8>>);

impl BufferPool {
    fn take(&mut self) -> Vec<u8> {
        self.0.pop().unwrap_or_default()
    }

    fn give_back(&mut self, mut buffer: Vec<u8>) {
        wipe(&mut buffer);
        if self.0.len() < SPARE && buffer.capacity() <= SPARE_BYTES {
            self.0.push(buffer);
        }
    }
}

/// Overwrites what the buffer holds, and empties it.
fn wipe(buffer: &mut Vec<u8>) {
    buffer.as_mut_slice().zeroize();
    buffer.clear();
}

/// The unsent bytes of one connection. It holds no memory while there are none.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    bytes: Vec<u8>,
    sent: usize,
}

impl Pending {
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(self.sent..).unwrap_or_default()
    }

    pub(crate) fn push(&mut self, bytes: &[u8], pool: &mut BufferPool) {
        if bytes.is_empty() {
            return;
        }
        if self.bytes.capacity() == 0 {
            self.bytes = pool.take();
        }
        let needed = self.bytes.len() + bytes.len();
        if needed > self.bytes.capacity() {
            // A `Vec` that grows by itself leaves its old block as it is.
            let mut larger = Vec::with_capacity(needed.next_power_of_two());
            larger.extend_from_slice(&self.bytes);
            wipe(&mut self.bytes);
            self.bytes = larger;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes note that `sent` more bytes are sent; gives the buffer back when that is all.
    pub(crate) fn advance(&mut self, sent: usize, pool: &mut BufferPool) {
        self.sent = (self.sent + sent).min(self.bytes.len());
        if self.is_empty() {
            pool.give_back(std::mem::take(&mut self.bytes));
            self.sent = 0;
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        wipe(&mut self.bytes);
    }
}

#[cfg(test)]
mod tests;
