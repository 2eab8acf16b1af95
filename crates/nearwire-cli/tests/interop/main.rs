//! `nearwire` and programs that know nothing of it: socat, Python and Qt 6, as servers that it measures and as clients
//! that it serves.
//!
//! A program that is not installed is skipped, with a line that says how to get it; with `NEARWIRE_REQUIRE_TOOLS=1` in
//! the environment that is a failure instead.

#![forbid(unsafe_code)]
// A failed step of a test is a failed test, and what a test skips or measures it says on its output.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod foreign_clients;
mod foreign_servers;
mod last_words;
mod process;
mod serve;
mod services;
mod tools;
