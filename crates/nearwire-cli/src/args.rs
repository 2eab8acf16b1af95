//! What can be said on the command line. Values become validated types here; nothing behind it checks them again.

pub(crate) mod compare;
pub(crate) mod peer;
pub(crate) mod review;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use nearwire::{Address, AddressError, Gid, Mode, Spin, SpinError, Uid};
use nearwire_exchange::{ChunkSize, Connections, Iterations, PlanError, RunTime, Threads, Window};

use crate::users;

/// Local sockets that are fast and safe, and the tool that measures them.
#[derive(Debug, Parser)]
#[command(name = "nearwire", version, max_term_width = 80, after_help = EXIT_CODES)]
#[command(disable_help_flag = true, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Print help
    // The short form for both: one line for each option, without gaps.
    #[arg(short, long, global = true, display_order = 1001, action = clap::ArgAction::HelpShort)]
    help: Option<bool>,

    /// Say on stderr what happens; twice for every connection
    #[arg(short, long, global = true, display_order = 1000, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 fine, 1 a comparison found A slower or a review found something,
2 wrong usage, 3 the target failed, integrity was lost or the run was
interrupted, 4 inconclusive.

Examples:
  nearwire exchange                          measure this machine: 12 cases, own server
  nearwire serve demo                        an echo server that only you can reach
  nearwire exchange --to demo --duration 5s  measure it, or anybody's echo server
  nearwire suite --json | jq .cases          all 17 cases, for machines
  nearwire compare nearwire:socket qt6       side by side, with peers/build
  nearwire review source src                 what is insecure in this code";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(Serve),
    Exchange(Exchange),
    Pingpong(Pingpong),
    Suite(Suite),
    Compare(compare::Compare),
    #[command(subcommand)]
    Review(review::Review),
    #[command(subcommand, hide = true)]
    Peer(peer::Peer),
    Completions(Completions),
    Man(Man),
}

/// Serve a local socket until SIGTERM or SIGINT
#[derive(Debug, Args)]
#[command(after_help = "\
Prints one line when it listens. On SIGTERM or SIGINT it stops accepting,
finishes what is in flight and prints what it did. Only this user can connect,
unless you say otherwise. Services: RFC 862 (echo), 863 (discard), 864 (source).")]
pub(crate) struct Serve {
    /// NAME (in this user's private directory), a path (with a /), or @ABSTRACT
    #[arg(value_parser = address())]
    pub(crate) address: Address,

    /// What to do with what is received
    #[arg(long, value_name = "SERVICE", default_value = "echo")]
    pub(crate) service: ServiceKind,

    /// Mode of the socket file, in octal [default: 0600; 0660 with --group]
    #[arg(long)]
    pub(crate) mode: Option<Mode>,

    /// Group of the socket file; it may connect
    #[arg(long, value_name = "GROUP", value_parser = users::group)]
    pub(crate) group: Option<Gid>,

    /// Let this user connect, too (repeatable)
    #[arg(long, value_name = "USER", value_parser = users::user)]
    pub(crate) allow_user: Vec<Uid>,

    /// Let the members of this group connect, too (repeatable)
    #[arg(long, value_name = "GROUP", value_parser = users::group)]
    pub(crate) allow_group: Vec<Gid>,

    /// Let everybody connect whom mode and directory let through
    #[arg(long, conflicts_with_all = ["allow_user", "allow_group"])]
    pub(crate) anyone: bool,

    /// Event loops
    #[arg(long, value_name = "N", default_value_t)]
    pub(crate) threads: Threads,

    /// Connections at one time; more are refused
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_connections: u32,

    /// Connections of one user [default: all, or a quarter where several users may connect]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_per_user: Option<u32>,

