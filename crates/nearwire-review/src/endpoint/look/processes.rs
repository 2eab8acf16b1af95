//! The processes that hold a socket.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nearwire::LocalSocket;
use procfs::net::{TcpNetEntry, TcpState};
use procfs::process::{FDTarget, Process as Proc, all_processes};

use super::Channel;
use super::identity::{path_of, reach_of, serves, shown};
use crate::endpoint::EndpointError;
use crate::endpoint::reach::Reach;

/// Where systemd lies.
const SYSTEMD: &[&str] = &["/usr/lib/systemd/systemd", "/lib/systemd/systemd"];
const CLOSE_ON_EXEC: u32 = 0o2_000_000;

/// A process, distinguished from a later one of the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProcessId {
    pub(crate) pid: i32,
    /// When it began, in clock ticks since boot.
    pub(crate) started: u64,
}

/// A descriptor of the socket in a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor {
    pub(crate) number: i32,
    /// Its flags, as `/proc/PID/fdinfo` has them.
    pub(crate) flags: u32,
}

impl Descriptor {
    /// Whether a program that the process starts does not get it.
    pub(crate) fn closes_on_exec(self) -> bool {
        self.flags & CLOSE_ON_EXEC != 0
    }
}

/// A process that holds the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) id: ProcessId,
    pub(crate) parent: i32,
    pub(crate) command: String,
    pub(crate) program: Option<PathBuf>,
    /// Its effective user and group.
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Its effective capabilities.
    pub(crate) capabilities: u64,
    pub(crate) no_new_privileges: Option<bool>,
    pub(crate) seccomp: Option<u32>,
    /// How many descriptors it may have.
    pub(crate) descriptor_limit: Option<u64>,
    /// Its descriptors of the socket.
    pub(crate) descriptors: Vec<Descriptor>,
    /// Whether it was given sockets by whoever started it (sd_listen_fds(3)).
    pub(crate) was_given_sockets: bool,
}

impl Process {
    /// Whether it is systemd, which binds sockets for others. Any process may call itself that, and in a container any may
    /// have the number 1; its program tells.
    pub(crate) fn is_manager(&self) -> bool {
        self.program
            .as_deref()
            .is_some_and(|program| SYSTEMD.iter().any(|systemd| program == Path::new(systemd)))
    }
}

impl ProcessId {
    /// The process that has this number now; `None` where there is none.
    pub(crate) fn now(pid: i32) -> Option<Self> {
        let stat = Proc::new(pid).ok()?.stat().ok()?;
        (stat.state != 'Z').then_some(Self { pid, started: stat.starttime })
    }
}

/// The sockets that a process holds.
pub(super) fn socket_inodes(pid: i32) -> Result<BTreeSet<u64>, EndpointError> {
    let failed = |error: procfs::ProcError| EndpointError::NoSuchProcess { pid, reason: error.to_string() };
    let process = Proc::new(pid).map_err(failed)?;
    let descriptors = process.fd().map_err(failed)?;
    Ok(descriptors.flatten().filter_map(|each| inode_of(&each.target)).collect())
}

fn inode_of(target: &FDTarget) -> Option<u64> {
    match target {
        FDTarget::Socket(inode) => Some(*inode),
        _ => None,
    }
}

/// The processes that hold the socket `inode`: the server first, which is the eldest that is no manager.
pub(super) fn holders(inode: u32, incomplete: &mut Vec<String>) -> Vec<Process> {
    let mut found = Vec::new();
    let all = match all_processes() {
        Ok(all) => all,
        Err(error) => {
            incomplete.push(format!("/proc: {error}"));
            return found;
        }
    };
    for process in all.flatten() {
        // It has ended, or may not be looked at.
        let Ok(descriptors) = process.fd() else { continue };
        let here = descriptors.flatten().filter(|each| inode_of(&each.target) == Some(u64::from(inode)));
        let numbers: Vec<i32> = here.map(|each| each.fd).collect();
        if !numbers.is_empty() {
            found.extend(holder(&process, &numbers));
        }
    }
    found.sort_by_key(|process| (process.is_manager(), process.id.started, process.id.pid));
    found
}

