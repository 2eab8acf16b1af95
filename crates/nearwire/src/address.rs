//! Where a server is found: a name in the user's private directory, a path, or an abstract name.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::directory::{self, DirectoryError};
use crate::escape::Escaped;

/// What `sockaddr_un` holds of a path, without its final NUL (unix(7)).
pub(crate) const SUN_PATH_MAX: usize = 107;
/// The longest file name of a socket: NAME_MAX (255), less the ending of its lock file.
const FILE_NAME_MAX: usize = 255 - ".lock".len();
/// The longest path: PATH_MAX, less its final NUL.
const PATH_MAX: usize = 4095;
/// The ending of a named socket's file.
const SOCKET_SUFFIX: &str = ".sock";
const NAME_MAX: usize = FILE_NAME_MAX - SOCKET_SUFFIX.len();

/// The address of a local socket.
///
/// | text | meaning |
/// |---|---|
/// | `demo` | `demo.sock` in this user's private directory: `$XDG_RUNTIME_DIR/nearwire/`, else `/run/user/UID/nearwire/`, else `/tmp/nearwire-UID/` |
/// | `/run/app.sock`, `./app.sock` | that path; whatever contains a `/` |
/// | `@demo` | the abstract name `demo` (Linux): no file, so no permissions; only the peer check protects it |
///
/// Paths longer than the 107 bytes of `sockaddr_un` work, up to 4095 bytes.
///
/// ```
/// use nearwire::Address;
/// let address: Address = "demo".parse()?;
/// assert_eq!(address.to_string(), "demo");
/// assert!("".parse::<Address>().is_err());
/// # Ok::<(), nearwire::AddressError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Address(Kind);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Kind {
    Name(String),
    Path(PathBuf),
    Abstract(Vec<u8>),
}

/// Why a text is not an address: the caller's mistake.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing was given, or nothing after the `@`.
    #[error("the address is empty")]
    Empty,
    /// No file or abstract name of ours may contain a NUL byte.
    #[error("{}: byte {position} is NUL, which no address may contain", Escaped::bytes(.address))]
    Nul {
        /// The address as given.
        address: Vec<u8>,
        /// Where the NUL is, counted from 0.
        position: usize,
    },
    /// The name, a component of the path or the whole is longer than the system allows.
    #[error("{}: the {what} has {length} bytes; at most {limit} are possible", Escaped::bytes(.address))]
    TooLong {
        /// The address as given.
        address: Vec<u8>,
        /// Which part is too long.
        what: &'static str,
        /// Its length in bytes.
        length: usize,
        /// The most that is possible, in bytes.
        limit: usize,
    },
    /// A name (not a path) must be printable text.
    #[error("{}: a name must be printable text; give a path for any other", Escaped::bytes(.address))]
    NotPrintable {
        /// The address as given.
        address: Vec<u8>,
    },
    /// The path ends in `/`, `.` or `..`, so it names a directory.
    #[error("{}: the path names a directory, not a socket", Escaped::bytes(.address))]
    NoFileName {
        /// The address as given.
        address: Vec<u8>,
    },
}

/// Where an address leads on this machine, for this user.
pub(crate) enum Place {
    /// `file` in `directory`.
    File { directory: PathBuf, file: OsString, private: bool },
    /// An abstract name, without its leading NUL.
    Abstract(Vec<u8>),
}

impl Address {
    /// The path of the socket file, `None` for an abstract name.
    ///
    /// # Errors
    /// [`DirectoryError`] when the address is a name and this user's private directory cannot be told
    /// (`$XDG_RUNTIME_DIR` is not absolute): the environment's fault.
    pub fn path(&self) -> Result<Option<PathBuf>, DirectoryError> {
        Ok(match self.place()? {
            Place::File { directory, file, .. } => Some(directory.join(file)),
            Place::Abstract(_) => None,
        })
    }

    /// Whether this is an abstract name, which has no file and so no permissions.
    #[must_use]
    pub fn is_abstract(&self) -> bool {
        matches!(self.0, Kind::Abstract(_))
    }

    /// Whether this is a name in the user's private directory, which no other user can reach.
    #[must_use]
    pub fn is_name(&self) -> bool {
        matches!(self.0, Kind::Name(_))
    }

    /// What was given, to the byte: `TryFrom<&OsStr>` reads it back.
    #[must_use]
    pub fn as_text(&self) -> OsString {
        match &self.0 {
            Kind::Name(name) => name.into(),
            Kind::Path(path) => path.into(),
            Kind::Abstract(name) => OsString::from_vec([b"@", name.as_slice()].concat()),
        }
    }

