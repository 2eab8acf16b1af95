use super::*;
use proptest::prelude::*;

const STAT: &str = "cpu  100 10 50 800 20 0 5 15 7 1\ncpu0 50 5 25 400 10 0 2 7 3 0\nintr 12345\n";
const PRESSURE: &str = "some avg10=98.11 avg60=70.03 avg300=30.44 total=330413721\nfull avg10=0.00 total=0\n";

#[test]
fn guest_time_is_not_counted_twice() {
    assert_eq!(CpuTimes::parse(STAT), Some(CpuTimes { total: 1000, steal: 15 }));
}

#[test]
fn what_is_no_such_text_is_left_open() {
    for text in ["", "cpu0 1 2 3 4 5 6 7 8", "cpu  1 2 3", "cpu  1 2 3 4 5 6 7 x"] {
        assert_eq!(CpuTimes::parse(text), None, "{text}");
    }
    for text in ["", "full total=1", "some avg10=1", "some total=x"] {
        assert_eq!(stalled(text), None, "{text}");
    }
}

#[test]
fn steal_is_a_share_of_the_time_between() {
    let later = CpuTimes::parse("cpu  160 10 70 820 20 0 5 15 7 1").unwrap();
    let stolen = CpuTimes::parse("cpu  160 10 50 805 20 0 5 50 7 1").unwrap();
    let start = CpuTimes::parse(STAT).unwrap();
    assert_eq!(later.steal_since(&start), 0.0);
    assert_eq!(stolen.steal_since(&start), 0.34, "35 ticks are more than 34");
    assert_eq!(start.steal_since(&start), 0.0);
}

#[test]
fn one_tick_says_nothing_about_a_short_slice() {
    let start = CpuTimes::parse(STAT).unwrap();
    let end = CpuTimes { total: start.total + 6, steal: start.steal + 1 };
    assert_eq!(end.steal_since(&start), 0.0);
    let end = CpuTimes { steal: start.steal + 2, ..end };
    assert!(end.steal_since(&start) > Noise::MAX_STEAL);
}

#[test]
fn pressure_is_a_share_of_the_time_between() {
    assert_eq!(stalled(PRESSURE), Some(Duration::from_micros(330_413_721)));
    let start = Sensors { cpu: CpuTimes::parse(STAT), stalled: stalled(PRESSURE) };
    let end = Sensors { stalled: Some(Duration::from_micros(330_663_721)), ..start };
    let noise = end.noise_since(&start, Duration::from_millis(500));
    assert_eq!((noise.steal, noise.pressure), (Some(0.0), Some(0.5)));
    assert_eq!(Sensors::default().noise_since(&start, Duration::ZERO), Noise::default());
}

#[test]
fn steal_and_a_slow_processor_disturb() {
    let usual = Duration::from_millis(2);
    let calm = Noise { steal: Some(0.05), calibration: Duration::from_micros(2399), ..Noise::default() };
    assert!(!calm.disturbed(usual));
    assert!(Noise { steal: Some(0.051), ..calm }.disturbed(usual));
    assert!(Noise { calibration: Duration::from_micros(2401), ..calm }.disturbed(usual));
    assert!(!Noise { steal: None, pressure: Some(1.0), involuntary_switches: 99, ..calm }.disturbed(usual));
    assert!(!Noise::default().disturbed(Duration::ZERO));
    assert!(Noise { calibration: Duration::MAX, ..calm }.disturbed(usual) && !calm.disturbed(Duration::MAX));
}

#[test]
fn this_machine_has_sensors() {
    let start = Sensors::read();
    assert!(start.cpu.is_some());
    let calibration = calibration_loop();
    assert!(!calibration.is_zero());
    let noise = Sensors::read().noise_since(&start, calibration);
    assert!(noise.steal.is_some_and(|share| (0.0..=1.0).contains(&share)));
    assert!(noise.pressure.is_none_or(|share| (0.0..=1.0).contains(&share)));
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in ".*", numbers in prop::collection::vec(any::<u64>(), 0..12)) {
        let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
        let line = format!("cpu  {}", numbers.join(" "));
        prop_assert_eq!(CpuTimes::parse(&line).is_some(), numbers.len() >= 8);
        let _ = (CpuTimes::parse(&text), stalled(&text), stalled(&format!("some total={text}")));
        if let Some(times) = CpuTimes::parse(&line) {
            let share = times.steal_since(&CpuTimes { total: 0, steal: 0 });
            prop_assert!((0.0..=1.0).contains(&share));
        }
    }
}
