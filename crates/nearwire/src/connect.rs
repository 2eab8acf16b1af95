//! Connecting: with a deadline, and only to a server that is trusted.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

use crate::address::{Address, Place};
use crate::directory::{self, DirectoryError};
use crate::peer::Peer;
use crate::policy::Policy;
use crate::site::{descriptor_path, fits};
use crate::stream::Stream;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// There is no such socket.
    #[error("no server listens on {address}: there is no such socket")]
    NoServer {
        /// The socket's path or name, escaped.
        address: String,
    },
    /// There is a socket, and nobody listens.
    #[error("no server listens on {address} (the file is left over from a server that is gone)")]
    Stale {
        /// The socket's path, escaped.
        address: String,
    },
    /// There is a file, and it is not a socket.
    #[error("{address} is not a socket")]
    NotASocket {
        /// The file's path, escaped.
        address: String,
    },
    /// It is a socket of another type: datagram or seqpacket.
    #[error("{address} is a socket of another type than stream")]
    WrongType {
        /// The socket's path, escaped.
        address: String,
    },
    /// The permissions of the socket or of a directory above it do not let us through.
    #[error("the permissions of {address} do not let this user connect")]
    NotPermitted {
        /// The socket's path, escaped.
        address: String,
    },
    /// The server did not accept anybody until the deadline.
    #[error("the server on {address} is busy: its queue of waiting clients stayed full for {waited:?}")]
    Busy {
        /// The socket's path or name, escaped.
        address: String,
        /// How long we waited.
        waited: Duration,
    },
    /// The server runs as somebody whom the policy does not trust. Not a byte was sent to it.
    #[error("the server on {address} is not trusted: it runs as {server}")]
    NotTrusted {
        /// The socket's path or name, escaped.
        address: String,
        /// Who called `listen`.
        server: Peer,
    },
    /// The private directory is not private.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The system said no: no descriptor is left, ….
    #[error("cannot connect to {address}: {source}")]
    Io {
        /// The socket's path or name, escaped.
        address: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Settings of a connection to be made.
///
/// ```no_run
/// use std::time::Duration;
/// use nearwire::{Connect, Policy, Uid};
/// let postgres = Policy::users([Uid::new(101)]);
/// let stream = Connect::new().trusting(postgres).within(Duration::from_secs(1)).to(&"demo".parse()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Connect {
    server: Policy,
    within: Duration,
}

impl Default for Connect {
    fn default() -> Self {
        Self::new()
    }
}

impl Connect {
    /// A server of this user or of root, within 5 seconds.
    pub fn new() -> Self {
        Self { server: Policy::root_or_same_user(), within: Duration::from_secs(5) }
    }

    /// Which servers are trusted, by who called `listen`.
    pub fn trusting(mut self, server: Policy) -> Self {
        self.server = server;
        self
    }

    /// How long to wait while the server's queue of waiting clients is full.
    pub fn within(mut self, wait: Duration) -> Self {
        self.within = wait;
        self
    }

    /// Connects. The stream is blocking.
    ///
    /// # Errors
    /// [`ConnectError`]: says what stands in the way.
    pub fn to(&self, address: &Address) -> Result<Stream, ConnectError> {
        let target = Target::of(address)?;
        let io = |errno: Errno| target.io(errno.into());
        let socket =
            socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).map_err(io)?;
        let stream = Stream::refusing_descriptors(socket).map_err(|source| target.io(source))?;
        connect_within(&stream, &target, self.within)?;
        let server = stream.peer().map_err(|source| target.io(source))?;
        if !self.server.admits(&server) {
            return Err(ConnectError::NotTrusted { address: target.shown, server });
        }
        Ok(stream)
    }
}

/// Where to connect to: an address that fits into `sockaddr_un`.
struct Target {
    kernel_address: SocketAddrUnix,
    path: Option<PathBuf>,
    shown: String,
    /// Keeps the file open that `kernel_address` may lead through.
    _file: Option<OwnedFd>,
}

