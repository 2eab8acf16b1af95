//! Why an endpoint cannot be reviewed.

use std::io;
use std::path::PathBuf;

use nearwire::{AddressError, DirectoryError, Escaped};

/// Why there is no review.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// The text is neither an address nor the number of a process. The caller's mistake.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The private directory that a name lies in cannot be told.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Nothing is there.
    #[error("{}: there is no such socket", Escaped::new(.name))]
    NoSuchSocket {
        /// What was to be reviewed.
        name: String,
    },
    /// There is a file, and it is no socket.
    #[error("{} is not a socket", Escaped::new(.path))]
    NotASocket {
        /// The file.
        path: PathBuf,
    },
    /// There is no such process, or it may not be looked at.
    #[error("process {pid}: {reason}")]
    NoSuchProcess {
        /// Its number.
        pid: i32,
        /// What is in the way.
        reason: String,
    },
    /// The process listens on no local socket.
    #[error("process {pid} listens on no local socket")]
    NotListening {
        /// Its number.
        pid: i32,
    },
    /// A file given with the review cannot be used.
    #[error("{}: {reason}", Escaped::new(.path))]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The system said no.
    #[error("cannot look at {}: {source}", Escaped::new(.what))]
    Io {
        /// What was looked at.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}
