//! Listening: the builder that cannot forget a policy, and accepting without ever reading from whom it refuses.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{SocketFlags, accept_with, listen};

use crate::address::Address;
use crate::admission::{Admission, Refusal, RefusalCause};
use crate::bind::{Bound, Permissions, bind_to};
use crate::directory::DirectoryError;
use crate::escape::Escaped;
use crate::ids::{Gid, Uid};
use crate::limits::{Limits, LimitsError, ValidLimits};
use crate::mode::Mode;
use crate::peer::Peer;
use crate::policy::Policy;
use crate::stream::Stream;

/// How long accepting pauses when the process or the system has no descriptor left.
pub(crate) const EXHAUSTED_PAUSE: Duration = Duration::from_millis(50);

/// Why an address could not be bound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The limits cannot be kept.
    #[error(transparent)]
    Limits(#[from] LimitsError),
    /// The directory must not hold the socket.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Another server lives at this address. It was left untouched.
    #[error("another server listens on {}", Escaped::new(.path))]
    AddressInUse {
        /// The socket's path, or the abstract name.
        path: PathBuf,
    },
    /// Something else than a socket has this name. It was left untouched.
    #[error("{} exists and is not a socket", Escaped::new(.path))]
    NotASocket {
        /// The path.
        path: PathBuf,
    },
    /// The socket or its lock file belongs to somebody else. It was left untouched.
    #[error("{} exists and belongs to user {owner}", Escaped::new(.path))]
    NotOurs {
        /// The path.
        path: PathBuf,
        /// Its owner.
        owner: Uid,
    },
    /// It could not be told whether the server of an existing socket lives. It was left untouched.
    #[error("cannot tell whether a server lives on {}: {source}", Escaped::new(.path))]
    Undecided {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file or its directory was replaced while we bound it.
    #[error("{} was changed by somebody else while it was bound", Escaped::new(.path))]
    Changed {
        /// The path.
        path: PathBuf,
    },
    /// The system said no.
    #[error("cannot {action} {}: {source}", Escaped::new(.path))]
    Io {
        /// What was being done.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl BindError {
    pub(crate) fn io(action: &'static str, path: &Path, errno: Errno) -> Self {
        Self::Io { action, path: path.to_owned(), source: errno.into() }
    }
}

/// Why accepting ended. One bad client never causes it: who goes away or is refused is skipped, and running out of
/// descriptors makes accepting pause.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptError {
    /// The system said no, for good.
    #[error("cannot accept connections on {}: {source}", .address.escaped())]
    Io {
        /// The listener's address.
        address: Address,
        /// What the system said.
        source: io::Error,
    },
}

/// Builder state: no policy yet, so there is no `bind`.
#[derive(Clone, Copy, Debug)]
pub struct WantsPolicy(());

/// Builder state: ready to bind.
#[derive(Clone, Debug)]
pub struct HasPolicy(Policy);

/// Builds a [`Listener`]. It cannot be finished without a [`Policy`].
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// # let address = nearwire::Address::try_from(directory.path().join("app.sock").as_path())?;
/// use std::time::Duration;
/// use nearwire::{Limits, Listener, Mode, Policy};
/// let listener = Listener::builder()
///     .policy(Policy::same_user())
///     .mode(Mode::OWNER)
///     .limits(Limits::default().connections(100).idle(Some(Duration::from_secs(60))))
///     .bind(&address)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ListenerBuilder<State> {
    state: State,
    mode: Option<Mode>,
    group: Option<Gid>,
    limits: Limits,
}

impl ListenerBuilder<WantsPolicy> {
    /// Who may connect.
    pub fn policy(self, policy: Policy) -> ListenerBuilder<HasPolicy> {
        let Self { mode, group, limits, .. } = self;
        ListenerBuilder { state: HasPolicy(policy), mode, group, limits }
    }
}

impl<State> ListenerBuilder<State> {
    /// The socket file's mode, exact whatever the umask. Default: 0600, or 0660 when a group is given.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// The socket file's group. The policy must admit it too.
    pub fn group(mut self, group: Gid) -> Self {
        self.group = Some(group);
        self
    }

    /// What the peers may use.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl ListenerBuilder<HasPolicy> {
    /// Binds the address and listens.
    ///
    /// A socket that a dead server left behind is replaced; a living one, one of another user and anything that is
    /// no socket stays untouched. When this returns, clients can connect; before, none could.
    ///
    /// # Errors
    /// [`BindError`]: says what stands in the way.
    pub fn bind(self, address: &Address) -> Result<Listener, BindError> {
        let HasPolicy(policy) = self.state;
        let limits = self.limits.validate(&policy)?;
        let default_mode = if self.group.is_some() { Mode::GROUP } else { Mode::OWNER };
        let mode = self.mode.unwrap_or(default_mode);
        let bound = bind_to(address, Permissions { mode, group: self.group })?;
        let backlog = i32::try_from(limits.backlog).unwrap_or(i32::MAX);
        listen(&bound.socket, backlog).map_err(|errno| BindError::Io {
            action: "listen on",
            path: address.as_text().into(),
            source: errno.into(),
        })?;
        tracing::info!(address = %address.escaped(), mode = %mode, "listening");
        let admission = Admission::new(policy, &limits);
        Ok(Listener { bound, address: address.clone(), admission, limits })
    }
}

