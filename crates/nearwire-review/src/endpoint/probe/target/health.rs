//! Whether the server is as well as it was.

use std::io::Read;
use std::time::{Duration, Instant};

use nearwire::{SocketKind, Stream, local_sockets};

use super::{LOOK_AGAIN, Stop, Target, WINDOW, is_readable};
use crate::endpoint::look::ProcessId;

impl Target<'_> {
    /// Whether one more client is served: answered where the sample has an answer, else accepted.
    pub(crate) fn serves(&mut self) -> Result<bool, Stop> {
        let Ok(stream) = self.try_connect()? else { return Ok(false) };
        match (self.sample(), &self.usual) {
            (Some(sample), Some(_)) => {
                self.send(&stream, sample);
                Ok(is_readable(&stream, self.patience) && !self.answer_begins_with_end(&stream))
            }
            _ => Ok(self.eventually(|target| target.waiting() == Some(0))),
        }
    }

    /// Whether the connection ends before an answer came.
    fn answer_begins_with_end(&self, stream: &Stream) -> bool {
        !matches!((&mut &*stream).read(&mut [0; 1]), Ok(1))
    }

    /// How many clients wait to be accepted, as the kernel's table says.
    fn waiting(&self) -> Option<u32> {
        let inode = self.look.socket?.inode;
        local_sockets().ok()?.into_iter().find(|socket| socket.inode == inode).map(|socket| socket.waiting)
    }

    /// Whether something becomes true within the patience.
    pub(crate) fn eventually(&self, mut is_so: impl FnMut(&Self) -> bool) -> bool {
        let deadline = Instant::now() + self.patience;
        loop {
            if is_so(self) {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// The server's processor time within [`WINDOW`].
    pub(crate) fn burnt(&self) -> Option<Duration> {
        let before = self.usage.processor()?;
        std::thread::sleep(WINDOW);
        Some(self.usage.processor()?.saturating_sub(before))
    }

    /// Lets the server do what it was just given to do. That it is enough is never relied on.
    pub(crate) fn pause(&self) {
        std::thread::sleep(LOOK_AGAIN);
    }

    /// What has become of the server's process, if it is not the one it was.
    pub(crate) fn loss(&self) -> Option<String> {
        let before = self.cost.before?;
        match ProcessId::now(before.pid) {
            Some(now) if now == before => None,
            Some(_) => Some(format!("pid {} is another process now", before.pid)),
            None => Some(format!("pid {} is gone", before.pid)),
        }
    }

    /// Whether the server's process ends within a short time.
    pub(crate) fn dies(&self) -> Option<String> {
        let deadline = Instant::now() + Duration::from_millis(300);
        loop {
            let loss = self.loss();
            if loss.is_some() || Instant::now() >= deadline {
                return loss;
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Whether the server is as it was: the same process, the same socket, and it serves.
    pub(crate) fn check_health(&mut self) -> Result<(), Stop> {
        if let Some(loss) = self.loss() {
            return Err(Stop::Degraded(loss));
        }
        if self.waiting().is_none() {
            return Err(Stop::Degraded("its socket is closed".to_owned()));
        }
        if self.look.kind() != Some(SocketKind::Stream) || self.serves()? {
            return Ok(());
        }
        let loss = self.loss();
        Err(Stop::Degraded(
            loss.unwrap_or_else(|| format!("a client was not served within {:?}", self.patience)),
        ))
    }
}
