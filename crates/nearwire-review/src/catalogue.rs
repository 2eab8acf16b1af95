//! All checks there are.

use crate::{Check, SubjectKind, endpoint, source};

/// All checks, in the order of pillars.
#[must_use]
pub fn all() -> Vec<&'static Check> {
    let mut all: Vec<_> = source::checks().collect();
    // What both look for is in the first list already.
    all.extend(endpoint::checks().filter(|check| !check.subjects.contains(&SubjectKind::Source)));
    all.sort_by_key(|check| check.weakness.pillar());
    all
}

/// No check has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no check {id:?}{}", near(id))]
pub struct UnknownCheck {
    /// The name that was given.
    pub id: String,
}

/// The check of this name.
///
/// # Errors
///
/// [`UnknownCheck`], which names checks with a similar name.
pub fn find(id: &str) -> Result<&'static Check, UnknownCheck> {
    all().into_iter().find(|check| check.id == id).ok_or_else(|| UnknownCheck { id: id.to_owned() })
}

/// Names that begin alike or share a word with what was given.
fn near(id: &str) -> String {
    let shares = |check: &&'static Check| check.id.split('-').any(|word| word.len() > 1 && id.contains(word));
    let names: Vec<_> = all().into_iter().filter(shares).map(|check| check.id).collect();
    if names.is_empty() {
        return "; `nearwire review checks` lists them".to_owned();
    }
    format!("; there is {}", names.join(", "))
}