    /// Close a connection without any byte for this long; `none` for never
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time_or_none)]
    pub(crate) idle_timeout: MaybeTime,

    /// Clients that may wait to be accepted
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) backlog: u32,

    /// Look for more for this long before sleeping; `off` to sleep at once
    #[arg(long, value_name = "TIME", default_value = DEFAULT_SPIN, value_parser = spin)]
    pub(crate) spin: Spin,

    /// How long to wait for what is in flight at the end
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time)]
    pub(crate) drain: Duration,

    /// End when standard input ends, as when a parent process dies; for each
    /// line in it, print the report so far
    #[arg(long)]
    pub(crate) stop_on_eof: bool,

    /// How to print: a line when it listens, the report at the end
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ServeFormat,

    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
}

/// Exchange chunks with an echo server, verify them, and say what it cost
#[derive(Debug, Args)]
#[command(after_help = "\
Runs every combination of connections and chunk sizes. All chunks of a case are
shared among its connections. Without --to it starts a server of its own, in a
process that ends with it. A round trip (RTT) is from before a chunk is sent
until after its last byte is read. MB/s counts one direction.")]
pub(crate) struct Exchange {
    /// Numbers of connections
    #[arg(long, value_name = "N,...", value_delimiter = ',', default_value = "1,5,10")]
    pub(crate) connections: Vec<Connections>,

    /// Chunk sizes: 100, 10k, 64Ki, 1M; 1 byte to 16 MiB
    #[arg(long, value_name = "SIZE,...", value_delimiter = ',', default_value = "100,1000,10k,100k")]
    pub(crate) chunk_size: Vec<ChunkSize>,

    /// Chunks of a case, over all its connections
    #[arg(long, value_name = "N", default_value = "50000")]
    pub(crate) iterations: Iterations,

    #[command(flatten)]
    pub(crate) limit: TimeLimit,

    #[command(flatten)]
    pub(crate) target: Target,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Measure round trips: one byte to and fro, over 10 to 10 000 connections
#[derive(Debug, Args)]
pub(crate) struct Pingpong {
    /// Numbers of connections
    #[arg(long, value_name = "N,...", value_delimiter = ',', default_value = "10,50,100,1000,10000")]
    pub(crate) connections: Vec<Connections>,

    /// Chunk sizes: 100, 10k, 64Ki, 1M; 1 byte to 16 MiB
    #[arg(long, value_name = "SIZE,...", value_delimiter = ',', default_value = "1")]
    pub(crate) chunk_size: Vec<ChunkSize>,

    /// Chunks of a case, over all its connections
    #[arg(long, value_name = "N", default_value = "100000")]
    pub(crate) iterations: Iterations,

    #[command(flatten)]
    pub(crate) limit: TimeLimit,

    #[command(flatten)]
    pub(crate) target: Target,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Run all 17 cases: 5 of pingpong, 12 of exchange
#[derive(Debug, Args)]
pub(crate) struct Suite {
    /// Run each case with a tenth of its chunks
    #[arg(long)]
    pub(crate) quick: bool,

    #[command(flatten)]
    pub(crate) target: Target,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// What [`Spin::default`] is, for people; a test holds the two together.
const DEFAULT_SPIN: &str = "50us";

/// When a case ends that is not counted in chunks.
#[derive(Debug, Args)]
pub(crate) struct TimeLimit {
    /// Run each case for this time instead of a number of chunks
    #[arg(long, value_name = "TIME", value_parser = run_time, conflicts_with = "iterations")]
    pub(crate) duration: Option<RunTime>,
}

/// Whom to measure, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct Target {
    /// An echo server that runs already, ours or anybody's
    #[arg(long, value_name = "ADDRESS", value_parser = address())]
    pub(crate) to: Option<Address>,

    /// Trust a server of this user, too (with --to)
    #[arg(long, value_name = "USER", value_parser = users::user, requires = "to")]
    pub(crate) server_user: Option<Uid>,

    /// Where our own server runs: a process of its own, or this one
    #[arg(long, value_name = "WHERE", default_value = "process", conflicts_with = "to")]
    pub(crate) server: ServerKind,

    /// Event loops of the client, and of our own server
    #[arg(long, value_name = "N", default_value_t)]
    pub(crate) threads: Threads,

