use std::cell::Cell;

use proptest::prelude::*;

use super::*;

const MICROSECOND: Duration = Duration::from_micros(1);

/// A machine whose clock goes on only while somebody looks or another thread runs.
struct Machine {
    start: Instant,
    elapsed: Cell<Duration>,
    /// How long another thread runs when it may.
    others: Duration,
}

impl Machine {
    fn new(others: Duration) -> Self {
        Self { start: Instant::now(), elapsed: Cell::new(Duration::ZERO), others }
    }

    /// Waits for something that comes after `time`. Says whether it slept.
    fn wait(&self, spinner: &mut Spinner, time: Duration) -> bool {
        let comes = self.elapsed.get() + time;
        let slept = Cell::new(false);
        let look = |timeout: Option<Duration>| {
            self.pass(MICROSECOND);
            if timeout.is_none() {
                slept.set(true);
                self.elapsed.set(self.elapsed.get().max(comes));
            }
            Ok(self.elapsed.get() >= comes)
        };
        spinner.wait_in(|| self.start + self.elapsed.get(), || self.pass(self.others), look).unwrap();
        slept.get()
    }

    fn pass(&self, time: Duration) {
        self.elapsed.set(self.elapsed.get() + time);
    }
}

fn spinner(microseconds: u64) -> Spinner {
    Spinner::new(Spin::up_to(Duration::from_micros(microseconds)).unwrap())
}

#[test]
fn what_comes_soon_is_found_without_sleeping() {
    let (machine, mut spinner) = (Machine::new(Duration::ZERO), spinner(50));
    for _ in 0..100 {
        assert!(!machine.wait(&mut spinner, Duration::from_micros(40)));
    }
    assert_eq!(spinner.yields(), 100 * 39, "one look is made before the first time it gives way");
    assert_eq!(spinner.spun(), 100 * 39 * MICROSECOND);
}

#[test]
fn what_is_there_already_costs_one_look() {
    let (machine, mut spinner) = (Machine::new(Duration::ZERO), spinner(50));
    assert!(!machine.wait(&mut spinner, Duration::ZERO));
    assert_eq!((spinner.yields(), machine.elapsed.get()), (0, MICROSECOND));
}

#[test]
fn whoever_is_off_sleeps_at_once() {
    let (machine, mut spinner) = (Machine::new(Duration::ZERO), Spinner::new(Spin::OFF));
    assert!(machine.wait(&mut spinner, 3 * MICROSECOND));
    assert_eq!((spinner.yields(), spinner.spun()), (0, Duration::ZERO));
}

#[test]
fn it_spins_again_once_that_pays_again() {
    let (machine, mut spinner) = (Machine::new(Duration::ZERO), spinner(50));
    for _ in 0..1000 {
        assert!(machine.wait(&mut spinner, Duration::from_millis(1)));
    }
    let slept = (0..1000).filter(|_| machine.wait(&mut spinner, 10 * MICROSECOND)).count();
    assert!(slept <= 256, "{slept} of 1000 waits");
}

#[test]
fn a_cpu_that_others_need_is_left_to_them() {
    // Another thread runs for 3 ms whenever it may: what comes meanwhile was not found by looking.
    let (machine, mut spinner) = (Machine::new(Duration::from_millis(3)), spinner(50));
    let waits = 10_000;
    for _ in 0..waits {
        machine.wait(&mut spinner, 20 * MICROSECOND);
    }
    assert!(spinner.yields() <= waits / 256 + 9, "{} times in {waits} waits", spinner.yields());
    assert_eq!(spinner.spun(), Duration::ZERO, "it was not our time");
}

#[test]
fn a_time_that_is_too_long_is_refused() {
    let asked = Duration::from_nanos(1_000_001);
    assert_eq!(Spin::up_to(asked), Err(SpinError { asked }));
    assert_eq!(SpinError { asked }.to_string(), "spinning for 1.000001ms: expected at most 1ms");
    assert_eq!(Spin::up_to(Duration::from_millis(1)), Ok(Spin::MAX));
    assert_eq!(Spin::up_to(Duration::ZERO), Ok(Spin::OFF));
}

#[test]
fn an_error_of_looking_is_told() {
    let error = spinner(50).wait(|_| Err(io::ErrorKind::InvalidInput.into())).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

proptest! {
    /// Peers that always speak too late make it spin in few of the waits only, however long they take.
    #[test]
    fn in_vain_it_spins_seldom(budget in 1_u64..1000, waits in 1_u64..5000, late in 1_u64..100_000) {
        let (machine, mut spinner) = (Machine::new(Duration::ZERO), spinner(budget));
        for _ in 0..waits {
            prop_assert!(machine.wait(&mut spinner, Duration::from_micros(budget + late + 2)));
        }
        // Pauses of 1, 2, 4 … 256 waits, then of 256 each.
        let times = waits / 257 + 9;
        prop_assert!(spinner.spun() <= u32::try_from(times).unwrap() * Duration::from_micros(budget + 1));
    }

    /// Whatever comes when, no wait ends before it has come, and it takes no more than the budget and two looks longer.
    #[test]
    fn a_wait_ends_when_something_has_come(
        budget in 0_u64..1000,
        times in prop::collection::vec(0_u64..2000, 1..200),
    ) {
        let (machine, mut spinner) = (Machine::new(Duration::ZERO), spinner(budget));
        for time in times {
            let time = Duration::from_micros(time);
            let before = machine.elapsed.get();
            machine.wait(&mut spinner, time);
            let waited = machine.elapsed.get() - before;
            prop_assert!(waited >= time && waited <= time + 3 * MICROSECOND, "{:?} for {:?}", waited, time);
        }
    }
}
