//! CWE-682, calculation: quantities are checked where they enter, products cannot overflow, shares add up exactly.

use std::fmt::Debug;
use std::str::FromStr;
use std::time::Duration;

use nearwire::services::Echo;
use nearwire::{BindError, Connect, Drain, Limits, LimitsError, Listener, Mode, ServerThread, SpawnError};
use nearwire_exchange::{
    ChunkSize, Connections, Iterations, Plan, PlanError, QuantityError, RunTime, Threads, Window, Work, split,
};
use proptest::prelude::*;

use crate::support::{Watchdog, bind, bind_with, connect, exchange, open_directory, patient, socket_in};

fn assert_range<T: FromStr<Err = QuantityError> + Debug>(least: u64, most: u64) {
    assert!(least.to_string().parse::<T>().is_ok());
    assert!(most.to_string().parse::<T>().is_ok());
    let beyond = [
        least - 1,
        most + 1,
        u64::from(u16::MAX) + 1 + most,
        (1 << 32) + least, // cut to 32 bits, it would be in range
        u64::MAX,
    ];
    let texts = beyond.map(|number| number.to_string());
    let overflowing =
        ["18446744073709551616", "99999999999999999999999999", "18446744073709552k", "17179869185Gi"];
    for text in texts.iter().map(String::as_str).chain(overflowing) {
        let in_range = text.parse::<u64>().is_ok_and(|number| (least..=most).contains(&number));
        let parsed = text.parse::<T>();
        if !in_range {
            assert!(matches!(parsed, Err(QuantityError::OutOfRange { .. })), "{text}: {parsed:?}");
        }
    }
    for text in ["", "-1", "+1", "1.5", "0x10", "1e3", "one", " 1", "1 ", "_1", "k", "1kk"] {
        assert!(matches!(text.parse::<T>(), Err(QuantityError::NotANumber { .. })), "{text}");
    }
}

#[test]
fn every_quantity_knows_its_range() {
    assert_range::<Connections>(1, 1_000_000);
    assert_range::<ChunkSize>(1, 16 << 20);
    assert_range::<Iterations>(1, 1_000_000_000_000_000);
    assert_range::<Window>(1, 65_536);
    assert_range::<Threads>(1, 256);
}

fn plan(connections: u32, chunk: u32, iterations: u64) -> Result<Plan, PlanError> {
    let work = Work::Iterations(Iterations::new(iterations).unwrap());
    Plan::new(Connections::new(connections).unwrap(), ChunkSize::new(chunk).unwrap(), work)
}

#[test]
fn a_plan_whose_bytes_cannot_be_counted_is_refused() {
    let largest = plan(1, 16 << 20, u64::MAX >> 24).map(|plan| plan.bytes());
    assert!(largest.is_err() || largest == Ok(Some((u64::MAX >> 24) << 24)));
    assert!(matches!(plan(1, 16 << 20, 1_000_000_000_000_000), Err(PlanError::TooManyBytes { .. })));
    assert_eq!(plan(1_000_000, 1, 1).unwrap().bytes(), Some(1));
    let all = plan(1_000_000, 16 << 20, 1).unwrap().with_window(Window::MAX);
    assert_eq!(all.bytes_in_flight(), 1_000_000 * 65_536 * (16 << 20));
}

#[test]
fn times_of_nothing_or_beyond_counting_are_refused() {
    assert!(RunTime::new(Duration::ZERO).is_err());
    assert!(RunTime::new(Duration::MAX).is_err());
    assert!(RunTime::new(RunTime::MAX.get()).is_ok());
    let plan = plan(1, 1, 1).unwrap();
    assert!(plan.with_timeout(Duration::ZERO).is_err());
    assert!(plan.with_timeout(Duration::MAX).is_err());
    assert!(plan.with_timeout(Plan::MAX_TIMEOUT).is_ok());
}

