//! An earlier run as the other side of a comparison.

use std::path::Path;
use std::time::Duration;

use nearwire::Escaped;
use nearwire_exchange::compare::{Evidence, Noise, Pair, Sample, Slice};
use nearwire_exchange::{Case, CaseKind, ChunkSize, Connections, Iterations, RaceOutcome, Window};

use crate::failure::Failure;
use crate::render::compare::document::{Document, SCHEMA, SideV1};

/// The largest file that is read.
const MAX_BYTES: u64 = 64 << 20;

/// What one program did in an earlier run.
#[derive(Debug)]
pub(crate) struct Baseline {
    document: Document,
    file: String,
    sides: Vec<SideV1>,
    cases: Vec<Case>,
    slices: Vec<Vec<u64>>,
    window: Window,
}

impl Baseline {
    /// Reads the slices of `program` from an exported comparison.
    pub(crate) fn read(file: &Path, program: &str) -> Result<Self, Failure> {
        let shown = Escaped::new(file).to_string();
        let wrong = |why: &str| {
            let advice = "give a file that `nearwire compare --export FILE.json` wrote".to_owned();
            Failure::usage(format!("{shown}: {why}"), advice)
        };
        let size = std::fs::metadata(file).map_err(|error| wrong(&error.to_string()))?;
        if !size.is_file() || size.len() > MAX_BYTES {
            return Err(wrong("not a regular file of at most 64 MiB"));
        }
        let text = std::fs::read(file).map_err(|error| wrong(&error.to_string()))?;
        let document: Document = serde_json::from_slice(&text).map_err(|error| wrong(&error.to_string()))?;
        if document.schema != SCHEMA {
            return Err(wrong(&format!("its schema is not {SCHEMA}")));
        }
        let sides: Vec<SideV1> = document.sides.iter().filter(|side| side.name == program).cloned().collect();
        if sides.is_empty() {
            return Err(wrong(&format!("it has no measurements of {}", Escaped::new(program))));
        }
        let cases = sides.iter().map(case).collect::<Option<Vec<_>>>();
        let cases = cases.ok_or_else(|| wrong("it has a case that cannot be"))?;
        let window = Window::new(document.settings.window).map_err(|error| wrong(&error.to_string()))?;
        let slices = sides.iter().map(|side| side.slices_ns.clone()).collect();
        Ok(Self { file: file.to_string_lossy().into_owned(), sides, cases, slices, window, document })
    }

    pub(crate) fn cases(&self) -> &[Case] {
        &self.cases
    }

    pub(crate) fn window(&self) -> Window {
        self.window
    }

    /// What the other side is called.
    pub(crate) fn name(&self) -> String {
        format!("baseline {}", self.file)
    }

    /// Puts the earlier slices in the place of the second contender. Runs of two times have no pairs: each slice of now is
    /// paired with one of then, drawn at random, and what the machine did then is not known.
    pub(crate) fn take_the_place_of_b(&self, outcome: &mut RaceOutcome, seed: u64) {
        let mut random = Random(seed);
        for (record, then) in outcome.cases.iter_mut().zip(&self.slices) {
            for evidence in &mut record.evidence {
                let pairs: Vec<Pair> = slices_of_now(evidence)
                    .filter_map(|now| Some(Pair { a: now, b: slice_of_then(then, &mut random, &now)? }))
                    .collect();
                evidence.pairs = Sample::new(&pairs, usual(&pairs));
            }
        }
    }

    /// Says in the document what it was compared with. From another machine, there is no verdict.
    pub(crate) fn describe(&self, document: &mut Document) {
        document.settings.baseline = Some(self.file.clone());
        // What ran in its place was the same program of now.
        document.sides.retain(|side| side.name != self.name());
        let earlier = self.sides.iter().take(document.cases.len()).cloned();
        document.sides.extend(earlier.map(|side| SideV1 { name: self.name(), ..side }));
        if document.machine == self.document.machine {
            return;
        }
        for case in &mut document.cases {
            "inconclusive".clone_into(&mut case.verdict);
            case.doubt = Some("other_machine".to_owned());
        }
        for overall in document.overalls.iter_mut().chain([&mut document.overall]) {
            "inconclusive".clone_into(&mut overall.verdict);
            overall.doubt = Some("other_machine".to_owned());
        }
    }
}

/// All slices of both sides: they are the same program.
fn slices_of_now(evidence: &Evidence) -> impl Iterator<Item = Slice> {
    let slices: Vec<Slice> = evidence.pairs.pairs().iter().flat_map(Pair::slices).copied().collect();
    slices.into_iter()
}

fn slice_of_then(then: &[u64], random: &mut Random, now: &Slice) -> Option<Slice> {
    let elapsed = Duration::from_nanos(*then.get(random.below(then.len())?)?);
    let noise =
        Noise { steal: None, pressure: None, involuntary_switches: 0, calibration: now.noise.calibration };
    (!elapsed.is_zero()).then_some(Slice { elapsed, noise })
}

fn usual(pairs: &[Pair]) -> Duration {
    let mut calibrations: Vec<Duration> = pairs.iter().map(|pair| pair.a.noise.calibration).collect();
    calibrations.sort_unstable();
    calibrations.get(calibrations.len() / 2).copied().unwrap_or_default()
}

fn case(side: &SideV1) -> Option<Case> {
    let kind =
        [CaseKind::PingPong, CaseKind::Exchange].into_iter().find(|kind| kind.as_str() == side.case)?;
    Some(Case {
        kind,
        connections: Connections::new(side.connections).ok()?,
        chunk_size: ChunkSize::new(u32::try_from(side.chunk_size).ok()?).ok()?,
        iterations: Iterations::new(side.iterations).ok()?,
    })
}

/// Numbers that a seed decides (splitmix64, Steele, Lea and Flood, OOPSLA 2014): enough to draw slices with.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> Option<usize> {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % u64::try_from(limit).ok()?.max(1)).ok().filter(|_| limit > 0)
    }
}