fn holder(process: &Proc, numbers: &[i32]) -> Option<Process> {
    let (stat, status) = (process.stat().ok()?, process.status().ok()?);
    let limit = process.limits().ok().map(|limits| limits.max_open_files.soft_limit);
    let descriptors = numbers.iter().filter_map(|&number| descriptor(process.pid, number)).collect();
    Some(Process {
        id: ProcessId { pid: process.pid, started: stat.starttime },
        parent: stat.ppid,
        command: stat.comm,
        program: process.exe().ok(),
        uid: status.euid,
        gid: status.egid,
        capabilities: status.capeff,
        no_new_privileges: status.nonewprivs.map(|set| set != 0),
        seccomp: status.seccomp,
        descriptor_limit: limit.and_then(|limit| match limit {
            procfs::process::LimitValue::Value(value) => Some(value),
            procfs::process::LimitValue::Unlimited => None,
        }),
        descriptors,
        was_given_sockets: was_given_sockets(process),
    })
}

fn descriptor(pid: i32, number: i32) -> Option<Descriptor> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/fdinfo/{number}")).ok()?;
    let flags = text.lines().find_map(|line| line.strip_prefix("flags:"))?;
    Some(Descriptor { number, flags: u32::from_str_radix(flags.trim(), 8).ok()? })
}

fn was_given_sockets(process: &Proc) -> bool {
    let Ok(environment) = process.environ() else { return false };
    let for_it = environment.get(OsStr::new("LISTEN_PID")).and_then(|pid| pid.to_str()?.parse::<i32>().ok());
    environment.contains_key(OsStr::new("LISTEN_FDS")) && for_it == Some(process.pid)
}

/// The other sockets on which the server listens.
pub(super) fn channels(
    server: &Process,
    sockets: &[LocalSocket],
    reviewed: Option<&LocalSocket>,
) -> Vec<Channel> {
    let pid = server.id.pid;
    let Ok(inodes) = socket_inodes(pid) else { return Vec::new() };
    let others = sockets.iter().filter(|socket| {
        serves(socket)
            && inodes.contains(&u64::from(socket.inode))
            && Some(socket.inode) != reviewed.map(|reviewed| reviewed.inode)
    });
    let local = others.map(|socket| Channel {
        name: path_of(socket, pid).map_or_else(|| shown(socket), |path| path.display().to_string()),
        reach: reach_of(socket, pid),
        remote: false,
    });
    let mut found: Vec<Channel> = local.chain(tcp_channels(pid, &inodes)).collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// Ports on which it listens. The addresses of a machine can be reached by all its users.
fn tcp_channels(pid: i32, inodes: &BTreeSet<u64>) -> Vec<Channel> {
    let Ok(process) = Proc::new(pid) else { return Vec::new() };
    let entries = process.tcp().into_iter().chain(process.tcp6()).flatten();
    let listening = |entry: &TcpNetEntry| entry.state == TcpState::Listen && inodes.contains(&entry.inode);
    let channel = |entry: TcpNetEntry| Channel {
        name: format!("tcp {}", entry.local_address),
        reach: Reach::Everybody,
        remote: !entry.local_address.ip().is_loopback(),
    };
    entries.filter(listening).map(channel).collect()
}

/// Whether another network namespace has a socket bound to a path with this one's file name: its table shows no file, so
/// that is as far as one can tell.
pub(super) fn bound_elsewhere(path: &Path) -> bool {
    let ours = std::fs::read_link("/proc/self/ns/net").ok();
    let mut seen: BTreeSet<PathBuf> = ours.into_iter().collect();
    let Ok(all) = all_processes() else { return false };
    all.flatten().any(|process| {
        let pid = process.pid;
        let Ok(namespace) = std::fs::read_link(format!("/proc/{pid}/ns/net")) else { return false };
        if !seen.insert(namespace) {
            return false;
        }
        let table = std::fs::read(format!("/proc/{pid}/net/unix")).unwrap_or_default();
        table.split(|&byte| byte == b'\n').any(|line| names_file(line, path))
    })
}

fn names_file(line: &[u8], path: &Path) -> bool {
    let Some(start) = line.iter().position(|&byte| byte == b'/') else { return false };
    let bound = Path::new(OsStr::from_bytes(line.get(start..).unwrap_or_default()));
    bound.file_name().is_some() && bound.file_name() == path.file_name()
}
