//! `nearwire suite`

use std::process::ExitCode;

use nearwire_exchange::CaseKind;

use crate::args::Suite;
use crate::commands::measure::{self, Job};
use crate::failure::Failure;

pub(crate) fn run(arguments: &Suite) -> Result<ExitCode, Failure> {
    let mut matrices = Vec::new();
    for kind in [CaseKind::PingPong, CaseKind::Exchange] {
        let matrix = kind.matrix().map_err(|error| Failure::usage(error, None))?;
        matrices.push(if arguments.quick { matrix.quick() } else { matrix });
    }
    measure::run(Job { matrices, run_time: None, target: &arguments.target, output: &arguments.output })
}
