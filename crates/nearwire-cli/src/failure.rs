//! How the command ends when something went wrong: one line of cause, one of advice, and an exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::output;

/// Wrong usage.
const USAGE: u8 = 2;
/// The target failed, integrity was lost, or the run was interrupted.
pub(crate) const TARGET: u8 = 3;

/// A threshold was crossed: something is slower than it may be, or a finding is as bad as it may not be.
pub(crate) const THRESHOLD: u8 = 1;
/// The measurement says neither yes nor no.
pub(crate) const INCONCLUSIVE: u8 = 4;

/// Something went wrong.
#[derive(Debug)]
pub(crate) struct Failure {
    cause: String,
    advice: Option<String>,
    code: u8,
}

impl Failure {
    /// What was asked for cannot be done.
    pub(crate) fn usage(cause: impl ToString, advice: impl Into<Option<String>>) -> Self {
        Self { cause: cause.to_string(), advice: advice.into(), code: USAGE }
    }

    /// What was asked for did not work.
    pub(crate) fn target(cause: impl ToString, advice: impl Into<Option<String>>) -> Self {
        Self { cause: cause.to_string(), advice: advice.into(), code: TARGET }
    }

    /// The same, explained by something else that happened.
    pub(crate) fn because(mut self, reason: &str) -> Self {
        self.cause = format!("{} ({reason})", self.cause);
        self
    }

    /// Prints cause and advice on stderr.
    pub(crate) fn report(&self) -> ExitCode {
        let red = anstyle::AnsiColor::Red.on_default().bold();
        let mut stderr = anstream::stderr().lock();
        // There is nobody left to tell if this fails.
        let _ = writeln!(stderr, "{red}error:{red:#} {}", self.cause);
        if let Some(advice) = &self.advice {
            let _ = writeln!(stderr, "  {advice}");
        }
        ExitCode::from(self.code)
    }
}

/// Results that cannot be printed: a full disk, or a reader that has gone.
impl From<output::OutputError> for Failure {
    fn from(error: output::OutputError) -> Self {
        Self::target(error, None)
    }
}

/// Reports what the parser of the command line found: help and version as they are, a wrong value in one line.
pub(crate) fn of_usage(error: &clap::Error) -> ExitCode {
    match wrong_value(error) {
        Some(failure) => failure.report(),
        None => {
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE))
        }
    }
}

/// For a value of one of our types: the flag and what its type says of the value.
fn wrong_value(error: &clap::Error) -> Option<Failure> {
    if error.kind() != ErrorKind::ValueValidation {
        return None;
    }
    let source = std::error::Error::source(error)?;
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else { return None };
    let flag = argument.split_whitespace().next().unwrap_or_default();
    let advice = "see `nearwire --help`, or `--help` after the command".to_owned();
    Some(Failure::usage(format!("{flag} {source}"), advice))
}
