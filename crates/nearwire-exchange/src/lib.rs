//! The harness as a library: what to exchange with a local-socket server, and what it cost.
//!
//! Plans are made of validated [quantities](ChunkSize); the [payload](Payload) is known at every byte, so an
//! exchange can be verified; the [ledger](Ledger) keeps the books of one connection without doing any I/O;
//! [round trips](RttHistogram), [CPU time](Usage) and the [machine](Machine) go into the result.

#![forbid(unsafe_code)]

mod ledger;
mod machine;
mod payload;
mod plan;
mod quantity;
mod rtt;
mod usage;

pub use ledger::{Ledger, Surplus};
pub use machine::Machine;
pub use payload::{Mismatch, Payload, PayloadError};
pub use plan::{Plan, PlanError, RunTime, Verify, Work, split};
pub use quantity::{ChunkSize, Connections, Iterations, QuantityError, Threads, Window};
pub use rtt::{RttHistogram, RttSummary};
pub use usage::Usage;
