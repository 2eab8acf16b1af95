//! `nearwire review endpoint`: which endpoint, and what may be done to it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use nearwire::Uid;
use nearwire_review::endpoint::{Endpoint, EndpointError, LengthField};
use nearwire_review::{Check, catalogue};

use super::ReviewCommon;
use crate::args::time;
use crate::users;

/// Review a local socket that somebody listens on
#[derive(Debug, Args)]
#[command(after_help = "\
Without --active it only looks: at files, /proc and the kernel's table of
sockets; no connection is made. --active connects and sends, at most 64
connections at a time and 1 MiB for each probe, one probe after the other, and
stops when the server suffers. Whatever needs an answer needs a sample request.
Run it as root or as the server's user to see all.

Exit codes: 0 clean, 1 findings as bad as --fail-on, 2 wrong usage, 3 the review
failed, or found nothing that bad but could not examine everything.

Examples:
  nearwire review endpoint /run/app.sock
  nearwire review endpoint --all
  printf 'PING\\r\\n' > ping
  nearwire review endpoint /run/redis/redis.sock --active --sample-request ping")]
pub(crate) struct ReviewEndpoint {
    /// NAME, a path (with a /) or @ABSTRACT; digits alone are a process
    #[arg(value_name = "ADDRESS|PID", value_parser = endpoint(), required_unless_present = "all")]
    pub(crate) endpoint: Option<Endpoint>,

    /// Look at all sockets that somebody listens on, one line for each
    #[arg(long, conflicts_with_all = ["endpoint", "active", "baseline", "save_baseline", "export"])]
    pub(crate) all: bool,

    /// Run these checks only; `nearwire review checks` lists them
    #[arg(long, value_name = "ID,...", value_delimiter = ',', value_parser = catalogue::find)]
    pub(crate) check: Vec<&'static Check>,

    /// Say what has changed since this file was saved
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Save what the endpoint is like, for --baseline
    #[arg(long, value_name = "FILE")]
    pub(crate) save_baseline: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: ReviewCommon,

    #[command(flatten)]
    pub(crate) probes: Probes,
}

/// What probes do.
#[derive(Debug, Args)]
#[command(next_help_heading = "Probes")]
pub(crate) struct Probes {
    /// Connect and send, too: it may disturb the server
    #[arg(long)]
    pub(crate) active: bool,

    /// A file with a request that does no harm and has an answer
    #[arg(long, value_name = "FILE", requires = "active")]
    pub(crate) sample_request: Option<PathBuf>,

    /// The user who should not get in (to try it, run as root)
    #[arg(long, value_name = "USER", value_parser = users::user, default_value = "65534", requires = "active")]
    pub(crate) as_user: Uid,

    /// How requests begin with their length: u16be, u16le, u32be and so on
    #[arg(long, value_name = "FIELD", requires = "active")]
    pub(crate) length_prefix: Option<LengthField>,

    /// A command that starts a second server on this socket; it is ended again,
    /// and may leave the first one without its socket
    #[arg(long, value_name = "CMD", requires = "active")]
    pub(crate) second_instance: Option<OsString>,

    /// When to stop probing
    #[arg(long, value_name = "TIME", default_value = "1min", value_parser = time, requires = "active")]
    pub(crate) within: Duration,
}

/// What is no text can still be a path.
fn endpoint() -> impl TypedValueParser<Value = Endpoint> {
    OsStringValueParser::new().try_map(|text| match text.to_str() {
        Some(text) => text.parse(),
        None => Ok(Endpoint::Address(text.as_os_str().try_into()?)) as Result<_, EndpointError>,
    })
}
