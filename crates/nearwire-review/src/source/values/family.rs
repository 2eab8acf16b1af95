//! Whether a descriptor or object is a local socket.

use super::{Definition, Given, Place, Scope};
use crate::source::model::{Call, Expression, ExpressionKind};
use crate::source::rule::Unit;
use crate::source::walk::Body;

/// What kind of socket something is, as far as the code shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// A local socket.
    Local,
    /// A socket of a network.
    Network,
    /// The code seen does not show it.
    Unknown,
}

/// What only programs write that use local sockets.
const LOCAL_WORDS: &[&str] = &[
    "AF_UNIX",
    "PF_UNIX",
    "AF_LOCAL",
    "PF_LOCAL",
    "sockaddr_un",
    "sun_path",
    "UnixListener",
    "UnixStream",
    "UnixDatagram",
    "UnixSeqpacket",
    "QLocalServer",
    "QLocalSocket",
    "GUnixSocketAddress",
    "g_unix_socket_address",
    "local::stream_protocol",
    "UnixAddr",
    "SocketAddrUnix",
    "interprocess::local_socket",
];

/// What only programs write that use networks.
const NETWORK_WORDS: &[&str] = &[
    "AF_INET",
    "PF_INET",
    "sockaddr_in",
    "getaddrinfo",
    "TcpListener",
    "TcpStream",
    "UdpSocket",
    "QTcpServer",
    "QTcpSocket",
    "QUdpSocket",
    "AF_NETLINK",
    "AF_VSOCK",
    "sockaddr_storage",
];

/// Methods of a `Result` that leave what it holds as it is.
const UNWRAPS: &[&str] = &[
    "context",
    "inspect_err",
    "map_err",
    "ok",
    "or_err",
    "unwrap_or_else",
    "with_context",
    "wrap_err",
    "wrap_err_with",
];

impl<'a> Unit<'a> {
    /// Whether the file has to do with local sockets at all.
    #[must_use]
    pub fn speaks_local(&self) -> bool {
        LOCAL_WORDS.iter().any(|word| self.file.text.contains(word))
    }

    /// Whether the file has to do with local sockets, and with no other kind.
    #[must_use]
    pub fn speaks_only_local(&self) -> bool {
        self.speaks_local() && !NETWORK_WORDS.iter().any(|word| self.file.text.contains(word))
    }

    /// What kind of socket an expression is: by its type, or by where its value comes from.
    #[must_use]
    pub fn family(&self, body: &Body<'a>, expression: &Expression) -> Family {
        self.family_within(body, expression, super::MAX_STEPS)
    }

    fn family_within(&self, body: &Body<'a>, expression: &Expression, steps: usize) -> Family {
        let Some(steps) = steps.checked_sub(1) else { return Family::Unknown };
        match &expression.kind {
            ExpressionKind::Call(call) => self.family_of_call(body, call, steps),
            ExpressionKind::Cast { value, .. } | ExpressionKind::Try(value) => {
                self.family_within(body, value, steps)
            }
            ExpressionKind::Construct { ty, .. } => of_type(ty),
            ExpressionKind::Control(_) => {
                let results = super::results(expression).into_iter();
                all_of(results.map(|result| self.family_within(body, result, steps)))
            }
            _ => match self.place(body, expression) {
                Some(place) => self.family_of_place(body, &place, expression, steps),
                None => Family::Unknown,
            },
        }
    }

    fn family_of_place(&self, body: &Body<'a>, place: &Place, used: &Expression, steps: usize) -> Family {
        let declared = of_type(&self.type_of_place(body, place));
        if declared != Family::Unknown {
            return declared;
        }
        let definitions = without_hidden(self.definitions(body, place), place, used).into_iter();
        all_of(definitions.map(|definition| match definition.given {
            Given::Value(value) => self.family_within(definition.body, value, steps),
            Given::Written(call, _) if call.name == "socketpair" => Family::Local,
            Given::Written(..) | Given::Nothing => Family::Unknown,
        }))
    }

    fn family_of_call(&self, body: &Body<'a>, call: &Call, steps: usize) -> Family {
        match call.name.as_str() {
            name if name.ends_with("socket") || matches!(name, "socket_with" | "socketpair") => {
                of_domain(self, call.arguments.first())
            }
            "accept" | "accept4" | "accept_with" | "nextPendingConnection" | "incoming" => {
                let listener = call.receiver.as_ref().or(call.arguments.first());
                listener.map_or(Family::Unknown, |listener| self.family_within(body, listener, steps))
            }
            "bind" | "connect" | "new" | "pair" | "unbound" | "from_std" | "bind_addr" | "from_raw_fd" => {
                of_type(&call.path)
            }
            name if super::TRANSPARENT.contains(&name) || UNWRAPS.contains(&name) => {
                call.receiver.as_ref().map_or(Family::Unknown, |from| self.family_within(body, from, steps))
            }
            _ => self.callee(call).map_or(Family::Unknown, |(_, function)| of_type(&function.returns)),
        }
    }
}

/// Those of several: something that may be either, as in a program that takes both, is unknown.
fn all_of(families: impl Iterator<Item = Family>) -> Family {
    families
        .filter(|family| *family != Family::Unknown)
        .reduce(|one, other| if one == other { one } else { Family::Unknown })
        .unwrap_or(Family::Unknown)
}

/// Without the declarations that another one of the same name hides where the place is used.
fn without_hidden<'u, 'a>(
    mut definitions: Vec<Definition<'u, 'a>>,
    place: &Place,
    used: &Expression,
) -> Vec<Definition<'u, 'a>> {
    if place.scope == Scope::Local {
        // A pattern declares as well.
        let declares = |definition: &Definition<'_, '_>| {
            let event = definition.site.expression().map(|expression| &expression.kind);
            !matches!(
                (event, definition.given),
                (Some(ExpressionKind::Assign { .. }), _) | (_, Given::Written(..))
            )
        };
        let before = |definition: &Definition<'_, '_>| definition.site.span().end <= used.span.start;
        let last = definitions.iter().rposition(|definition| declares(definition) && before(definition));
        let mut number = 0..;
        definitions.retain(|definition| {
            let number = number.next();
            !declares(definition) || last.is_none() || number == last
        });
    }
    definitions
}

fn of_domain(unit: &Unit<'_>, domain: Option<&Expression>) -> Family {
    let Some(domain) = domain else { return Family::Unknown };
    let text = unit.file.slice(domain.span);
    let last = text.rsplit("::").next().unwrap_or_default().trim();
    match last {
        "AF_UNIX" | "PF_UNIX" | "AF_LOCAL" | "PF_LOCAL" | "UNIX" | "Unix" => Family::Local,
        "INET" | "INET6" | "Inet" | "Inet6" => Family::Network,
        other if other.starts_with("AF_") || other.starts_with("PF_") => Family::Network,
        _ => Family::Unknown,
    }
}

fn of_type(ty: &str) -> Family {
    let has = |words: &[&str]| words.iter().any(|word| ty.contains(word));
    if has(&[
        "UnixListener",
        "UnixStream",
        "UnixDatagram",
        "QLocalServer",
        "QLocalSocket",
        "UnixSeqpacket",
        "local::stream_protocol",
    ]) {
        Family::Local
    } else if has(&[
        "TcpListener",
        "TcpStream",
        "UdpSocket",
        "QTcpServer",
        "QTcpSocket",
        "QUdpSocket",
        "tcp::",
        "udp::",
    ]) {
        Family::Network
    } else {
        Family::Unknown
    }
}
