//! The whole pipeline on simulated machines, where the truth is known.

mod simulated;

use super::*;
use simulated::Machine;
pub(super) use simulated::normal;

const RUNS: u64 = 500;

/// What came out of many comparisons on machines of one kind.
#[derive(Debug, Default)]
struct Tally {
    covered: u32,
    faster: u32,
    slower: u32,
    unchanged: u32,
    inconclusive: u32,
    pairs: usize,
    dropped: usize,
}

impl Tally {
    fn add(&mut self, truth: f64, evidence: &Evidence, finding: &Finding) {
        self.covered += u32::from(finding.estimate.is_some_and(|found| found.interval.contains(truth)));
        match finding.verdict {
            Verdict::Faster => self.faster += 1,
            Verdict::Slower => self.slower += 1,
            Verdict::Unchanged => self.unchanged += 1,
            Verdict::Inconclusive => self.inconclusive += 1,
        }
        self.pairs += evidence.pairs.pairs().len();
        self.dropped += evidence.pairs.dropped();
    }

    fn covers(&self) -> bool {
        let share = f64::from(self.covered) / RUNS as f64;
        (0.90..=0.99).contains(&share)
    }
}

fn settings(seed: u64) -> Settings {
    Settings::new(Settings::PAIRS, Settings::THRESHOLD, seed).unwrap().with_resamples(1000)
}

/// Runs one comparison to its end.
fn compare(settings: Settings, machine: &mut Machine) -> Evidence {
    let mut schedule = Schedule::new(settings, 1);
    while let Some(step) = schedule.next_step() {
        schedule.record(machine.run(step.side));
    }
    schedule.evidence(0).unwrap()
}

fn tally(machine: &Machine, settings: impl Fn(u64) -> Settings) -> Tally {
    let mut tally = Tally::default();
    for seed in 0..RUNS {
        let evidence = compare(settings(seed), &mut machine.clone().seeded(seed + machine.ratio.to_bits()));
        tally.add(machine.ratio, &evidence, &Finding::new(&[&evidence], &settings(seed)));
    }
    tally
}

#[test]
fn intervals_cover_the_truth() {
    for (ratio, noise) in [(0.9, 0.02), (1.04, 0.05), (0.7, 0.10), (3.0, 0.15)] {
        let tally = tally(&Machine::new(ratio, noise), |seed| settings(seed).without_extension());
        assert!(tally.covers(), "ratio {ratio}, noise {noise}: {tally:?}");
    }
}

#[test]
fn looking_again_does_not_spoil_the_intervals() {
    for (ratio, noise) in [(1.0, 0.05), (1.15, 0.10)] {
        let tally = tally(&Machine::new(ratio, noise), settings);
        assert!(tally.covers(), "ratio {ratio}, noise {noise}: {tally:?}");
    }
}

#[test]
fn a_and_itself_do_not_differ() {
    let quiet = tally(&Machine::new(1.0, 0.02), settings);
    assert!(quiet.unchanged >= 475, "{quiet:?}");
    let loud = tally(&Machine::new(1.0, 0.15), settings);
    assert!(loud.unchanged + loud.inconclusive >= 475 && loud.covers(), "{loud:?}");
}

#[test]
fn a_clear_difference_is_seen_in_either_direction() {
    let faster = tally(&Machine::new(1.5, 0.05), settings);
    assert!(faster.faster > 450, "{faster:?}");
    let slower = tally(&Machine::new(1.0 / 1.5, 0.05), settings);
    assert!(slower.slower > 450, "{slower:?}");
}

#[test]
fn a_machine_that_is_mostly_stolen_is_not_believed() {
    for seed in 0..20 {
        let evidence = compare(settings(seed), &mut Machine::new(1.5, 0.05).stolen(0.5).seeded(seed));
        let finding = Finding::new(&[&evidence], &settings(seed));
        assert_eq!((finding.verdict, finding.doubt), (Verdict::Inconclusive, Some(Doubt::ManyDropped)));
    }
}

#[test]
fn the_last_look_is_the_result() {
    let settings = settings(1);
    let mut schedule = Schedule::new(settings, 1);
    let mut machine = Machine::new(1.0, 0.10).seeded(7);
    while let Some(step) = schedule.next_step() {
        let evidence = schedule.evidence(0).unwrap();
        let measured = evidence.pairs.pairs().len() + evidence.pairs.dropped();
        assert!(measured <= settings.max_pairs());
        schedule.record(machine.run(step.side));
    }
    let evidence = schedule.evidence(0).unwrap();
    let ended = evidence.pairs.pairs().len() + evidence.pairs.dropped() == settings.max_pairs();
    assert!(ended || Finding::new(&[&evidence], &settings).settled(&settings));
}
