//! The harness as a library: what to exchange with a local-socket server, and what it cost.
//!
//! A [`Plan`] is made of validated [quantities](ChunkSize). A [`SocketFactory`] opens its connections and drives them
//! from event loops; the [payload](Payload) is known at every byte, so that what comes back is verified; the
//! [ledger](Ledger) keeps the books of one connection without doing any I/O. The [`Outcome`] has
//! [round-trip times](RttHistogram), [CPU time](Usage) and rates. Nothing is printed: progress comes out as
//! [events](Event).
//!
//! ```text
//! Plan ──► SocketFactory<Planned> ──connect──► SocketFactory<Connected> ──run──► SocketFactory<Finished> ──► Outcome
//! ```

#![forbid(unsafe_code)]

mod case;
pub mod compare;
mod contender;
mod driver;
mod error;
mod event;
mod factory;
mod lane;
mod ledger;
mod machine;
mod outcome;
mod payload;
mod plan;
mod quantity;
mod race;
mod rtt;
mod stop;
mod usage;

pub use case::{Case, CaseKind, DataExchange, Matrix, PingPong};
pub use contender::{Answer, Contender, ContenderError, Order, Serving};
pub use error::ExchangeError;
pub use event::{Event, Observer};
pub use factory::{Connected, Finished, Planned, SocketFactory};
pub use ledger::{Ledger, Surplus};
pub use machine::Machine;
pub use outcome::{Calls, Outcome};
pub use payload::{Mismatch, Payload, PayloadError};
pub use plan::{Plan, PlanError, RunTime, Verify, Work, split};
pub use quantity::{ChunkSize, Connections, Iterations, QuantityError, Threads, Window};
pub use race::{CaseRecord, ChunkCalls, Race, RaceError, RaceEvent, RaceOutcome};
pub use rtt::{RttHistogram, RttSummary};
pub use stop::Stop;
pub use usage::Usage;
