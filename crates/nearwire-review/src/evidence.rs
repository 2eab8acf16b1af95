//! What was seen.

use crate::Location;

/// One raw observation: a piece of code, a stat line, an errno, a counter before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    text: String,
    at: Option<Location>,
}

impl Observation {
    /// Something seen at a place in the code.
    #[must_use]
    pub fn at(location: Location, text: impl Into<String>) -> Self {
        Self { text: text.into(), at: Some(location) }
    }

    /// Something seen that has no place in a file.
    #[must_use]
    pub fn fact(text: impl Into<String>) -> Self {
        Self { text: text.into(), at: None }
    }

    /// What was seen. What the subject controls in it is not escaped yet.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where, if it has a place in a file.
    #[must_use]
    pub fn location(&self) -> Option<&Location> {
        self.at.as_ref()
    }
}

/// At least one observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    first: Observation,
    others: Vec<Observation>,
}

impl Evidence {
    /// The evidence that one observation is.
    #[must_use]
    pub fn of(first: Observation) -> Self {
        Self { first, others: Vec::new() }
    }

    /// With one observation more.
    #[must_use]
    pub fn and(mut self, other: Observation) -> Self {
        self.others.push(other);
        self
    }

    /// All of it, the deciding observation first.
    pub fn iter(&self) -> impl Iterator<Item = &Observation> {
        std::iter::once(&self.first).chain(&self.others)
    }
}
