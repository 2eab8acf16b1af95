//! What something is worth, how long it is, what a function returns and takes.

use super::Asked;
use super::memory::given;
use super::types::declared;
use crate::claims::code::In;
use crate::claims::fact::Literal;
use crate::claims::reply::Reply;
use crate::claims::resolve::{Entity, resolve};
use crate::source::model::{
    BinaryOperator, Expression, ExpressionKind, MemberKind, StatementKind, UnaryOperator,
};

/// How deep constants are followed.
const MAX_STEPS: usize = 8;

/// What an expression is worth, where it can be read.
pub(super) fn of_expression(asked: Asked<'_>, at: In<'_>, expression: &Expression) -> Option<Literal> {
    evaluate(asked, Some(at), expression, MAX_STEPS)
}

fn evaluate(asked: Asked<'_>, at: Option<In<'_>>, expression: &Expression, steps: usize) -> Option<Literal> {
    let steps = steps.checked_sub(1)?;
    let number = |expression: &Expression| match evaluate(asked, at, expression, steps)? {
        Literal::Number(number) => Some(number),
        _ => None,
    };
    match &expression.kind {
        ExpressionKind::Number { value } => value.map(Literal::Number),
        ExpressionKind::Boolean(value) => Some(Literal::Boolean(*value)),
        ExpressionKind::Null => Some(Literal::Null),
        ExpressionKind::Name(name) if name == "None" => Some(Literal::Null),
        ExpressionKind::Cast { value, .. } => evaluate(asked, at, value, steps),
        ExpressionKind::Construct { arguments, is_new: false, .. } if arguments.len() == 1 => {
            evaluate(asked, at, arguments.first()?, steps)
        }
        ExpressionKind::Unary { operator: UnaryOperator::Negate, operand } => {
            number(operand)?.checked_neg().map(Literal::Number)
        }
        ExpressionKind::Binary { operator, left, right } => {
            let (left, right) = (number(left)?, number(right)?);
            let value = match operator {
                BinaryOperator::Add => left.checked_add(right),
                BinaryOperator::Subtract => left.checked_sub(right),
                BinaryOperator::Multiply => left.checked_mul(right),
                BinaryOperator::Divide => left.checked_div(right),
                BinaryOperator::ShiftLeft => u32::try_from(right)
                    .ok()
                    .filter(|by| *by < 64)
                    .and_then(|by| left.checked_mul(1_i128.checked_shl(by)?)),
                BinaryOperator::Or => Some(left | right),
                _ => None,
            };
            value.map(Literal::Number)
        }
        ExpressionKind::Name(name) => named(asked, at, name, steps),
        _ => None,
    }
}

/// The value of a constant.
fn named(asked: Asked<'_>, at: Option<In<'_>>, name: &str, steps: usize) -> Option<Literal> {
    if at.is_some_and(|at| at.body.has_local(name)) {
        return local_constant(asked, at?, name, steps);
    }
    let last = name.rsplit("::").next().unwrap_or_default();
    let mention = crate::claims::phrase::Mention { name: last.to_owned(), ..Default::default() };
    let entities = resolve(asked.code, &mention, &[]).ok()?;
    let values: Vec<_> = entities
        .iter()
        .filter(|entity| {
            matches!(entity, Entity::Constant { .. } | Entity::Macro { .. } | Entity::Enumerator { .. })
        })
        .map(|entity| constant_within(asked, entity, steps))
        .collect();
    let first = values.first()?.clone()?;
    values.iter().all(|value| value.as_ref() == Some(&first)).then_some(first)
}

fn local_constant(asked: Asked<'_>, at: In<'_>, name: &str, steps: usize) -> Option<Literal> {
    let mut declared = at.body.sites().iter().filter_map(|site| match &site.statement()?.kind {
        StatementKind::Declare { name: found, value, is_const, .. } if found == name => {
            Some((value.as_ref(), *is_const))
        }
        _ => None,
    });
    let (value, is_const) = declared.next()?;
    (is_const && declared.next().is_none()).then_some(())?;
    evaluate(asked, Some(at), value?, steps)
}

/// The value of something that never changes.
pub(super) fn constant(asked: Asked<'_>, entity: &Entity<'_>) -> Option<Literal> {
    constant_within(asked, entity, MAX_STEPS)
}