/// A listening local socket that lets in whom its [`Policy`] admits, within its [`Limits`].
///
/// Dropping it stops listening and removes the socket file, if that still is the file it made.
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// # let address = nearwire::Address::try_from(directory.path().join("app.sock").as_path())?;
/// use std::io::{Read, Write};
/// use nearwire::{Listener, Stream};
/// let listener = Listener::bind(&address)?;
/// let mut client = Stream::connect(&address)?;
/// let (mut stream, peer) = listener.accept()?;
/// assert_eq!(peer.uid(), nearwire::Uid::current());
/// client.write_all(b"hello")?;
/// let mut greeting = [0; 5];
/// stream.read_exact(&mut greeting)?;
/// # assert_eq!(&greeting, b"hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Listener {
    bound: Bound,
    address: Address,
    admission: Arc<Admission>,
    limits: ValidLimits,
}

/// What one look at the queue of waiting clients gave.
#[derive(Debug)]
#[non_exhaustive]
pub enum Accepted {
    /// A peer was let in.
    Connection(Stream, Peer),
    /// A peer was refused; its connection is closed.
    Refused(Refusal),
    /// Nobody waits.
    Nobody,
    /// Somebody may wait, but there is no descriptor or memory to let them in: try again a little later.
    Exhausted,
}

impl Listener {
    /// Binds an address for this user alone: [`Policy::same_user`], mode 0600, default limits.
    ///
    /// # Errors
    /// As [`ListenerBuilder::bind`].
    pub fn bind(address: &Address) -> Result<Self, BindError> {
        Self::builder().policy(Policy::same_user()).bind(address)
    }

    /// Starts a builder.
    pub fn builder() -> ListenerBuilder<WantsPolicy> {
        ListenerBuilder { state: WantsPolicy(()), mode: None, group: None, limits: Limits::default() }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Waits for the next peer that may come in. Peers that are refused are logged, closed and skipped.
    ///
    /// # Errors
    /// [`AcceptError`] only when the listener itself is unusable.
    pub fn accept(&self) -> Result<(Stream, Peer), AcceptError> {
        loop {
            if let Some(accepted) = self.accept_within(Duration::from_secs(3600))? {
                return Ok(accepted);
            }
        }
    }

    /// As [`Listener::accept`], but gives up after `wait` with `None`.
    ///
    /// # Errors
    /// As [`Listener::accept`].
    pub fn accept_within(&self, wait: Duration) -> Result<Option<(Stream, Peer)>, AcceptError> {
        let deadline = Instant::now().checked_add(wait);
        loop {
            let left = deadline.map_or(wait, |deadline| deadline.saturating_duration_since(Instant::now()));
            match self.try_accept()? {
                Accepted::Connection(stream, peer) => {
                    stream.set_nonblocking(false).map_err(|source| self.accept_error(source))?;
                    return Ok(Some((stream, peer)));
                }
                // Those who are refused may come for ever, so the time is looked at for them, too.
                _ if left.is_zero() => return Ok(None),
                Accepted::Refused(_) => {}
                Accepted::Nobody => self.wait_readable(left)?,
                Accepted::Exhausted => std::thread::sleep(EXHAUSTED_PAUSE.min(left)),
            }
        }
    }

    /// Takes one client off the queue, without waiting; for event loops. The stream is non-blocking.
    ///
    /// # Errors
    /// As [`Listener::accept`].
    pub fn try_accept(&self) -> Result<Accepted, AcceptError> {
        loop {
            return match accept_with(&self.bound.socket, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK) {
                Ok(socket) => Ok(self.admit(Stream::accepted(socket, self.bound.refuses_descriptors))),
                // A client that has gone again, or a signal: another may wait behind it.
                Err(Errno::CONNABORTED | Errno::INTR) => continue,
                Err(Errno::AGAIN) => Ok(Accepted::Nobody),
                Err(Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::NOBUFS) => Ok(Accepted::Exhausted),
                Err(errno) => Err(self.accept_error(errno.into())),
            };
        }
    }

    /// Lets a peer in, or closes the connection: before a byte of it is read.
    fn admit(&self, stream: Stream) -> Accepted {
        let (peer, cause) = match stream.peer() {
            Ok(peer) => match self.admission.admit(&peer) {
                Ok(permit) => {
                    tracing::debug!(%peer, "accepted");
                    return Accepted::Connection(stream.with_permit(permit), peer);
                }
                Err(cause) => (Some(peer), cause),
            },
            Err(error) => {
                tracing::warn!(%error, "the kernel does not say who a peer is");
                (None, RefusalCause::Unknown)
            }
        };
        match &peer {
            Some(peer) => tracing::info!(%peer, %cause, "refused"),
            None => tracing::info!(%cause, "refused"),
        }
        Accepted::Refused(Refusal { peer, cause })
    }

    fn wait_readable(&self, wait: Duration) -> Result<(), AcceptError> {
        let timeout = Timespec::try_from(wait).ok();
        match poll(&mut [PollFd::new(&self.bound.socket, PollFlags::IN)], timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(errno) => Err(self.accept_error(errno.into())),
        }
    }

    fn accept_error(&self, source: io::Error) -> AcceptError {
        AcceptError::Io { address: self.address.clone(), source }
    }

    pub(crate) fn limits(&self) -> ValidLimits {
        self.limits
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bound.socket.as_fd()
    }
}
