//! Security review of local sockets by the ten CWE pillars, with evidence for every word.
//!
//! A review has a [`Subject`], runs [`Check`]s on it, and returns a [`Report`]: for every check an [`Outcome`] with a
//! [`Verdict`] and the [`Finding`]s behind it. A finding cannot be made without [`Evidence`].
//!
//! - [`source`] reviews code in C, C++ and Rust.
//! - [`endpoint`] reviews a local socket that somebody listens on.
//! - [`claims`] holds a written review against code.
//!
//! Nothing here prints.

#![forbid(unsafe_code)]

pub mod catalogue;
mod check;
pub mod claims;
pub mod endpoint;
mod evidence;
mod finding;
mod location;
mod pillar;
mod report;
pub mod source;
pub mod weakness;

pub use check::{Check, SubjectKind};
pub use evidence::{Evidence, Observation};
pub use finding::{Confidence, Finding, Fix, Reproduction, Severity, SeverityError};
pub use location::{Location, Region};
pub use pillar::{Pillar, PillarError};
pub use report::{Outcome, Report, Subject, Suppression, Verdict};
pub use weakness::Weakness;
