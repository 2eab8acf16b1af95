//! Whether the second of two calls that close a descriptor can come after the first, on one way through a function.

use super::Closing;
use crate::source::model::{BinaryOperator, Block, Expression, ExpressionKind, StatementKind};
use crate::source::rule::Unit;
use crate::source::values::{Place, Scope, leaves};
use crate::source::walk::{Body, Frame, Site};

/// Whether a way through the function runs over both, and the descriptor is the same at the second.
pub(super) fn is_same_way<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    first: &Closing<'a>,
    second: &Closing<'a>,
    place: &Place,
) -> bool {
    if body.excludes(first.site, second.site)
        || is_in_child(unit, body, first.site)
        || is_in_child(unit, body, second.site)
    {
        return false;
    }
    // A lambda or a loop around one of them runs at another time.
    let outer = |closing: &Closing<'a>, other: &Closing<'a>| {
        body.around(closing.site).all(|frame| match frame {
            Frame::Lambda(lambda) => lambda.body.span.contains(other.site.span()),
            Frame::LoopBody(looped) | Frame::LoopCondition(looped) => {
                looped.body.span.contains(other.site.span())
            }
            Frame::Handler | Frame::Tried => false,
            _ => true,
        })
    };
    if !outer(first, second) || !outer(second, first) || !is_unconditional(unit, body, first, second, place) {
        return false;
    }
    match left_by(body, first, second) {
        Way::Through => !is_given_between(unit, body, place, first.site, second.site),
        Way::Jump(jump, label) => {
            second.site.index > label.index
                && !is_given_between(unit, body, place, first.site, jump)
                && !is_given_between(unit, body, place, label, second.site)
                && !is_left_between(body, label, second.site)
        }
        Way::None => false,
    }
}

/// In the branch of a new process another copy is closed.
fn is_in_child(unit: &Unit<'_>, body: &Body<'_>, site: Site<'_>) -> bool {
    body.around(site).any(|frame| match frame {
        Frame::Branch(condition, _) => {
            let code = unit.file.slice(condition.span).to_ascii_lowercase();
            code.contains("fork") || code.contains("pid") || code.contains("child")
        }
        Frame::Arm(statement, _) => match &statement.kind {
            StatementKind::Switch { subject, .. } => {
                let code = unit.file.slice(subject.span).to_ascii_lowercase();
                code.contains("fork") || code.contains("pid")
            }
            _ => false,
        },
        _ => false,
    })
}

/// Whether the second runs whenever the first has run, as far as conditions that are not about the descriptor go.
fn is_unconditional<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    first: &Closing<'a>,
    second: &Closing<'a>,
    place: &Place,
) -> bool {
    body.around(second.site).all(|frame| match frame {
        Frame::Branch(condition, taken) => {
            body.guards(first.site).any(|(known, also)| std::ptr::eq(known, condition) && taken == also)
                || (taken && is_test_of(unit, body, condition, place))
        }
        Frame::Arm(_, arm) => body
            .around(first.site)
            .any(|frame| matches!(frame, Frame::Arm(_, known) if std::ptr::eq(known, arm))),
        _ => true,
    })
}

/// `fd >= 0`, `fd != -1`, `fd`: true for a closed descriptor as well.
pub(super) fn is_test_of<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    condition: &Expression,
    place: &Place,
) -> bool {
    match &condition.kind {
        ExpressionKind::Binary { operator, left, right } if operator.compares() => {
            let is_valid = matches!(
                operator,
                BinaryOperator::GreaterOrEqual | BinaryOperator::Greater | BinaryOperator::NotEqual
            );
            is_valid
                && unit.place(body, left).as_ref() == Some(place)
                && right.number().is_some_and(|number| number <= 0)
        }
        ExpressionKind::Name(_) | ExpressionKind::Field { .. } => {
            unit.place(body, condition).as_ref() == Some(place)
        }
        _ => false,
    }
}

/// How the way goes on behind a call.
pub(super) enum Way<'a> {
    /// On to what stands below.
    Through,
    /// By this `goto` to this label.
    Jump(Site<'a>, Site<'a>),
    /// Out of the function or loop.
    None,
}

