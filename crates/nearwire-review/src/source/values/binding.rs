//! Where local sockets get their names.

use super::{Place, Scope};
use crate::source::model::{
    BinaryOperator, Call, Expression, ExpressionKind, File, Function, Language, StatementKind, UnaryOperator,
};
use crate::source::rule::Unit;
use crate::source::walk::{Body, Event, Site};

/// A call that gives a local socket its name.
#[derive(Clone, Debug)]
pub struct Binding<'a> {
    /// Where it happens.
    pub site: Site<'a>,
    /// The call.
    pub call: &'a Call,
    /// The address structure that is bound, in C.
    pub address: Option<Place>,
    /// What names the path: what is copied to `sun_path`, or the argument. Empty where it was not seen.
    pub names: Vec<&'a Expression>,
    /// Whether the call makes the socket listen as well.
    pub listens: bool,
    /// The function that is called, if it is that one that binds what it is given.
    pub through: Option<(&'a File, &'a Function)>,
}

/// Functions that write a text to their first argument, and which argument the text is.
const COPIES: &[(&str, usize)] = &[
    ("strcpy", 1),
    ("strncpy", 1),
    ("strlcpy", 1),
    ("stpcpy", 1),
    ("memcpy", 1),
    ("memmove", 1),
    ("mempcpy", 1),
    ("strscpy", 1),
    ("g_strlcpy", 1),
    ("qstrncpy", 1),
    ("sprintf", 1),
    ("snprintf", 2),
    ("g_snprintf", 2),
    ("xstrlcpy", 1),
    ("strncpy_s", 2),
    ("copy", 1),
    ("copy_n", 1),
    ("strcat", 1),
    ("strncat", 1),
    ("strlcat", 1),
];

