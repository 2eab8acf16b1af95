//! A function as a row of sites: every expression and every jump in the order it happens, each with what surrounds it.

use std::collections::HashSet;

use super::model::{
    Arm, BinaryOperator, Block, Call, Expression, ExpressionKind, Function, Lambda, Loop, Parameter,
    Statement, StatementKind, UnaryOperator,
};

/// What surrounds a site, one step of it.
#[derive(Clone, Copy, Debug)]
pub enum Frame<'a> {
    /// Alone as a statement: its value is dropped. The last expression of a Rust block has this frame as well.
    Statement(&'a Statement),
    /// The value of a declaration.
    Declared(&'a Statement),
    /// The value of an assignment to this target.
    Assigned(&'a Expression),
    /// The target of an assignment.
    Target(&'a Expression),
    /// What `return` returns.
    Returned,
    /// In the condition of an `if`, or the first part of `?:`.
    Condition(&'a Expression),
    /// In what runs when this condition is true, or is false.
    Branch(&'a Expression, bool),
    /// In what a `switch` or `match` decides on.
    Subject(&'a Statement),
    /// In an arm of it.
    Arm(&'a Statement, &'a Arm),
    /// In the condition of a loop.
    LoopCondition(&'a Loop),
    /// In what a loop repeats: its body or step.
    LoopBody(&'a Loop),
    /// In an argument of a call, counted from 0.
    Argument(&'a Call, usize),
    /// In what a method is called on.
    Receiver(&'a Call),
    /// Under an operator with one operand.
    Unary(UnaryOperator),
    /// Under an operator with two; the other operand.
    Binary(BinaryOperator, &'a Expression),
    /// Under a cast to this type.
    Cast(&'a str),
    /// Under `?`.
    Try,
    /// Under `if let` or `matches!` with this pattern.
    Matches(&'a str),
    /// In a value that is made in place, or in a list.
    Element,
    /// In a part of something larger: the base of a field or index, a range.
    Part,
    /// In a lambda or closure.
    Lambda(&'a Lambda),
    /// In a macro of Rust with this name.
    Macro(&'a str),
    /// In what `catch` does.
    Handler,
    /// In the block of a `let … else`.
    Otherwise,
    /// In the body of a `try`.
    Tried,
}

/// What happens at a site.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// An expression is evaluated. Its parts have sites of their own, before it.
    Expression(&'a Expression),
    /// A statement that declares or jumps: `Declare` (after its value), `Return`, `Break`, `Continue`, `Goto`, `Label`,
    /// `Throw`.
    Statement(&'a Statement),
}

/// Something that happens in a function.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// What.
    pub event: Event<'a>,
    /// Its number in the row.
    pub index: usize,
    frame: Option<usize>,
}

/// A function and its sites.
#[derive(Debug)]
pub struct Body<'a> {
    /// The function.
    pub function: &'a Function,
    sites: Vec<Site<'a>>,
    frames: Vec<(Frame<'a>, Option<usize>)>,
    locals: HashSet<&'a str>,
}

impl<'a> Body<'a> {
    /// Goes through a function.
    #[must_use]
    pub fn of(function: &'a Function) -> Self {
        let mut body = Self { function, sites: Vec::new(), frames: Vec::new(), locals: HashSet::new() };
        body.parameters(&function.parameters);
        for (_, values) in &function.initialisers {
            values.iter().for_each(|value| body.expression(value, None));
        }
        body.block(&function.body, None);
        body
    }

    /// Whether a name is a parameter or a variable of the function or of a lambda in it.
    #[must_use]
    pub fn has_local(&self, name: &str) -> bool {
        self.locals.contains(name)
    }

    /// All sites, in the order they happen when no branch is skipped.
    #[must_use]
    pub fn sites(&self) -> &[Site<'a>] {
        &self.sites
    }

    /// The calls, with their sites.
    pub fn calls(&self) -> impl Iterator<Item = (Site<'a>, &'a Call)> + '_ {
        self.sites.iter().filter_map(|site| site.call().map(|call| (*site, call)))
    }

    /// The calls of one of these names.
    pub fn calls_of<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = (Site<'a>, &'a Call)> + 's {
        self.calls().filter(move |(_, call)| names.contains(&call.name.as_str()))
    }

    /// What surrounds a site, the nearest first.
    pub fn around(&self, site: Site<'a>) -> impl Iterator<Item = Frame<'a>> + '_ {
        let mut next = site.frame;
        std::iter::from_fn(move || {
            let (frame, outer) = *self.frames.get(next?)?;
            next = outer;
            Some(frame)
        })
    }

    /// The loops that repeat a site, the innermost first; those outside of a lambda around it are left out.
    pub fn loops(&self, site: Site<'a>) -> impl Iterator<Item = &'a Loop> + '_ {
        let inside = self.around(site).take_while(|frame| !matches!(frame, Frame::Lambda(_)));
        inside.filter_map(|frame| match frame {
            Frame::LoopBody(looped) | Frame::LoopCondition(looped) => Some(looped),
            _ => None,
        })
    }

    /// The conditions that hold at a site, with their outcome, the innermost first.
    pub fn guards(&self, site: Site<'a>) -> impl Iterator<Item = (&'a Expression, bool)> + '_ {
        self.around(site).filter_map(|frame| match frame {
            Frame::Branch(condition, taken) => Some((condition, taken)),
            _ => None,
        })
    }

    /// Whether `first` happens before `second` on some way through the function: it stands before it, and not in the
    /// other branch of the same decision.
    #[must_use]
    pub fn precedes(&self, first: Site<'a>, second: Site<'a>) -> bool {
        first.index < second.index && !self.excludes(first, second)
    }

    /// Whether two sites stand in different branches or arms of one decision.
    #[must_use]
    pub fn excludes(&self, first: Site<'a>, second: Site<'a>) -> bool {
        self.around(first).any(|one| {
            self.around(second).any(|other| match (one, other) {
                (Frame::Branch(one, yes), Frame::Branch(other, also)) => {
                    std::ptr::eq(one, other) && yes != also
                }
                (Frame::Arm(one, arm), Frame::Arm(other, also)) => {
                    std::ptr::eq(one, other) && !std::ptr::eq(arm, also)
                }
                _ => false,
            })
        })
    }

    fn parameters(&mut self, parameters: &'a [Parameter]) {
        parameters.iter().for_each(|parameter| self.locals.extend(words(&parameter.name)));
    }

    fn push(&mut self, frame: Frame<'a>, outer: Option<usize>) -> Option<usize> {
        self.frames.push((frame, outer));
        Some(self.frames.len().saturating_sub(1))
    }

    fn happens(&mut self, event: Event<'a>, frame: Option<usize>) {
        let index = self.sites.len();
        self.sites.push(Site { event, index, frame });
    }

    fn block(&mut self, block: &'a Block, outer: Option<usize>) {
        block.statements.iter().for_each(|statement| self.statement(statement, outer));
    }

    fn statement(&mut self, statement: &'a Statement, outer: Option<usize>) {
        match &statement.kind {
            StatementKind::Declare { name, value, otherwise, .. } => {
                self.locals.extend(words(name));
                if let Some(value) = value {
                    let frame = self.push(Frame::Declared(statement), outer);
                    self.expression(value, frame);
                }
                self.happens(Event::Statement(statement), outer);
                if let Some(block) = otherwise {
                    let frame = self.push(Frame::Otherwise, outer);
                    self.block(block, frame);
                }
            }
            StatementKind::Expression(expression) => {
                let frame = self.push(Frame::Statement(statement), outer);
                self.expression(expression, frame);
            }
            StatementKind::If { condition, then, otherwise } => {
                let frame = self.push(Frame::Condition(condition), outer);
                self.expression(condition, frame);
                let frame = self.push(Frame::Branch(condition, true), outer);
                self.block(then, frame);
                if let Some(otherwise) = otherwise {
                    let frame = self.push(Frame::Branch(condition, false), outer);
                    self.block(otherwise, frame);
                }
            }
            StatementKind::Loop(looped) => self.repeated(looped, outer),
            StatementKind::Switch { subject, arms } => {
                let frame = self.push(Frame::Subject(statement), outer);
                self.expression(subject, frame);
                for arm in arms {
                    arm.patterns.iter().for_each(|pattern| self.locals.extend(words(pattern)));
                    let frame = self.push(Frame::Arm(statement, arm), outer);
                    if let Some(guard) = &arm.guard {
                        self.expression(guard, frame);
                    }
                    self.block(&arm.body, frame);
                }
            }
            StatementKind::Return(value) | StatementKind::Throw(value) => {
                if let Some(value) = value {
                    let frame = self.push(Frame::Returned, outer);
                    self.expression(value, frame);
                }
                self.happens(Event::Statement(statement), outer);
            }
            StatementKind::Break
            | StatementKind::Continue
            | StatementKind::Goto(_)
            | StatementKind::Label(_) => self.happens(Event::Statement(statement), outer),
            StatementKind::Try { body, handlers } => {
                let frame = self.push(Frame::Tried, outer);
                self.block(body, frame);
                for (_, handler) in handlers {
                    let frame = self.push(Frame::Handler, outer);
                    self.block(handler, frame);
                }
            }
            StatementKind::Block(block) => self.block(block, outer),
        }
    }

    fn repeated(&mut self, looped: &'a Loop, outer: Option<usize>) {
        looped.before.iter().for_each(|statement| self.statement(statement, outer));
        let condition_frame = self.push(Frame::LoopCondition(looped), outer);
        let body_frame = self.push(Frame::LoopBody(looped), outer);
        let at_the_end = looped.kind == super::model::LoopKind::DoWhile;
        if let (false, Some(condition)) = (at_the_end, &looped.condition) {
            self.expression(condition, condition_frame);
        }
        self.block(&looped.body, body_frame);
        if let Some(step) = &looped.step {
            self.expression(step, body_frame);
        }
        if let (true, Some(condition)) = (at_the_end, &looped.condition) {
            self.expression(condition, condition_frame);
        }
    }

    fn part(&mut self, expression: &'a Expression, frame: Frame<'a>, outer: Option<usize>) {
        let frame = self.push(frame, outer);
        self.expression(expression, frame);
    }

    fn expression(&mut self, expression: &'a Expression, outer: Option<usize>) {
        match &expression.kind {
            ExpressionKind::Name(_)
            | ExpressionKind::Number { .. }
            | ExpressionKind::Text(_)
            | ExpressionKind::Character(_)
            | ExpressionKind::Boolean(_)
            | ExpressionKind::Null
            | ExpressionKind::SizeOf(_) => {}
            ExpressionKind::Field { base, .. } => self.part(base, Frame::Part, outer),
            ExpressionKind::Index { base, index } => {
                self.part(base, Frame::Part, outer);
                self.part(index, Frame::Part, outer);
            }
            ExpressionKind::Call(call) => self.call(call, outer),
            ExpressionKind::Unary { operator, operand } => self.part(operand, Frame::Unary(*operator), outer),
            ExpressionKind::Binary { operator, left, right } => {
                self.part(left, Frame::Binary(*operator, right), outer);
                self.part(right, Frame::Binary(*operator, left), outer);
            }
            ExpressionKind::Assign { target, value, .. } => {
                self.part(value, Frame::Assigned(target), outer);
                self.part(target, Frame::Target(target), outer);
            }
            ExpressionKind::Conditional { condition, then, otherwise } => {
                self.part(condition, Frame::Condition(condition), outer);
                self.part(then, Frame::Branch(condition, true), outer);
                self.part(otherwise, Frame::Branch(condition, false), outer);
            }
            ExpressionKind::Cast { ty, value } => self.part(value, Frame::Cast(ty), outer),
            ExpressionKind::Construct { fields, arguments, .. } => {
                fields.iter().for_each(|(_, value)| self.part(value, Frame::Element, outer));
                arguments.iter().for_each(|value| self.part(value, Frame::Element, outer));
            }
            ExpressionKind::Delete(value) => self.part(value, Frame::Part, outer),
            ExpressionKind::Lambda(lambda) => {
                self.parameters(&lambda.parameters);
                let frame = self.push(Frame::Lambda(lambda), outer);
                self.block(&lambda.body, frame);
            }
            ExpressionKind::Macro { name, arguments, .. } => {
                arguments.iter().for_each(|value| self.part(value, Frame::Macro(name), outer));
            }
            ExpressionKind::Try(value) => self.part(value, Frame::Try, outer),
            ExpressionKind::Matches { pattern, value } => {
                self.locals.extend(words(pattern));
                self.part(value, Frame::Matches(pattern), outer);
            }
            ExpressionKind::List(values) => {
                values.iter().for_each(|value| self.part(value, Frame::Element, outer));
            }
            ExpressionKind::Range(from, to) => {
                from.iter().chain(to).for_each(|bound| self.part(bound, Frame::Part, outer));
            }
            ExpressionKind::Control(statement) => self.statement(statement, outer),
            ExpressionKind::Other(parts) => parts.iter().for_each(|part| self.part(part, Frame::Part, outer)),
        }
        self.happens(Event::Expression(expression), outer);
    }

    fn call(&mut self, call: &'a Call, outer: Option<usize>) {
        if let Some(receiver) = &call.receiver {
            self.part(receiver, Frame::Receiver(call), outer);
        }
        for (number, argument) in call.arguments.iter().enumerate() {
            self.part(argument, Frame::Argument(call, number), outer);
        }
    }
}

/// The names in a pattern that it may bind: those that begin with a small letter.
fn words(pattern: &str) -> impl Iterator<Item = &str> {
    let words = pattern.split(|character: char| !(character.is_alphanumeric() || character == '_'));
    let simple = pattern.chars().all(|character| character.is_alphanumeric() || character == '_');
    words.filter(move |word| simple || word.starts_with(|first: char| first.is_lowercase() || first == '_'))
}

impl<'a> Site<'a> {
    /// The expression, where it is one.
    #[must_use]
    pub fn expression(self) -> Option<&'a Expression> {
        match self.event {
            Event::Expression(expression) => Some(expression),
            Event::Statement(_) => None,
        }
    }

    /// The statement, where it is one.
    #[must_use]
    pub fn statement(self) -> Option<&'a Statement> {
        match self.event {
            Event::Statement(statement) => Some(statement),
            Event::Expression(_) => None,
        }
    }

    /// The call, where it is one.
    #[must_use]
    pub fn call(self) -> Option<&'a Call> {
        match &self.expression()?.kind {
            ExpressionKind::Call(call) => Some(call),
            _ => None,
        }
    }

    /// Where it stands in the file.
    #[must_use]
    pub fn span(self) -> super::model::Span {
        match self.event {
            Event::Expression(expression) => expression.span,
            Event::Statement(statement) => statement.span,
        }
    }
}

#[cfg(test)]
mod tests;
