//! `try`, `catch` and `throw`.

use super::Asked;
use crate::claims::code::{In, has_word};
use crate::claims::phrase::Mention;
use crate::claims::reply::Reply;
use crate::claims::resolve::Scope;
use crate::source::model::{Language, StatementKind};
use crate::source::walk::Frame;

/// Whether exceptions are caught there.
pub(super) fn catches(asked: Asked<'_>, within: Option<&Mention>) -> Reply {
    let (scope, bodies) = match bodies(asked, within) {
        Ok(found) => found,
        Err(reply) => return reply,
    };
    let name = scope.as_ref().map_or_else(|| asked.code.these(), |scope| scope.name.clone());
    let inside =
        bodies.iter().find(|at| at.body.sites().iter().any(|site| at.body.around(*site).any(is_try)));
    if let Some(at) = inside {
        return Reply::yes(format!("{} catches exceptions", at.name()))
            .at(at.file(), at.body.function.name_span);
    }
    if bodies.iter().any(|at| has_word(at.text(), "catch")) {
        return Reply::open(format!("{name} has a catch that was not read"));
    }
    // `around run` may mean where it is called.
    if let Some(scope) = scope.as_ref().filter(|scope| scope.is_function) {
        let last = scope.name.rsplit("::").next().unwrap_or_default();
        let around = asked.code.bodies().find(|at| {
            at.body.calls().any(|(site, call)| call.name == last && at.body.around(site).any(is_try))
        });
        if let Some(at) = around {
            return Reply::open(format!("{} calls {last} in a try block", at.name()))
                .at(at.file(), at.body.function.name_span);
        }
    }
    let shown = bodies.iter().take(6).map(|at| at.file().location(at.body.function.name_span));
    Reply::no(format!("{name} contains no try block")).at_all(shown)
}

fn is_try(frame: Frame<'_>) -> bool {
    matches!(frame, Frame::Tried | Frame::Handler)
}

/// Whether exceptions are thrown there.
pub(super) fn throws(asked: Asked<'_>, within: Option<&Mention>) -> Reply {
    let (scope, bodies) = match bodies(asked, within) {
        Ok(found) => found,
        Err(reply) => return reply,
    };
    let name = scope.map_or_else(|| asked.code.these(), |scope| scope.name);
    for at in &bodies {
        let thrown = at.body.sites().iter().filter_map(|site| site.statement());
        if let Some(statement) =
            thrown.into_iter().find(|statement| matches!(statement.kind, StatementKind::Throw(_)))
        {
            return Reply::yes(format!("{} throws", at.name())).at(at.file(), statement.span);
        }
    }
    Reply::no(format!("{name} throws nothing itself"))
}

/// The functions in C++ that are meant; other languages have no exceptions.
fn bodies<'c>(asked: Asked<'c>, within: Option<&Mention>) -> Result<(Option<Scope<'c>>, Vec<In<'c>>), Reply> {
    let scope = super::place(asked, within)?;
    let all: Vec<In<'c>> = match &scope {
        Some(scope) => scope.bodies.clone(),
        None => asked.code.bodies().collect(),
    };
    let in_cpp: Vec<_> = all.into_iter().filter(|at| at.file().language == Language::Cpp).collect();
    if in_cpp.is_empty() {
        return Err(Reply::open("there is no C++ there, and other languages have no exceptions"));
    }
    Ok((scope, in_cpp))
}
