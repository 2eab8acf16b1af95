//! The ten guarantees of `nearwire`, one module per pillar of the CWE research view, over real sockets and processes.
//!
//! Each module begins with its pillar and the guarantee that its tests show. Tests that need a second user run as root
//! only and say so where they are skipped.

#![forbid(unsafe_code)]
// A failed step of a test is a failed test, and what a test skips it says on its output.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod cwe_284_access_control;
mod cwe_435_interaction;
mod cwe_664_lifetime;
mod cwe_682_calculation;
mod cwe_691_control_flow;
mod cwe_693_protection;
mod cwe_697_comparison;
mod cwe_703_exceptional_conditions;
mod cwe_707_neutralization;
mod cwe_710_standards;
mod document;
mod support;