/// How the way goes on from the first to the second: what surrounds the first and not the second is left at its end.
pub(super) fn left_by<'a>(body: &Body<'a>, first: &Closing<'a>, second: &Closing<'a>) -> Way<'a> {
    let jumps =
        body.sites().iter().filter(|site| first.site.index < site.index && site.index < second.site.index);
    let next = jumps.copied().find(|site| {
        let is_jump = site.statement().is_some_and(|statement| {
            matches!(
                statement.kind,
                StatementKind::Return(_)
                    | StatementKind::Throw(_)
                    | StatementKind::Goto(_)
                    | StatementKind::Break
                    | StatementKind::Continue
            )
        });
        is_jump && body.holds_at(*site, first.site)
    });
    match next.map(|site| (site, site.statement().map(|statement| &statement.kind))) {
        Some((jump, Some(StatementKind::Goto(label)))) => {
            let target = body.sites().iter().copied().find(|site| {
                site.index > jump.index
                    && site
                        .statement()
                        .is_some_and(|one| matches!(&one.kind, StatementKind::Label(name) if name == label))
            });
            target.map_or(Way::None, |target| Way::Jump(jump, target))
        }
        Some(_) => Way::None,
        None if ends_in_branch(body, first, second) => Way::None,
        None => Way::Through,
    }
}

/// Whether a branch around the first, and not around the second, never goes on below: it ends the program.
fn ends_in_branch(body: &Body<'_>, first: &Closing<'_>, second: &Closing<'_>) -> bool {
    blocks(&body.function.body).iter().any(|block| {
        block.span.contains(first.site.span())
            && !block.span.contains(second.site.span())
            && (leaves(block) || ends_in_macro(block))
    })
}

/// Whether the last statement of a block is a macro of C, by its name: it may hide a `goto` or `return`.
fn ends_in_macro(block: &Block) -> bool {
    let Some(StatementKind::Expression(last)) = block.statements.last().map(|statement| &statement.kind)
    else {
        return false;
    };
    matches!(&last.kind, ExpressionKind::Call(call) if !call.name.contains(|character: char| character.is_ascii_lowercase()))
}

/// All blocks below a block.
fn blocks(block: &Block) -> Vec<&Block> {
    let mut found = Vec::new();
    for statement in &block.statements {
        let inner: Vec<_> = match &statement.kind {
            StatementKind::If { then, otherwise, .. } => std::iter::once(then).chain(otherwise).collect(),
            StatementKind::Loop(looped) => vec![&looped.body],
            StatementKind::Switch { arms, .. } => arms.iter().map(|arm| &arm.body).collect(),
            StatementKind::Block(block) => vec![block],
            StatementKind::Try { body, handlers } => {
                std::iter::once(body).chain(handlers.iter().map(|(_, one)| one)).collect()
            }
            _ => Vec::new(),
        };
        for block in inner {
            found.push(block);
            found.extend(blocks(block));
        }
    }
    found
}

/// Whether the place gets another value between two sites, or somebody is given its address.
fn is_given_between<'a>(
    unit: &Unit<'a>,
    body: &Body<'a>,
    place: &Place,
    first: Site<'a>,
    second: Site<'a>,
) -> bool {
    let root = Place { scope: place.scope.clone(), path: place.root().to_owned() };
    let definitions = unit.definitions(body, place).into_iter().chain(unit.definitions(body, &root));
    let here = definitions.filter(|definition| std::ptr::eq(definition.body, body));
    let mut changed = here.map(|definition| definition.site.index);
    let between = |index: usize| first.index < index && index < second.index;
    if changed.any(between) {
        return true;
    }
    // The address of what it is a part of, or a method of a class, may change it.
    let calls = body.calls().filter(|(site, _)| between(site.index));
    calls.filter(|(_, call)| !matches!(call.name.as_str(), "close" | "unlink" | "free" | "perror")).any(
        |(_, call)| {
            // `dup2(other, fd)` makes a new descriptor of this number.
            let made_again = matches!(call.name.as_str(), "dup2" | "dup3")
                && call.arguments.get(1).and_then(|made| unit.place(body, made)).as_ref() == Some(place);
            let of_member = !matches!(place.scope, Scope::Local)
                && call.receiver.is_none()
                && unit.callee(call).is_some();
            let parts = call.receiver.iter().chain(&call.arguments);
            let given = parts
                .filter_map(|part| unit.place(body, part))
                .any(|part| part.contains(place) && part != *place);
            made_again || of_member || given
        },
    )
}

fn is_left_between(body: &Body<'_>, first: Site<'_>, second: Site<'_>) -> bool {
    body.sites().iter().any(|site| {
        first.index < site.index
            && site.index < second.index
            && site.statement().is_some_and(|statement| {
                matches!(statement.kind, StatementKind::Return(_) | StatementKind::Goto(_))
            })
            && body.around(*site).all(|frame| !matches!(frame, Frame::Branch(..) | Frame::Arm(..)))
    })
}