    /// Chunks in flight on each connection
    #[arg(long, value_name = "N", default_value_t)]
    pub(crate) window: Window,

    /// A client or server of ours that has nothing to do looks for more for
    /// this long before it sleeps; `off` to sleep at once
    #[arg(long, value_name = "TIME", default_value = DEFAULT_SPIN, value_parser = spin)]
    pub(crate) spin: Spin,

    /// Send this file, repeated, instead of generated bytes
    #[arg(long, value_name = "FILE")]
    pub(crate) payload: Option<PathBuf>,

    /// Check every byte that comes back, or only count them
    #[arg(long, value_name = "HOW", default_value = "full")]
    pub(crate) verify: VerifyKind,

    /// Count system calls and context switches for each chunk
    #[arg(long)]
    pub(crate) counters: bool,

    /// Give up when a connection moves no byte for this long
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time)]
    pub(crate) timeout: Duration,
}

/// How to print results.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// How to print the results on stdout
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,

    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,

    /// Write the results to a file, too: .json, .csv or .txt
    #[arg(long, value_name = "FILE", value_parser = export_file)]
    pub(crate) export: Option<ExportFile>,

    /// The bare results: no progress, no heading, no summary
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

impl Output {
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// Print completions for a shell
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Which shell
    pub(crate) shell: clap_complete::Shell,
}

/// Print the manual page, or write those of all commands
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write nearwire.1, nearwire-exchange.1, … into this directory
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) directory: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServiceKind {
    Echo,
    Discard,
    Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServerKind {
    Process,
    Thread,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifyKind {
    Full,
    Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServeFormat {
    Text,
    Json,
}

/// A file for results, with the format that its ending names.
#[derive(Clone, Debug)]
pub(crate) struct ExportFile {
    pub(crate) path: PathBuf,
    pub(crate) format: Format,
}

/// A time, or `none`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MaybeTime(pub(crate) Option<Duration>);

fn address() -> impl TypedValueParser<Value = Address> {
    OsStringValueParser::new().try_map(|text| Address::try_from(text.as_os_str()) as Result<_, AddressError>)
}

pub(crate) fn time(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(time) if time.is_zero() => Err(format!("{text}: a time above 0 is needed")),
        Ok(time) if time > nearwire_exchange::Plan::MAX_TIMEOUT => {
            Err(format!("{text}: at most 7 days are supported"))
        }
        Ok(time) => Ok(time),
        Err(_) => Err(format!("{}: expected a time such as 500ms, 5s or 2min", nearwire::Escaped::new(text))),
    }
}

fn time_or_none(text: &str) -> Result<MaybeTime, String> {
    if text == "none" {
        return Ok(MaybeTime(None));
    }
    time(text).map(|time| MaybeTime(Some(time)))
}

/// A time for spinning, or `off`.
pub(crate) fn spin(text: &str) -> Result<Spin, String> {
    if text == "off" {
        return Ok(Spin::OFF);
    }
    let Ok(time) = humantime::parse_duration(text) else {
        return Err(format!("{}: expected off, or a time such as 50us", nearwire::Escaped::new(text)));
    };
    Spin::up_to(time).map_err(|error: SpinError| error.to_string())
}

fn run_time(text: &str) -> Result<RunTime, String> {
    RunTime::new(time(text)?).map_err(|error: PlanError| error.to_string())
}

fn export_file(text: &str) -> Result<ExportFile, String> {
    let path = PathBuf::from(text);
    let format = match path.extension().and_then(|ending| ending.to_str()) {
        Some("json") => Format::Json,
        Some("csv") => Format::Csv,
        Some("txt") => Format::Text,
        _ => {
            return Err(format!(
                "{}: expected a file that ends in .json, .csv or .txt",
                nearwire::Escaped::new(text)
            ));
        }
    };
    Ok(ExportFile { path, format })
}

#[cfg(test)]
mod tests;
