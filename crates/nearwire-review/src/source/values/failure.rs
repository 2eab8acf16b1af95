//! Where a function goes on when a call in it fails.

mod climb;
mod decision;

pub use decision::Decision;

use self::climb::{Climb, Step};
use self::decision::Way;
use super::{Place, Scope};
use crate::source::model::{
    BinaryOperator, ExpressionKind, Language, LoopKind, Statement, StatementKind, UnaryOperator,
};
use crate::source::rule::Unit;
use crate::source::walk::{Body, Frame, Site};

/// How a call says that it failed. A `Result` of Rust needs none of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Convention {
    /// It returns -1 for a failure, something else for success: `accept`, `socket`.
    Number,
    /// It returns 0 for success: `connect`, `getsockopt`.
    Zero,
    /// It returns true for success: methods of Qt.
    True,
}

/// Where a function goes on when a call in it fails.
#[derive(Clone, Copy, Debug)]
pub enum Failure<'a> {
    /// As if nothing had happened: nobody looks at the result.
    Ignored,
    /// To its caller: `?`, `return f()`.
    Returned,
    /// Nowhere: `unwrap`, `expect`, `assert`.
    Panics,
    /// To a part of it.
    Decided(Decision<'a>),
    /// The code does not show it.
    Unknown,
}

impl<'a> Unit<'a> {
    /// Where `body` goes on when the call at `site` fails.
    #[must_use]
    pub fn failure(&self, body: &Body<'a>, site: Site<'a>, convention: Convention) -> Failure<'a> {
        let mut climb = Climb::of(convention);
        let mut kept = None;
        for frame in body.around(site) {
            if let Frame::Assigned(target) = frame {
                kept = self.place(body, target);
                continue;
            }
            match self.step(body, frame, &mut climb) {
                Step::On => {}
                Step::Kept(place) => return self.failure_of(body, &place, site, climb.kept()),
                Step::End(Failure::Ignored) => {
                    return match kept {
                        Some(place) => self.failure_of(body, &place, site, climb.kept()),
                        None => Failure::Ignored,
                    };
                }
                Step::End(end) => return end,
            }
        }
        Failure::Unknown
    }

    /// Where `body` goes on when what `place` holds since `from` is a failure.
    #[must_use]
    pub fn failure_of(
        &self,
        body: &Body<'a>,
        place: &Place,
        from: Site<'a>,
        convention: Convention,
    ) -> Failure<'a> {
        let later = body.sites().iter().filter(|site| site.index > from.index);
        let mut is_read = false;
        for site in later {
            let Some(expression) = site.expression() else { continue };
            let names = matches!(expression.kind, ExpressionKind::Name(_) | ExpressionKind::Field { .. });
            if !names || self.place(body, expression).as_ref() != Some(place) {
                continue;
            }
            match body.around(*site).next() {
                // What is on the left of the assignment that `from` is in.
                Some(Frame::Target(_)) if site.span().start < from.span().start => continue,
                Some(Frame::Target(_)) => break,
                _ => is_read = true,
            }
            match self.failure(body, *site, convention) {
                Failure::Ignored | Failure::Unknown => {}
                end => return end,
            }
        }
        if is_read { Failure::Unknown } else { Failure::Ignored }
    }

    fn step(&self, body: &Body<'a>, frame: Frame<'a>, climb: &mut Climb) -> Step<'a> {
        match frame {
            Frame::Cast("void") => Step::End(Failure::Ignored),
            Frame::Cast(_) | Frame::Binary(BinaryOperator::Comma, _) => Step::On,
            Frame::Statement(statement) => Step::End(self.alone(body, statement)),
            Frame::Declared(statement) => declared(statement),
            Frame::Returned | Frame::Try => Step::End(Failure::Returned),
            Frame::Receiver(call) => climb.method(&call.name),
            Frame::Unary(UnaryOperator::Not) => climb.not(),
            Frame::Binary(operator, other) if operator.compares() => climb.compared(operator, other),
            Frame::Binary(BinaryOperator::LogicalAnd, _) => climb.joined(true),
            Frame::Binary(BinaryOperator::LogicalOr, _) => climb.joined(false),
            Frame::Matches(pattern) => climb.matched(pattern),
            Frame::Argument(call, _)
                if matches!(call.name.as_str(), "likely" | "unlikely" | "__builtin_expect") =>
            {
                Step::On
            }
            Frame::Argument(call, _) if call.name.to_ascii_lowercase().contains("assert") => {
                Step::End(Failure::Panics)
            }
            Frame::Condition(condition) => climb.decided(|fails| Way::Condition(condition, fails)),
            Frame::LoopCondition(looped) => match looped.kind {
                LoopKind::ForEach => Step::End(Failure::Unknown),
                _ => climb.decided(|fails| Way::Loop(looped, fails)),
            },
            Frame::Subject(statement) if self.file.language == Language::Rust => {
                Step::End(Failure::Decided(Decision { way: Way::Arms(statement), whole: true }))
            }
            _ => Step::End(Failure::Unknown),
        }
    }

    /// A value alone as a statement: the value of its block in Rust, if no semicolon follows it.
    fn alone(&self, body: &Body<'a>, statement: &Statement) -> Failure<'a> {
        let is_value =
            self.file.language == Language::Rust && !self.file.slice(statement.span).ends_with(';');
        let last = body.function.body.statements.last();
        match is_value {
            true if last.is_some_and(|last| std::ptr::eq(last, statement)) => Failure::Returned,
            true => Failure::Unknown,
            false => Failure::Ignored,
        }
    }
}

fn declared<'a>(statement: &'a Statement) -> Step<'a> {
    let StatementKind::Declare { name, otherwise, .. } = &statement.kind else {
        return Step::End(Failure::Unknown);
    };
    match otherwise {
        Some(block) => Step::End(Failure::Decided(Decision { way: Way::Otherwise(block), whole: true })),
        None if name == "_" => Step::End(Failure::Ignored),
        None => Step::Kept(Place { scope: Scope::Local, path: name.clone() }),
    }
}

#[cfg(test)]
mod tests;