fn constant_within(asked: Asked<'_>, entity: &Entity<'_>, steps: usize) -> Option<Literal> {
    match entity {
        Entity::Constant { constant, .. } if constant.is_const => {
            evaluate(asked, None, constant.value.as_ref()?, steps)
        }
        Entity::Enumerator { member, .. } => evaluate(asked, None, member.initial.as_ref()?, steps),
        Entity::Field { member, .. } if member.is_const => {
            evaluate(asked, None, member.initial.as_ref()?, steps)
        }
        Entity::Local(local) if local.is_const => evaluate(asked, Some(local.at), local.value?, steps),
        Entity::Macro { entry, .. } => of_macro(asked, &entry.text, steps),
        _ => None,
    }
}

/// `50000`, `(64 * 1024)`, `-1`
fn of_macro(asked: Asked<'_>, text: &str, steps: usize) -> Option<Literal> {
    let steps = steps.checked_sub(1)?;
    let text = text.trim();
    let inner = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
        .filter(|inner| !inner.contains(['(', ')']))
        .unwrap_or(text);
    let part = |part: &str| -> Option<i128> {
        let part = part.trim();
        if let Some(number) = crate::claims::token::number(part) {
            return Some(number);
        }
        match named(asked, None, part, steps)? {
            Literal::Number(number) => Some(number),
            _ => None,
        }
    };
    let product: Option<i128> =
        inner.split('*').map(part).try_fold(1_i128, |product, part| product.checked_mul(part?));
    product.map(Literal::Number)
}

/// Whether it is worth this.
pub(super) fn value(asked: Asked<'_>, entity: &Entity<'_>, wanted: &Literal) -> Reply {
    let place = entity.place();
    let with_place = |reply: Reply| match place {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    };
    let wanted = match wanted {
        Literal::Name(name) => match named(asked, entity.function(), name, MAX_STEPS) {
            Some(value) => value,
            None => return with_place(Reply::open(format!("what {name} is worth was not read"))),
        },
        other => other.clone(),
    };
    let name = super::uses::name_of(entity).unwrap_or_default().to_owned();
    if let Some(found) = constant(asked, entity) {
        return with_place(Reply::of(
            same(&found, &wanted),
            format!("{name} is the constant {}", shown(&found)),
        ));
    }
    let values = match entity {
        Entity::Constant { file: _, constant } => {
            // A variable of the whole program: what it begins as, as far as nothing else sets it.
            let initial = constant.value.as_ref().and_then(|value| evaluate(asked, None, value, MAX_STEPS));
            let is_set = asked.code.bodies().any(|at| at.body.sites().iter().filter_map(|site| site.expression()).any(|expression| {
                matches!(&expression.kind, ExpressionKind::Assign { target, .. } if super::uses::is_named(target, &name))
            }));
            if is_set { vec![None] } else { vec![initial] }
        }
        Entity::Local(_) | Entity::Field { .. } => {
            let mut values: Vec<_> =
                given(asked, entity).into_iter().map(|(at, value)| of_expression(asked, at, value)).collect();
            if let Entity::Field { member, .. } = entity {
                values.extend(member.initial.as_ref().map(|value| evaluate(asked, None, value, MAX_STEPS)));
            }
            values
        }
        _ => return with_place(Reply::open(entity.is())),
    };
    let known: Option<Vec<Literal>> = values.iter().cloned().collect();
    with_place(match known.as_deref() {
        Some([only]) => Reply::of(same(only, &wanted), format!("{name} is given {}", shown(only))),
        Some(all) if !all.is_empty() && !all.iter().any(|found| same(found, &wanted)) => {
            Reply::no(format!("{name} is given {}", all.iter().map(shown).collect::<Vec<_>>().join(", ")))
        }
        _ => Reply::open(format!("{name} is given what was not read, or several values")),
    })
}

fn same(found: &Literal, wanted: &Literal) -> bool {
    found == wanted
        || matches!(
            (found, wanted),
            (Literal::Null, Literal::Number(0)) | (Literal::Number(0), Literal::Null)
        )
}

fn shown(value: &Literal) -> String {
    match value {
        Literal::Number(number) => number.to_string(),
        Literal::Null => "null".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Name(name) => name.clone(),
    }
}

/// Whether it has so many elements.
pub(super) fn length(asked: Asked<'_>, entity: &Entity<'_>, count: i128) -> Reply {
    let ty = declared(entity).unwrap_or_default();
    let says = format!("{}, declared as {ty}", entity.is());
    let found = length_of(asked, entity, ty);
    let reply = match found {
        Some(found) => {
            Reply::of(found == count, if ty.is_empty() { format!("it has {found} elements") } else { says })
        }
        None => Reply::open(format!("how long it is was not read: {}", entity.is())),
    };
    match entity.place() {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    }
}

