//! Another program: in a process group of its own, waited for with a deadline, and gone when the test is.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, kill_process, kill_process_group, pidfd_open, waitpid,
};

/// How long any single wait may last: far longer than it ever takes, far shorter than for ever.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// What one read of a program's output takes at most.
const PIECE: usize = 64 << 10;
/// Pieces that are kept while nobody looks at them. Then the program has to wait, as `yes` does for `head`.
const PIECES: usize = 16;

/// A program that runs. Dropping it kills it, together with all that it forked.
pub(crate) struct Process {
    name: String,
    child: Child,
    pieces: Receiver<Vec<u8>>,
    unread: Vec<u8>,
    reaped: bool,
}

impl Process {
    /// Starts it with pipes for input and output. Errors it prints where the test does, unless the command says
    /// otherwise.
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::try_start(command).unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
    }

    /// The same for a program that may be missing.
    pub(crate) fn try_start(command: &mut Command) -> io::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        // The group has the number of its first process, and what that forks belongs to it.
        let mut child = command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut output = child.stdout.take().unwrap();
        let (sender, pieces) = sync_channel(PIECES);
        thread::spawn(move || {
            let mut buffer = vec![0; PIECE];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Ok(Self { name, child, pieces, unread: Vec::new(), reaped: false })
    }

    /// Writes all of its input and ends it, while the test goes on.
    pub(crate) fn feed(&mut self, input: Vec<u8>) {
        let mut stdin = self.child.stdin.take().expect("it is fed once");
        // Whoever does not want its input has gone; what it printed instead tells why.
        thread::spawn(move || drop(stdin.write_all(&input)));
    }

    /// The next line that it prints, without its end.
    pub(crate) fn line(&mut self) -> String {
        let line = self.read_until(|unread| Some(unread.iter().position(|&byte| byte == b'\n')? + 1));
        String::from_utf8(line).unwrap().trim_end().to_owned()
    }

    /// The next `count` bytes that it prints.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        self.read_until(|unread| (unread.len() >= count).then_some(count))
    }

    /// Everything else that it prints, until it closes its output.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let deadline = Instant::now() + PATIENCE;
        while self.more(deadline) {}
        std::mem::take(&mut self.unread)
    }

    /// Waits for output until `end` says how much of it is wanted.
    fn read_until(&mut self, end: impl Fn(&[u8]) -> Option<usize>) -> Vec<u8> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(end) = end(&self.unread) {
                return self.unread.drain(..end).collect();
            }
            assert!(self.more(deadline), "{} ended its output early: {:?}", self.name, self.unread);
        }
    }

    /// Waits for a piece of output; `false` at its end.
    fn more(&mut self, deadline: Instant) -> bool {
        match self.pieces.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(piece) => self.unread.extend(piece),
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => panic!("{} prints nothing more, and does not end", self.name),
        }
        true
    }

    /// Waits for its end.
    pub(crate) fn end(self) -> ExitStatus {
        self.end_within(PATIENCE)
    }

    pub(crate) fn end_within(mut self, patience: Duration) -> ExitStatus {
        let pidfd = pidfd_open(self.pid(), PidfdFlags::empty()).unwrap();
        assert!(is_readable_within(patience, &pidfd), "{} does not end", self.name);
        let status = self.child.wait().unwrap();
        self.reaped = true;
        status
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Stops it as Ctrl-Z does. When this returns, it stands still.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
        let (_, status) =
            retry_on_intr(|| waitpid(Some(self.pid()), WaitOptions::UNTRACED)).unwrap().unwrap();
        assert!(status.stopped(), "{} ended: {status:?}", self.name);
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Once it is reaped, its number may be somebody else's.
        if !self.reaped {
            let _ = kill_process_group(self.pid(), Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// Waits until there is something to read or to accept, or a process to reap; `false` when the time is up.
pub(crate) fn is_readable_within(patience: Duration, file: &impl AsFd) -> bool {
    let patience = Timespec::try_from(patience).unwrap();
    retry_on_intr(|| poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&patience))).unwrap() == 1
}