impl Target {
    fn of(address: &Address) -> Result<Self, ConnectError> {
        let shown = address.escaped();
        match address.place()? {
            Place::Abstract(name) => {
                let kernel_address = SocketAddrUnix::new_abstract_name(&name)
                    .map_err(|errno| ConnectError::Io { address: shown.clone(), source: errno.into() })?;
                Ok(Self { kernel_address, path: None, shown, _file: None })
            }
            Place::File { directory, file, private } => {
                let path = directory.join(file);
                let shown = crate::Escaped::new(&path).to_string();
                if private {
                    match directory::open_private(&directory) {
                        Ok(_) => {}
                        Err(DirectoryError::Missing { .. }) => {
                            return Err(ConnectError::NoServer { address: shown });
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
                Self::of_path(path, shown)
            }
        }
    }

    /// A path that is too long for `sockaddr_un` is reached through a descriptor of its file.
    fn of_path(path: PathBuf, shown: String) -> Result<Self, ConnectError> {
        if fits(&path) {
            let kernel_address = SocketAddrUnix::new(&path)
                .map_err(|errno| ConnectError::Io { address: shown.clone(), source: errno.into() })?;
            return Ok(Self { kernel_address, path: Some(path), shown, _file: None });
        }
        let file = rustix::fs::open(&path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())
            .map_err(|errno| refusal(errno, shown.clone(), Some(&path)))?;
        let kernel_address = SocketAddrUnix::new(descriptor_path(&file))
            .map_err(|errno| ConnectError::Io { address: shown.clone(), source: errno.into() })?;
        Ok(Self { kernel_address, path: Some(path), shown, _file: Some(file) })
    }

    fn io(&self, source: io::Error) -> ConnectError {
        ConnectError::Io { address: self.shown.clone(), source }
    }
}

/// Connects before the deadline. A full queue makes a *blocking* connect wait, for at most `SO_SNDTIMEO` (unix(7),
/// socket(7)): the kernel wakes us when there is room, so there is nothing to poll and no back-off to tune. Its EAGAIN
/// means that the time is up; on a non-blocking socket it would not mean "in progress" either.
fn connect_within(socket: &Stream, target: &Target, within: Duration) -> Result<(), ConnectError> {
    let start = Instant::now();
    loop {
        let waited = start.elapsed();
        // Zero would wait for ever.
        let left = within.saturating_sub(waited).max(Duration::from_millis(1));
        set_socket_timeout(socket, Timeout::Send, Some(left)).map_err(|errno| target.io(errno.into()))?;
        match connect(socket, &target.kernel_address) {
            Ok(()) => break,
            Err(Errno::INTR | Errno::AGAIN) if start.elapsed() < within => {}
            Err(Errno::INTR | Errno::AGAIN) => {
                return Err(ConnectError::Busy { address: target.shown.clone(), waited: start.elapsed() });
            }
            Err(errno) => return Err(refusal(errno, target.shown.clone(), target.path.as_deref())),
        }
    }
    set_socket_timeout(socket, Timeout::Send, None).map_err(|errno| target.io(errno.into()))
}

/// What an errno of connect(2) means for a local socket.
fn refusal(errno: Errno, address: String, path: Option<&Path>) -> ConnectError {
    match errno {
        Errno::NOENT | Errno::NOTDIR => ConnectError::NoServer { address },
        Errno::CONNREFUSED => match path.map(std::fs::metadata) {
            // The kernel says the same of a file that is no socket, and of an abstract name that nobody has.
            Some(Ok(metadata)) if !metadata.file_type().is_socket() => ConnectError::NotASocket { address },
            Some(_) => ConnectError::Stale { address },
            None => ConnectError::NoServer { address },
        },
        Errno::PROTOTYPE => ConnectError::WrongType { address },
        Errno::ACCESS | Errno::PERM => ConnectError::NotPermitted { address },
        _ => ConnectError::Io { address, source: errno.into() },
    }
}