fn length_of(asked: Asked<'_>, entity: &Entity<'_>, ty: &str) -> Option<i128> {
    if ty.is_empty() {
        let Entity::Local(local) = entity else { return None };
        let text = local.at.file().slice(local.value?.span);
        let (_, count) = text.strip_prefix('[')?.strip_suffix(']')?.split_once(';')?;
        return number_or_constant(asked, local.at, count);
    }
    let ty = ty.trim();
    let inner = match ty.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.rsplit_once(';')?.1,
        None => ty.strip_suffix(']')?.rsplit_once('[').filter(|(before, _)| !before.contains('['))?.1,
    };
    let part = inner.trim();
    crate::claims::token::number(part).or_else(|| match named(asked, entity.function(), part, MAX_STEPS)? {
        Literal::Number(number) => Some(number),
        _ => None,
    })
}

fn number_or_constant(asked: Asked<'_>, at: In<'_>, text: &str) -> Option<i128> {
    let text = text.trim();
    crate::claims::token::number(text).or_else(|| match named(asked, Some(at), text, MAX_STEPS)? {
        Literal::Number(number) => Some(number),
        _ => None,
    })
}

/// Whether a function returns this.
pub(super) fn returns(asked: Asked<'_>, entity: &Entity<'_>, wanted: &Literal) -> Reply {
    let Entity::Callable(callable) = entity else { return Reply::open(entity.is()) };
    let mut values = Vec::new();
    for at in &callable.bodies {
        for statement in at
            .body
            .sites()
            .iter()
            .filter(|site| {
                !at.body.around(**site).any(|frame| matches!(frame, crate::source::walk::Frame::Lambda(_)))
            })
            .filter_map(|site| site.statement())
        {
            if let StatementKind::Return(Some(value)) = &statement.kind {
                values.push((*at, of_expression(asked, *at, value), statement.span));
            }
        }
    }
    let is = |value: &Option<Literal>| {
        value.as_ref().is_some_and(|value| {
            same(value, wanted)
                || matches!((value, wanted), (Literal::Name(one), Literal::Name(other)) if one == other)
        })
    };
    let shown_at: Vec<_> = values.iter().map(|(at, _, span)| at.file().location(*span)).collect();
    let name = callable.shown();
    let says = format!("{name} has {} return statements with a value", values.len());
    let reply = if matches!(wanted, Literal::Name(_)) || values.is_empty() {
        Reply::open(says)
    } else if values.iter().all(|(_, value, _)| is(value)) {
        Reply::yes(format!("{name} returns {}", shown(wanted)))
    } else if values.iter().all(|(_, value, _)| value.is_some() && !is(value)) {
        Reply::no(format!("{name} never returns {}", shown(wanted)))
    } else {
        Reply::open(says)
    };
    reply.at_all(shown_at)
}

/// Whether a function has so many parameters; `-1` for any at all.
pub(super) fn parameters(entity: &Entity<'_>, count: i128) -> Reply {
    let Entity::Callable(callable) = entity else { return Reply::open(entity.is()) };
    let mut lists = Vec::new();
    if let Some((_, _, member)) = callable.member
        && let MemberKind::Method { parameters, .. } = &member.kind
    {
        lists.push(parameters.as_slice());
    }
    lists.extend(callable.bodies.iter().map(|at| at.body.function.parameters.as_slice()));
    let counts: Vec<i128> = lists
        .iter()
        .map(|list| {
            let real = list
                .iter()
                .filter(|parameter| !(parameter.ty == "void" && parameter.name.is_empty()))
                .count();
            i128::try_from(real).unwrap_or(i128::MAX)
        })
        .collect();
    let fits = |found: &i128| if count < 0 { *found > 0 } else { *found == count };
    let says = match counts.first() {
        Some(found) => format!("{} has {found} parameters", callable.shown()),
        None => return Reply::open(format!("the parameters of {} were not seen", callable.shown())),
    };
    let reply = if counts.iter().all(fits) {
        Reply::yes(says)
    } else if counts.iter().any(fits) {
        Reply::open(format!("{says}, and others of the same name have another number"))
    } else {
        Reply::no(says)
    };
    match entity.place() {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    }
}
