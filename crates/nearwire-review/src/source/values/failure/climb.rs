//! From a call to what decides on its result, one step after the other.

use super::decision::Way;
use super::{Convention, Decision, Failure};
use crate::source::model::{BinaryOperator, Expression};
use crate::source::values::Place;

/// What is known on the way from a call to what decides on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Climb {
    convention: Convention,
    /// The outcome so far that means failure; `None` while it is still the value itself.
    fails: Option<bool>,
    whole: bool,
}

/// One step of it.
pub(super) enum Step<'a> {
    On,
    End(Failure<'a>),
    /// The value is in this variable from here on.
    Kept(Place),
}

impl Climb {
    /// At the call.
    pub(super) const fn of(convention: Convention) -> Self {
        Self { convention, fails: None, whole: true }
    }

    pub(super) fn method<'a>(&mut self, name: &str) -> Step<'a> {
        match name {
            "unwrap" | "expect" => return Step::End(Failure::Panics),
            "is_ok" | "is_some" | "is_ok_and" | "is_some_and" => self.fails = Some(false),
            "is_err" | "is_none" => self.fails = Some(true),
            "ok" | "map" | "map_err" | "context" | "with_context" | "wrap_err" | "wrap_err_with"
            | "inspect_err" | "ok_or" | "ok_or_else" => {}
            _ => return Step::End(Failure::Unknown),
        }
        Step::On
    }

    /// How a variable says it that holds the value from here on.
    pub(super) fn kept(&self) -> Convention {
        match self.fails {
            None => self.convention,
            Some(true) => Convention::Zero,
            Some(false) => Convention::True,
        }
    }

    /// The outcome that means failure, if the value itself is the condition.
    fn outcome(&self) -> Option<bool> {
        self.fails.or(match self.convention {
            Convention::Number => None,
            Convention::Zero => Some(true),
            Convention::True => Some(false),
        })
    }

    pub(super) fn not<'a>(&mut self) -> Step<'a> {
        match self.outcome() {
            Some(fails) => self.fails = Some(!fails),
            None => return Step::End(Failure::Unknown),
        }
        Step::On
    }

    pub(super) fn compared<'a>(&mut self, operator: BinaryOperator, other: &Expression) -> Step<'a> {
        if self.fails.is_some() {
            return Step::End(Failure::Unknown);
        }
        let outcome = match (operator, other.number(), self.convention) {
            (_, _, Convention::True) => None,
            (BinaryOperator::Less, Some(0), _) | (BinaryOperator::Equal, Some(-1), _) => Some(true),
            (BinaryOperator::LessOrEqual, Some(-1), _) => Some(true),
            (BinaryOperator::GreaterOrEqual, Some(0), _) | (BinaryOperator::NotEqual, Some(-1), _) => {
                Some(false)
            }
            (BinaryOperator::Greater, Some(-1), _) => Some(false),
            (BinaryOperator::LessOrEqual, Some(0), Convention::Number) => Some(true),
            (BinaryOperator::Greater, Some(0), Convention::Number) => Some(false),
            (BinaryOperator::Equal, Some(0), Convention::Zero) => Some(false),
            (BinaryOperator::NotEqual, Some(0), Convention::Zero) => Some(true),
            _ => None,
        };
        match outcome {
            Some(outcome) => self.fails = Some(outcome),
            None => return Step::End(Failure::Unknown),
        }
        Step::On
    }

    /// Under `&&` or `||`.
    pub(super) fn joined<'a>(&mut self, and: bool) -> Step<'a> {
        match self.outcome() {
            Some(fails) => {
                self.fails = Some(fails);
                self.whole &= fails != and;
                Step::On
            }
            None => Step::End(Failure::Unknown),
        }
    }

    pub(super) fn matched<'a>(&mut self, pattern: &str) -> Step<'a> {
        if pattern.starts_with("Ok") || pattern.starts_with("Some") {
            self.fails = Some(false);
        } else if pattern.starts_with("Err") || pattern == "None" {
            self.fails = Some(true);
            // `Err(Error::A)` is one of several.
            self.whole &= !pattern.contains("::") || pattern == "None";
        } else {
            return Step::End(Failure::Unknown);
        }
        Step::On
    }

    pub(super) fn decided<'a>(&self, way: impl FnOnce(bool) -> Way<'a>) -> Step<'a> {
        Step::End(match self.outcome() {
            Some(fails) => Failure::Decided(Decision { way: way(fails), whole: self.whole }),
            None => Failure::Unknown,
        })
    }
}
