//! What comes from the peer of a local socket.

mod value;

use super::{Family, Given, MAX_STEPS};
use crate::source::model::{Call, Expression, ExpressionKind, Language};
use crate::source::rule::Unit;
use crate::source::walk::{Body, Site};

/// A call that reads what a peer sent.
#[derive(Clone, Copy, Debug)]
pub struct Reception<'a> {
    /// Where.
    pub site: Site<'a>,
    /// The call.
    pub call: &'a Call,
    /// What is read from.
    pub socket: &'a Expression,
    /// Where the bytes go; `None` where the call returns them.
    pub buffer: Option<&'a Expression>,
    /// How many at most, where an argument says it.
    pub limit: Option<&'a Expression>,
}

/// Functions that read from a descriptor into memory.
const FUNCTIONS: &[&str] = &["recv", "recvfrom", "read"];

/// Methods that read into memory they are given.
const FILLING: &[&str] = &[
    "read",
    "read_exact",
    "read_to_end",
    "read_to_string",
    "read_line",
    "read_until",
    "recv",
    "recv_from",
    "peek",
];

/// Methods that return what they read.
const RETURNING: &[&str] = &["readAll", "readLine", "read", "peek"];

/// Functions and methods that put something around a socket, or give another handle of it.
const AROUND: &[&str] =
    &["new", "with_capacity", "lines", "take", "try_clone", "by_ref", "get_mut", "get_ref", "from_std"];

/// What opens descriptors that are no sockets.
const OTHER_DESCRIPTORS: &[&str] =
    &["open(", "openat(", "pipe(", "pipe2(", "STDIN_FILENO", "signalfd(", "timerfd_", "eventfd(", "inotify_"];

impl<'a> Unit<'a> {
    /// The calls of a function that read from a local socket, in order.
    #[must_use]
    pub fn receptions(&self, body: &Body<'a>) -> Vec<Reception<'a>> {
        body.calls().filter_map(|(site, call)| self.reception(body, site, call)).collect()
    }

    fn reception(&self, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> Option<Reception<'a>> {
        let name = call.name.as_str();
        let Some(receiver) = &call.receiver else {
            let mut arguments = call.arguments.iter();
            let (socket, buffer, limit) = (arguments.next()?, arguments.next()?, arguments.next());
            let reads = FUNCTIONS.contains(&name) && self.reads_socket(body, name, socket);
            return reads.then_some(Reception { site, call, socket, buffer: Some(buffer), limit });
        };
        let qt = self.file.language == Language::Cpp;
        let (first, second) = (call.arguments.first(), call.arguments.get(1));
        let (buffer, limit) = match (qt, first, second) {
            (true, Some(_), Some(_)) if matches!(name, "read" | "peek" | "readLine") => (first, second),
            (true, _, None) if RETURNING.contains(&name) => (None, first),
            (false, Some(_), _) if FILLING.contains(&name) => (first, None),
            _ => return None,
        };
        self.is_local_stream(body, receiver, MAX_STEPS).then_some(Reception {
            site,
            call,
            socket: receiver,
            buffer,
            limit,
        })
    }

    /// Whether a function that takes a descriptor is given a local socket.
    fn reads_socket(&self, body: &Body<'a>, name: &str, socket: &Expression) -> bool {
        match self.family(body, socket) {
            Family::Local => true,
            Family::Network => false,
            // In a file that knows only local sockets `recv` reads from one, and `read` does if nothing else is open.
            Family::Unknown => {
                let other = || OTHER_DESCRIPTORS.iter().any(|word| self.file.text.contains(word));
                self.speaks_only_local() && (name != "read" || !other())
            }
        }
    }

    /// Whether something is a local socket, or reads from one.
    fn is_local_stream(&self, body: &Body<'a>, expression: &Expression, steps: usize) -> bool {
        let Some(steps) = steps.checked_sub(1) else { return false };
        if self.family(body, expression) == Family::Local {
            return true;
        }
        match &expression.kind {
            ExpressionKind::Call(call) if AROUND.contains(&call.name.as_str()) => {
                let parts = call.receiver.iter().chain(call.arguments.last());
                parts.into_iter().any(|part| self.is_local_stream(body, part, steps))
            }
            ExpressionKind::Try(value) | ExpressionKind::Cast { value, .. } => {
                self.is_local_stream(body, value, steps)
            }
            ExpressionKind::Unary { operand, .. } => self.is_local_stream(body, operand, steps),
            _ => self.place(body, expression).is_some_and(|place| {
                let definitions = self.definitions(body, &place);
                definitions.into_iter().any(|definition| match definition.given {
                    Given::Value(value) => self.is_local_stream(definition.body, value, steps),
                    Given::Written(..) | Given::Nothing => false,
                })
            }),
        }
    }
}
