//! Socket units of systemd (systemd.socket(5)).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the system's and the users' units lie; of two files with one name, the earlier counts (systemd.unit(5)).
const DIRECTORIES: &[&str] = &[
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/etc/systemd/user",
    "/usr/lib/systemd/user",
];
/// More than any unit has.
const MOST_BYTES: u64 = 1 << 20;

/// A socket unit that names the reviewed socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) path: PathBuf,
    /// The line that names the socket.
    pub(crate) listens: String,
    /// `SocketMode=`, where it is set, and the file that sets it.
    pub(crate) mode: Option<(u32, PathBuf)>,
}

/// The units that listen on `name`.
pub(super) fn naming(name: &[u8], directories: Option<&[PathBuf]>) -> Vec<Unit> {
    let default: Vec<PathBuf> = DIRECTORIES.iter().map(PathBuf::from).collect();
    let directories = directories.unwrap_or(&default);
    let mut units: BTreeMap<std::ffi::OsString, PathBuf> = BTreeMap::new();
    for directory in directories {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            if Path::new(&entry.file_name()).extension().is_some_and(|extension| extension == "socket") {
                units.entry(entry.file_name()).or_insert_with(|| entry.path());
            }
        }
    }
    let read = |(file, path): (std::ffi::OsString, PathBuf)| {
        let drop_ins = drop_ins(&file, directories);
        unit_naming(name, &path, &drop_ins)
    };
    units.into_iter().filter_map(read).collect()
}

/// The `*.conf` files that add to a unit, in the order of their names.
fn drop_ins(unit: &std::ffi::OsStr, directories: &[PathBuf]) -> Vec<PathBuf> {
    let mut below = unit.to_owned();
    below.push(".d");
    let mut found: BTreeMap<std::ffi::OsString, PathBuf> = BTreeMap::new();
    for directory in directories {
        for entry in fs::read_dir(directory.join(&below)).into_iter().flatten().flatten() {
            if Path::new(&entry.file_name()).extension().is_some_and(|extension| extension == "conf") {
                found.entry(entry.file_name()).or_insert_with(|| entry.path());
            }
        }
    }
    found.into_values().collect()
}

fn unit_naming(name: &[u8], path: &Path, drop_ins: &[PathBuf]) -> Option<Unit> {
    let (mut listens, mut mode) = (None, None);
    for file in std::iter::once(path).chain(drop_ins.iter().map(PathBuf::as_path)) {
        let Some(text) = read(file) else { continue };
        for (key, value) in settings(&text) {
            match key {
                "ListenStream" | "ListenDatagram" | "ListenSequentialPacket" if value.is_empty() => {
                    listens = None;
                }
                "ListenStream" | "ListenDatagram" | "ListenSequentialPacket" if is(value, name) => {
                    listens = Some(format!("{key}={value}"));
                }
                "SocketMode" if value.is_empty() => mode = None,
                "SocketMode" => mode = u32::from_str_radix(value, 8).ok().map(|mode| (mode, file.to_owned())),
                _ => {}
            }
        }
    }
    Some(Unit { path: path.to_owned(), listens: listens?, mode })
}

fn read(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    (metadata.is_file() && metadata.len() <= MOST_BYTES).then(|| fs::read_to_string(path).ok())?
}

/// Keys and values of the section `[Socket]`.
fn settings(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut inside = false;
    text.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with('[') {
            inside = line == "[Socket]";
            return None;
        }
        let (key, value) = line.split_once('=').filter(|_| inside && !line.starts_with(['#', ';']))?;
        Some((key.trim(), value.trim()))
    })
}

/// Whether a unit's address is the reviewed one. Of the specifiers only `%t` is known, as the system's manager has it;
/// `/var/run` is `/run`.
fn is(value: &str, name: &[u8]) -> bool {
    let value = value.replace("%t", "/run").replace("%%", "%");
    let value = value.strip_prefix("/var/run/").map_or(value.clone(), |rest| format!("/run/{rest}"));
    value.as_bytes() == name
        || fs::canonicalize(&value).is_ok_and(|real| real.as_os_str().as_encoded_bytes() == name)
}

#[cfg(test)]
mod tests;