    pub(crate) fn place(&self) -> Result<Place, DirectoryError> {
        Ok(match &self.0 {
            Kind::Name(name) => Place::File {
                directory: directory::private_path()?,
                file: format!("{name}{SOCKET_SUFFIX}").into(),
                private: true,
            },
            Kind::Path(path) => Place::File {
                directory: parent_of(path),
                file: path.file_name().unwrap_or_default().to_owned(),
                private: false,
            },
            Kind::Abstract(name) => Place::Abstract(name.clone()),
        })
    }
}

/// The directory of a path; `.` when it gives none.
fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

impl TryFrom<&OsStr> for Address {
    type Error = AddressError;

    fn try_from(text: &OsStr) -> Result<Self, AddressError> {
        let bytes = text.as_bytes();
        if bytes.is_empty() {
            return Err(AddressError::Empty);
        }
        if let Some(position) = bytes.iter().position(|&byte| byte == 0) {
            return Err(AddressError::Nul { address: bytes.to_owned(), position });
        }
        if bytes.contains(&b'/') {
            parse_path(text).map(Kind::Path).map(Self)
        } else if let Some(name) = bytes.strip_prefix(b"@") {
            parse_abstract(bytes, name).map(Kind::Abstract).map(Self)
        } else {
            parse_name(text).map(Kind::Name).map(Self)
        }
    }
}

fn parse_path(text: &OsStr) -> Result<PathBuf, AddressError> {
    let path = Path::new(text);
    let bytes = text.as_bytes();
    check_length(bytes, "path", bytes.len(), PATH_MAX)?;
    // `file_name` looks through a trailing `/` and `/.`; the kernel would ask for a directory there.
    match path.file_name() {
        Some(name) if bytes.ends_with(name.as_bytes()) => {
            check_length(bytes, "file name", name.len(), FILE_NAME_MAX)?;
            Ok(path.to_owned())
        }
        _ => Err(AddressError::NoFileName { address: bytes.to_owned() }),
    }
}

fn parse_abstract(address: &[u8], name: &[u8]) -> Result<Vec<u8>, AddressError> {
    if name.is_empty() {
        return Err(AddressError::Empty);
    }
    check_length(address, "abstract name", name.len(), SUN_PATH_MAX)?;
    Ok(name.to_owned())
}

fn parse_name(text: &OsStr) -> Result<String, AddressError> {
    let not_printable = || AddressError::NotPrintable { address: text.as_bytes().to_owned() };
    let name = text.to_str().ok_or_else(not_printable)?;
    if name.chars().any(char::is_control) {
        return Err(not_printable());
    }
    check_length(text.as_bytes(), "name", name.len(), NAME_MAX)?;
    Ok(name.to_owned())
}

fn check_length(address: &[u8], what: &'static str, length: usize, limit: usize) -> Result<(), AddressError> {
    if length <= limit {
        return Ok(());
    }
    Err(AddressError::TooLong { address: address.to_owned(), what, length, limit })
}

impl TryFrom<&Path> for Address {
    type Error = AddressError;

    /// A path always stays a path: one without a `/` means a file of the current directory.
    fn try_from(path: &Path) -> Result<Self, AddressError> {
        let text = path.as_os_str();
        if text.is_empty() || text.as_bytes().contains(&b'/') {
            return Self::try_from(text);
        }
        Self::try_from(Path::new(".").join(path).as_os_str())
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::try_from(OsStr::new(text))
    }
}

/// The text that [`FromStr`] reads back. It is *not* escaped: use [`Escaped`] with
/// [`Address::escaped`] for a terminal. A path that is not UTF-8 is shown with replacement characters.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Name(name) => f.write_str(name),
            Kind::Path(path) => path.display().fmt(f),
            Kind::Abstract(name) => write!(f, "@{}", String::from_utf8_lossy(name)),
        }
    }
}

impl Address {
    /// The address with everything escaped that a terminal could obey.
    #[must_use]
    pub fn escaped(&self) -> String {
        match &self.0 {
            Kind::Name(name) => Escaped::new(name).to_string(),
            Kind::Path(path) => Escaped::new(path).to_string(),
            Kind::Abstract(name) => format!("@{}", Escaped::bytes(name)),
        }
    }
}

#[cfg(test)]
mod tests;
