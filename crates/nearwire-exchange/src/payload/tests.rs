use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn filled(payload: &Payload, connection: u32, position: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    payload.fill(connection, position, &mut bytes);
    bytes
}

/// The definition of the generated stream, one byte at a time.
fn defined(connection: u32, position: u64) -> u8 {
    let block = position / BLOCK_BYTES;
    let at = usize::try_from(position % BLOCK_BYTES).unwrap();
    TABLE[at] ^ key(connection, block).to_le_bytes()[at % 8]
}

#[test]
fn the_stream_is_the_same_in_every_build() {
    // Two processes must agree, whatever they were compiled with. Computed by another program.
    let payload = Payload::generated();
    assert_eq!(filled(&payload, 0, 0, 8), [223, 127, 47, 129, 177, 132, 248, 207]);
    assert_eq!(filled(&payload, 3, 1 << 40, 8), [194, 6, 69, 52, 181, 149, 229, 85]);
}

#[test]
fn a_mismatch_says_where_and_what() {
    let payload = Payload::generated();
    let mut bytes = filled(&payload, 3, 81_900, 100);
    let expected = bytes[20];
    bytes[20] ^= 0xff;
    let mismatch = payload.check(3, 81_900, &bytes).unwrap_err();
    assert_eq!(mismatch, Mismatch { connection: 3, offset: 81_920, expected, got: !expected });
    let mismatch = Mismatch { connection: 3, offset: 81_920, expected: 0x5e, got: 0 };
    assert_eq!(mismatch.to_string(), "connection 3, offset 81920: expected 0x5e, got 0x00");
}

#[test]
fn nothing_is_always_right() {
    let payload = Payload::generated();
    payload.fill(0, 0, &mut []);
    assert_eq!(payload.check(0, u64::MAX, &[]), Ok(()));
}

#[test]
fn the_end_of_all_positions_wraps_around() {
    let payload = Payload::generated();
    let bytes = filled(&payload, 7, u64::MAX - 49, 100);
    assert_eq!(payload.check(7, u64::MAX - 49, &bytes), Ok(()));
    assert_eq!(bytes[50..], filled(&payload, 7, 0, 50));
    let repeated = Payload::from_bytes(b"abc".to_vec()).unwrap();
    let bytes = filled(&repeated, 7, u64::MAX, 2);
    assert_eq!(repeated.check(7, u64::MAX, &bytes), Ok(()));
}

#[test]
fn given_bytes_are_repeated() {
    let payload = Payload::from_bytes(b"abc".to_vec()).unwrap();
    assert_eq!(filled(&payload, 0, 0, 7), b"abcabca");
    assert_eq!(filled(&payload, 9, 3_000_000_001, 4), b"bcab");
    let wrong = payload.check(9, 3_000_000_001, b"bcxb").unwrap_err();
    assert_eq!(wrong, Mismatch { connection: 9, offset: 3_000_000_003, expected: b'a', got: b'x' });
}

#[test]
fn given_bytes_have_bounds() {
    assert!(matches!(Payload::from_bytes(Vec::new()), Err(PayloadError::Empty { .. })));
    assert!(Payload::from_bytes(vec![1; Payload::MAX_BYTES]).is_ok());
    let error = Payload::from_bytes(vec![1; Payload::MAX_BYTES + 1]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "payload is larger than 67108864 bytes (64 MiB), the most a payload may have"
    );
}

#[test]
fn a_regular_file_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("payload");
    std::fs::write(&path, b"hello").unwrap();
    assert_eq!(filled(&Payload::from_file(&path).unwrap(), 0, 5, 5), b"hello");
}

#[test]
fn an_empty_a_huge_and_a_missing_file_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("payload");
    let missing = Payload::from_file(&path).unwrap_err();
    assert!(matches!(&missing, PayloadError::Unreadable { path: p, .. } if *p == path), "{missing}");
    let file = File::create(&path).unwrap();
    assert!(matches!(Payload::from_file(&path), Err(PayloadError::Empty { .. })));
    // A hole: the size alone must suffice to refuse it.
    file.set_len(1 << 40).unwrap();
    assert!(matches!(Payload::from_file(&path), Err(PayloadError::TooLarge { .. })));
}

