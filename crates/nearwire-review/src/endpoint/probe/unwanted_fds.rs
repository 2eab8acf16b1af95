use std::fs::File;
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::AsFd;

use nearwire::Stream;
use rustix::io::Errno;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use super::ActiveCheck;
use super::target::{Stop, Target};
use crate::endpoint::judge::Judgement;
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static UNWANTED_FDS: Check = Check {
    id: "unwanted-fds",
    title: "the server keeps descriptors that anybody sends it",
    weakness: weakness::CWE_774,
    severity: Severity::Medium,
    confidence: Confidence::High,
    subjects: &[SubjectKind::ActiveEndpoint],
    references: &["CVE-2014-3637", "CVE-2020-12049", "CVE-2013-4312"],
    page: include_str!("../../../../../docs/checks/unwanted-fds.md"),
};

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &UNWANTED_FDS, takes_messages: false, probe };

/// How many messages come with one descriptor each.
const SINGLE: usize = 16;
/// The most that one message can carry (`SCM_MAX_FD`).
const MOST: usize = 253;
/// So many more than before are ours.
const ENOUGH: u64 = 16;

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let Some(before) = target.usage.descriptors() else { return Ok(Judgement::without_process(target.look)) };
    let stream = target.connect()?;
    let null = File::open("/dev/null").map_err(|error| Stop::Ours(error.to_string()))?;
    for count in [1; SINGLE].into_iter().chain([MOST]) {
        match send(target, &stream, &null, count) {
            Ok(()) => {}
            // The server has asked the kernel to refuse them (SO_PASSRIGHTS), or has closed the connection.
            Err(Errno::PERM | Errno::PIPE | Errno::CONNRESET) => return Ok(Judgement::pass()),
            Err(Errno::AGAIN) => break, // it reads no more: they wait in the socket's queue, and die with it
            Err(errno) => return Err(Stop::Ours(format!("sending descriptors: {errno}"))),
        }
    }
    // The connection itself is one of them.
    let grown =
        |target: &Target<'_>| target.usage.descriptors().unwrap_or_default().saturating_sub(before + 1);
    let mut most = 0;
    for _ in 0..20 {
        target.pause();
        most = most.max(grown(target));
    }
    if most < ENOUGH {
        return Ok(Judgement::pass());
    }
    drop(stream);
    let stay = !target.eventually(|target| grown(target) < ENOUGH);
    Ok(found(target, before, most, stay))
}

fn send(target: &mut Target<'_>, stream: &Stream, null: &File, count: usize) -> Result<(), Errno> {
    let descriptors = vec![null.as_fd(); count];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(&descriptors));
    let payload = target.sample().unwrap_or(&[0]);
    let sent = sendmsg(stream, &[IoSlice::new(payload)], &mut control, SendFlags::NOSIGNAL)?;
    target.count_sent(sent);
    Ok(())
}

fn found(target: &Target<'_>, before: u64, more: u64, stay: bool) -> Judgement {
    let draft = target.draft(
        &UNWANTED_FDS,
        if stay { "it keeps descriptors sent to it, even after the connection" } else { "it keeps descriptors sent to it" },
        format!(
            "{SINGLE} messages with 1 descriptor and one with {MOST}: its descriptors went from {before} to {}",
            before + 1 + more
        ),
    );
    let draft = if stay {
        draft.seen("they were still there after the connection was closed").severity(Severity::High)
    } else {
        draft.seen("they were gone after the connection was closed")
    };
    draft
        .finish(
            format!("ls /proc/{}/fd | wc -l; {}", target.look.server().map_or(0, |server| server.id.pid), target.again(&UNWANTED_FDS)),
            Fix::advice("Refuse them with SO_PASSRIGHTS (Linux 6.16) or read with recv(); else close at once what was not asked for."),
        )
        .into()
}