impl<'a> Unit<'a> {
    /// The calls in a function that give a local socket its name.
    #[must_use]
    pub fn bindings(&self, body: &Body<'a>) -> Vec<Binding<'a>> {
        body.calls().filter_map(|(site, call)| self.binding(body, site, call)).collect()
    }

    /// As [`Unit::bindings`], and the calls of functions in the reviewed files that bind what they are given.
    #[must_use]
    pub fn bindings_through(&self, body: &Body<'a>) -> Vec<Binding<'a>> {
        let found = body.calls().filter_map(|(site, call)| {
            self.binding(body, site, call).or_else(|| self.binding_through(site, call))
        });
        found.collect()
    }

    /// Whether an expression names what a binding binds: the same place, or the same known text.
    #[must_use]
    pub fn names_same(&self, body: &Body<'a>, binding: &Binding<'a>, expression: &'a Expression) -> bool {
        let place = self.place(body, expression);
        let is_address = place
            .as_ref()
            .zip(binding.address.as_ref())
            .is_some_and(|(place, address)| place.leaf() == "sun_path" && belongs(address, place));
        is_address
            || binding
                .names
                .iter()
                .any(|name| self.is_same(body, name, expression) || self.may_be(body, name, expression))
    }

    /// Whether a name of Rust is `path` on one way through the function: `let name = if … { … } else { path.into() }`.
    fn may_be(&self, body: &Body<'a>, name: &'a Expression, path: &'a Expression) -> bool {
        let Some(place) = self.place(body, path).filter(|_| self.file.language == Language::Rust) else {
            return false;
        };
        let origins = self.origins(body, name).into_iter();
        origins.filter_map(|(body, origin)| self.place(body, origin)).any(|origin| origin == place)
    }

    fn is_same(&self, body: &Body<'a>, one: &'a Expression, other: &'a Expression) -> bool {
        match (self.place(body, one), self.place(body, other)) {
            (Some(one), Some(other)) => one == other,
            _ => {
                let known = |expression| match self.texts(body, expression).as_slice() {
                    [text] if !text.contains(super::UNKNOWN) => Some(text.clone()),
                    _ => None,
                };
                let squeezed = |expression: &Expression| {
                    self.file
                        .slice(expression.span)
                        .trim_start_matches('&')
                        .split_whitespace()
                        .collect::<String>()
                };
                squeezed(one) == squeezed(other) || known(one).is_some_and(|text| Some(text) == known(other))
            }
        }
    }

    /// Whether an expression is a `QLocalServer`, or of a class that derives from it.
    #[must_use]
    pub fn is_local_server(&self, body: &Body<'a>, receiver: Option<&'a Expression>) -> bool {
        match receiver {
            None => body.function.class.as_deref().is_some_and(|class| self.derives_from_server(class)),
            Some(receiver) if matches!(&receiver.kind, ExpressionKind::Name(name) if name == "this") => {
                self.is_local_server(body, None)
            }
            Some(receiver) => {
                let declared = self.type_of(body, receiver);
                let is_made = |(_, value): (_, &Expression)| matches!(&value.kind, ExpressionKind::Construct { ty, .. } if self.is_server_type(ty));
                self.is_server_type(&declared) || self.origins(body, receiver).into_iter().any(is_made)
            }
        }
    }

    fn is_server_type(&self, ty: &str) -> bool {
        ty == "QLocalServer" || self.derives_from_server(ty)
    }

    fn derives_from_server(&self, class: &str) -> bool {
        self.program
            .classes(class)
            .any(|(_, class)| class.bases.iter().any(|base| base.contains("QLocalServer")))
    }

    fn binding(&self, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> Option<Binding<'a>> {
        match self.file.language {
            Language::Rust => self.binding_in_rust(body, site, call),
            Language::Cpp if call.name == "listen" && call.arguments.len() == 1 => {
                let is_server = self.is_local_server(body, call.receiver.as_ref());
                is_server.then(|| Binding {
                    site,
                    call,
                    address: None,
                    names: call.arguments.iter().collect(),
                    listens: true,
                    through: None,
                })
            }
            Language::C | Language::Cpp => self.binding_in_c(body, site, call),
        }
    }

    fn binding_in_c(&self, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> Option<Binding<'a>> {
        let is_bind = matches!(call.path.as_str(), "bind" | "::bind") && call.receiver.is_none();
        let [_, address, _] = call.arguments.as_slice() else { return None };
        let address = self.place(body, address).filter(|_| is_bind)?;
        let names = self.names_of(body, &address, site);
        let is_local = !names.is_empty()
            || self.type_of_place(body, &address).contains("sockaddr_un")
            || body.sites().iter().any(|site| {
                let written = site.expression().and_then(|expression| self.place(body, expression));
                written.is_some_and(|place| place.path.contains("sun_path") && belongs(&address, &place))
            });
        is_local.then_some(Binding {
            site,
            call,
            address: Some(address),
            names,
            listens: false,
            through: None,
        })
    }

    /// What is copied to the `sun_path` of an address before `until`.
    fn names_of(&self, body: &Body<'a>, address: &Place, until: Site<'a>) -> Vec<&'a Expression> {
        let before = body.sites().iter().take_while(|site| site.index < until.index);
        let mut names = Vec::new();
        for site in before {
            match site.event {
                Event::Statement(statement) => {
                    if let StatementKind::Declare { name, value: Some(value), .. } = &statement.kind {
                        let is_it = address.scope == Scope::Local && *name == address.path;
                        names.extend(is_it.then(|| field_of(value)).flatten());
                    }
                }
                Event::Expression(expression) => match &expression.kind {
                    ExpressionKind::Assign { target, value, .. } => {
                        let is_it = self.place(body, target).is_some_and(|place| place == *address);
                        names.extend(is_it.then(|| field_of(value)).flatten());
                    }
                    ExpressionKind::Call(call) => names.extend(self.names_written(body, call, address)),
                    _ => {}
                },
            }
        }
        names
    }

    /// What a call copies to the `sun_path` of an address, directly or as a function in the reviewed files does.
    fn names_written(&self, body: &Body<'a>, call: &'a Call, address: &Place) -> Vec<&'a Expression> {
        if let Some(name) = self.name_copied(body, call, address) {
            return vec![name];
        }
        let takes_it =
            |argument: &Expression| self.place(body, argument).is_some_and(|place| place == *address);
        let Some(number) = call.arguments.iter().position(takes_it) else { return Vec::new() };
        let Some((file, function)) = self.callee(call) else { return Vec::new() };
        let Some(parameter) = function.parameters.get(number) else { return Vec::new() };
        if !file.slice(function.span).contains("sun_path") {
            return Vec::new();
        }
        let (inner, address) =
            (Body::of(function), Place { scope: Scope::Local, path: parameter.name.clone() });
        let copied = inner.calls().filter_map(|(_, copy)| self.name_copied(&inner, copy, &address));
        copied.filter_map(|name| self.argument_for(&inner, name, call)).collect()
    }

