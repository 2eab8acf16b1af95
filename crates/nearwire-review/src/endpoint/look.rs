//! What can be seen of an endpoint without touching it: plain data, which the checks judge.

mod files;
mod identity;
mod processes;
mod units;

use std::path::PathBuf;

use nearwire::{Address, LocalSocket, SocketKind};

use super::baseline::Facts;
use super::names;
use super::reach::Reach;
use super::{EndpointError, Options};

pub use identity::Endpoint;
pub(crate) use identity::{Identity, all_serving, resolve, shown};
#[cfg(test)]
pub(crate) use processes::Descriptor;
pub(crate) use processes::{Process, ProcessId};
pub(crate) use units::Unit;

/// The socket's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SocketFile {
    /// Its path without symbolic links.
    pub(crate) path: PathBuf,
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Whether it has an access control list, which the group bits then only cap.
    pub(crate) has_acl: bool,
}

/// A directory on the way to the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directory {
    pub(crate) path: PathBuf,
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// The kernel's entry of the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Socket {
    /// The number by which `/proc/PID/fd` calls it.
    pub(crate) inode: u32,
    pub(crate) kind: SocketKind,
    pub(crate) listening: bool,
    /// How many clients wait to be accepted, and how many may.
    pub(crate) waiting: u32,
    pub(crate) backlog: u32,
}

impl From<&LocalSocket> for Socket {
    fn from(found: &LocalSocket) -> Self {
        let LocalSocket { inode, kind, listening, waiting, backlog, .. } = *found;
        Self { inode, kind, listening, waiting, backlog }
    }
}

/// Another way into the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Channel {
    /// What it is called, as `ss` would show it.
    pub(crate) name: String,
    /// Who can connect to it.
    pub(crate) reach: Reach,
    /// Whether it takes connections of other machines, too.
    pub(crate) remote: bool,
}

/// What was seen of an endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// What it is called, as the user named it.
    pub(crate) name: String,
    /// Where to connect to.
    pub(crate) address: Address,
    /// The kernel's entry; `None` where nobody in this network namespace is bound to it.
    pub(crate) socket: Option<Socket>,
    /// `None` for an abstract name.
    pub(crate) file: Option<SocketFile>,
    /// From the root down.
    pub(crate) directories: Vec<Directory>,
    /// Who holds the socket, the server first. Empty where that may not be seen.
    pub(crate) processes: Vec<Process>,
    /// The server's other listening sockets.
    pub(crate) channels: Vec<Channel>,
    /// The units of systemd that name this socket.
    pub(crate) units: Vec<Unit>,
    /// What it was like before.
    pub(crate) baseline: Option<Facts>,
    /// Whether a socket of the same name is bound in another network namespace.
    pub(crate) bound_elsewhere: bool,
    /// Whether a probe as another user was served; `None` where that was not tried, or could not be told.
    pub(crate) stranger_is_served: Option<bool>,
    /// What could not be looked at.
    pub(crate) incomplete: Vec<String>,
}

impl Look {
    /// Looks at an endpoint.
    pub(crate) fn at(identity: Identity, options: &Options) -> Result<Self, EndpointError> {
        let Identity { name, address, file, socket, sockets } = identity;
        let mut incomplete = Vec::new();
        let directories = match &file {
            Some(file) => files::directories(&address, file, &mut incomplete)?,
            None => Vec::new(),
        };
        let processes = match &socket {
            Some(socket) => processes::holders(socket.inode, &mut incomplete),
            None => Vec::new(),
        };
        let channels = processes.first().map(|server| processes::channels(server, &sockets, socket.as_ref()));
        let bound_elsewhere =
            socket.is_none() && file.as_ref().is_some_and(|file| processes::bound_elsewhere(&file.path));
        let units =
            units::naming(&name_for_units(&address, file.as_ref()), options.unit_directories.as_deref());
        Ok(Self {
            name,
            address,
            socket: socket.as_ref().map(Socket::from),
            file,
            directories,
            processes,
            channels: channels.unwrap_or_default(),
            units,
            baseline: options.baseline.clone(),
            bound_elsewhere,
            stranger_is_served: None,
            incomplete,
        })
    }

    /// Who can connect.
    pub(crate) fn reach(&self) -> Reach {
        match &self.file {
            Some(file) => Reach::of(file, &self.directories),
            None => Reach::Everybody,
        }
    }

    /// Whether somebody other than the server's own user and root can connect.
    pub(crate) fn is_open_to_others(&self) -> bool {
        match self.reach() {
            Reach::Owner => self
                .file
                .as_ref()
                .zip(self.server())
                .is_some_and(|(file, server)| file.uid != 0 && file.uid != server.uid),
            Reach::Group(gid) => names::group(gid).has_others_than(&self.owner()),
            Reach::Everybody => true,
        }
    }

    /// The name of the socket file's owner.
    pub(crate) fn owner(&self) -> String {
        self.file.as_ref().map(|file| names::user(file.uid)).unwrap_or_default()
    }

    /// The process that serves it.
    pub(crate) fn server(&self) -> Option<&Process> {
        self.processes.first()
    }

    /// How it carries data; `None` where nobody is bound to it.
    pub(crate) fn kind(&self) -> Option<SocketKind> {
        self.socket.as_ref().map(|socket| socket.kind)
    }
}

/// What a unit calls it.
fn name_for_units(address: &Address, file: Option<&SocketFile>) -> Vec<u8> {
    match file {
        Some(file) => file.path.as_os_str().as_encoded_bytes().to_owned(),
        None => address.to_string().into_bytes(),
    }
}

impl SocketFile {
    /// As `ls -l` shows it: `srwxrwxrwx alice staff /tmp/app.sock`.
    pub(crate) fn stat_line(&self) -> String {
        stat_line('s', self.mode, self.uid, self.gid, &self.path)
    }
}

impl Directory {
    /// As `ls -ld` shows it.
    pub(crate) fn stat_line(&self) -> String {
        stat_line('d', self.mode, self.uid, self.gid, &self.path)
    }
}

fn stat_line(kind: char, mode: u32, uid: u32, gid: u32, path: &std::path::Path) -> String {
    let special = [(0o4000, 6, 's'), (0o2000, 3, 's'), (0o1000, 0, 't')];
    let mut line = String::from(kind);
    for shift in [6, 3, 0] {
        let bits = mode >> shift;
        line.push(if bits & 4 != 0 { 'r' } else { '-' });
        line.push(if bits & 2 != 0 { 'w' } else { '-' });
        let marked = special.iter().find(|(bit, at, _)| *at == shift && mode & bit != 0);
        line.push(match (marked, bits & 1 != 0) {
            (Some((_, _, letter)), true) => *letter,
            (Some((_, _, letter)), false) => letter.to_ascii_uppercase(),
            (None, true) => 'x',
            (None, false) => '-',
        });
    }
    format!("{line} {} {} {}", names::user(uid), names::group(gid).name, path.display())
}

#[cfg(test)]
pub(crate) mod tests;
