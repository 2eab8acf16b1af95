//! What the checks and the claims see of source code: one model for C, C++ and Rust.
//!
//! It keeps what a reviewer of sockets needs (who calls what with which arguments, in which order, under which conditions
//! and in which loops; what is declared, with which type, access and initial value) and drops the rest. Text that has
//! no place in it becomes [`ExpressionKind::Other`] with the parts that could be read, so nothing that is called is lost.

#[cfg(test)]
pub(crate) mod dump;
mod expression;
mod file;
mod statement;

pub use expression::{BinaryOperator, Call, Expression, ExpressionKind, Lambda, UnaryOperator};
pub use file::{
    Access, Class, ClassKind, Comment, Constant, File, Function, Language, Macro, Member, MemberKind,
    Parameter, QtRole, Span,
};
pub use statement::{Arm, Block, Loop, LoopKind, Statement, StatementKind};
