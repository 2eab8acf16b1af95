use super::*;
use crate::compare::Noise;
use fastrand::Rng;
use proptest::prelude::*;
use std::time::Duration;

fn settings(pairs: usize, seed: u64) -> Settings {
    Settings::new(pairs, 0.05, seed).unwrap().with_resamples(100)
}

fn slice(millis: u64) -> Slice {
    Slice { elapsed: Duration::from_millis(millis), noise: Noise::default() }
}

/// All steps, if slices take as long as `time` says.
fn run(schedule: &mut Schedule, mut time: impl FnMut(Step) -> u64) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some(step) = schedule.next_step() {
        assert_eq!(schedule.next_step(), Some(step), "asking does not change the answer");
        steps.push(step);
        schedule.record(slice(time(step)));
    }
    steps
}

/// Of each pair of one kind, whether A began. A pair of A and A has no such order.
fn a_began(steps: &[Step], contender: usize) -> Vec<bool> {
    let mine: Vec<_> = steps.iter().filter(|step| step.phase == Phase::Pair(contender)).collect();
    mine.chunks(2).map(|pair| pair[0].side == Side::A).collect()
}

fn clear_difference(step: Step) -> u64 {
    if step.side == Side::A { 100 } else { 200 }
}

#[test]
fn every_side_is_warmed_up_first() {
    let steps = run(&mut Schedule::new(settings(5, 1), 2), clear_difference);
    let sides: Vec<_> =
        steps.iter().take_while(|step| step.phase == Phase::WarmUp).map(|step| step.side).collect();
    assert_eq!(sides, [Side::A, Side::Contender(0), Side::Contender(1)]);
    assert!(steps.iter().skip(3).all(|step| step.phase != Phase::WarmUp));
}

#[test]
fn a_clear_result_ends_after_the_pairs_asked_for() {
    let mut schedule = Schedule::new(settings(20, 1), 1);
    assert_eq!(schedule.remaining(), 2 + 2 * (20 + 10));
    let steps = run(&mut schedule, clear_difference);
    assert_eq!((steps.len(), schedule.remaining()), (2 + 2 * (20 + 10), 0));
    let evidence = schedule.evidence(0).unwrap();
    assert_eq!((evidence.pairs.pairs().len(), evidence.floor.pairs().len()), (20, 10));
    assert!(evidence.pairs.log_ratios().iter().all(|log| (log - 2.0_f64.ln()).abs() < 1e-9));
    assert_eq!(schedule.evidence(1), None);
}

#[test]
fn only_the_undecided_contender_is_extended() {
    let mut rng = Rng::with_seed(3);
    let mut schedule = Schedule::new(settings(20, 1), 2);
    run(&mut schedule, |step| match step.side {
        Side::Contender(1) if rng.bool() => 50,
        Side::Contender(1) => 200,
        _ => clear_difference(step),
    });
    let pairs = |contender| schedule.evidence(contender).unwrap().pairs.pairs().len();
    assert_eq!((pairs(0), pairs(1)), (20, 60));
    assert_eq!(schedule.evidence(0).unwrap().floor.pairs().len(), 15);
}

#[test]
fn the_seed_decides_the_order() {
    let steps = |seed| run(&mut Schedule::new(settings(20, seed), 2), clear_difference);
    assert_eq!(steps(1), steps(1));
    assert_ne!(steps(1), steps(2));
}

#[test]
fn nothing_is_recorded_after_the_end() {
    let mut schedule = Schedule::new(settings(5, 1), 1);
    run(&mut schedule, clear_difference);
    let before = schedule.evidence(0);
    schedule.record(slice(1));
    assert_eq!((schedule.evidence(0), schedule.next_step()), (before, None));
}

#[test]
fn without_contenders_there_is_only_a_warm_up() {
    let steps = run(&mut Schedule::new(settings(5, 1), 0), clear_difference);
    assert_eq!(steps, [Step { side: Side::A, phase: Phase::WarmUp }]);
}

#[test]
fn a_slower_run_is_told_by_its_calibration() {
    let mut schedule = Schedule::new(settings(20, 1), 1);
    let mut count = 0;
    while let Some(step) = schedule.next_step() {
        count += 1;
        let calibration = Duration::from_millis(if count % 10 == 3 { 3 } else { 2 });
        let noise = Noise { calibration, ..Noise::default() };
        schedule.record(Slice { noise, ..slice(clear_difference(step)) });
    }
    let evidence = schedule.evidence(0).unwrap();
    assert!(evidence.pairs.dropped() + evidence.floor.dropped() >= 5, "{evidence:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pairs_are_whole_balanced_and_limited(
        pairs in 5..16_usize, contenders in 1..4_usize, seed: u64, spread in 1..200_u64,
    ) {
        let settings = settings(pairs, seed);
        let mut schedule = Schedule::new(settings, contenders);
        let mut rng = Rng::with_seed(seed);
        let steps = run(&mut schedule, |_| 100 + rng.u64(0..spread));

        let measured = &steps[contenders + 1..];
        prop_assert!(measured.chunks(2).all(|pair| pair[0].phase == pair[1].phase));
        let mut most = 0;
        for contender in 0..contenders {
            let began = a_began(&steps, contender);
            prop_assert!((pairs..=settings.max_pairs()).contains(&began.len()));
            // ABBA or BAAB: after every even number of pairs, each side has begun as often as the other.
            prop_assert!(began.chunks_exact(2).all(|two| two[0] != two[1]));
            prop_assert_eq!(schedule.evidence(contender).unwrap().pairs.pairs().len(), began.len());
            most = most.max(began.len());
        }
        let floor: Vec<_> = steps.iter().filter(|step| step.phase == Phase::NoiseFloor).collect();
        prop_assert!(floor.iter().all(|step| step.side == Side::A));
        prop_assert_eq!(floor.len(), 2 * settings.floor_pairs(most));
    }
}