#[test]
fn what_is_no_regular_file_is_refused_without_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, Mode::RUSR | Mode::WUSR).unwrap();
    for (path, kind) in
        [(fifo.as_path(), "named pipe"), (dir.path(), "directory"), (Path::new("/dev/zero"), "device")]
    {
        let error = Payload::from_file(path).unwrap_err();
        assert!(matches!(&error, PayloadError::NotARegularFile { found, .. } if *found == kind), "{error}");
    }
}

#[test]
fn keys_of_different_blocks_and_connections_differ() {
    let mut keys = std::collections::HashSet::new();
    for connection in (0..1_000_000).step_by(997) {
        for block in [0, 1, 2, 1 << 20, 1 << 43] {
            assert!(keys.insert(key(connection, block)), "{connection} {block}");
        }
    }
}

proptest! {
    #[test]
    fn the_stream_is_what_the_definition_says(
        connection: u32, position: u64, len in 0_usize..200,
    ) {
        let bytes = filled(&Payload::generated(), connection, position, len);
        for (at, byte) in bytes.iter().enumerate() {
            prop_assert_eq!(*byte, defined(connection, position.wrapping_add(byte_count(at))));
        }
    }

    #[test]
    fn fragments_make_the_same_stream(
        connection: u32, position: u64, fragments in vec(0_usize..40_000, 0..8), given in vec(any::<u8>(), 0..100),
    ) {
        // A repeated payload has a seam where positions wrap around, which no exchange ever reaches.
        let position = if given.is_empty() { position } else { position >> 1 };
        let payload = if given.is_empty() { Payload::generated() } else { Payload::from_bytes(given).unwrap() };
        let whole = filled(&payload, connection, position, fragments.iter().sum());
        prop_assert_eq!(payload.check(connection, position, &whole), Ok(()));
        let mut done = 0;
        for len in fragments {
            let at = position.wrapping_add(byte_count(done));
            let fragment = filled(&payload, connection, at, len);
            prop_assert_eq!(payload.check(connection, at, &fragment), Ok(()));
            prop_assert!(fragment == whole[done..done + len]);
            done += len;
        }
    }

    #[test]
    fn the_first_changed_byte_is_found(
        connection: u32,
        position: u64,
        len in 1_usize..100_000,
        changes in vec((any::<proptest::sample::Index>(), 1_u8..), 1..4),
        given: bool,
    ) {
        let payload = if given { Payload::from_bytes(b"seven b".to_vec()).unwrap() } else { Payload::generated() };
        let right = filled(&payload, connection, position, len);
        let mut bytes = right.clone();
        for (index, mask) in changes {
            bytes[index.index(len)] ^= mask;
        }
        let first = (0..len).find(|&at| bytes[at] != right[at]);
        let expected = first.map(|at| Mismatch {
            connection,
            offset: position.wrapping_add(byte_count(at)),
            expected: right[at],
            got: bytes[at],
        });
        prop_assert_eq!(payload.check(connection, position, &bytes).err(), expected);
    }

    #[test]
    fn pillar_707_neutralization_bytes_of_another_connection_are_found(
        one in 0_u32..1_000_000, other in 0_u32..1_000_000, position in 0_u64..1 << 59, len in 16_usize..1_000,
    ) {
        prop_assume!(one != other);
        let payload = Payload::generated();
        prop_assert!(payload.check(one, position, &filled(&payload, other, position, len)).is_err());
    }

    #[test]
    fn a_repeated_or_lost_chunk_is_found(
        connection in 0_u32..1_000_000, chunk in 0_u64..1_000_000, size in 16_usize..100_000, distance in 1_u64..9,
    ) {
        let payload = Payload::generated();
        let bytes = filled(&payload, connection, chunk * byte_count(size), size);
        let elsewhere = (chunk + distance) * byte_count(size);
        prop_assert!(payload.check(connection, elsewhere, &bytes).is_err());
        let later = filled(&payload, connection, elsewhere, size);
        prop_assert!(payload.check(connection, chunk * byte_count(size), &later).is_err());
    }
}
