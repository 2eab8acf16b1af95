//! Expressions.

use super::{Block, Parameter, Span, Statement};

/// An expression.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// All of it, parentheses not included.
    pub span: Span,
}

impl Expression {
    /// The number that is written here, with its sign: `-1`, `(uid_t)-1`.
    #[must_use]
    pub fn number(&self) -> Option<i128> {
        match &self.kind {
            ExpressionKind::Number { value } => *value,
            ExpressionKind::Unary { operator: UnaryOperator::Negate, operand } => {
                operand.number()?.checked_neg()
            }
            ExpressionKind::Cast { value, .. } => value.number(),
            _ => None,
        }
    }
}

/// What an expression is. Parentheses leave no trace.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// A name or path: `fd`, `this`, `self`, `QLocalServer::UserAccessOption`, `libc::EINTR`.
    Name(String),
    /// `base.name` and `base->name`; a tuple field is named by its number.
    Field {
        /// What it is a part of.
        base: Box<Expression>,
        /// Its name.
        name: String,
    },
    /// `base[index]`
    Index {
        /// What is indexed.
        base: Box<Expression>,
        /// With what.
        index: Box<Expression>,
    },
    /// A call.
    Call(Box<Call>),
    /// A number, as written without suffix; its value where it fits.
    Number {
        /// Its value; `None` for a floating-point number.
        value: Option<i128>,
    },
    /// A text; its escapes resolved as far as they are simple, adjacent literals joined.
    Text(String),
    /// A character.
    Character(String),
    /// `true`, `false`
    Boolean(bool),
    /// `NULL`, `nullptr`
    Null,
    /// An operator with one operand.
    Unary {
        /// Which.
        operator: UnaryOperator,
        /// On what.
        operand: Box<Expression>,
    },
    /// An operator with two operands.
    Binary {
        /// Which.
        operator: BinaryOperator,
        /// Its left operand.
        left: Box<Expression>,
        /// Its right operand.
        right: Box<Expression>,
    },
    /// `=`, `+=` and the like.
    Assign {
        /// For `+=`: `Add`.
        operator: Option<BinaryOperator>,
        /// What changes.
        target: Box<Expression>,
        /// The value.
        value: Box<Expression>,
    },
    /// `condition ? then : otherwise`; in Rust an `if` is [`ExpressionKind::Control`].
    Conditional {
        /// What decides.
        condition: Box<Expression>,
        /// Its value if it is true.
        then: Box<Expression>,
        /// Its value if not.
        otherwise: Box<Expression>,
    },
    /// `(type) value`, `static_cast<type>(value)`, `value as type`
    Cast {
        /// The type as written.
        ty: String,
        /// What is cast.
        value: Box<Expression>,
    },
    /// `sizeof x`, `sizeof(T)`: what is measured, as written.
    SizeOf(String),
    /// A value of a class made in place: `new T(a)` and `T{a}` in C++, `T { f: a }` in Rust, a declaration `T x(a)`.
    Construct {
        /// The type as written; empty for `{a, b}` alone.
        ty: String,
        /// The fields that are named (`.f = a`, `f: a`) with their values.
        fields: Vec<(String, Expression)>,
        /// The values without a name.
        arguments: Vec<Expression>,
        /// Made with `new`, so that somebody must delete it.
        is_new: bool,
    },
    /// `delete x`
    Delete(Box<Expression>),
    /// A lambda of C++ or closure of Rust; also an `async` block.
    Lambda(Box<Lambda>),
    /// A macro of Rust: `println!("…", a)`. Macros of C look like calls and are calls here.
    Macro {
        /// Its name without `!`.
        name: String,
        /// Its arguments, as far as they read as expressions; calls anywhere in it are found here.
        arguments: Vec<Expression>,
        /// All between its brackets, as written.
        text: String,
    },
    /// `value?`
    Try(Box<Expression>),
    /// `if let pattern = value`, `while let`, `matches!(value, pattern)`: whether it matches.
    Matches {
        /// The pattern as written.
        pattern: String,
        /// What is matched.
        value: Box<Expression>,
    },
    /// `[a, b]`, `(a, b)`, and `[a; n]` with both.
    List(Vec<Expression>),
    /// `a..b`
    Range(Option<Box<Expression>>, Option<Box<Expression>>),
    /// A statement that has a value: `if`, `match`, `loop`, a block; also `return` and `break` of Rust.
    Control(Box<Statement>),
    /// Something else, with the expressions in it.
    Other(Vec<Expression>),
}

/// A call of a function, method or macro of C.
#[derive(Clone, Debug)]
pub struct Call {
    /// The last name of what is called: `listen` of `server->listen(…)`, `removeServer` of `QLocalServer::removeServer(…)`;
    /// without type arguments. Empty where something without a name is called.
    pub name: String,
    /// All of the name as written: `QLocalServer::removeServer`, `libc::bind`; like `name` for methods.
    pub path: String,
    /// What a method is called on.
    pub receiver: Option<Expression>,
    /// Its arguments.
    pub arguments: Vec<Expression>,
    /// The name alone.
    pub name_span: Span,
}

/// A lambda, closure or `async` block.
#[derive(Clone, Debug)]
pub struct Lambda {
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it does.
    pub body: Block,
}

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Negate,
    /// `~` (`!` of Rust integers is `Not`)
    Complement,
    /// `&`, `&mut`
    Address,
    /// `*`
    Dereference,
    /// `++`, before or after
    Increment,
    /// `--`, before or after
    Decrement,
}

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `&&`
    LogicalAnd,
    /// `||`
    LogicalOr,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `,`
    Comma,
}

impl BinaryOperator {
    /// Whether it compares: `==`, `!=`, `<`, `<=`, `>`, `>=`.
    #[must_use]
    pub const fn compares(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
        )
    }

    /// As it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::And => "&",
            Self::Or => "|",
            Self::Xor => "^",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
            Self::LogicalAnd => "&&",
            Self::LogicalOr => "||",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Comma => ",",
        }
    }
}
