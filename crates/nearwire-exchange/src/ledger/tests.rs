use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn ledger(chunk: u32, window: u32, share: Option<u64>) -> Ledger {
    Ledger::new(ChunkSize::new(chunk).unwrap(), Window::new(window).unwrap(), share)
}

/// Receives without looking at the times.
fn receive(ledger: &mut Ledger, bytes: u64) -> Result<(), Surplus> {
    ledger.received(bytes, Some(Instant::now()), |_| ())
}

const MS: Duration = Duration::from_millis(1);

#[test]
fn one_round_trip_is_timed_from_first_byte_to_last() {
    let start = Instant::now();
    let mut ledger = ledger(100, 1, Some(2));
    assert_eq!(ledger.sendable(), 100);
    ledger.sent(60, Some(start));
    ledger.sent(40, Some(start + MS));
    assert_eq!(ledger.sendable(), 0);
    let mut rtts = Vec::new();
    ledger.received(99, Some(start + 2 * MS), |rtt| rtts.push(rtt)).unwrap();
    assert_eq!((ledger.sendable(), rtts.len()), (0, 0));
    ledger.received(1, Some(start + 3 * MS), |rtt| rtts.push(rtt)).unwrap();
    assert_eq!((ledger.sendable(), rtts), (100, vec![3 * MS]));
    assert!(!ledger.complete());
}

#[test]
fn a_window_is_kept_full() {
    let start = Instant::now();
    let mut ledger = ledger(10, 3, Some(5));
    ledger.sent(ledger.sendable(), Some(start));
    assert_eq!((ledger.sent_bytes(), ledger.chunks_begun()), (30, 3));
    let mut rtts = Vec::new();
    ledger.received(25, Some(start + MS), |rtt| rtts.push(rtt)).unwrap();
    assert_eq!((ledger.sendable(), ledger.bytes_in_flight()), (20, 5));
    ledger.sent(20, Some(start + 2 * MS));
    assert_eq!(ledger.sendable(), 0);
    ledger.received(25, Some(start + 4 * MS), |rtt| rtts.push(rtt)).unwrap();
    assert_eq!(rtts, [MS, MS, 4 * MS, 2 * MS, 2 * MS]);
    assert!(ledger.complete());
}

#[test]
fn no_share_is_complete_at_once() {
    let ledger = ledger(100, 1, Some(0));
    assert!(ledger.complete());
    assert_eq!(ledger.sendable(), 0);
}

#[test]
fn stopping_finishes_what_was_begun() {
    let now = Instant::now();
    let mut ledger = ledger(100, 4, None);
    ledger.sent(150, Some(now));
    assert!(!ledger.complete());
    ledger.stop();
    assert_eq!(ledger.sendable(), 50);
    ledger.sent(50, Some(now));
    receive(&mut ledger, 199).unwrap();
    assert!(!ledger.complete());
    assert_eq!(ledger.sendable(), 0);
    receive(&mut ledger, 1).unwrap();
    assert!(ledger.complete());
    assert_eq!(ledger.chunks_received(), 2);
}

#[test]
fn stopping_before_anything_was_sent_is_completion() {
    let mut unlimited = ledger(100, 1, None);
    unlimited.stop();
    assert!(unlimited.complete());
    let mut limited = ledger(100, 1, Some(7));
    limited.stop();
    assert!(limited.complete());
}

#[test]
fn pillar_693_protection_a_surplus_is_refused_and_not_counted() {
    let mut ledger = ledger(10, 1, Some(3));
    assert_eq!(receive(&mut ledger, 1), Err(Surplus { sent: 0, received: 1 }));
    ledger.sent(10, Some(Instant::now()));
    receive(&mut ledger, 4).unwrap();
    let surplus = receive(&mut ledger, 7).unwrap_err();
    assert_eq!(surplus.to_string(), "received 11 bytes although only 10 were sent");
    assert_eq!(receive(&mut ledger, u64::MAX), Err(Surplus { sent: 10, received: u64::MAX }));
    assert_eq!(ledger.received_bytes(), 4);
    receive(&mut ledger, 6).unwrap();
    assert_eq!(ledger.chunks_received(), 1);
}