proptest! {
    #[test]
    fn the_shares_of_all_connections_add_up_to_the_work(
        connections in 1_u32..5_000,
        iterations in 1_u64..=1_000_000_000_000_000,
    ) {
        let plan = plan(connections, 1, iterations).unwrap();
        let shares: Vec<u64> = (0..connections).map(|index| plan.share(index).unwrap()).collect();
        prop_assert_eq!(shares.iter().sum::<u64>(), iterations);
        prop_assert!(shares.iter().max().unwrap() - shares.iter().min().unwrap() <= 1);
        prop_assert_eq!(plan.share(connections), Some(0));
        prop_assert_eq!(plan.share(u32::MAX), Some(0));
    }

    #[test]
    fn the_ranges_of_all_threads_are_the_connections(connections in 1_u32..=1_000_000, threads in 1_u16..=256) {
        let ranges: Vec<_> =
            split(Connections::new(connections).unwrap(), Threads::new(threads).unwrap()).collect();
        let mut next = 0;
        for range in &ranges {
            prop_assert_eq!(range.start, next);
            prop_assert!(!range.is_empty());
            next = range.end;
        }
        prop_assert_eq!(next, connections);
    }
}

#[test]
fn limits_of_zero_and_beyond_the_process_are_refused() {
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let refusal = |limits: Limits| match Listener::builder()
        .policy(nearwire::Policy::same_user())
        .limits(limits)
        .bind(&address)
    {
        Err(BindError::Limits(error)) => error,
        other => panic!("{other:?}"),
    };
    for zero in [
        Limits::default().connections(0),
        Limits::default().per_user(0),
        Limits::default().backlog(0),
        Limits::default().buffer(0),
        Limits::default().stall(Duration::ZERO),
        Limits::default().idle(Some(Duration::ZERO)),
    ] {
        assert!(matches!(refusal(zero), LimitsError::Zero { .. }), "{zero:?}");
    }
    let all = refusal(Limits::default().connections(u32::MAX));
    assert!(matches!(all, LimitsError::Descriptors { asked: u32::MAX, .. }), "{all:?}");
    assert!(std::fs::read_dir(directory.path()).unwrap().next().is_none(), "something was bound");
}

#[test]
fn the_largest_limits_and_times_are_as_good_as_any() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let limits = Limits::default()
        .per_user(u32::MAX)
        .backlog(u32::MAX)
        .idle(Some(Duration::MAX))
        .stall(Duration::MAX)
        .buffer(usize::MAX);
    let server = ServerThread::spawn(bind_with(&address, limits), Echo).unwrap();
    let stream = Connect::new().within(Duration::MAX).to(&address).unwrap();
    exchange(&stream, b"hello");
    drop(stream);
    let report = server.shutdown(Drain::within(Duration::from_secs(1_000_000))).unwrap();
    assert_eq!(report.served, 1);
}

#[test]
fn an_accept_may_wait_as_long_as_can_be_said() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    let listener = bind(&address);
    let _client = connect(&address);
    assert!(listener.accept_within(Duration::MAX).unwrap().is_some());
}

#[test]
fn numbers_of_event_loops_that_cannot_be_are_refused() {
    let directory = open_directory();
    let (_, address) = socket_in(&directory);
    for threads in [0, 257, usize::MAX] {
        let refused = ServerThread::spawn_on(threads, bind_with(&address, patient()), Echo);
        assert!(matches!(refused, Err(SpawnError::Threads { asked }) if asked == threads));
    }
}

#[test]
fn modes_that_cannot_be_are_refused() {
    for bits in [0o1000, 0o1777, 0o100_600, u32::MAX, (1 << 16) | 0o600] {
        assert!(Mode::new(bits).is_err(), "{bits:o}");
    }
    for text in ["", "8", "1000", "-600", "+600", "0x1ff", "600 ", "37777777777600"] {
        assert!(text.parse::<Mode>().is_err(), "{text}");
    }
    assert_eq!(Mode::new(0o777).unwrap().bits(), 0o777);
    assert_eq!(Mode::new(0).unwrap().bits(), 0);
}
