//! Local-socket servers and clients, secure by default.
#![doc = ""]

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
mod site;
mod stream;
mod sys;

pub use address::{Address, AddressError};
pub use admission::{Refusal, RefusalCause};
pub use connect::{Connect, ConnectError};
pub use directory::DirectoryError;
pub use escape::Escaped;
pub use ids::{Gid, Uid};
pub use limits::{Limits, LimitsError};
pub use listener::{AcceptError, Accepted, BindError, HasPolicy, Listener, ListenerBuilder, WantsPolicy};
pub use mode::{Mode, ModeError};
pub use peer::Peer;
pub use policy::Policy;
pub use stream::{ReadHalf, Stream, WriteHalf};
