//! `nearwire review claims`: which review, and which code it is held against.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use nearwire::Escaped;

/// Hold a written review against the code
#[derive(Debug, Args)]
#[command(after_help = "\
For each claim: does it hold, does it not, can the code not decide it, or is it
not understood; with the lines that show it. For each recommended fix: would it
change anything. No network, no language model, no guess; `docs/claims.md` says
which kinds of claims are understood.

Exit codes: 0 held against the code, whatever came of it, 2 wrong usage, 3 the
code or the review could not be read, or not all of it.

Example:
  nearwire review claims report.md --source src")]
pub(crate) struct ReviewClaims {
    /// The review, as text or Markdown; - for standard input
    #[arg(value_name = "REVIEW")]
    pub(crate) review: PathBuf,

    /// Files, and directories with all that is below
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    pub(crate) source: Vec<PathBuf>,

    /// How to print the answers on stdout
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: ClaimsFormat,

    /// Short for --format json
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    pub(crate) json: bool,

    /// Write the answers to a file, too: .json, .md or .txt
    #[arg(long, value_name = "FILE", value_parser = export, help_heading = "Output")]
    pub(crate) export: Option<ClaimsExport>,
}

impl ReviewClaims {
    pub(crate) fn format(&self) -> ClaimsFormat {
        if self.json { ClaimsFormat::Json } else { self.format }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClaimsFormat {
    Text,
    Json,
    Markdown,
}

/// A file for the answers, with the format that its ending names.
#[derive(Clone, Debug)]
pub(crate) struct ClaimsExport {
    pub(crate) path: PathBuf,
    pub(crate) format: ClaimsFormat,
}

fn export(text: &str) -> Result<ClaimsExport, String> {
    let path = PathBuf::from(text);
    let format = match path.extension().and_then(|ending| ending.to_str()) {
        Some("json") => ClaimsFormat::Json,
        Some("md") => ClaimsFormat::Markdown,
        Some("txt") => ClaimsFormat::Text,
        _ => return Err(format!("{}: expected a file that ends in .json, .md or .txt", Escaped::new(text))),
    };
    Ok(ClaimsExport { path, format })
}