    fn name_copied(&self, body: &Body<'a>, call: &'a Call, address: &Place) -> Option<&'a Expression> {
        let (_, from) = *COPIES.iter().find(|(name, _)| *name == call.name)?;
        let target = self.place(body, without_offset(call.arguments.first()?))?;
        if target.leaf() != "sun_path" || !belongs(address, &target) {
            return None;
        }
        let source = call.arguments.get(from)?;
        match &source.kind {
            ExpressionKind::Text(format) if call.name.ends_with("printf") => {
                (format == "%s").then(|| call.arguments.get(from.saturating_add(1))).flatten()
            }
            _ => Some(source),
        }
    }

    /// The argument of `call` for the parameter that `name` is in the function that is called.
    fn argument_for(&self, inner: &Body<'a>, name: &'a Expression, call: &'a Call) -> Option<&'a Expression> {
        let place = self.place(inner, name).filter(|place| place.scope == Scope::Local)?;
        let number = inner.function.parameters.iter().position(|parameter| parameter.name == place.path)?;
        call.arguments.get(number)
    }

    fn binding_through(&self, site: Site<'a>, call: &'a Call) -> Option<Binding<'a>> {
        let (file, function) = self.callee(call)?;
        let text = file.slice(function.span);
        if function.is_test || !(text.contains("bind") || text.contains("listen")) {
            return None;
        }
        let inner = Body::of(function);
        let (bound, names) = inner.calls().find_map(|(site, bind)| {
            let bound = self.binding(&inner, site, bind)?;
            let names: Vec<_> =
                bound.names.iter().filter_map(|name| self.argument_for(&inner, name, call)).collect();
            (!names.is_empty()).then_some((bound, names))
        })?;
        let listens =
            bound.listens || inner.calls_of(&["listen"]).any(|(site, _)| site.index > bound.site.index);
        Some(Binding { site, call, address: None, names, listens, through: Some((file, function)) })
    }

    fn binding_in_rust(&self, body: &Body<'a>, site: Site<'a>, call: &'a Call) -> Option<Binding<'a>> {
        let listens =
            call.path.ends_with("UnixListener::bind") || call.path.ends_with("UnixListener::bind_addr");
        let is_std = listens
            || call.path.ends_with("UnixDatagram::bind")
            || call.path.ends_with("UnixDatagram::bind_addr");
        let names = match call.arguments.as_slice() {
            [path] if is_std && call.name == "bind" => vec![path],
            [address] if is_std => self.address_call(body, address)?.arguments.iter().take(1).collect(),
            [_, address] if matches!(call.name.as_str(), "bind" | "bind_unix") && call.receiver.is_none() => {
                self.address_call(body, address)?.arguments.iter().take(1).collect()
            }
            _ => return None,
        };
        Some(Binding { site, call, address: None, names, listens, through: None })
    }

    /// The call that made the address of a local socket, in Rust: `SocketAddr::from_pathname(path)`.
    #[must_use]
    pub fn address_call(&self, body: &Body<'a>, address: &'a Expression) -> Option<&'a Call> {
        let origins = self.origins(body, address).into_iter().map(|(_, origin)| origin);
        std::iter::once(address)
            .chain(origins)
            .find_map(|origin| made_by(origin).filter(|call| is_address_call(call)))
    }
}

fn is_address_call(call: &Call) -> bool {
    const NAMES: &[&str] = &["from_pathname", "from_abstract_name", "new_abstract_name", "new_abstract"];
    NAMES.contains(&call.name.as_str())
        || ["UnixAddr::new", "SocketAddrUnix::new", "SockAddr::unix"]
            .iter()
            .any(|name| call.path.ends_with(name))
}

/// The call whose value an expression is, `?`, `&` and methods that unwrap it left out.
fn made_by(expression: &Expression) -> Option<&Call> {
    match &expression.kind {
        ExpressionKind::Try(value)
        | ExpressionKind::Unary { operator: UnaryOperator::Address, operand: value } => made_by(value),
        ExpressionKind::Call(call) if super::TRANSPARENT.contains(&call.name.as_str()) => {
            made_by(call.receiver.as_ref()?)
        }
        ExpressionKind::Call(call) => match (&call.receiver, is_address_call(call)) {
            (Some(receiver), false) => made_by(receiver),
            _ => Some(call),
        },
        _ => None,
    }
}

/// Whether a place is the address or a part of it, also through another member of a union.
fn belongs(address: &Place, place: &Place) -> bool {
    let union =
        address.path.rsplit_once('.').filter(|(_, leaf)| matches!(*leaf, "sa" | "sockaddr" | "generic"));
    address.contains(place)
        || union.is_some_and(|(parent, _)| {
            Place { scope: address.scope.clone(), path: parent.to_owned() }.contains(place)
        })
}

/// What the field `sun_path` is given in `{ .sun_path = value }`.
fn field_of(value: &Expression) -> Option<&Expression> {
    let ExpressionKind::Construct { fields, .. } = &value.kind else { return None };
    fields.iter().find(|(name, _)| name == "sun_path").map(|(_, value)| value)
}

/// `name` of `name + 1`.
fn without_offset(expression: &Expression) -> &Expression {
    match &expression.kind {
        ExpressionKind::Binary { operator: BinaryOperator::Add, left, .. } => left,
        ExpressionKind::Cast { value, .. } => without_offset(value),
        _ => expression,
    }
}

#[cfg(test)]
mod tests;
