//! All listening sockets of this network namespace, each looked at in short.

use nearwire::LocalSocket;

use super::look::{Endpoint, all_serving, shown};
use super::{EndpointError, Options, review};
use crate::Report;

/// A listening socket and what came of looking at it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Surveyed {
    /// Its path, or `@name` for an abstract one; what its process called it where the path cannot be told. Not escaped.
    pub name: String,
    /// Its review, without any probe.
    pub report: Result<Report, EndpointError>,
}

/// Looks at every local socket that somebody listens on, in the order of their names. Nobody is connected to.
///
/// # Errors
/// [`EndpointError::Io`]: the kernel's table cannot be read.
pub fn survey(options: &Options) -> Result<Vec<Surveyed>, EndpointError> {
    let options = Options { active: None, baseline: None, ..options.clone() };
    let sockets = all_serving()?;
    let look = |socket: &LocalSocket| {
        let report = Endpoint::of_socket(socket).and_then(|endpoint| review(&endpoint, &options));
        let name = report.as_ref().map_or_else(|_| shown(socket), |report| report.subject.name.clone());
        Surveyed { name, report }
    };
    let mut surveyed: Vec<Surveyed> = sockets.iter().map(look).collect();
    surveyed.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(surveyed)
}
