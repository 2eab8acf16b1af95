//! A machine with two programs of which one takes a known multiple of the other's time.

use crate::compare::{Noise, Side, Slice};
use fastrand::Rng;
use std::f64::consts::TAU;
use std::time::Duration;

/// How much of the drift of one slice is left in the next.
const PERSISTENCE: f64 = 0.9;
/// How often a slice takes 2 to 5 times as long.
const OUTLIERS: f64 = 0.02;

/// Slices take half a second, times lognormal noise, times a drift shared by neighbours (a first-order
/// autoregression as wide as the noise), times the occasional outlier, of which half show up as stolen time.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    pub(super) ratio: f64,
    noise: f64,
    stolen: f64,
    drift: f64,
    rng: Rng,
}

impl Machine {
    pub(super) fn new(ratio: f64, noise: f64) -> Self {
        Self { ratio, noise, stolen: 0.0, drift: 0.0, rng: Rng::with_seed(0) }
    }

    pub(super) fn seeded(self, seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), ..self }
    }

    /// The same, with time stolen in this share of all slices.
    pub(super) fn stolen(self, stolen: f64) -> Self {
        Self { stolen, ..self }
    }

    pub(super) fn run(&mut self, side: Side) -> Slice {
        let innovation = self.noise * (1.0 - PERSISTENCE * PERSISTENCE).sqrt();
        self.drift = PERSISTENCE * self.drift + innovation * normal(&mut self.rng);
        let work = if side == Side::A { 0.5 } else { 0.5 * self.ratio };
        let outlier = self.rng.f64() < OUTLIERS;
        let factor = if outlier { 2.0 + 3.0 * self.rng.f64() } else { 1.0 };
        let stolen = (outlier && self.rng.bool()) || self.rng.f64() < self.stolen;
        let elapsed = work * factor * (self.drift + self.noise * normal(&mut self.rng)).exp();
        let calibration = 0.002 * (0.5 * self.drift + 0.02 * normal(&mut self.rng)).exp();
        let noise = Noise {
            steal: Some(if stolen { 0.2 } else { 0.01 * self.rng.f64() }),
            calibration: Duration::from_secs_f64(calibration),
            ..Noise::default()
        };
        Slice { elapsed: Duration::from_secs_f64(elapsed), noise }
    }
}

/// A standard normal deviate (Box and Muller).
pub(in crate::compare) fn normal(rng: &mut Rng) -> f64 {
    (-2.0 * (1.0 - rng.f64()).ln()).sqrt() * (TAU * rng.f64()).cos()
}
