//! Local-socket servers and clients, secure by default.
//!
//! A server that only this user can reach, and whose peers the kernel vouches for:
//!
//! ```
//! # let directory = tempfile::tempdir()?;
//! # let address = nearwire::Address::try_from(directory.path().join("demo.sock").as_path())?;
//! use std::io::{Read, Write};
//! use std::time::Duration;
//! use nearwire::{Drain, Limits, Listener, Policy, ServerThread, Stream, services::Echo};
//!
//! let listener = Listener::builder()
//!     .policy(Policy::same_user())
//!     .limits(Limits::default().connections(100).idle(Some(Duration::from_secs(60))))
//!     .bind(&address)?;
//! let server = ServerThread::spawn(listener, Echo)?; // listening when this returns
//!
//! let mut stream = Stream::connect(&address)?; // checks that the server is this user's or root's
//! stream.write_all(b"hello")?;
//! let mut answer = [0; 5];
//! stream.read_exact(&mut answer)?;
//!
//! let report = server.shutdown(Drain::within(Duration::from_secs(5)))?;
//! assert_eq!(report.served, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | part | what it is |
//! |---|---|
//! | [`Address`] | where a server is found: a name, a path, or an abstract name |
//! | [`Policy`], [`Peer`] | who may be at the other end, and who is |
//! | [`Limits`] | what a server lets its peers use |
//! | [`Listener`], [`Connect`], [`Stream`] | blocking sockets in the manner of `std` |
//! | [`ServerThread`], [`Service`] | event loops over a service, which ends gracefully and reports |
//! | [`frame`] | bounded, length-prefixed frames without I/O |
//!
//! Linux only. The socket facts it is built on are in unix(7); kernel features are used where they exist
//! (`SO_PASSRIGHTS` from 6.16, `SO_PEERGROUPS` from 4.13), and the documentation says what happens where they do not.
//!
//! Events go to [`tracing`]: refusals and lifecycle at `INFO`, connections at `DEBUG`, nothing on the path of a message.
#![cfg(target_os = "linux")]

mod address;
mod admission;
mod bind;
mod connect;
mod diag;
mod directory;
mod escape;
pub mod frame;
mod ids;
mod limits;
mod listener;
mod lock;
mod mode;
mod peer;
mod policy;
mod server;
pub mod services;
mod site;
mod spin;
mod stream;
mod sys;

pub use address::{Address, AddressError};
pub use admission::{Refusal, RefusalCause};
pub use connect::{Connect, ConnectError};
pub use diag::table::{LocalSocket, SocketKind, local_sockets};
pub use directory::DirectoryError;
pub use escape::Escaped;
pub use ids::{Gid, Uid};
pub use limits::{Limits, LimitsError};
pub use listener::{AcceptError, Accepted, BindError, HasPolicy, Listener, ListenerBuilder, WantsPolicy};
pub use mode::{Mode, ModeError};
pub use peer::Peer;
pub use policy::Policy;
pub use server::{
    CloseReason, Drain, Reply, Report, ServerThread, Service, ShutdownError, SpawnError, serve_until,
};
pub use spin::{Spin, SpinError, Spinner};
pub use stream::{ReadHalf, Stream, WriteHalf};
