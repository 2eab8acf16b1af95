//! What the code says to a fact.

use super::Answer;
use crate::Location;
use crate::source::model::{File, Span};

/// What the code says to a fact: whether it is so, in a sentence, and where that stands.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) answer: Answer,
    pub(super) says: String,
    pub(super) shown: Vec<Location>,
    /// Whether what is spoken of is not there at all: neither the fact nor its contrary is so.
    pub(super) is_absent: bool,
    /// Whether nothing is left that could be done better: it never fails, or nobody has to do it.
    pub(super) is_settled: bool,
}

/// Places that are shown; more say no more.
const MAX_SHOWN: usize = 6;

impl Reply {
    fn new(answer: Answer, says: impl Into<String>) -> Self {
        Self { answer, says: says.into(), shown: Vec::new(), is_absent: false, is_settled: false }
    }

    /// It is so.
    pub(super) fn yes(says: impl Into<String>) -> Self {
        Self::new(Answer::Holds, says)
    }

    /// It is not so.
    pub(super) fn no(says: impl Into<String>) -> Self {
        Self::new(Answer::DoesNotHold, says)
    }

    /// It is so or not.
    pub(super) fn of(is_so: bool, says: impl Into<String>) -> Self {
        if is_so { Self::yes(says) } else { Self::no(says) }
    }

    /// It is so by itself.
    pub(super) fn settled(says: impl Into<String>) -> Self {
        Self { is_settled: true, ..Self::yes(says) }
    }

    /// The code does not decide it, or decides it nowhere that was seen.
    pub(super) fn open(says: impl Into<String>) -> Self {
        Self::new(Answer::CannotBeDecided, says)
    }

    /// What is spoken of is not there.
    pub(super) fn absent(says: impl Into<String>) -> Self {
        Self { is_absent: true, ..Self::no(says) }
    }

    /// With a place that shows it.
    pub(super) fn at(mut self, file: &File, span: Span) -> Self {
        let location = file.location(span);
        if self.shown.len() < MAX_SHOWN && !self.shown.contains(&location) {
            self.shown.push(location);
        }
        self
    }

    /// With places that show it.
    pub(super) fn at_all(mut self, places: impl IntoIterator<Item = Location>) -> Self {
        for place in places {
            if self.shown.len() < MAX_SHOWN && !self.shown.contains(&place) {
                self.shown.push(place);
            }
        }
        self
    }

    /// The contrary, for what a sentence denies.
    pub(super) fn denied(mut self) -> Self {
        self.answer = match self.answer {
            Answer::Holds => Answer::DoesNotHold,
            Answer::DoesNotHold if !self.is_absent => Answer::Holds,
            other => other,
        };
        self
    }

    /// What is common to replies about several things that a name may mean: an answer only if all agree.
    pub(super) fn agreed(replies: Vec<Self>) -> Option<Self> {
        let mut replies = replies.into_iter();
        let mut first = replies.next()?;
        for other in replies {
            if other.answer != first.answer || other.is_absent != first.is_absent {
                let says = format!("the name means several things: {}; {}", first.says, other.says);
                let shown = first.shown.into_iter().chain(other.shown);
                return Some(Self::open(says).at_all(shown));
            }
            if other.says != first.says && first.says.len() < 300 {
                first.says = format!("{}; {}", first.says, other.says);
            }
            first = first.at_all(other.shown);
        }
        Some(first)
    }
}
