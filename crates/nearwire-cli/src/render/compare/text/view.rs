//! The document as a reader meets it: sides with letters, and what belongs to each.

use crate::render::compare::document::{CaseV1, Document, OverallV1, SideV1};
use crate::render::compare::text::words;

/// What tells one case from another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Key<'a> {
    pub(crate) kind: &'a str,
    pub(crate) connections: u32,
    pub(crate) chunk_size: u64,
}

/// One of those compared.
#[derive(Clone, Debug)]
pub(crate) struct Side<'a> {
    /// `A`, `B` and so on: tables have no room for names.
    pub(crate) letter: String,
    /// Its name, escaped.
    pub(crate) name: String,
    raw: &'a str,
    /// How many sides before have the same name: a program may be compared with itself.
    twins: usize,
}

/// A side that `A` is compared with.
#[derive(Debug)]
pub(crate) struct Contender<'a> {
    pub(crate) side: Side<'a>,
    pub(crate) overall: &'a OverallV1,
    pub(crate) cases: Vec<&'a CaseV1>,
}

/// The document, sorted by who is compared.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) document: &'a Document,
    pub(crate) a: Side<'a>,
    pub(crate) contenders: Vec<Contender<'a>>,
    /// Every case of which anything is known, once.
    pub(crate) keys: Vec<Key<'a>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        let keys = keys(document);
        let names: Vec<&str> = document.overalls.iter().map(|overall| overall.b.as_str()).collect();
        let contenders = document.overalls.iter().enumerate().map(|(index, overall)| {
            let twins = names.iter().take(index).filter(|name| **name == overall.b).count();
            let cases = keys.iter().filter_map(|key| {
                let rows = document.cases.iter().filter(|case| case.key() == *key && case.b == overall.b);
                rows.clone().nth(twins)
            });
            let twin_of_a = usize::from(overall.b == document.a);
            let side = Side::new(index + 1, &overall.b, twins + twin_of_a);
            Contender { side, overall, cases: cases.collect() }
        });
        Self { document, a: Side::new(0, &document.a, 0), contenders: contenders.collect(), keys }
    }

    /// All sides, `A` first.
    pub(crate) fn sides(&self) -> impl Iterator<Item = &Side<'a>> {
        std::iter::once(&self.a).chain(self.contenders.iter().map(|contender| &contender.side))
    }

    /// What was measured of a side in a case.
    pub(crate) fn measured(&self, side: &Side<'_>, key: Key<'_>) -> Option<&'a SideV1> {
        let records = self.document.sides.iter();
        records.filter(|record| record.key() == key && record.name == side.raw).nth(side.twins)
    }

    /// Every comparison of two sides in a case.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'a CaseV1> {
        self.contenders.iter().flat_map(|contender| contender.cases.iter().copied())
    }
}

impl<'a> Side<'a> {
    fn new(index: usize, raw: &'a str, twins: usize) -> Self {
        Self { letter: words::letter(index), name: words::name(raw), raw, twins }
    }
}

impl CaseV1 {
    pub(crate) fn key(&self) -> Key<'_> {
        Key { kind: &self.case, connections: self.connections, chunk_size: self.chunk_size }
    }
}

impl SideV1 {
    fn key(&self) -> Key<'_> {
        Key { kind: &self.case, connections: self.connections, chunk_size: self.chunk_size }
    }

    /// The median time of a slice; of an even number the mean of the two in the middle.
    #[allow(clippy::cast_precision_loss)] // 53 bits of nanoseconds are 104 days
    pub(crate) fn median_ns(&self) -> Option<f64> {
        median(&self.slices_ns)
    }

    /// The CPU time of the client per time that passed.
    pub(crate) fn cpu_share(&self) -> Option<f64> {
        Some(median(&self.cpu_ns)? / self.median_ns()?)
    }

    /// Chunks that came back per second.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn chunks_per_second(&self) -> Option<f64> {
        Some(self.iterations as f64 / (self.median_ns()? / 1e9))
    }

    /// Bytes that came back per second, in millions.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn megabytes_per_second(&self) -> Option<f64> {
        Some(self.chunks_per_second()? * self.chunk_size as f64 / 1e6)
    }
}

#[allow(clippy::cast_precision_loss)]
fn median(times: &[u64]) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_unstable();
    let upper = *times.get(times.len() / 2)?;
    let lower = *times.get((times.len() - 1) / 2)?;
    let median = (lower as f64 + upper as f64) / 2.0;
    (median > 0.0).then_some(median)
}

fn keys(document: &Document) -> Vec<Key<'_>> {
    let mut keys = Vec::new();
    let all = document.cases.iter().map(CaseV1::key).chain(document.sides.iter().map(SideV1::key));
    for key in all {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}
