//! The endpoint that probes connect to, and the limits they keep to.

mod health;

use std::fmt;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nearwire::{Address, Connect, ConnectError, Policy, SocketKind, Stream};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::cost::Cost;
use super::usage::Usage;
use crate::Check;
use crate::endpoint::judge::{Draft, Judgement};
use crate::endpoint::look::{Look, ProcessId};
use crate::endpoint::options::Active;

/// Most connections at one time.
const MOST_CONNECTIONS: u64 = 64;
/// Most bytes that one probe sends.
pub(crate) const MOST_BYTES: usize = 1 << 20;
/// Most bytes that are read as one answer.
const MOST_ANSWER: usize = 64 << 10;
/// An answer is complete when nothing follows for so long.
const QUIET: Duration = Duration::from_millis(100);
/// How long a server may take, at least, before it counts as not answering.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the server's use of the processor is watched at a time.
pub(crate) const WINDOW: Duration = Duration::from_millis(500);
/// How often something that has no event is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Why probing ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The server is worse off than before.
    Degraded(String),
    /// The time that the review may take is up.
    OutOfTime,
    /// Something on our side is in the way of this one probe.
    Ours(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Degraded(how) => write!(f, "the server is degraded: {how}"),
            Self::OutOfTime => f.write_str("its time is up"),
            Self::Ours(what) => f.write_str(what),
        }
    }
}

/// What came back on a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    /// Whether the server closed the connection.
    pub(crate) ended: bool,
}

/// The endpoint under probes.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) look: &'a Look,
    pub(crate) active: &'a Active,
    pub(crate) address: Address,
    pub(crate) usage: Usage,
    /// What the sample request is answered with; `None` without a sample or without an answer.
    pub(crate) usual: Option<Answer>,
    pub(crate) stranger_is_served: Option<bool>,
    /// The processor time of one window before anything was tried.
    pub(crate) idle: Option<Duration>,
    patience: Duration,
    deadline: Instant,
    cost: Cost,
    fired: Vec<&'static str>,
}

impl<'a> Target<'a> {
    /// Makes sure that the server serves before anything is tried.
    pub(crate) fn new(look: &'a Look, active: &'a Active) -> Result<Self, Stop> {
        let address = match &look.file {
            Some(file) => {
                Address::try_from(file.path.as_path()).map_err(|error| Stop::Ours(error.to_string()))?
            }
            None => look.address.clone(),
        };
        let mut target = Self {
            look,
            active,
            address,
            usage: Usage::of(look.processes.iter().map(|process| process.id).collect()),
            usual: None,
            stranger_is_served: None,
            idle: None,
            patience: PATIENCE,
            deadline: Instant::now() + active.within,
            cost: Cost { before: look.server().map(|server| server.id), ..Cost::default() },
            fired: Vec::new(),
        };
        target.idle = target.burnt();
        target.get_acquainted()?;
        Ok(target)
    }

    /// Learns how the server answers the sample, and how fast.
    fn get_acquainted(&mut self) -> Result<(), Stop> {
        if self.look.kind() != Some(SocketKind::Stream) {
            return Ok(());
        }
        let start = Instant::now();
        let stream = self.connect()?;
        if self.cost.before.is_none() {
            let pid = stream.peer().ok().and_then(|peer| peer.pid());
            self.cost.before = pid.and_then(ProcessId::now);
        }
        if let Some(sample) = self.sample() {
            self.send(&stream, sample);
            let answer = self.answer(&stream);
            self.patience =
                PATIENCE.max(start.elapsed().saturating_sub(QUIET) * 20).min(Duration::from_secs(10));
            self.usual = Some(answer).filter(|answer| !answer.bytes.is_empty());
        }
        Ok(())
    }

