//! What an endpoint was like when it was last looked at.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::EndpointError;
use super::look::Look;

/// The form of the file; another one is refused.
const SCHEMA: &str = "nearwire.endpoint/1";
/// More than any baseline has.
const MOST_BYTES: u64 = 1 << 20;

/// What of an endpoint should stay as it is, unless somebody means to change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    schema: String,
    /// What it is called.
    pub name: String,
    /// Each fact: what it is about, and what it was.
    pub facts: Vec<Fact>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What it is about.
    pub of: String,
    /// What it was.
    pub is: String,
}

impl Facts {
    /// Reads them from a file.
    ///
    /// # Errors
    /// [`EndpointError::File`]: it cannot be read, or is no such file.
    pub fn read(path: &Path) -> Result<Self, EndpointError> {
        let wrong = |reason: String| EndpointError::File { path: path.to_owned(), reason };
        let length = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
        if length > MOST_BYTES {
            return Err(wrong("too long for a baseline".to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let facts: Self =
            serde_json::from_str(&text).map_err(|error| wrong(format!("no baseline: {error}")))?;
        if facts.schema != SCHEMA {
            return Err(wrong(format!("its schema is {:?}, not {SCHEMA:?}", facts.schema)));
        }
        Ok(facts)
    }

    /// The text of such a file.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A structure of texts alone cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    pub(crate) fn of(look: &Look) -> Self {
        let mut facts = Vec::new();
        let mut fact = |of: &str, is: String| facts.push(Fact { of: of.to_owned(), is });
        if let Some(socket) = &look.socket {
            fact("kind", socket.kind.name().to_owned());
            fact("backlog", socket.backlog.to_string());
        }
        if let Some(file) = &look.file {
            fact("file", file.stat_line());
            fact("file has an access control list", file.has_acl.to_string());
        }
        for directory in &look.directories {
            fact(&format!("directory {}", directory.path.display()), directory.stat_line());
        }
        if let Some(server) = look.server() {
            let program = server.program.clone().unwrap_or_else(|| PathBuf::from("?"));
            fact("server's user", super::names::user(server.uid));
            fact("server's program", program.display().to_string());
            fact("server's capabilities", format!("{:016x}", server.capabilities));
        }
        Self { schema: SCHEMA.to_owned(), name: look.name.clone(), facts }
    }

    /// What `now` has otherwise: of what, what it was, and what it is. What is missing on one side is compared only
    /// where the other can say anything about it: who may not look at a process has not seen it change.
    pub(crate) fn changes<'a>(&'a self, now: &'a Self) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
        self.facts.iter().filter_map(|was| {
            let is = now.facts.iter().find(|is| is.of == was.of)?;
            (is.is != was.is).then_some((was.of.as_str(), was.is.as_str(), is.is.as_str()))
        })
    }
}
