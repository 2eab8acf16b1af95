//! `nearwire review`: what is reviewed, and how it is told.

pub(crate) mod claims;
pub(crate) mod endpoint;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use nearwire::Escaped;
use nearwire_review::{Check, Pillar, Severity, catalogue};

/// Review the security of local sockets by the ten CWE pillars, with evidence
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Exit codes: 0 clean, 1 findings as bad as --fail-on, 2 wrong usage, 3 the review
failed, or found nothing that bad but could not examine everything.")]
pub(crate) enum Review {
    Source(ReviewSource),
    Claims(claims::ReviewClaims),
    Endpoint(endpoint::ReviewEndpoint),
    Checks(ReviewChecks),
    /// What `review endpoint` runs as another user
    #[command(hide = true)]
    Visit,
}

/// Review source code in C, C++ and Rust
#[derive(Debug, Args)]
#[command(after_help = "\
Below directories, files that git ignores are left out. A finding is accepted by
a comment on its line or the line above: nearwire: allow(CHECK-ID) reason

Exit codes: 0 clean, 1 findings as bad as --fail-on, 2 wrong usage, 3 the review
failed, or found nothing that bad but could not examine everything.")]
pub(crate) struct ReviewSource {
    /// Files, and directories with all that is below
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Run these checks only; `nearwire review checks` lists them
    #[arg(long, value_name = "ID,...", value_delimiter = ',', value_parser = catalogue::find)]
    pub(crate) check: Vec<&'static Check>,

    /// Leave out what this file says, in lines of: CHECK-ID GLOB REASON
    #[arg(long, value_name = "FILE")]
    pub(crate) ignore: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: ReviewCommon,
}

/// What all reviews have in common.
#[derive(Debug, Args)]
pub(crate) struct ReviewCommon {
    /// Run the checks under these pillars only
    #[arg(long, value_name = "CWE-284,...", value_delimiter = ',')]
    pub(crate) pillar: Vec<Pillar>,

    /// How bad a finding must be for exit code 1: low, medium or high
    #[arg(long, value_name = "SEVERITY", default_value_t = Severity::Medium)]
    pub(crate) fail_on: Severity,

    /// How to print the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: ReviewFormat,

    /// Short for --format json
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    pub(crate) json: bool,

    /// Write the report to a file, too: .json, .sarif, .md or .txt
    #[arg(long, value_name = "FILE", value_parser = export, help_heading = "Output")]
    pub(crate) export: Option<ReviewExport>,
}

impl ReviewCommon {
    pub(crate) fn format(&self) -> ReviewFormat {
        if self.json { ReviewFormat::Json } else { self.format }
    }
}

/// List what is looked for, or explain one check
#[derive(Debug, Args)]
pub(crate) struct ReviewChecks {
    /// The check to explain
    #[arg(value_name = "ID", value_parser = catalogue::find)]
    pub(crate) id: Option<&'static Check>,

    /// List the checks under these pillars only
    #[arg(long, value_name = "CWE-284,...", value_delimiter = ',', conflicts_with = "id")]
    pub(crate) pillar: Vec<Pillar>,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ChecksFormat,

    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
}

impl ReviewChecks {
    pub(crate) fn format(&self) -> ChecksFormat {
        if self.json { ChecksFormat::Json } else { self.format }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReviewFormat {
    Text,
    Json,
    Sarif,
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChecksFormat {
    Text,
    Json,
    Markdown,
}

/// A file for a report, with the format that its ending names.
#[derive(Clone, Debug)]
pub(crate) struct ReviewExport {
    pub(crate) path: PathBuf,
    pub(crate) format: ReviewFormat,
}

fn export(text: &str) -> Result<ReviewExport, String> {
    let path = PathBuf::from(text);
    let format = match path.extension().and_then(|ending| ending.to_str()) {
        Some("json") => ReviewFormat::Json,
        Some("sarif") => ReviewFormat::Sarif,
        Some("md") => ReviewFormat::Markdown,
        Some("txt") => ReviewFormat::Text,
        _ => {
            let text = Escaped::new(text);
            return Err(format!("{text}: expected a file that ends in .json, .sarif, .md or .txt"));
        }
    };
    Ok(ReviewExport { path, format })
}
