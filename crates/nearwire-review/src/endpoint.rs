//! The review of a living endpoint: a local socket and the process that serves it.
//!
//! It looks first: at files, directories, `/proc`, and the kernel's table of sockets, without making a connection. Only
//! where [`Options::active`] says so it connects and sends, within limits, and stops when the server suffers.
//!
//! The endpoint may be hostile. It may stall, flood, or change while it is looked at: every wait has an end, every answer
//! a most, and what has changed is said in [`Report::incomplete`].

mod baseline;
mod checks;
mod error;
mod judge;
mod look;
mod names;
mod options;
mod probe;
mod reach;
mod survey;
mod words;

use nearwire::Escaped;

use self::checks::PASSIVE;
use self::look::Look;
use crate::{Check, Outcome, Report, Subject};

pub use baseline::{Fact, Facts};
pub use error::EndpointError;
pub use look::Endpoint;
pub use options::{Active, Options};
pub use probe::{LengthField, LengthFieldError, visit};
pub use survey::{Surveyed, survey};

/// The checks of endpoints.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    PASSIVE.iter().map(|each| each.check).chain(probe::ACTIVE.iter().map(|each| each.check))
}

/// Reviews an endpoint.
///
/// A left-over socket file is an endpoint, too. Parts of `/proc` are open only to root and the server's user; what cannot
/// be seen without is [`crate::Verdict::NotTested`].
///
/// # Errors
/// [`EndpointError`]: there is no such socket or process.
pub fn review(endpoint: &Endpoint, options: &Options) -> Result<Report, EndpointError> {
    let identity = look::resolve(endpoint)?;
    let mut look = Look::at(identity, options)?;
    let wanted = |check: &'static Check| options.checks.is_empty() || options.checks.contains(&check);
    let probing = match &options.active {
        Some(active) => probe::run(&look, active, &wanted),
        None => probe::Probing::none(&wanted),
    };
    look.stranger_is_served = probing.stranger_is_served;
    let mut outcomes: Vec<Outcome> = PASSIVE
        .iter()
        .filter(|each| wanted(each.check))
        .map(|each| (each.judge)(&look).into_outcome(each.check))
        .collect();
    outcomes.extend(probing.outcomes);
    outcomes.sort_by_key(|outcome| outcome.check().weakness.pillar());
    look.incomplete.extend(probing.incomplete);
    look.incomplete.extend(changed_since(endpoint, &look));
    let description = words::describe(&look, options.active.is_some().then_some(&probing.cost));
    Ok(Report {
        subject: Subject { name: look.name, description },
        outcomes,
        suppressed: Vec::new(),
        incomplete: look.incomplete,
        unseen: UNSEEN.iter().map(|&each| each.to_owned()).collect(),
    })
}

/// What no look from outside shows.
const UNSEEN: &[&str] = &[
    "what the server does with a request (review source looks at its code)",
    "access that security modules (SELinux, AppArmor, Landlock) deny",
    "sockets of other network namespaces",
];

/// What of an endpoint should stay as it is, to be compared in a later review with [`Options::baseline`].
///
/// # Errors
/// [`EndpointError`]: there is no such socket or process.
pub fn facts(endpoint: &Endpoint) -> Result<Facts, EndpointError> {
    Ok(Facts::of(&Look::at(look::resolve(endpoint)?, &Options::default())?))
}

/// Whether the endpoint is another one than when the review began.
fn changed_since(endpoint: &Endpoint, before: &Look) -> Option<String> {
    let changed = |how: String| Some(format!("the endpoint changed under the review: {how}"));
    match look::resolve(endpoint) {
        Err(error) => changed(error.to_string()),
        Ok(now) if now.file != before.file => changed(match (&before.file, &now.file) {
            (Some(was), Some(is)) => format!("{} is now {}", was.stat_line(), is.stat_line()),
            _ => "it has another address".to_owned(),
        }),
        Ok(now)
            if now.socket.as_ref().map(|each| each.inode)
                != before.socket.as_ref().map(|each| each.inode) =>
        {
            changed(format!("another socket serves {}", Escaped::new(&before.name)))
        }
        Ok(_) => None,
    }
}
