//! How to review.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use nearwire::Uid;

use super::baseline::Facts;
use super::probe::LengthField;
use crate::Check;

/// How to review an endpoint.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The checks to run; all if empty.
    pub checks: Vec<&'static Check>,
    /// What the endpoint was like before, to find what has changed.
    pub baseline: Option<Facts>,
    /// Where systemd's units lie; where it looks itself if `None`.
    pub unit_directories: Option<Vec<PathBuf>>,
    /// Whether and how to connect and send; `None` for looking only.
    pub active: Option<Active>,
}

/// How to probe.
#[derive(Clone, Debug)]
pub struct Active {
    /// A request that does no harm and has an answer. Without one, probes only see whether connections are accepted.
    pub sample: Option<Vec<u8>>,
    /// The user who should not get in.
    pub stranger: Uid,
    /// A program that calls [`crate::endpoint::visit`] with its standard input and output. It is started as the
    /// stranger.
    pub visitor: Option<Vec<OsString>>,
    /// How a request begins with its length, to claim one that is too much.
    pub length: Option<LengthField>,
    /// A command for the shell that starts a second instance of the server, which is ended afterwards.
    pub second_instance: Option<OsString>,
    /// When to stop, whatever is left to do.
    pub within: Duration,
}

impl Default for Active {
    /// No sample, the user `nobody`, a minute.
    fn default() -> Self {
        Self {
            sample: None,
            stranger: Uid::new(65534),
            visitor: None,
            length: None,
            second_instance: None,
            within: Duration::from_secs(60),
        }
    }
}
