//! Where something was seen.

use std::fmt;
use std::path::{Path, PathBuf};

use nearwire::Escaped;

/// A part of a file, lines and columns counted from 1; a column is a byte of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    /// The line where it begins.
    pub line: u32,
    /// The byte of that line where it begins.
    pub column: u32,
    /// The line where it ends.
    pub end_line: u32,
    /// The byte of that line before which it ends.
    pub end_column: u32,
}

/// Where something was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Location {
    /// In a file of source code.
    Code {
        /// The file, as it was named to the review.
        file: PathBuf,
        /// The part of it.
        region: Region,
        /// The function around it, as `Class::method` or `function`, if it is in one.
        within: Option<String>,
        /// The first line of the region as it stands in the file, without its line break. Print it escaped.
        text: String,
    },
    /// At a live endpoint.
    Endpoint {
        /// The socket's address or the process, as it was named to the review.
        name: String,
    },
}

impl Location {
    /// The file, where there is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Code { file, .. } => Some(file),
            Self::Endpoint { .. } => None,
        }
    }

    /// The part of the file, where there is one.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        match self {
            Self::Code { region, .. } => Some(*region),
            Self::Endpoint { .. } => None,
        }
    }
}

/// `file:line:column`, or the endpoint's name; escaped.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code { file, region, .. } => {
                write!(f, "{}:{}:{}", Escaped::new(file), region.line, region.column)
            }
            Self::Endpoint { name } => write!(f, "{}", Escaped::new(name)),
        }
    }
}
