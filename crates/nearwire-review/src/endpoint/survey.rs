//! All listening sockets of this network namespace, each looked at in short.

use nearwire::LocalSocket;

use super::look::{Endpoint, all_serving, shown};
use super::{EndpointError, Options, review};
use crate::Report;

/// A listening socket and what came of looking at it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Surveyed {
    /// Its name: `@name` for an abstract one. Not escaped.
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
    let mut sockets = all_serving()?;
    sockets.sort_by(|one, other| one.name.cmp(&other.name));
    let look = |socket: &LocalSocket| {
        let report = Endpoint::of_socket(socket).and_then(|endpoint| review(&endpoint, &options));
        Surveyed { name: shown(socket), report }
    };
    Ok(sockets.iter().map(look).collect())
}
