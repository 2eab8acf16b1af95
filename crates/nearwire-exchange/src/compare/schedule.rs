//! Which slice comes next. Nothing is run here: the caller runs a [`Step`] and records what came out.
//!
//! - Each side is warmed up with one slice, which is discarded.
//! - Two slices of a pair follow each other, so that both meet the same machine. A pair that begins with A is
//!   followed by one of the same kind that begins with the other side, or the reverse, by the toss of a coin (ABBA
//!   or BAAB): what going first is worth cancels out, and so does steady drift.
//! - A against itself is one more contender. Its pairs are shuffled among the others instead of run in advance:
//!   noise comes in episodes, and a floor measured before them would not know about them.
//! - A contender that is undecided after the pairs asked for is extended, a few pairs at a time and to a fixed end;
//!   the result is only looked at in between, since who looks after every pair will find something by chance.

use super::pairs::{Evidence, Pair, Sample, Slice, median_time};
use super::settings::Settings;
use super::verdict::Finding;
use fastrand::Rng;
use std::collections::VecDeque;

#[cfg(test)]
mod tests;

/// Who does the work of a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The side all others are compared with.
    A,
    /// Another side, counted from 0.
    Contender(usize),
}

/// What a slice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nothing: it is discarded.
    WarmUp,
    /// A pair of A and A.
    NoiseFloor,
    /// A pair of A and this contender.
    Pair(usize),
}

/// The next slice to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Step {
    /// Who does the work.
    pub side: Side,
    /// What for.
    pub phase: Phase,
}

/// The course of one case: A compared with each contender.
#[derive(Debug, Clone)]
pub struct Schedule {
    settings: Settings,
    rng: Rng,
    floor: Arm,
    contenders: Vec<Arm>,
    coming: VecDeque<(Step, Role)>,
}

/// The part of a slice in its pair. Both are A's if A is measured against itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    A,
    B,
}

/// A against one side: what was measured, and the pair being measured.
#[derive(Debug, Clone, Default)]
struct Arm {
    pairs: Vec<Pair>,
    a: Option<Slice>,
    b: Option<Slice>,
    /// Who begins the next pair, if the one before left that to be balanced.
    owed: Option<Role>,
}

impl Schedule {
    /// A schedule for A and so many contenders.
    #[must_use]
    pub fn new(settings: Settings, contenders: usize) -> Self {
        let sides = std::iter::once(Side::A).chain((0..contenders).map(Side::Contender));
        let warm_up = sides.map(|side| (Step { side, phase: Phase::WarmUp }, Role::A));
        let mut schedule = Self {
            settings,
            rng: Rng::with_seed(settings.seed()),
            floor: Arm::default(),
            contenders: vec![Arm::default(); contenders],
            coming: warm_up.collect(),
        };
        schedule.plan_pairs();
        schedule
    }

    /// The slice to run now, the same until it has been [recorded](Schedule::record). `None` when all is done.
    #[must_use]
    pub fn next_step(&self) -> Option<Step> {
        self.coming.front().map(|(step, _)| *step)
    }

    /// Takes what came out of the [next step](Schedule::next_step). Nothing is taken when all is done.
    pub fn record(&mut self, slice: Slice) {
        let Some((step, role)) = self.coming.pop_front() else { return };
        if let Some(arm) = self.arm(step.phase) {
            arm.file(role, slice);
        }
        if self.coming.is_empty() {
            self.plan_pairs();
        }
    }

    /// How many slices are planned at present. More may follow while a contender is undecided.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.coming.len()
    }

    /// What is known about a contender so far. `None` if there is no such contender.
    #[must_use]
    pub fn evidence(&self, contender: usize) -> Option<Evidence> {
        let arms = || std::iter::once(&self.floor).chain(&self.contenders);
        let slices = arms().flat_map(|arm| arm.pairs.iter().flat_map(Pair::slices));
        let usual = median_time(slices.map(|slice| slice.noise.calibration)).unwrap_or_default();
        let sample = |arm: &Arm| Sample::new(&arm.pairs, usual);
        Some(Evidence { floor: sample(&self.floor), pairs: sample(self.contenders.get(contender)?) })
    }

    /// Plans what is missing: pairs of the contenders that are undecided, as many pairs of A and A as go with them.
    fn plan_pairs(&mut self) {
        let wanted: Vec<usize> = (0..self.contenders.len()).map(|index| self.pairs_wanted(index)).collect();
        let mut phases: Vec<Phase> = Vec::new();
        for (index, count) in wanted.iter().enumerate() {
            phases.extend(std::iter::repeat_n(Phase::Pair(index), *count));
        }
        if phases.is_empty() {
            return;
        }
        let most = self.contenders.iter().zip(&wanted).map(|(arm, more)| arm.pairs.len() + more).max();
        let floor =
            self.settings.floor_pairs(most.unwrap_or_default()).saturating_sub(self.floor.pairs.len());
        phases.extend(std::iter::repeat_n(Phase::NoiseFloor, floor));
        self.rng.shuffle(&mut phases);
        phases.into_iter().for_each(|phase| self.plan_pair(phase));
    }

    /// How many pairs this contender needs next.
    fn pairs_wanted(&self, contender: usize) -> usize {
        let Some(evidence) = self.evidence(contender) else { return 0 };
        match evidence.pairs.pairs().len() + evidence.pairs.dropped() {
            0 => self.settings.pairs(),
            measured if measured >= self.settings.max_pairs() => 0,
            _ if Finding::new(&[&evidence], &self.settings).settled(&self.settings) => 0,
            measured => self.settings.extension().min(self.settings.max_pairs() - measured),
        }
    }

    fn plan_pair(&mut self, phase: Phase) {
        let coin = if self.rng.bool() { Role::A } else { Role::B };
        let Some(first) = self.arm(phase).map(|arm| arm.first_of_next_pair(coin)) else { return };
        for role in [first, first.other()] {
            let side = match (phase, role) {
                (Phase::Pair(contender), Role::B) => Side::Contender(contender),
                _ => Side::A,
            };
            self.coming.push_back((Step { side, phase }, role));
        }
    }

    fn arm(&mut self, phase: Phase) -> Option<&mut Arm> {
        match phase {
            Phase::WarmUp => None,
            Phase::NoiseFloor => Some(&mut self.floor),
            Phase::Pair(contender) => self.contenders.get_mut(contender),
        }
    }
}

impl Arm {
    /// Who begins: by `coin`, or the other one if the coin was tossed for the pair before.
    fn first_of_next_pair(&mut self, coin: Role) -> Role {
        match self.owed.take() {
            Some(owed) => owed,
            None => {
                self.owed = Some(coin.other());
                coin
            }
        }
    }

    fn file(&mut self, role: Role, slice: Slice) {
        match role {
            Role::A => self.a = Some(slice),
            Role::B => self.b = Some(slice),
        }
        if let (Some(a), Some(b)) = (self.a, self.b) {
            self.pairs.push(Pair { a, b });
            (self.a, self.b) = (None, None);
        }
    }
}

impl Role {
    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}
