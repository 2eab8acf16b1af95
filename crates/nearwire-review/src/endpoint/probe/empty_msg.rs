use std::net::Shutdown;
use std::time::Duration;

use nearwire::SocketKind;
use rustix::net::{
    AddressFamily, SendFlags, SocketAddrUnix, SocketFlags, SocketType, connect, send, socket_with,
};

use super::ActiveCheck;
use super::target::{Stop, Target, is_readable};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static EMPTY_MSG: Check = Check {
    id: "empty-msg",
    title: "an empty message stops the server",
    weakness: weakness::CWE_394,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2016-7795"],
    page: include_str!("../../../../../docs/checks/empty-msg.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &EMPTY_MSG, takes_messages: true, probe };

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let kind = target.look.kind().unwrap_or(SocketKind::Stream);
    let sent = match kind {
        SocketKind::Stream => {
            let stream = target.connect()?;
            let _ = stream.shutdown(Shutdown::Write);
            let _ = is_readable(&stream, Duration::from_millis(200));
            "a connection was ended without a byte"
        }
        _ => {
            message(target, kind)?;
            "a message of length 0 was sent"
        }
    };
    let loss = match target.dies() {
        Some(loss) => loss,
        None => match target.check_health() {
            Ok(()) => return Ok(Judgement::pass()),
            Err(Stop::Degraded(how)) => how,
            Err(stop) => return Err(stop),
        },
    };
    Ok(target
        .draft(&EMPTY_MSG, "an empty message stops the server", format!("{sent}: {loss}"))
        .finish(
            target.again(&EMPTY_MSG),
            Fix::advice(
                "Take a read of 0 bytes for the end of a stream, and for nothing at all on other sockets.",
            ),
        )
        .into())
}

/// Sends an empty message to a socket that carries messages.
fn message(target: &mut Target<'_>, kind: SocketKind) -> Result<(), Stop> {
    let ours = |errno: rustix::io::Errno| Stop::Ours(errno.to_string());
    let kind = if kind == SocketKind::Datagram { SocketType::DGRAM } else { SocketType::SEQPACKET };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, kind, flags, None).map_err(ours)?;
    let address = match &target.look.file {
        Some(file) => SocketAddrUnix::new(&file.path),
        None => SocketAddrUnix::new_abstract_name(
            target.address.as_text().as_encoded_bytes().get(1..).unwrap_or_default(),
        ),
    };
    connect(&socket, &address.map_err(ours)?).map_err(ours)?;
    target.count_connection();
    send(&socket, &[], SendFlags::NOSIGNAL).map_err(ours)?;
    Ok(())
}