#[test]
fn more_than_may_be_sent_is_not_noted() {
    let mut ledger = ledger(10, 2, Some(3));
    ledger.sent(u64::MAX, Some(Instant::now()));
    assert_eq!((ledger.sent_bytes(), ledger.sendable()), (20, 0));
}

#[test]
fn a_clock_that_runs_backwards_gives_no_negative_time() {
    let start = Instant::now();
    let mut ledger = ledger(1, 1, Some(1));
    ledger.sent(1, Some(start + MS));
    ledger.received(1, Some(start), |rtt| assert_eq!(rtt, Duration::ZERO)).unwrap();
    assert!(ledger.complete());
}

#[test]
fn books_are_small() {
    // Two counts of chunks are part of it: 16 bytes that save a division for each question.
    assert!(size_of::<Ledger>() <= 96, "{}", size_of::<Ledger>());
}

/// Plays one exchange: `cuts` alternately limit how much is sent and how much of it arrives.
fn play(ledger: &mut Ledger, cuts: &[u64], stop_after: Option<usize>) -> (u64, Vec<Duration>) {
    let start = Instant::now();
    let chunk = ledger.chunk.bytes();
    let window = u64::from(ledger.window.get());
    let mut rtts = Vec::new();
    let mut steps = 0;
    for (step, cut) in cuts.iter().cycle().enumerate() {
        if ledger.complete() {
            break;
        }
        if stop_after == Some(step) {
            ledger.stop();
        }
        let at = start + MS * u32::try_from(step).unwrap();
        let most = if step % 2 == 0 { ledger.sendable() } else { ledger.bytes_in_flight() };
        // Something has to move, or the play would never end.
        let bytes = (*cut).clamp(1, most.max(1)).min(most);
        if step % 2 == 0 {
            ledger.sent(bytes, Some(at));
        } else {
            ledger.received(bytes, Some(at), |rtt| rtts.push(rtt)).unwrap();
        }
        assert!(ledger.chunks_begun() - ledger.chunks_received() <= window);
        assert!(ledger.bytes_in_flight() + ledger.sendable() <= window * chunk);
        steps += 1;
        assert!(steps < 1_000_000, "the exchange does not end");
    }
    (steps, rtts)
}

proptest! {
    #[test]
    fn pillar_697_comparison_every_fragmentation_ends_exactly(
        chunk in 1_u32..300, window in 1_u32..9, share in 0_u64..60, cuts in vec(0_u64..500, 1..40),
    ) {
        let mut ledger = ledger(chunk, window, Some(share));
        let (_, rtts) = play(&mut ledger, &cuts, None);
        let total = share * u64::from(chunk);
        prop_assert_eq!((ledger.sent_bytes(), ledger.received_bytes()), (total, total));
        prop_assert_eq!(rtts.len() as u64, share);
        prop_assert_eq!((ledger.sendable(), ledger.bytes_in_flight()), (0, 0));
        prop_assert_eq!(ledger.chunks_received(), share);
        // Only ever one byte short of complete before that.
        ledger.received -= u64::from(share > 0);
        prop_assert_eq!(ledger.complete(), share == 0);
    }

    #[test]
    fn every_fragmentation_can_be_stopped(
        chunk in 1_u32..300, window in 1_u32..9, stop in 0_usize..100, cuts in vec(0_u64..500, 1..40),
    ) {
        let mut ledger = ledger(chunk, window, None);
        let (_, rtts) = play(&mut ledger, &cuts, Some(stop));
        prop_assert_eq!(ledger.sent_bytes(), ledger.received_bytes());
        prop_assert_eq!(ledger.sent_bytes(), rtts.len() as u64 * u64::from(chunk));
        prop_assert_eq!(ledger.chunks_received(), rtts.len() as u64);
    }
}
