//! The command as its users meet it: real processes, their output and their exit codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may panic
#![allow(clippy::print_stdout)] // a test that is skipped says so

mod compare;
mod ending;
mod formats;
mod hostile;
mod review;
mod review_claims;
mod review_endpoint;
mod serve;
mod suite;
mod support;
mod usage;
