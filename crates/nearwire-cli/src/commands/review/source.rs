//! `nearwire review source`

use std::io::ErrorKind;
use std::process::ExitCode;

use nearwire_review::SubjectKind;
use nearwire_review::source::{self, Options, SourceError};

use super::{chosen, finish, open_export};
use crate::args::review::ReviewSource;
use crate::failure::Failure;

pub(crate) fn run(arguments: &ReviewSource) -> Result<ExitCode, Failure> {
    let common = &arguments.common;
    let checks = chosen(&arguments.check, &common.pillar, &[SubjectKind::Source], source::checks())?;
    let export = open_export(common)?;
    let options = Options { checks, ignore: arguments.ignore.clone() };
    let report = source::review(&arguments.paths, &options).map_err(|error| failed(&error))?;
    finish(&report, common, export)
}

pub(super) fn failed(error: &SourceError) -> Failure {
    match error {
        SourceError::Read { source, .. } if source.kind() == ErrorKind::NotFound => {
            Failure::usage(error, "give files or directories that exist".to_owned())
        }
        SourceError::NothingToReview { .. } | SourceError::UnknownLanguage { .. } => {
            let advice = "a file is known by its ending: .c .h .cc .cpp .hpp .rs and the like".to_owned();
            Failure::usage(error, advice)
        }
        SourceError::Ignore(_) => {
            Failure::usage(error, "each line of it is: CHECK-ID GLOB REASON".to_owned())
        }
        _ => Failure::target(error, None),
    }
}
