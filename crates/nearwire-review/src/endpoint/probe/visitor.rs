//! Visiting the endpoint as another user: a child process that has given up all privileges connects, sends, and tells what
//! came back.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nearwire::{Address, Connect, ConnectError, Policy, Uid};
use serde::{Deserialize, Serialize};

use super::target::is_readable;

/// What the child has in addition to the patience, to start and to end.
const LONGER: Duration = Duration::from_secs(5);
/// Most bytes that it tells of.
const MOST: u64 = 64 << 10;
/// An answer is complete when nothing follows for so long.
const QUIET: Duration = Duration::from_millis(100);

/// What to do there.
pub(crate) struct Visit {
    pub(crate) address: Address,
    pub(crate) sample: Option<Vec<u8>>,
    pub(crate) patience: Duration,
}

/// The same, as it is told to the child.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    address: Vec<u8>,
    sample: Vec<u8>,
    patience_ms: u64,
}

/// What another user saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Seen {
    /// The permissions kept them out.
    NotPermitted,
    /// This came, if anything, and the connection stayed.
    Answered(Vec<u8>),
    /// This came, if anything, and the server closed.
    Closed(Vec<u8>),
    /// It could not be tried.
    Failed(String),
}

/// Visits an endpoint for a review that runs as somebody else: reads from `input` what to do and writes to `output` what
/// came of it. [`crate::endpoint::Active::visitor`] names the program that calls this.
///
/// # Errors
/// What reading and writing answers, and `InvalidData` for an order that is none.
pub fn visit(input: &mut dyn Read, output: &mut dyn Write) -> io::Result<()> {
    let order: Order = serde_json::from_reader(input)?;
    let seen = go(&order);
    serde_json::to_writer(&mut *output, &seen)?;
    output.flush()
}

fn go(order: &Order) -> Seen {
    let address = match Address::try_from(OsStr::from_bytes(&order.address)) {
        Ok(address) => address,
        Err(error) => return Seen::Failed(error.to_string()),
    };
    let patience = Duration::from_millis(order.patience_ms);
    let stream = match Connect::new().trusting(Policy::anyone()).within(patience).to(&address) {
        Ok(stream) => stream,
        Err(ConnectError::NotPermitted { .. }) => return Seen::NotPermitted,
        Err(error) => return Seen::Failed(error.to_string()),
    };
    let deadline = Instant::now() + patience;
    let _ = stream.set_write_timeout(Some(patience));
    // A server that closes at once makes this fail; what it does is seen by reading.
    let _ = (&stream).write_all(&order.sample);
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 4096]);
    while u64::try_from(bytes.len()).is_ok_and(|length| length < MOST) {
        let left = deadline.saturating_duration_since(Instant::now());
        let wait = if bytes.is_empty() { left } else { left.min(QUIET) };
        if !is_readable(&stream, wait) {
            return Seen::Answered(bytes);
        }
        match (&stream).read(&mut buffer) {
            Ok(count) if count > 0 => bytes.extend(buffer.iter().take(count)),
            _ => return Seen::Closed(bytes),
        }
    }
    Seen::Answered(bytes)
}

/// Sends `visitor` there as `user`, without any group or privilege.
pub(super) fn send(visitor: &[OsString], user: Uid, visit: &Visit) -> Result<Seen, String> {
    let failed = |error: io::Error| format!("the visit as user {user}: {error}");
    let (program, arguments) = visitor.split_first().ok_or("no program for the visit was given")?;
    let order = Order {
        address: visit.address.as_text().as_bytes().to_owned(),
        sample: visit.sample.clone().unwrap_or_default(),
        patience_ms: u64::try_from(visit.patience.as_millis()).unwrap_or(u64::MAX),
    };
    // As root, std drops the supplementary groups with the user (setgroups); the kernel drops capabilities.
    let mut command = Command::new(program);
    command.args(arguments).env_clear().current_dir("/").uid(user.as_raw()).gid(user.as_raw());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut guest = Guest(command.spawn().map_err(failed)?);
    let text = serde_json::to_vec(&order).map_err(|error| failed(error.into()))?;
    if let Some(mut input) = guest.0.stdin.take() {
        input.write_all(&text).map_err(failed)?;
    }
    let output = guest.0.stdout.take().ok_or("the visitor has no output")?;
    let (sender, said) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = Vec::new();
        // Each byte is told in up to four characters.
        let read = output.take(MOST * 5).read_to_end(&mut text);
        let _ = sender.send(read.map(|_| text));
    });
    let text = said
        .recv_timeout(visit.patience + LONGER)
        .map_err(|_| "the visitor did not come back")?
        .map_err(failed)?;
    serde_json::from_slice(&text).map_err(|error| failed(error.into()))
}

/// The child; ended when this is dropped, if it has not yet.
struct Guest(Child);

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The beginning of an answer, for people. Not escaped.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    const SHOWN: usize = 48;
    let shown = String::from_utf8_lossy(bytes.get(..SHOWN).unwrap_or(bytes));
    match bytes.len() {
        0 => "no byte".to_owned(),
        1 => format!("1 byte: {shown}"),
        length if length > SHOWN => format!("{length} bytes, beginning with {shown}"),
        length => format!("{length} bytes: {shown}"),
    }
}
