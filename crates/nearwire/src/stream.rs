//! A connection: bytes in both directions, and who is at the other end.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::net::sockopt::{Timeout, set_socket_timeout, socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketFlags, SocketType, recv, send, sendmsg,
    socketpair,
};

use crate::address::Address;
use crate::admission::Permit;
use crate::connect::{Connect, ConnectError};
use crate::peer::Peer;
use crate::sys;

/// A connected local stream socket.
///
/// Reads and writes as `std::os::unix::net::UnixStream` does, also through a shared reference, with two differences:
/// writing to a peer that is gone never raises `SIGPIPE`, and descriptors that the peer sends never arrive: they are
/// refused where the kernel can (`SO_PASSRIGHTS`, Linux 6.16), else closed by it as the bytes that carry them are read.
///
/// ```
/// use std::io::{Read, Write};
/// let (mut one, mut other) = nearwire::Stream::pair()?;
/// one.write_all(b"ping")?;
/// one.shutdown(std::net::Shutdown::Write)?;
/// let mut text = String::new();
/// other.read_to_string(&mut text)?;
/// assert_eq!(text, "ping");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Stream {
    socket: OwnedFd,
    /// Whether the kernel refuses descriptors for us.
    refuses_descriptors: bool,
    /// The place this connection takes at its server; given back when it is closed.
    permit: Option<Permit>,
}

impl Stream {
    /// Connects to a server of this user or of root, within 5 seconds.
    ///
    /// [`Connect`] has the settings: another deadline, other servers.
    ///
    /// # Errors
    /// [`ConnectError`]: nobody listens there, it is not trusted, it is full, ….
    pub fn connect(address: &Address) -> Result<Self, ConnectError> {
        Connect::new().to(address)
    }

    /// Two streams that are connected to each other.
    ///
    /// # Errors
    /// What socketpair(2) answers, such as `EMFILE`.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        Ok((Self::refusing_descriptors(one)?, Self::refusing_descriptors(other)?))
    }

    /// Who is at the other end, as the kernel tells it.
    ///
    /// # Errors
    /// What getsockopt(2) answers: the descriptor given to [`From<OwnedFd>`](Self#impl-From<OwnedFd>-for-Stream) is
    /// not a connected local socket.
    pub fn peer(&self) -> io::Result<Peer> {
        Peer::of(&self.socket)
    }

    /// Ends one direction or both: the peer then reads the end of the stream, or cannot write any more.
    ///
    /// # Errors
    /// What shutdown(2) answers.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        let how = match how {
            Shutdown::Read => rustix::net::Shutdown::Read,
            Shutdown::Write => rustix::net::Shutdown::Write,
            Shutdown::Both => rustix::net::Shutdown::Both,
        };
        Ok(rustix::net::shutdown(&self.socket, how)?)
    }

    /// How long a read may wait before it fails with [`io::ErrorKind::WouldBlock`]; `None` for ever.
    ///
    /// # Errors
    /// `InvalidInput` for a duration of zero.
    pub fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.set_timeout(Timeout::Recv, timeout)
    }

    /// How long a write may wait before it fails with [`io::ErrorKind::WouldBlock`]; `None` for ever.
    ///
    /// # Errors
    /// `InvalidInput` for a duration of zero.
    pub fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.set_timeout(Timeout::Send, timeout)
    }

    /// How long a read may wait; `None` for ever.
    ///
    /// # Errors
    /// What getsockopt(2) answers.
    pub fn read_timeout(&self) -> io::Result<Option<Duration>> {
        Ok(socket_timeout(&self.socket, Timeout::Recv)?)
    }

    /// How long a write may wait; `None` for ever.
    ///
    /// # Errors
    /// What getsockopt(2) answers.
    pub fn write_timeout(&self) -> io::Result<Option<Duration>> {
        Ok(socket_timeout(&self.socket, Timeout::Send)?)
    }

    fn set_timeout(&self, which: Timeout, timeout: Option<Duration>) -> io::Result<()> {
        if timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a timeout of zero would wait for ever"));
        }
        Ok(set_socket_timeout(&self.socket, which, timeout)?)
    }

    /// Whether reads and writes return [`io::ErrorKind::WouldBlock`] instead of waiting.
    ///
    /// # Errors
    /// What ioctl(2) answers.
    pub fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        Ok(rustix::io::ioctl_fionbio(&self.socket, nonblocking)?)
    }

    /// Splits the stream into halves that can be owned by two threads. Dropping the writing half ends its direction.
    #[must_use]
    pub fn into_split(self) -> (ReadHalf, WriteHalf) {
        let shared = Arc::new(self);
        (ReadHalf(Arc::clone(&shared)), WriteHalf(shared))
    }

    /// Whether the kernel refuses descriptors that the peer tries to send (`SO_PASSRIGHTS`, Linux 6.16). Where it does
    /// not, they are closed as they arrive, and a read ends at them, though more bytes may wait behind.
    #[must_use]
    pub fn refuses_descriptors(&self) -> bool {
        self.refuses_descriptors
    }

    /// A socket of ours, made to refuse descriptors where the kernel can.
    pub(crate) fn refusing_descriptors(socket: OwnedFd) -> io::Result<Self> {
        let refuses_descriptors = sys::refuse_descriptors(socket.as_fd())?;
        Ok(Self { socket, refuses_descriptors, permit: None })
    }

    /// A socket that was accepted from a listener, and has its setting.
    pub(crate) fn accepted(socket: OwnedFd, refuses_descriptors: bool) -> Self {
        Self { socket, refuses_descriptors, permit: None }
    }

    pub(crate) fn with_permit(mut self, permit: Permit) -> Self {
        self.permit = Some(permit);
        self
    }
}

/// Takes over a connected local stream socket that was made elsewhere: inherited, or received.
impl From<OwnedFd> for Stream {
    fn from(socket: OwnedFd) -> Self {
        Self { socket, refuses_descriptors: false, permit: None }
    }
}

impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Read for &Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Without a control buffer the kernel closes descriptors that come with the bytes (unix(7)).
        let (_, received) = recv(&self.socket, buffer, RecvFlags::empty())?;
        Ok(received)
    }

    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        Ok(rustix::io::readv(&self.socket, buffers)?)
    }
}

impl Write for &Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(send(&self.socket, bytes, SendFlags::NOSIGNAL)?)
    }

    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        Ok(sendmsg(&self.socket, buffers, &mut SendAncillaryBuffer::default(), SendFlags::NOSIGNAL)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self).read(buffer)
    }

    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        (&*self).read_vectored(buffers)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self).write(bytes)
    }

    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        (&*self).write_vectored(buffers)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The reading half of a [`Stream`].
#[derive(Debug)]
pub struct ReadHalf(Arc<Stream>);

/// The writing half of a [`Stream`]. Dropping it ends the direction: the peer reads the end of the stream.
#[derive(Debug)]
pub struct WriteHalf(Arc<Stream>);

impl ReadHalf {
    /// The whole stream.
    #[must_use]
    pub fn stream(&self) -> &Stream {
        &self.0
    }
}

impl WriteHalf {
    /// The whole stream.
    #[must_use]
    pub fn stream(&self) -> &Stream {
        &self.0
    }
}

impl Read for ReadHalf {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(buffer)
    }

    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        (&*self.0).read_vectored(buffers)
    }
}

impl Write for WriteHalf {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.0).write(bytes)
    }

    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        (&*self.0).write_vectored(buffers)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for WriteHalf {
    fn drop(&mut self) {
        // It fails only when the connection is gone already.
        let _ = self.0.shutdown(Shutdown::Write);
    }
}

#[cfg(test)]
mod tests;
