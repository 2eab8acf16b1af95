//! `nearwire compare` on the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use nearwire_exchange::compare::Settings;
use nearwire_exchange::{Case, CaseKind, Iterations, Matrix, QuantityError, Window};

use super::time;

/// Compare programs side by side, in interleaved pairs
#[derive(Debug, Args)]
#[command(after_help = "\
A, B, C: nearwire:socket, or nearwire:socket,spin=off to sleep at once when there is
nothing to do; the name of a peer that was built (peers/README.md); or
cmd:SERVE|EXCHANGE, two commands of your own that speak peers/PROTOCOL.md. Each of
B, C is compared with A. A ratio B/A above 1 means that A takes less time.

Cases: suite (all 17), quick (4 of them), or a list such as
exchange:10x1000,pingpong:50 (connections x chunk size).

Exit codes: 0 A is nowhere slower, 1 A is slower in a case or overall, 2 wrong
usage, 3 a program failed, 4 inconclusive.")]
pub(crate) struct Compare {
    /// What to compare; with --baseline, one: against its earlier self
    #[arg(required = true, value_name = "PROGRAM")]
    pub(crate) programs: Vec<String>,

    /// suite, quick, or exchange:10x1000,...
    #[arg(long, default_value = "quick", value_parser = cases)]
    pub(crate) cases: Cases,

    /// Pairs of each case; up to three times as many while undecided
    #[arg(long, value_name = "N", default_value_t = Settings::PAIRS)]
    pub(crate) pairs: usize,

    /// About how long one measurement of the slowest takes
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = time)]
    pub(crate) slice: Duration,

    /// What counts as a difference, in percent of the time
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = share)]
    pub(crate) threshold: Share,

    /// Chunks in flight on each connection
    #[arg(long, value_name = "N", default_value_t)]
    pub(crate) window: Window,

    /// Count system calls and context switches for each chunk
    #[arg(long)]
    pub(crate) counters: bool,

    /// Bind the servers to one CPU and the clients to another
    #[arg(long, value_name = "CPU,CPU", value_parser = cpu_pair)]
    pub(crate) pin: Option<CpuPair>,

    /// Compare with an earlier run, exported as JSON
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cases", "slice", "window"])]
    pub(crate) baseline: Option<PathBuf>,

    /// What chooses the order of the measurements
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,

    /// How to print the results on stdout
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: CompareFormat,

    /// Short for --format json
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    pub(crate) json: bool,

    /// Write the results to a file, too: .json, .csv, .md, .html or .txt
    #[arg(long, value_name = "FILE", value_parser = compare_export, help_heading = "Output")]
    pub(crate) export: Option<CompareExport>,

    /// No progress on stderr
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
}

impl Compare {
    pub(crate) fn format(&self) -> CompareFormat {
        if self.json { CompareFormat::Json } else { self.format }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    Text,
    Json,
    Csv,
    Markdown,
    Html,
}

/// A file for the results of a comparison, with the format that its ending names.
#[derive(Clone, Debug)]
pub(crate) struct CompareExport {
    pub(crate) path: PathBuf,
    pub(crate) format: CompareFormat,
}

/// Cases to compare; their iterations are found out.
#[derive(Clone, Debug)]
pub(crate) struct Cases(pub(crate) Vec<Case>);

/// A share of 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share(pub(crate) f64);

/// The CPU of the servers and that of the clients.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CpuPair(pub(crate) [u32; 2]);

fn compare_export(text: &str) -> Result<CompareExport, String> {
    let path = PathBuf::from(text);
    let format = match path.extension().and_then(|ending| ending.to_str()) {
        Some("json") => CompareFormat::Json,
        Some("csv") => CompareFormat::Csv,
        Some("md") => CompareFormat::Markdown,
        Some("html") => CompareFormat::Html,
        Some("txt") => CompareFormat::Text,
        _ => {
            let text = nearwire::Escaped::new(text);
            return Err(format!("{text}: expected a file that ends in .json, .csv, .md, .html or .txt"));
        }
    };
    Ok(CompareExport { path, format })
}

fn cases(text: &str) -> Result<Cases, String> {
    let quick = "pingpong:10,exchange:1x100,exchange:5x10k,exchange:10x100k";
    let cases = match text {
        "suite" => {
            let matrix = |kind: CaseKind| kind.matrix().map_err(|error| error.to_string());
            let matrices = [matrix(CaseKind::PingPong)?, matrix(CaseKind::Exchange)?];
            matrices.iter().flat_map(Matrix::cases).collect()
        }
        "quick" => quick.split(',').map(case).collect::<Result<_, _>>()?,
        _ => text.split(',').map(case).collect::<Result<_, _>>()?,
    };
    Ok(Cases(cases))
}

/// `exchange:10x1000`, `pingpong:50`.
fn case(text: &str) -> Result<Case, String> {
    let wrong = || {
        let text = nearwire::Escaped::new(text);
        format!("{text}: expected suite, quick, or a case such as exchange:10x1000 or pingpong:50")
    };
    let (kind, numbers) = text.split_once(':').ok_or_else(wrong)?;
    let kind = match kind {
        "exchange" => CaseKind::Exchange,
        "pingpong" => CaseKind::PingPong,
        _ => return Err(wrong()),
    };
    let (connections, chunk_size) = match numbers.split_once('x') {
        Some(pair) => pair,
        None if kind == CaseKind::PingPong => (numbers, "1"),
        None => return Err(wrong()),
    };
    Ok(Case {
        kind,
        connections: connections.parse().map_err(|error: QuantityError| error.to_string())?,
        chunk_size: chunk_size.parse().map_err(|error: QuantityError| error.to_string())?,
        iterations: Iterations::MIN,
    })
}

fn share(text: &str) -> Result<Share, String> {
    let percent = text.strip_suffix('%').unwrap_or(text).trim().parse::<f64>();
    match percent {
        Ok(percent) if percent > 0.0 && percent <= 100.0 => Ok(Share(percent / 100.0)),
        _ => Err(format!(
            "{}: expected a share above 0 % and up to 100 %, such as 5%",
            nearwire::Escaped::new(text)
        )),
    }
}

fn cpu_pair(text: &str) -> Result<CpuPair, String> {
    let wrong = || format!("{}: expected two CPU numbers, such as 0,1", nearwire::Escaped::new(text));
    let (server, client) = text.split_once(',').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong());
    Ok(CpuPair([number(server)?, number(client)?]))
}
