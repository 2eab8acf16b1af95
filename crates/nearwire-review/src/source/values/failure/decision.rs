//! What parts success and failure of a call.

use crate::source::model::{Arm, Block, Expression, Loop, Statement, StatementKind};
use crate::source::values::usage;
use crate::source::walk::{Body, Frame, Site};

/// What parts success and failure.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    pub(super) way: Way<'a>,
    /// Whether every failure goes there; not so for `result < 0 && errno == EINTR`.
    pub whole: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Way<'a> {
    /// Failed if this condition has this outcome.
    Condition(&'a Expression, bool),
    /// Failed if the condition of this loop has this outcome.
    Loop(&'a Loop, bool),
    /// The `match` with arms for both.
    Arms(&'a Statement),
    /// The block of a `let … else`.
    Otherwise(&'a Block),
}

/// Whether an arm of a `match` on a result or option is taken for success.
fn is_success(arm: &Arm) -> bool {
    arm.patterns.iter().any(|pattern| pattern.starts_with("Ok") || pattern.starts_with("Some"))
}

impl<'a> Decision<'a> {
    /// Whether a site is only reached when the call failed.
    #[must_use]
    pub fn is_on_failure(&self, body: &Body<'a>, site: Site<'a>) -> bool {
        match self.way {
            Way::Otherwise(block) => block.span.contains(site.span()),
            _ => body.around(site).any(|frame| self.enters(&frame) == Some(false)),
        }
    }

    /// Whether a site is only reached when the call succeeded: it stands in what is done then, or behind what is done
    /// otherwise, which leaves.
    #[must_use]
    pub fn is_on_success(&self, body: &Body<'a>, site: Site<'a>) -> bool {
        if body.around(site).any(|frame| self.enters(&frame) == Some(true)) {
            return true;
        }
        let failed: Vec<Site<'a>> = self.failure_sites(body).collect();
        let behind = failed.last().is_some_and(|last| site.index > last.index);
        behind && failed.iter().any(|failed| leaves(*failed) && self.is_certain(body, *failed))
    }

    /// The sites that are only reached when the call failed.
    pub fn failure_sites<'b>(&'b self, body: &'b Body<'a>) -> impl Iterator<Item = Site<'a>> + 'b {
        body.sites().iter().copied().filter(move |site| self.is_on_failure(body, *site))
    }

    /// Whether a site on the way of failure is reached by every failure: no other condition stands between.
    #[must_use]
    pub fn is_certain(&self, body: &Body<'a>, site: Site<'a>) -> bool {
        let own = |frame: &Frame<'a>| match (self.way, frame) {
            (Way::Otherwise(_), Frame::Otherwise) => true,
            _ => self.enters(frame) == Some(false),
        };
        let guarded = matches!(self.way, Way::Arms(_))
            && body.around(site).any(|frame| matches!(frame, Frame::Arm(_, arm) if arm.guard.is_some()));
        let mut between = body.around(site).take_while(|frame| !own(frame));
        !guarded
            && !between.any(|frame| {
                matches!(frame, Frame::Branch(..) | Frame::Arm(..) | Frame::Lambda(_) | Frame::LoopBody(_))
            })
    }

    /// Whether a site is a part of the condition itself.
    #[must_use]
    pub fn decides_on(&self, site: Site<'a>) -> bool {
        matches!(self.way, Way::Condition(condition, _) if condition.span.contains(site.span()))
    }

    /// The loop that ends when the call fails, where the call is its condition.
    #[must_use]
    pub fn ended_loop(&self) -> Option<&'a Loop> {
        match self.way {
            Way::Loop(looped, false) => Some(looped),
            _ => None,
        }
    }

    /// The loop that goes on as long as the call fails, where the call is its condition.
    #[must_use]
    pub fn retrying_loop(&self) -> Option<&'a Loop> {
        match self.way {
            Way::Loop(looped, true) => Some(looped),
            _ => None,
        }
    }

    /// `Some(true)` for a frame that is entered on success, `Some(false)` on failure.
    fn enters(&self, frame: &Frame<'a>) -> Option<bool> {
        match (self.way, frame) {
            (Way::Condition(condition, fails), Frame::Branch(other, taken)) => {
                std::ptr::eq(condition, *other).then_some(*taken != fails)
            }
            (Way::Loop(looped, fails), Frame::LoopBody(other)) => {
                std::ptr::eq(looped, *other).then_some(!fails)
            }
            (Way::Arms(statement), Frame::Arm(other, arm)) => {
                std::ptr::eq(statement, *other).then_some(is_success(arm))
            }
            _ => None,
        }
    }
}

/// Whether what happens at a site leaves what is around it.
fn leaves(site: Site<'_>) -> bool {
    match site.statement() {
        Some(statement) => matches!(
            statement.kind,
            StatementKind::Return(_)
                | StatementKind::Break
                | StatementKind::Continue
                | StatementKind::Goto(_)
                | StatementKind::Throw(_)
        ),
        None => site.expression().is_some_and(usage::ends),
    }
}
