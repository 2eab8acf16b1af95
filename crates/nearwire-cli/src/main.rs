//! The command `nearwire`: serves local sockets and measures them.
//!
//! One file for each command is under `commands/`, one for each format under `render/`. Only this crate prints.

#![forbid(unsafe_code)]

mod advice;
mod args;
mod baseline;
mod commands;
mod failure;
mod output;
mod programs;
mod progress;
mod render;
mod server_process;
mod signals;
mod users;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::of_usage(&error),
    };
    log_to_stderr(arguments.verbose);
    // Thousands of connections are the point of this command, and nothing in it uses select(2).
    let _ = nearwire::Limits::raise_descriptor_limit();
    match run(arguments.command) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Exchange(arguments) => commands::exchange::run(&arguments),
        Command::Pingpong(arguments) => commands::pingpong::run(&arguments),
        Command::Suite(arguments) => commands::suite::run(&arguments),
        Command::Compare(arguments) => commands::compare::run(&arguments),
        Command::Review(arguments) => commands::review::run(&arguments),
        Command::Peer(arguments) => commands::peer::run(&arguments),
        Command::Completions(arguments) => commands::completions::run(&arguments),
        Command::Man(arguments) => commands::man::run(&arguments),
    }
}

/// The libraries' events, as far as `--verbose` asks for them.
fn log_to_stderr(verbose: u8) {
    let level = match verbose {
        0 => tracing::Level::ERROR,
        1 => tracing::Level::INFO,
        _ => tracing::Level::DEBUG,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(output::stderr_has_colour())
        .with_target(false)
        .init();
}
