use super::*;

#[test]
fn bytes_leave_in_order_and_the_buffer_goes_back_wiped() {
    let (mut pool, mut pending) = (BufferPool::default(), Pending::default());
    pending.push(b"abc", &mut pool);
    pending.push(b"def", &mut pool);
    pending.advance(4, &mut pool);
    assert_eq!(pending.as_slice(), b"ef");
    pending.advance(2, &mut pool);
    assert!(pending.is_empty());
    assert_eq!(pending.bytes.capacity(), 0, "no memory is held while nothing is unsent");
    let spare = pool.take();
    assert!(spare.is_empty() && spare.capacity() >= 6);
}

#[test]
fn wiping_overwrites_what_was_there() {
    let mut buffer = b"secret".to_vec();
    buffer.as_mut_slice().zeroize();
    assert_eq!(buffer, [0; 6]);
    wipe(&mut buffer);
    assert!(buffer.is_empty());
}

#[test]
fn the_pool_keeps_few_and_none_that_are_large() {
    let mut pool = BufferPool::default();
    pool.give_back(Vec::with_capacity(SPARE_BYTES + 1));
    assert!(pool.0.is_empty());
    for _ in 0..2 * SPARE {
        pool.give_back(Vec::with_capacity(1));
    }
    assert_eq!(pool.0.len(), SPARE);
}
