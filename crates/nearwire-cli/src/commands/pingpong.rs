//! `nearwire pingpong`

use std::process::ExitCode;

use nearwire_exchange::{CaseKind, Matrix};

use crate::args::Pingpong;
use crate::commands::measure::{self, Job};
use crate::failure::Failure;

pub(crate) fn run(arguments: &Pingpong) -> Result<ExitCode, Failure> {
    let matrix = Matrix {
        kind: CaseKind::PingPong,
        connections: arguments.connections.clone(),
        chunk_sizes: arguments.chunk_size.clone(),
        iterations: arguments.iterations,
    };
    measure::run(Job {
        matrices: vec![matrix],
        run_time: arguments.limit.duration,
        target: &arguments.target,
        output: &arguments.output,
    })
}
