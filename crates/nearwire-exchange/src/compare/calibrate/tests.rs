use super::*;
use proptest::prelude::*;

const SLICE: Duration = Duration::from_millis(500);

fn calibration(connections: u32, window: u32) -> Calibration {
    Calibration::new(Connections::new(connections).unwrap(), Window::new(window).unwrap(), SLICE)
}

fn iterations(n: u64) -> Iterations {
    Iterations::new(n).unwrap()
}

fn number(attempt: Attempt) -> u64 {
    match attempt {
        Attempt::Again(iterations) | Attempt::Settled(iterations) => iterations.get(),
    }
}

#[test]
fn the_first_attempt_fills_every_window_ten_times() {
    let first = |connections, window| {
        let mut tried = Vec::new();
        let found = calibration(connections, window).search(|iterations| {
            tried.push(iterations.get());
            Ok::<_, ()>(SLICE)
        });
        assert_eq!(found.unwrap().get(), tried[0], "what takes a slice at once is a slice");
        tried[0]
    };
    assert_eq!(first(1, 1), 10);
    assert_eq!(first(10, 8), 800);
    assert_eq!(first(1_000_000, 65_536), 655_360_000_000);
}

#[test]
fn one_hiccup_does_not_make_slices_short() {
    // A chunk takes 10 µs; whichever attempt it is, one meets a hiccup of 100 ms.
    for hiccup in 0..7 {
        let mut attempts = 0;
        let found = calibration(10, 1).search(|iterations| {
            let late = if attempts == hiccup { Duration::from_millis(100) } else { Duration::ZERO };
            attempts += 1;
            Ok::<_, ()>(late + Duration::from_nanos(10_000 * iterations.get()))
        });
        assert_eq!(found.unwrap().get(), 50_000, "a hiccup in attempt {hiccup}");
    }
}

#[test]
fn an_attempt_that_fails_ends_the_search() {
    assert_eq!(calibration(1, 1).search(|_| Err("failed")), Err("failed"));
}

#[test]
fn what_is_too_short_grows_tenfold() {
    let next = calibration(1, 1).next(iterations(100), Duration::from_millis(49));
    assert_eq!(next, Attempt::Again(iterations(1000)));
    assert_eq!(calibration(1, 1).next(iterations(1), Duration::ZERO), Attempt::Again(iterations(10)));
}

#[test]
fn what_can_be_judged_is_scaled() {
    let next = |millis| calibration(10, 1).next(iterations(1000), Duration::from_millis(millis));
    assert_eq!(next(50), Attempt::Settled(iterations(10_000)));
    assert_eq!(next(400), Attempt::Settled(iterations(1250)));
    assert_eq!(next(5000), Attempt::Settled(iterations(100)));
    assert_eq!(next(500_000), Attempt::Settled(iterations(100)), "never less than ten windows each");
}

#[test]
fn there_is_an_end_to_growing() {
    let next = calibration(1, 1).next(Iterations::MAX, Duration::ZERO);
    assert_eq!(next, Attempt::Settled(Iterations::MAX));
}

proptest! {
    #[test]
    fn longer_means_fewer_and_more_tried_means_more(
        tried in 1..=Iterations::MAX.get(), more in 0..1_000_000_u64, times in any::<[u64; 2]>(),
    ) {
        let calibration = calibration(10, 2);
        let next = |tried: u64, nanos| number(calibration.next(iterations(tried), Duration::from_nanos(nanos)));
        let (short, long) = (times[0].min(times[1]), times[0].max(times[1]));
        prop_assert!(next(tried, short) >= next(tried, long));
        let more = tried.saturating_add(more).min(Iterations::MAX.get());
        prop_assert!(next(more, short) >= next(tried, short));
        prop_assert!(next(tried, long) >= 20);
    }

    #[test]
    fn the_search_ends_near_a_slice(nanos_each in 1..50_000_000_u64, overhead_micros in 0..10_000_u64) {
        let calibration = calibration(1, 1);
        let time = |n: Iterations| {
            Duration::from_micros(overhead_micros) + Duration::from_nanos(nanos_each.saturating_mul(n.get()))
        };
        let mut longest = Duration::ZERO;
        let found = calibration.search(|tried| {
            longest = longest.max(time(tried));
            Ok::<_, ()>(time(tried))
        });
        let share = time(found.unwrap()).as_secs_f64() / SLICE.as_secs_f64();
        // Upwards: ten chunks are the least, here up to 500 ms and the overhead of up to 10. Downwards: what is settled is less
        // than one chunk short of a slice, here up to a tenth, and the overhead that was scaled with it is paid once.
        prop_assert!((0.89..=1.02).contains(&share), "{share}");
        prop_assert!(longest <= SLICE.mul_f64(1.02), "{longest:?}");
    }
}
