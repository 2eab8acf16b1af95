//! How the value of an expression is used.

use crate::source::model::{
    BinaryOperator, Block, Call, Expression, ExpressionKind, Statement, StatementKind, UnaryOperator,
};
use crate::source::walk::{Body, Frame, Site};

/// How the value of an expression is used, by what stands directly around it.
#[derive(Clone, Copy, Debug)]
pub enum Usage<'a> {
    /// Not at all.
    Ignored,
    /// Not at all, and that is said: `(void)f()`, `let _ = f()`, `drop(f())`, `.ok();`.
    Dropped,
    /// It decides: compared, tested, matched, or inside such a condition; also asserted.
    Tested,
    /// A variable is declared with it.
    Declared(&'a Statement),
    /// It is assigned to this.
    Assigned(&'a Expression),
    /// It is returned, thrown, or handed on with `?`.
    Returned,
    /// It is this argument of a call.
    Passed(&'a Call, usize),
    /// This method is called on it.
    Receiver(&'a Call),
    /// Otherwise: part of a calculation, of a list, of a value made in place.
    Part,
}

/// Calls and macros that stop when what they are given is not so.
const ASSERTIONS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "Q_ASSERT",
    "Q_ASSERT_X",
    "QVERIFY",
    "QVERIFY2",
    "QCOMPARE",
    "g_assert",
    "g_return_if_fail",
    "g_return_val_if_fail",
    "ensure",
    "bail_if",
    "assert_se",
    "ASSERT_TRUE",
    "ASSERT_EQ",
    "EXPECT_TRUE",
    "EXPECT_EQ",
    "REQUIRE",
    "CHECK",
    "BUG_ON",
    "unlikely",
    "likely",
    "__builtin_expect",
    "TEMP_FAILURE_RETRY",
];

/// Methods of a Rust result that deal with the error.
const DEALT_WITH: &[&str] = &[
    "unwrap",
    "expect",
    "is_ok",
    "is_err",
    "is_some",
    "is_none",
    "unwrap_or_else",
    "map_err",
    "or_else",
    "and_then",
    "with_context",
    "context",
    "ok_or",
    "ok_or_else",
    "unwrap_or",
    "unwrap_or_default",
    "inspect_err",
    "map_or",
    "map_or_else",
];

impl<'a> Body<'a> {
    /// How the value at a site is used.
    #[must_use]
    pub fn usage(&self, site: Site<'a>) -> Usage<'a> {
        let mut is_tail = false;
        for frame in self.around(site) {
            return match frame {
                Frame::Cast("void") => Usage::Dropped,
                Frame::Cast(_) | Frame::Unary(UnaryOperator::Negate | UnaryOperator::Address) => continue,
                Frame::Statement(statement) if is_value_of_block(statement) => {
                    is_tail = true;
                    continue;
                }
                // The value of a block is the value of the decision it belongs to.
                Frame::Branch(..) | Frame::Arm(..) if is_tail => continue,
                Frame::Lambda(_) if is_tail => Usage::Returned,
                Frame::Statement(_) | Frame::LoopBody(_) => Usage::Ignored,
                Frame::Declared(statement) => match &statement.kind {
                    StatementKind::Declare { name, .. } if name == "_" => Usage::Dropped,
                    _ => Usage::Declared(statement),
                },
                Frame::Assigned(target) => Usage::Assigned(target),
                Frame::Returned | Frame::Try => Usage::Returned,
                Frame::Condition(_) | Frame::Subject(_) | Frame::LoopCondition(_) | Frame::Matches(_) => {
                    Usage::Tested
                }
                Frame::Unary(UnaryOperator::Not) => Usage::Tested,
                Frame::Binary(operator, _) if operator.compares() => Usage::Tested,
                Frame::Binary(BinaryOperator::LogicalAnd | BinaryOperator::LogicalOr, _) => Usage::Tested,
                Frame::Argument(call, _) if ASSERTIONS.contains(&call.name.as_str()) => Usage::Tested,
                Frame::Argument(call, 0) if call.name == "drop" => Usage::Dropped,
                Frame::Argument(call, number) => Usage::Passed(call, number),
                Frame::Macro(name) if ASSERTIONS.contains(&name) => Usage::Tested,
                Frame::Receiver(call) if DEALT_WITH.contains(&call.name.as_str()) => Usage::Tested,
                Frame::Receiver(call) => Usage::Receiver(call),
                _ => Usage::Part,
            };
        }
        if is_tail && !self.function.returns.is_empty() { Usage::Returned } else { Usage::Ignored }
    }

    /// Whether what is at a site decides something: it stands, at any depth, in a condition, comparison, subject of a
    /// `match`, or assertion.
    #[must_use]
    pub fn decides(&self, site: Site<'a>) -> bool {
        self.around(site)
            .take_while(|frame| {
                !matches!(frame, Frame::Statement(_) | Frame::Lambda(_) | Frame::Branch(..) | Frame::Arm(..))
            })
            .any(|frame| match frame {
                Frame::Condition(_) | Frame::Subject(_) | Frame::LoopCondition(_) | Frame::Matches(_) => true,
                Frame::Unary(operator) => operator == UnaryOperator::Not,
                Frame::Binary(operator, _) => {
                    operator.compares()
                        || matches!(operator, BinaryOperator::LogicalAnd | BinaryOperator::LogicalOr)
                }
                Frame::Argument(call, _) => ASSERTIONS.contains(&call.name.as_str()),
                Frame::Macro(name) => ASSERTIONS.contains(&name),
                Frame::Receiver(call) => DEALT_WITH.contains(&call.name.as_str()),
                _ => false,
            })
    }
}

/// Whether a statement is an expression without a semicolon, which only the last of a block of Rust can be: the block has
/// its value.
fn is_value_of_block(statement: &Statement) -> bool {
    match &statement.kind {
        // A statement with a semicolon is longer than its expression.
        StatementKind::Expression(expression) => expression.span.end == statement.span.end,
        _ => false,
    }
}

/// Names of functions and macros that do not return.
const ENDS: &[&str] = &[
    "exit",
    "_exit",
    "_Exit",
    "quick_exit",
    "abort",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "err",
    "errx",
    "verr",
    "verrx",
    "die",
    "fatal",
    "perror_exit",
    "terminate",
    "qFatal",
    "g_error",
    "__builtin_unreachable",
    "bail",
];

/// Whether a block always leaves what is around it: it ends in a jump, or in a call that does not return.
#[must_use]
pub fn leaves(block: &Block) -> bool {
    block.statements.iter().any(|statement| match &statement.kind {
        StatementKind::Return(_)
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Goto(_)
        | StatementKind::Throw(_) => true,
        StatementKind::Expression(expression) => ends(expression),
        StatementKind::Block(block) => leaves(block),
        StatementKind::If { then, otherwise, .. } => leaves(then) && otherwise.as_ref().is_some_and(leaves),
        _ => false,
    })
}

/// Whether a block always ends the program: it calls something that does not return.
#[must_use]
pub fn ends_program(block: &Block) -> bool {
    block.statements.iter().any(|statement| match &statement.kind {
        StatementKind::Expression(expression) => matches!(&expression.kind,
            ExpressionKind::Call(call) if ENDS.contains(&call.name.as_str()))
            || matches!(&expression.kind, ExpressionKind::Macro { name, .. } if ENDS.contains(&name.as_str())),
        StatementKind::Block(block) => ends_program(block),
        _ => false,
    })
}

/// Whether an expression is a call or jump behind which nothing goes on.
#[must_use]
pub fn ends(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Call(call) => ENDS.contains(&call.name.as_str()),
        ExpressionKind::Macro { name, .. } => ENDS.contains(&name.as_str()),
        ExpressionKind::Control(statement) => match &statement.kind {
            StatementKind::Return(_) | StatementKind::Break | StatementKind::Continue => true,
            StatementKind::Block(block) => leaves(block),
            _ => false,
        },
        _ => false,
    }
}
