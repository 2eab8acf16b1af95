//! Which files are reviewed, and reading them. What is found in a directory may be anything: FIFOs, links in circles, files
//! of any size and content.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::SourceError;
use super::lower;
use super::model::{File, Language};

/// Files above this size are not read: code that people write is smaller.
pub const MAX_FILE_BYTES: u64 = 8 << 20;

/// Files to review.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) files: Vec<PathBuf>,
    /// What was passed over, and why.
    pub(super) incomplete: Vec<String>,
}

/// Files that were read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Those that have to do with local sockets.
    pub(super) files: Vec<File>,
    /// Lines of each language, of all files.
    pub(super) languages: Vec<(Language, u64)>,
    /// How many files were read.
    pub(super) count: usize,
    pub(super) incomplete: Vec<String>,
}

/// The language that the ending of a file's name says; `.h` may be C or C++.
fn language_of(path: &Path) -> Option<Language> {
    match path.extension()?.to_str()? {
        "c" | "h" => Some(Language::C),
        "cc" | "cpp" | "cxx" | "c++" | "C" | "hh" | "hpp" | "hxx" | "h++" | "ipp" | "tpp" | "inl" => {
            Some(Language::Cpp)
        }
        "rs" => Some(Language::Rust),
        _ => None,
    }
}

/// Finds the files below paths, in the order of their names.
pub(super) fn collect(paths: &[PathBuf]) -> Result<Collected, SourceError> {
    let mut collected = Collected { files: Vec::new(), incomplete: Vec::new() };
    for path in paths {
        let kind =
            std::fs::metadata(path).map_err(|source| SourceError::Read { path: path.clone(), source })?;
        if kind.is_dir() {
            below(path, &mut collected);
        } else if kind.is_file() {
            if language_of(path).is_none() {
                return Err(SourceError::UnknownLanguage { path: path.clone() });
            }
            collected.files.push(path.clone());
        } else {
            let source = io::Error::new(io::ErrorKind::InvalidInput, "neither a file nor a directory");
            return Err(SourceError::Read { path: path.clone(), source });
        }
    }
    collected.files.sort();
    collected.files.dedup();
    if collected.files.is_empty() {
        return Err(SourceError::NothingToReview { paths: super::names_of(paths) });
    }
    Ok(collected)
}

fn below(directory: &Path, collected: &mut Collected) {
    for entry in ignore::WalkBuilder::new(directory).build() {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                if is_file && language_of(entry.path()).is_some() {
                    collected.files.push(entry.into_path());
                }
            }
            Err(error) => collected.incomplete.push(error.to_string()),
        }
    }
}

/// Reads all files, and keeps those that have to do with local sockets.
pub(super) fn read_relevant(paths: &[PathBuf]) -> Result<Reading, SourceError> {
    read(paths, |bytes| relevance().is_none_or(|words| words.is_match(bytes)))
}

/// Reads all files below paths, whether they have to do with sockets or not. Says as well what could not be read.
///
/// # Errors
///
/// [`SourceError`] if a path cannot be read, or nothing below them is source code.
pub fn read_all(paths: &[PathBuf]) -> Result<(Vec<File>, Vec<String>), SourceError> {
    let Collected { files, mut incomplete } = collect(paths)?;
    let reading = read(&files, |_| true)?;
    incomplete.extend(reading.incomplete);
    Ok((reading.files, incomplete))
}

/// What a file has in it that has to do with local sockets.
fn relevance() -> Option<&'static AhoCorasick> {
    static WORDS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let words = [
        "AF_UNIX",
        "PF_UNIX",
        "AF_LOCAL",
        "PF_LOCAL",
        "sockaddr_un",
        "sun_path",
        "sys/un.h",
        "UnixListener",
        "UnixStream",
        "UnixDatagram",
        "UnixSeqpacket",
        "AddressFamily::UNIX",
        "AddressFamily::Unix",
        "SocketAddrUnix",
        "UnixAddr",
        "UnixSocket",
        "QLocalServer",
        "QLocalSocket",
        "g_unix_socket",
        "GUnixSocket",
        "local::stream_protocol",
        "SO_PEERCRED",
        "peer_cred",
        "getpeereid",
        "ucred",
        "SCM_RIGHTS",
        "ScmRights",
        "SCM_CREDENTIALS",
        "interprocess::local_socket",
        // What another file may do for the sockets of this one.
        "SIGPIPE",
        "umask(",
        "flock(",
        "lockf(",
        "pidfile",
        "seems to be running",
        "execv",
        "execl",
        "posix_spawn",
        "popen(",
        "closefrom",
        "close_range",
        "_SC_OPEN_MAX",
    ];
    WORDS.get_or_init(|| AhoCorasick::new(words).ok()).as_ref()
}

