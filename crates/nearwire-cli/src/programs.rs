//! Finds the programs that `nearwire compare` is told to compare.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use nearwire::Escaped;
use nearwire_exchange::Contender;

use crate::args;
use crate::failure::Failure;

/// Our own sockets, and how to say how they wait.
const OWN: &str = "nearwire:socket";
const SPIN: &str = ",spin=";
/// Where the peers are, if that is set.
const PEERS: &str = "NEARWIRE_PEERS";
/// Where `peers/build` puts them, seen from the repository's root.
const BUILT: &str = "peers/target";

pub(crate) fn find_all(names: &[String], pinned: Option<[u32; 2]>) -> Result<Vec<Contender>, Failure> {
    names.iter().map(|name| find(name, pinned)).collect()
}

fn find(name: &str, pinned: Option<[u32; 2]>) -> Result<Contender, Failure> {
    let contender = |serve, exchange| Contender { name: name.to_owned(), serve, exchange, pinned };
    if let Some(options) = name.strip_prefix(OWN) {
        let (program, options) = (own_program()?, own_options(name, options)?);
        let words = |command: &str| {
            let first = [program.clone(), "peer".into(), command.into()];
            first.into_iter().chain(options.iter().map(Into::into)).collect()
        };
        return Ok(contender(words("serve"), words("exchange")));
    }
    if let Some(commands) = name.strip_prefix("cmd:") {
        let (serve, exchange) = commands.split_once('|').ok_or_else(|| wrong_commands(name))?;
        return Ok(contender(words(name, serve)?, words(name, exchange)?));
    }
    let program: OsString = peer(name)?.into();
    Ok(contender(vec![program.clone(), "serve".into()], vec![program, "exchange".into()]))
}

/// What stands behind our own name, as options of `nearwire peer`.
fn own_options(name: &str, options: &str) -> Result<Vec<String>, Failure> {
    let advice = || format!("try: {OWN}, or {OWN}{SPIN}off, or {OWN}{SPIN}20us");
    match options.strip_prefix(SPIN) {
        Some(spin) => {
            args::spin(spin).map_err(|cause| Failure::usage(cause, advice()))?;
            Ok(vec![format!("--spin={spin}")])
        }
        None if options.is_empty() => Ok(Vec::new()),
        None => Err(Failure::usage(format!("{}: expected {OWN}{SPIN}TIME", Escaped::new(name)), advice())),
    }
}

fn own_program() -> Result<OsString, Failure> {
    let program = std::env::current_exe();
    program
        .map(Into::into)
        .map_err(|error| Failure::target(format!("cannot find this program: {error}"), None))
}

/// Splits a command as a shell would, without its other powers.
fn words(name: &str, command: &str) -> Result<Vec<OsString>, Failure> {
    match shlex::split(command) {
        Some(words) if !words.is_empty() => Ok(words.into_iter().map(Into::into).collect()),
        _ => Err(wrong_commands(name)),
    }
}

fn wrong_commands(name: &str) -> Failure {
    let cause = format!("{}: expected cmd:SERVE_COMMAND|EXCHANGE_COMMAND", Escaped::new(name));
    Failure::usage(cause, "quote it: 'cmd:./mine serve|./mine exchange' (peers/PROTOCOL.md)".to_owned())
}

/// The executable of a peer that was built.
fn peer(name: &str) -> Result<PathBuf, Failure> {
    let directories = directories();
    let is_name = !name.is_empty() && !name.contains('/') && !name.starts_with('.');
    let found = directories.iter().map(|directory| directory.join(name)).find(|path| path.is_file());
    found.filter(|_| is_name).ok_or_else(|| {
        let places: Vec<String> = directories.iter().map(|path| Escaped::new(path).to_string()).collect();
        let cause = format!("{}: there is no such peer in {}", Escaped::new(name), places.join(" or "));
        let advice =
            format!("try: peers/build {}, or nearwire:socket, or cmd:SERVE|EXCHANGE", Escaped::new(name));
        Failure::usage(cause, advice)
    })
}

/// Where peers may be: as the environment says, or in the repository we are in or were built in.
fn directories() -> Vec<PathBuf> {
    if let Some(directory) = std::env::var_os(PEERS) {
        return vec![directory.into()];
    }
    let beside = std::env::current_exe().ok();
    let beside =
        beside.as_deref().and_then(|program| program.ancestors().nth(3)).map(|root| root.join(BUILT));
    let here = Path::new(BUILT).canonicalize().unwrap_or_else(|_| BUILT.into());
    std::iter::once(here.clone()).chain(beside.filter(|directory| *directory != here)).collect()
}

#[cfg(test)]
mod tests;
