//! The model as short text, for tests to compare.
//!
//! Types stand in backquotes where they are not empty: `(let fd `int` (call socket 1))`.

use super::{
    Arm, Block, Call, Class, Expression, ExpressionKind, File, Function, Lambda, Loop, Member, MemberKind,
    Parameter, Statement, StatementKind,
};

/// Functions, classes, constants, prototypes, includes and macros of a file, one in a line.
pub(crate) fn file(file: &File) -> String {
    let mut lines: Vec<String> = file.includes.iter().map(|name| format!("(include {name})")).collect();
    lines.extend(file.macros.iter().map(|entry| format!("(define {} `{}`)", entry.name, entry.text)));
    lines.extend(file.classes.iter().map(class));
    lines.extend(file.constants.iter().map(|constant| {
        let word = if constant.is_const { "const" } else { "global" };
        let value = constant.value.as_ref().map(expression).unwrap_or_default();
        list(&[word, &constant.name, &ty(&constant.ty), &value])
    }));
    lines.extend(file.prototypes.iter().map(|(name, _)| format!("(prototype {name})")));
    lines.extend(file.functions.iter().map(function));
    lines.join("\n")
}

/// A function.
pub(crate) fn function(function: &Function) -> String {
    let initialisers =
        function.initialisers.iter().map(|(name, values)| format!("(init {name}{})", spaced(values)));
    let initialisers: Vec<_> = initialisers.collect();
    let test = if function.is_test { "test" } else { "" };
    list(&[
        "fn",
        test,
        &function.qualified(),
        &parameters(&function.parameters),
        &ty(&function.returns),
        &initialisers.join(" "),
        &block(&function.body),
    ])
}

/// A class.
pub(crate) fn class(class: &Class) -> String {
    let kind = format!("{:?}", class.kind).to_lowercase();
    let macros: Vec<_> = class.macros.iter().map(|(name, _)| format!("(macro {name})")).collect();
    let members: Vec<_> = class.members.iter().map(member).collect();
    let bases: Vec<_> = class.bases.iter().map(|base| format!(":{base}")).collect();
    list(&[&kind, &class.name, &bases.join(" "), &macros.join(" "), &members.join(" ")])
}

fn member(member: &Member) -> String {
    let mut words = vec![format!("{:?}", member.access).to_lowercase()];
    let kind = match &member.kind {
        MemberKind::Field => "field",
        MemberKind::Enumerator => "enumerator",
        MemberKind::Method { parameters: list, qt, is_virtual, is_const: _, has_body } => {
            words.extend(qt.map(|role| format!("{role:?}").to_lowercase()));
            words.extend(is_virtual.then(|| "virtual".to_owned()));
            words.extend(has_body.then(|| "body".to_owned()));
            words.push(parameters(list));
            "method"
        }
    };
    words.extend(member.is_static.then(|| "static".to_owned()));
    words.extend(member.is_const.then(|| "const".to_owned()));
    let initial = member.initial.as_ref().map(expression).unwrap_or_default();
    list(&[kind, &member.name, &ty(&member.ty), &words.join(" "), &initial])
}

/// A block.
pub(crate) fn block(block: &Block) -> String {
    format!("{{{}}}", block.statements.iter().map(statement).collect::<Vec<_>>().join(" "))
}

/// A statement.
pub(crate) fn statement(statement: &Statement) -> String {
    match &statement.kind {
        StatementKind::Declare { name, ty: of, value, is_static, is_const, otherwise } => {
            let is_static = if *is_static { "static" } else { "" };
            let is_const = if *is_const { "const" } else { "" };
            let otherwise =
                otherwise.as_ref().map(|body| format!("else {}", block(body))).unwrap_or_default();
            list(&["let", is_static, is_const, name, &ty(of), &optional(value.as_ref()), &otherwise])
        }
        StatementKind::Expression(value) => expression(value),
        StatementKind::If { condition, then, otherwise } => {
            let otherwise = otherwise.as_ref().map(block).unwrap_or_default();
            list(&["if", &expression(condition), &block(then), &otherwise])
        }
        StatementKind::Loop(looped) => repeated(looped),
        StatementKind::Switch { subject, arms } => {
            let arms: Vec<_> = arms.iter().map(arm).collect();
            list(&["switch", &expression(subject), &arms.join(" ")])
        }
        StatementKind::Return(value) => list(&["return", &optional(value.as_ref())]),
        StatementKind::Break => "(break)".to_owned(),
        StatementKind::Continue => "(continue)".to_owned(),
        StatementKind::Goto(label) => list(&["goto", label]),
        StatementKind::Label(label) => list(&["label", label]),
        StatementKind::Try { body, handlers } => {
            let handlers: Vec<_> =
                handlers.iter().map(|(what, body)| format!("(catch `{what}` {})", block(body))).collect();
            list(&["try", &block(body), &handlers.join(" ")])
        }
        StatementKind::Throw(value) => list(&["throw", &optional(value.as_ref())]),
        StatementKind::Block(body) => block(body),
    }
}

