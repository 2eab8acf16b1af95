//! `nearwire man`

use std::process::ExitCode;

use clap::CommandFactory;
use nearwire::Escaped;

use crate::args::{Arguments, Man};
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(arguments: &Man) -> Result<ExitCode, Failure> {
    let command = Arguments::command();
    if let Some(directory) = &arguments.directory {
        clap_mangen::generate_to(command, directory).map_err(|error| {
            let cause = format!("cannot write manual pages to {}: {error}", Escaped::new(directory));
            Failure::usage(cause, "give a directory that exists and that you can write to".to_owned())
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Failure::target(format!("cannot make the manual page: {error}"), None))?;
    output::print(&String::from_utf8_lossy(&page))?;
    Ok(ExitCode::SUCCESS)
}
