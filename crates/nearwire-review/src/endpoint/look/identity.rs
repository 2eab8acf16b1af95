//! Which socket is meant.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use nearwire::{Address, LocalSocket, SocketKind, local_sockets};

use super::{Directory, SocketFile, files, processes};
use crate::endpoint::EndpointError;
use crate::endpoint::reach::Reach;

/// What to review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// The socket that clients reach at this address.
    Address(Address),
    /// The listening socket of this process; of several, the one that most users can connect to.
    Process(i32),
}

impl Endpoint {
    /// The endpoint that a socket of the kernel's table is. Its path is as its process named it, so for a relative one,
    /// or one of another mount namespace, a process that holds it must be found.
    pub(crate) fn of_socket(socket: &LocalSocket) -> Result<Self, EndpointError> {
        if socket.is_abstract() {
            return Ok(Self::Address(abstract_address(socket)?));
        }
        let named = Path::new(OsStr::from_bytes(&socket.name)).to_owned();
        let holder =
            || processes::holders(socket.inode, &mut Vec::new()).first().map(|process| process.id.pid);
        let path = if leads_to(&named, socket) {
            Some(named)
        } else {
            holder().and_then(|pid| path_of(socket, pid))
        };
        let path = path.ok_or_else(|| EndpointError::NoSuchSocket { name: shown(socket) })?;
        Ok(Self::Address(Address::try_from(path.as_path())?))
    }
}

fn abstract_address(socket: &LocalSocket) -> Result<Address, EndpointError> {
    let text = [b"@", socket.name.get(1..).unwrap_or_default()].concat();
    Ok(Address::try_from(OsStr::from_bytes(&text))?)
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    /// Digits alone are the number of a process; everything else is an address.
    fn from_str(text: &str) -> Result<Self, EndpointError> {
        match text.parse::<i32>() {
            Ok(pid) if pid > 0 => Ok(Self::Process(pid)),
            _ => Ok(Self::Address(text.parse()?)),
        }
    }
}

/// The socket that is meant, and all others for comparison.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) address: Address,
    pub(crate) file: Option<SocketFile>,
    pub(crate) socket: Option<LocalSocket>,
    pub(crate) sockets: Vec<LocalSocket>,
}

/// Finds the socket that is meant.
pub(crate) fn resolve(endpoint: &Endpoint) -> Result<Identity, EndpointError> {
    let sockets = local_sockets()
        .map_err(|source| EndpointError::Io { what: "the kernel's table of sockets".to_owned(), source })?;
    match endpoint {
        Endpoint::Address(address) => at_address(address.to_string(), address, sockets),
        Endpoint::Process(pid) => of_process(*pid, sockets),
    }
}

fn at_address(name: String, address: &Address, sockets: Vec<LocalSocket>) -> Result<Identity, EndpointError> {
    let Some(path) = address.path()? else {
        let text = address.as_text();
        let kernel_name = [b"\0", text.as_bytes().get(1..).unwrap_or_default()].concat();
        let socket = sockets.iter().find(|each| serves(each) && each.name == kernel_name).cloned();
        let Some(socket) = socket else { return Err(EndpointError::NoSuchSocket { name }) };
        return Ok(Identity { name, address: address.clone(), file: None, socket: Some(socket), sockets });
    };
    let file = files::socket_file(&path)?;
    let socket = bound_to(&file, &sockets).cloned();
    // From here on it is a path: a name would be looked up in this user's private directory once more.
    let address = Address::try_from(path.as_path())?;
    Ok(Identity { name, address, file: Some(file), socket, sockets })
}

/// The socket bound to a file: the one that listens, among those it has accepted, which bear the same name.
fn bound_to<'a>(file: &SocketFile, sockets: &'a [LocalSocket]) -> Option<&'a LocalSocket> {
    let mut bound = sockets.iter().filter(|socket| socket.is_bound_to(file.device, file.inode));
    let first = bound.clone().next();
    bound.find(|socket| serves(socket)).or(first)
}

/// Whether clients can reach it: it listens, or takes messages without that.
pub(crate) fn serves(socket: &LocalSocket) -> bool {
    !socket.name.is_empty() && (socket.listening || socket.kind == SocketKind::Datagram)
}

fn of_process(pid: i32, sockets: Vec<LocalSocket>) -> Result<Identity, EndpointError> {
    let inodes = processes::socket_inodes(pid)?;
    let mine = |socket: &&LocalSocket| serves(socket) && inodes.contains(&u64::from(socket.inode));
    let mut found: Vec<(Reach, LocalSocket)> =
        sockets.iter().filter(mine).map(|socket| (reach_of(socket, pid), socket.clone())).collect();
    found.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.name.cmp(&b.name)));
    let Some((_, socket)) = found.into_iter().next() else { return Err(EndpointError::NotListening { pid }) };
    let name = shown(&socket);
    if socket.is_abstract() {
        let address = abstract_address(&socket)?;
        return Ok(Identity { name, address, file: None, socket: Some(socket), sockets });
    }
    let path = path_of(&socket, pid).unwrap_or_else(|| PathBuf::from(&name));
    let file = files::socket_file(&path)?;
    let address = Address::try_from(path.as_path())?;
    Ok(Identity { name, address, file: Some(file), socket: Some(socket), sockets })
}

/// A socket's name as text: `@name` for an abstract one.
pub(crate) fn shown(socket: &LocalSocket) -> String {
    match socket.name.split_first() {
        Some((0, name)) => format!("@{}", String::from_utf8_lossy(name)),
        _ => String::from_utf8_lossy(&socket.name).into_owned(),
    }
}

/// The path that leads to a socket's file: as the process named it, from where the process stands.
pub(super) fn path_of(socket: &LocalSocket, pid: i32) -> Option<PathBuf> {
    let name = Path::new(OsStr::from_bytes(&socket.name));
    let inside = name.strip_prefix("/").unwrap_or(name);
    let stands = if name.is_absolute() { "root" } else { "cwd" };
    let candidates = [
        name.to_owned(),
        std::fs::read_link(format!("/proc/{pid}/{stands}")).unwrap_or_default().join(inside),
    ];
    candidates.into_iter().find(|path| leads_to(path, socket))
}

/// Whether an absolute path leads to the file that the socket is bound to.
fn leads_to(path: &Path, socket: &LocalSocket) -> bool {
    path.is_absolute()
        && files::socket_file(path).is_ok_and(|file| socket.is_bound_to(file.device, file.inode))
}

/// Who can connect to a socket of a process; the owner alone where its file cannot be found.
pub(super) fn reach_of(socket: &LocalSocket, pid: i32) -> Reach {
    if socket.is_abstract() {
        return Reach::Everybody;
    }
    let looked = path_of(socket, pid).and_then(|path| {
        let file = files::socket_file(&path).ok()?;
        let address = Address::try_from(path.as_path()).ok()?;
        let directories: Vec<Directory> = files::directories(&address, &file, &mut Vec::new()).ok()?;
        Some(Reach::of(&file, &directories))
    });
    looked.unwrap_or(Reach::Owner)
}

/// The processes' sockets that clients can reach, for a survey.
pub(crate) fn all_serving() -> Result<Vec<LocalSocket>, EndpointError> {
    let sockets = local_sockets()
        .map_err(|source| EndpointError::Io { what: "the kernel's table of sockets".to_owned(), source })?;
    Ok(sockets.into_iter().filter(|socket| socket.listening && !socket.name.is_empty()).collect())
}