fn arm(arm: &Arm) -> String {
    let guard = arm.guard.as_ref().map(|guard| format!("if {}", expression(guard))).unwrap_or_default();
    list(&["arm", &arm.patterns.join(" | "), &guard, &block(&arm.body)])
}

fn repeated(looped: &Loop) -> String {
    let kind = format!("{:?}", looped.kind).to_lowercase();
    let before: Vec<_> = looped.before.iter().map(statement).collect();
    let condition = looped.condition.as_ref().map_or_else(|| "_".to_owned(), expression);
    let step = looped.step.as_ref().map(|step| format!("step {}", expression(step))).unwrap_or_default();
    list(&[&kind, &before.join(" "), &condition, &step, &block(&looped.body)])
}

/// An expression.
pub(crate) fn expression(expression: &Expression) -> String {
    let of = self::expression;
    match &expression.kind {
        ExpressionKind::Name(name) => name.clone(),
        ExpressionKind::Field { base, name } => format!("{}.{name}", of(base)),
        ExpressionKind::Index { base, index } => format!("{}[{}]", of(base), of(index)),
        ExpressionKind::Call(made) => call(made),
        ExpressionKind::Number { value: Some(value) } => value.to_string(),
        ExpressionKind::Number { value: None } => "(float)".to_owned(),
        ExpressionKind::Text(text) => format!("{text:?}"),
        ExpressionKind::Character(text) => format!("'{}'", text.escape_debug()),
        ExpressionKind::Boolean(value) => value.to_string(),
        ExpressionKind::Null => "null".to_owned(),
        ExpressionKind::Unary { operator, operand } => {
            list(&[&format!("{operator:?}").to_lowercase(), &of(operand)])
        }
        ExpressionKind::Binary { operator, left, right } => list(&[operator.sign(), &of(left), &of(right)]),
        ExpressionKind::Assign { operator, target, value } => {
            let sign = operator.map_or("", super::BinaryOperator::sign);
            list(&[&format!("{sign}="), &of(target), &of(value)])
        }
        ExpressionKind::Conditional { condition, then, otherwise } => {
            list(&["?", &of(condition), &of(then), &of(otherwise)])
        }
        ExpressionKind::Cast { ty: to, value } => list(&["cast", &ty(to), &of(value)]),
        ExpressionKind::SizeOf(what) => list(&["sizeof", what]),
        ExpressionKind::Construct { ty: made, fields, arguments, is_new } => {
            let word = if *is_new { "new" } else { "make" };
            let fields = fields.iter().map(|(name, value)| format!(".{name}={}", of(value)));
            let parts: Vec<_> = fields.chain(arguments.iter().map(of)).collect();
            list(&[word, &ty(made), &parts.join(" ")])
        }
        ExpressionKind::Delete(value) => list(&["delete", &of(value)]),
        ExpressionKind::Lambda(made) => lambda(made),
        ExpressionKind::Macro { name, arguments, text: _ } => format!("({name}!{})", spaced(arguments)),
        ExpressionKind::Try(value) => list(&["try", &of(value)]),
        ExpressionKind::Matches { pattern, value } => list(&["matches", &ty(pattern), &of(value)]),
        ExpressionKind::List(values) => format!("[{}]", spaced(values).trim_start()),
        ExpressionKind::Range(from, to) => {
            list(&["range", &optional(from.as_deref()), "..", &optional(to.as_deref())])
        }
        ExpressionKind::Control(inner) => list(&["control", &statement(inner)]),
        ExpressionKind::Other(parts) => format!("(other{})", spaced(parts)),
    }
}

fn call(call: &Call) -> String {
    let receiver =
        call.receiver.as_ref().map(|receiver| format!("{}->", expression(receiver))).unwrap_or_default();
    format!("(call {receiver}{}{})", call.path, spaced(&call.arguments))
}

fn lambda(lambda: &Lambda) -> String {
    list(&["lambda", &parameters(&lambda.parameters), &block(&lambda.body)])
}

fn parameters(parameters: &[Parameter]) -> String {
    let parts: Vec<_> = parameters.iter().map(|part| list(&[&part.name, &ty(&part.ty)])).collect();
    format!("[{}]", parts.join(" "))
}

fn ty(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

fn optional(value: Option<&Expression>) -> String {
    value.map(expression).unwrap_or_default()
}

fn spaced(values: &[Expression]) -> String {
    values.iter().map(|value| format!(" {}", expression(value))).collect()
}

fn list(parts: &[&str]) -> String {
    let parts: Vec<_> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    format!("({})", parts.join(" "))
}
