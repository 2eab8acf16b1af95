//! The signs of operators.

use crate::source::model::{BinaryOperator, UnaryOperator};

/// The operator with two operands that is written so.
pub(super) fn binary(sign: &str) -> Option<BinaryOperator> {
    Some(match sign {
        "+" => BinaryOperator::Add,
        "-" => BinaryOperator::Subtract,
        "*" => BinaryOperator::Multiply,
        "/" => BinaryOperator::Divide,
        "%" => BinaryOperator::Remainder,
        "&" | "bitand" => BinaryOperator::And,
        "|" | "bitor" => BinaryOperator::Or,
        "^" | "xor" => BinaryOperator::Xor,
        "<<" => BinaryOperator::ShiftLeft,
        ">>" => BinaryOperator::ShiftRight,
        "&&" | "and" => BinaryOperator::LogicalAnd,
        "||" | "or" => BinaryOperator::LogicalOr,
        "==" => BinaryOperator::Equal,
        "!=" | "not_eq" => BinaryOperator::NotEqual,
        "<" => BinaryOperator::Less,
        "<=" => BinaryOperator::LessOrEqual,
        ">" => BinaryOperator::Greater,
        ">=" => BinaryOperator::GreaterOrEqual,
        "," => BinaryOperator::Comma,
        _ => return None,
    })
}

/// The operator that an assignment applies: `Add` of `+=`.
pub(super) fn changed_by(sign: &str) -> Option<BinaryOperator> {
    match sign {
        "and_eq" => Some(BinaryOperator::And),
        "or_eq" => Some(BinaryOperator::Or),
        "xor_eq" => Some(BinaryOperator::Xor),
        _ => binary(sign.strip_suffix('=')?),
    }
}

/// The operator with one operand that is written so; `+` is none.
pub(super) fn unary(sign: &str) -> Option<UnaryOperator> {
    Some(match sign {
        "!" | "not" => UnaryOperator::Not,
        "-" => UnaryOperator::Negate,
        "~" | "compl" => UnaryOperator::Complement,
        "&" => UnaryOperator::Address,
        "*" => UnaryOperator::Dereference,
        "++" => UnaryOperator::Increment,
        "--" => UnaryOperator::Decrement,
        _ => return None,
    })
}
