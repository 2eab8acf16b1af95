//! The cases of the seed: `pingPong` and `dataExchange`, together the 17 of the suite.

use std::fmt;

use crate::quantity::{ChunkSize, Connections, Iterations, QuantityError};

/// Which of the two families a case belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CaseKind {
    /// One byte to and fro: what a round trip costs.
    PingPong,
    /// Chunks of several sizes: what bytes cost.
    Exchange,
}

impl CaseKind {
    /// The name in results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PingPong => "pingpong",
            Self::Exchange => "exchange",
        }
    }

    /// What the seed has.
    ///
    /// # Errors
    /// None that can happen: the numbers are within their ranges.
    pub fn matrix(self) -> Result<Matrix, QuantityError> {
        match self {
            Self::PingPong => PingPong::matrix(),
            Self::Exchange => DataExchange::matrix(),
        }
    }
}

impl fmt::Display for CaseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The seed's `pingPong`: 100 000 round trips of 1 byte, shared among 10 to 10 000 connections.
#[derive(Clone, Copy, Debug)]
pub struct PingPong;

impl PingPong {
    /// Connections of its five cases.
    pub const CONNECTIONS: [u32; 5] = [10, 50, 100, 1000, 10_000];
    /// Bytes of a chunk.
    pub const CHUNK_SIZES: [u32; 1] = [1];
    /// Round trips of a case, over all connections.
    pub const ITERATIONS: u64 = 100_000;

    /// Its five cases.
    ///
    /// # Errors
    /// None that can happen: the numbers are within their ranges.
    pub fn matrix() -> Result<Matrix, QuantityError> {
        Matrix::new(CaseKind::PingPong, &Self::CONNECTIONS, &Self::CHUNK_SIZES, Self::ITERATIONS)
    }
}

/// The seed's `dataExchange`: 50 000 chunks of 100 to 100 000 bytes, shared among 1, 5 and 10 connections.
#[derive(Clone, Copy, Debug)]
pub struct DataExchange;

impl DataExchange {
    /// Connections of its cases.
    pub const CONNECTIONS: [u32; 3] = [1, 5, 10];
    /// Bytes of a chunk of its cases.
    pub const CHUNK_SIZES: [u32; 4] = [100, 1000, 10_000, 100_000];
    /// Chunks of a case, over all connections.
    pub const ITERATIONS: u64 = 50_000;

    /// Its twelve cases.
    ///
    /// # Errors
    /// None that can happen: the numbers are within their ranges.
    pub fn matrix() -> Result<Matrix, QuantityError> {
        Matrix::new(CaseKind::Exchange, &Self::CONNECTIONS, &Self::CHUNK_SIZES, Self::ITERATIONS)
    }
}

/// Every combination of connections and chunk sizes, each with the same number of chunks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matrix {
    /// Which family its cases belong to.
    pub kind: CaseKind,
    /// Numbers of connections.
    pub connections: Vec<Connections>,
    /// Bytes of a chunk.
    pub chunk_sizes: Vec<ChunkSize>,
    /// Chunks of each case, over all its connections.
    pub iterations: Iterations,
}

/// One case of a matrix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Case {
    /// Which family it belongs to.
    pub kind: CaseKind,
    /// How many connections share the chunks.
    pub connections: Connections,
    /// Bytes of a chunk.
    pub chunk_size: ChunkSize,
    /// Chunks, over all connections.
    pub iterations: Iterations,
}

impl Matrix {
    fn new(
        kind: CaseKind,
        connections: &[u32],
        chunk_sizes: &[u32],
        iterations: u64,
    ) -> Result<Self, QuantityError> {
        Ok(Self {
            kind,
            connections: connections
                .iter()
                .map(|&number| Connections::new(number))
                .collect::<Result<_, _>>()?,
            chunk_sizes: chunk_sizes.iter().map(|&bytes| ChunkSize::new(bytes)).collect::<Result<_, _>>()?,
            iterations: Iterations::new(iterations)?,
        })
    }

    /// Its cases: for each number of connections, every chunk size.
    pub fn cases(&self) -> impl Iterator<Item = Case> + '_ {
        let &Self { kind, iterations, .. } = self;
        self.connections.iter().flat_map(move |&connections| {
            self.chunk_sizes.iter().map(move |&chunk_size| Case { kind, connections, chunk_size, iterations })
        })
    }

    /// The same with a tenth of the chunks, at least one.
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.iterations = Iterations::new(self.iterations.get() / 10).unwrap_or(Iterations::MIN);
        self
    }
}

#[cfg(test)]
mod tests;