/// What became of one file.
enum Read1 {
    File { language: Language, lines: u64, file: Option<Box<File>> },
    Not(String),
}

fn read(paths: &[PathBuf], keep: impl Fn(&[u8]) -> bool + Sync) -> Result<Reading, SourceError> {
    let alone = paths.len() == 1;
    let read: Vec<Read1> = paths.par_iter().map(|path| one(path, alone, &keep)).collect();
    let mut reading = Reading::default();
    for outcome in read {
        match outcome {
            Read1::File { language, lines, file } => {
                reading.count = reading.count.saturating_add(1);
                match reading.languages.iter_mut().find(|(known, _)| *known == language) {
                    Some((_, sum)) => *sum = sum.saturating_add(lines),
                    None => reading.languages.push((language, lines)),
                }
                if file.as_ref().is_some_and(|file| file.is_cut) {
                    reading.incomplete.push(too_deep(file.as_deref()));
                }
                reading.files.extend(file.map(|file| *file));
            }
            Read1::Not(why) => reading.incomplete.push(why),
        }
    }
    reading.languages.sort();
    if reading.count == 0 {
        let why = reading.incomplete.first().cloned().unwrap_or_default();
        let path = paths.first().cloned().unwrap_or_default();
        return Err(SourceError::Read { path, source: io::Error::other(why) });
    }
    Ok(reading)
}

fn too_deep(file: Option<&File>) -> String {
    let path = file.map(|file| file.path.to_string_lossy()).unwrap_or_default();
    format!("{path}: code nested deeper than {} was not read", lower::MAX_DEPTH)
}

fn one(path: &Path, alone: bool, keep: &(impl Fn(&[u8]) -> bool + Sync)) -> Read1 {
    let bytes = match contents(path) {
        Ok(bytes) => bytes,
        Err(why) => return Read1::Not(format!("{}: {why}", path.to_string_lossy())),
    };
    let language = match language_of(path) {
        Some(Language::C) if is_header(path) && looks_like_cpp(&bytes) => Language::Cpp,
        Some(language) => language,
        None => return Read1::Not(format!("{}: not in C, C++ or Rust", path.to_string_lossy())),
    };
    let breaks = bytes.iter().filter(|byte| **byte == b'\n').count();
    let lines = u64::try_from(breaks).unwrap_or(u64::MAX);
    if !keep(&bytes) {
        return Read1::File { language, lines, file: None };
    }
    match lower::file(path.to_owned(), language, &bytes) {
        Ok(mut file) => {
            if is_test_file(path) && !(alone && language != Language::Rust) {
                file.functions.iter_mut().for_each(|function| function.is_test = true);
            }
            Read1::File { language, lines, file: Some(Box::new(file)) }
        }
        Err(error) => Read1::Not(format!("{}: {error}", path.to_string_lossy())),
    }
}

/// Reads a regular file of a bearable size. It may have become something else since it was found, so it is opened without
/// waiting, and looked at again when it is open.
fn contents(path: &Path) -> Result<Vec<u8>, String> {
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file =
        OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| error.to_string())?;
    let kind = file.metadata().map_err(|error| error.to_string())?;
    if !kind.is_file() {
        return Err("not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_FILE_BYTES {
        return Err(format!("larger than {} MiB, not read", MAX_FILE_BYTES >> 20));
    }
    Ok(bytes)
}

/// Whether all of a file that was found below a directory is test code. In Rust these are `tests.rs` and what Cargo takes
/// as integration tests; in C and C++ it is what is called so.
fn is_test_file(path: &Path) -> bool {
    let mut near = path.ancestors().skip(1).take(2).filter_map(Path::file_name);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if path.extension().is_some_and(|ending| ending == "rs") {
        return stem == "tests" || near.any(|name| name == "tests" || name == "test");
    }
    const DIRECTORIES: &[&str] =
        &["test", "tests", "regress", "t", "unittest", "unittests", "testing", "fuzz"];
    let directory = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let begins = ["test-", "test_", "tst_"].iter().any(|prefix| stem.starts_with(prefix));
    let ends = ["-test", "_test", "_tests", "_unittest"].iter().any(|suffix| stem.ends_with(suffix));
    begins || ends || DIRECTORIES.contains(&&*directory)
}

fn is_header(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "h")
}

/// Whether a header says something that only C++ says.
fn looks_like_cpp(bytes: &[u8]) -> bool {
    static WORDS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let words = [
        "\nclass ",
        "\nnamespace ",
        "Q_OBJECT",
        "public:",
        "private:",
        "template <",
        "template<",
        "std::",
        "QObject",
    ];
    let words = WORDS.get_or_init(|| AhoCorasick::new(words).ok()).as_ref();
    words.is_some_and(|words| words.is_match(bytes))
}
