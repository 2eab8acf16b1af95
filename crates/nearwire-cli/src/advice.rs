//! What to do about an error: the line below its cause.

use nearwire::{Address, BindError, ConnectError, DirectoryError, LimitsError};
use nearwire_exchange::ExchangeError;

use crate::commands::measure::quoted;
use crate::failure::Failure;
use crate::users;

/// A server could not listen.
pub(crate) fn bind(address: &Address, error: &BindError) -> Failure {
    let shown = address.escaped();
    let advice = match error {
        BindError::Limits(LimitsError::Descriptors { available, .. }) => {
            format!(
                "try: --max-connections {}, or raise the hard limit (ulimit -Hn)",
                available.saturating_sub(32)
            )
        }
        BindError::Directory(error) => directory(error),
        BindError::AddressInUse { .. } => "choose another address, or end that server first".to_owned(),
        BindError::NotASocket { .. } => "choose another address, or move that file away".to_owned(),
        BindError::NotOurs { .. } => {
            "choose an address in a directory of yours; a plain NAME always is in one".to_owned()
        }
        BindError::Undecided { .. } => "see that no server uses it, and remove the file".to_owned(),
        BindError::Changed { .. } => {
            "somebody else changes this directory; choose one that is yours alone".to_owned()
        }
        _ => format!("see that this user may create {shown}"),
    };
    Failure::target(error, advice)
}

fn directory(error: &DirectoryError) -> String {
    match error {
        DirectoryError::Owner { .. } | DirectoryError::Writable { .. } => {
            "choose a directory that belongs to you and that nobody else can write to".to_owned()
        }
        DirectoryError::NotAbsolute { .. } => {
            "set XDG_RUNTIME_DIR to a directory of yours, or unset it".to_owned()
        }
        DirectoryError::Missing { path } => format!("try: mkdir -p {}", nearwire::Escaped::new(path)),
        _ => "choose another directory".to_owned(),
    }
}

/// An exchange did not complete.
pub(crate) fn exchange(to: &Address, own_server: bool, error: &ExchangeError) -> Failure {
    let advice = match error {
        ExchangeError::Connect { source, .. } => Some(connect(to, source)),
        ExchangeError::Descriptors { .. } => return descriptors(error),
        ExchangeError::ServerClosed { received: 0, .. } if !own_server => Some(
            "it may not admit this user, be at its limit of connections, or not be an echo server".to_owned(),
        ),
        ExchangeError::ServerClosed { .. } if own_server => {
            Some("our own server ended early: run it by hand to see why (nearwire serve demo -v)".to_owned())
        }
        ExchangeError::ServerClosed { .. } => Some("see the server's own log for the reason".to_owned()),
        ExchangeError::Surplus { .. } | ExchangeError::Mismatch { .. } => {
            Some("the target must send back exactly what it receives; the connections were closed".to_owned())
        }
        ExchangeError::Stalled { .. } => {
            Some("a longer --timeout helps only if the server is slow".to_owned())
        }
        ExchangeError::Interrupted => Some("the results so far are above".to_owned()),
        _ => None,
    };
    Failure::target(error, advice)
}

/// A plan needs more descriptors than this process may open.
pub(crate) fn descriptors(error: &ExchangeError) -> Failure {
    Failure::usage(error, "try fewer --connections, or raise the hard limit (ulimit -Hn) first".to_owned())
}

fn connect(to: &Address, error: &ConnectError) -> String {
    match error {
        ConnectError::NoServer { .. } | ConnectError::Stale { .. } => {
            format!("try: nearwire serve {}", quoted(&to.to_string()))
        }
        ConnectError::NotASocket { .. } | ConnectError::WrongType { .. } => {
            "give the address of a stream socket; a plain NAME means one in your private directory".to_owned()
        }
        ConnectError::NotPermitted { .. } => {
            "its owner must let you in: by the socket's mode and group, and by search permission on its directories"
                .to_owned()
        }
        ConnectError::Busy { .. } => "the server accepts too slowly, or not at all; see that it runs".to_owned(),
        ConnectError::NotTrusted { server, .. } => {
            format!("if you trust that user: --server-user {}", users::name_of(server.uid()))
        }
        ConnectError::Directory(error) => directory(error),
        _ => "see that the server runs, and how many descriptors are left (ulimit -n)".to_owned(),
    }
}
