//! Statements.

use super::{Expression, Span};

/// Statements in a row.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// In the order they run.
    pub statements: Vec<Statement>,
    /// All of it, braces included.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// All of it, its semicolon included: an expression that is as long as its statement has no semicolon, and is the
    /// value of a block of Rust.
    pub span: Span,
}

/// What a statement is.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// A variable: `int fd = socket(...)`, `let (a, b) = pair()`.
    Declare {
        /// Its name; the whole pattern, where that is more than a name (`Ok(stream)`, `(a, b)`).
        name: String,
        /// Its type as written, empty for none; an array is `char[100]`.
        ty: String,
        /// Its initial value; `T x(a, b)` and `T x{a, b}` in C++ are a [`super::ExpressionKind::Construct`].
        value: Option<Expression>,
        /// `static`
        is_static: bool,
        /// `const`, `constexpr`; in Rust, without `mut`.
        is_const: bool,
        /// What runs when the pattern of a Rust `let … else` does not match.
        otherwise: Option<Block>,
    },
    /// An expression for its effect; in Rust also the last one of a block, which is its value.
    Expression(Expression),
    /// `if`; `if let P = e` has the condition [`super::ExpressionKind::Matches`].
    If {
        /// What decides.
        condition: Expression,
        /// What runs if it is true.
        then: Block,
        /// What runs if not; `else if` is a block with one `If`.
        otherwise: Option<Block>,
    },
    /// A loop.
    Loop(Box<Loop>),
    /// `switch` or `match`.
    Switch {
        /// What decides.
        subject: Expression,
        /// Its arms, in order.
        arms: Vec<Arm>,
    },
    /// `return`
    Return(Option<Expression>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `goto`, with its label.
    Goto(String),
    /// A label.
    Label(String),
    /// `try` of C++.
    Try {
        /// What is tried.
        body: Block,
        /// One for each `catch`: what it catches as written, and what it does.
        handlers: Vec<(String, Block)>,
    },
    /// `throw` of C++.
    Throw(Option<Expression>),
    /// Statements in braces of their own (also `unsafe { }`).
    Block(Block),
}

/// An arm of a `switch` or `match`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// What it matches as written: `Err(error)`, `EINTR`; `default` for `default:`.
    pub patterns: Vec<String>,
    /// The condition behind `if` in a pattern of Rust.
    pub guard: Option<Expression>,
    /// What it does.
    pub body: Block,
}

/// What kind of loop it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoopKind {
    /// `while`; `while let P = e` has the condition [`super::ExpressionKind::Matches`].
    While,
    /// `do … while`
    DoWhile,
    /// `for (;;)` of C, with or without its parts.
    For,
    /// `for (x : xs)`, `for x in xs`; the condition is what is gone through.
    ForEach,
    /// `loop`
    Infinite,
}

/// A loop.
#[derive(Clone, Debug)]
pub struct Loop {
    /// What kind.
    pub kind: LoopKind,
    /// What runs before it: the first part of `for (;;)`; for `ForEach`, the declaration of the variable.
    pub before: Vec<Statement>,
    /// What must be true for it to go on; for `ForEach`, what is gone through.
    pub condition: Option<Expression>,
    /// What runs after each turn: the third part of `for (;;)`.
    pub step: Option<Expression>,
    /// What is repeated.
    pub body: Block,
}