    /// The sample request.
    pub(crate) fn sample(&self) -> Option<&'a [u8]> {
        self.active.sample.as_deref()
    }

    /// What the sample is answered with, or why a probe that needs an answer cannot be run.
    pub(crate) fn usual_answer(&self) -> Result<Answer, Judgement> {
        match (&self.usual, self.sample()) {
            (Some(answer), _) => Ok(answer.clone()),
            (None, None) => {
                Err(Judgement::needs("it needs a request that has an answer", "--sample-request FILE"))
            }
            (None, Some(_)) => Err(Judgement::needs(
                "the sample request has no answer",
                "--sample-request FILE with one that has",
            )),
        }
    }

    /// Remembers what a check has found.
    pub(crate) fn note(&mut self, check: &'static Check, judgement: &Judgement) {
        if matches!(judgement, Judgement::Found(found) if !found.is_empty()) {
            self.fired.push(check.id);
        }
    }

    /// Whether a check has found something.
    pub(crate) fn has_fired(&self, id: &str) -> bool {
        self.fired.contains(&id)
    }

    /// A finding at this endpoint.
    pub(crate) fn draft(&self, check: &'static Check, message: &str, seen: impl Into<String>) -> Draft {
        Draft::of(&self.look.name, check, message, seen)
    }

    /// The command that runs a check again. Files given with the options are named by their options only.
    pub(crate) fn again(&self, check: &'static Check) -> String {
        let name = crate::endpoint::judge::quoted(&self.look.name);
        let sample = if self.active.sample.is_some() { " --sample-request FILE" } else { "" };
        format!("nearwire review endpoint {name} --active --check {}{sample}", check.id)
    }

    /// How many connections may be open at one time.
    pub(crate) fn most_connections(&self) -> usize {
        let limit = self.look.server().and_then(|server| server.descriptor_limit).unwrap_or(256);
        usize::try_from((limit / 4).clamp(1, MOST_CONNECTIONS)).unwrap_or(1)
    }

    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    fn is_in_time(&self) -> Result<(), Stop> {
        if Instant::now() < self.deadline { Ok(()) } else { Err(Stop::OutOfTime) }
    }

    /// Connects; a server that does not let us in within the patience has degraded, for it did before.
    pub(crate) fn connect(&mut self) -> Result<Stream, Stop> {
        match self.try_connect()? {
            Ok(stream) => Ok(stream),
            Err(ConnectError::Io { source, .. }) => Err(Stop::Ours(source.to_string())),
            Err(error) => Err(Stop::Degraded(error.to_string())),
        }
    }

    /// Connects, or says why that is not possible.
    pub(crate) fn try_connect(&mut self) -> Result<Result<Stream, ConnectError>, Stop> {
        self.is_in_time()?;
        self.cost.connections += 1;
        let settings = Connect::new().trusting(Policy::anyone()).within(self.patience);
        let stream = match settings.to(&self.address) {
            Ok(stream) => stream,
            Err(error) => return Ok(Err(error)),
        };
        let ours = |error: std::io::Error| Stop::Ours(error.to_string());
        stream.set_write_timeout(Some(self.patience)).map_err(ours)?;
        Ok(Ok(stream))
    }

    /// Sends bytes. A server that takes no more, or has closed, is no error: what follows shows it.
    pub(crate) fn send(&mut self, stream: &Stream, bytes: &[u8]) -> usize {
        let mut sent = 0;
        while let Some(rest) = bytes.get(sent..).filter(|rest| !rest.is_empty()) {
            match (&mut &*stream).write(rest) {
                Ok(more) if more > 0 => sent += more,
                _ => break,
            }
        }
        self.count_sent(sent);
        sent
    }

    /// Counts bytes that were sent in another way.
    pub(crate) fn count_sent(&mut self, sent: usize) {
        self.cost.bytes += u64::try_from(sent).unwrap_or(u64::MAX);
    }

    /// Counts a connection that was made in another way.
    pub(crate) fn count_connection(&mut self) {
        self.cost.connections += 1;
    }

    /// Reads an answer: until the server closes, nothing more comes for a while, or it is too long.
    pub(crate) fn answer(&self, stream: &Stream) -> Answer {
        self.answer_within(stream, self.patience)
    }

    /// The same, with another time for its first byte.
    pub(crate) fn answer_within(&self, stream: &Stream, within: Duration) -> Answer {
        let mut answer = Answer::default();
        let deadline = Instant::now() + within;
        let mut buffer = vec![0; 4096];
        while answer.bytes.len() < MOST_ANSWER {
            let left = deadline.saturating_duration_since(Instant::now());
            let wait = if answer.bytes.is_empty() { left } else { left.min(QUIET) };
            if !is_readable(stream, wait) {
                break;
            }
            match (&mut &*stream).read(&mut buffer) {
                Ok(0) | Err(_) => {
                    answer.ended = true;
                    break;
                }
                Ok(count) => answer.bytes.extend(buffer.iter().take(count)),
            }
        }
        answer
    }

    /// Whether the server closes the connection within the patience; what it still sends is dropped.
    pub(crate) fn is_closed(&self, stream: &Stream) -> bool {
        let deadline = Instant::now() + self.patience;
        let mut buffer = vec![0; 4096];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || !is_readable(stream, left) {
                return false;
            }
            if !matches!((&mut &*stream).read(&mut buffer), Ok(count) if count > 0) {
                return true;
            }
        }
    }

    /// What the probes cost.
    pub(crate) fn into_cost(mut self) -> Cost {
        self.cost.after = self.cost.before.and_then(|before| ProcessId::now(before.pid));
        self.cost
    }
}

/// Whether something can be read, or the end is there, within a time.
pub(crate) fn is_readable(stream: &impl AsFd, within: Duration) -> bool {
    let deadline = Instant::now() + within;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let mut watched = [PollFd::new(stream, PollFlags::IN)];
        match poll(&mut watched, Timespec::try_from(left).ok().as_ref()) {
            Ok(ready) => return ready > 0,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}
