//! Where values come from, within a function and through the members of a class.

mod binding;
pub mod effects;
mod failure;
mod family;
mod number;
mod received;
mod text;
mod usage;
mod words;

pub use binding::Binding;
pub use failure::{Convention, Decision, Failure};
pub use family::Family;
pub use received::Reception;
pub use text::UNKNOWN;
pub use usage::{Usage, ends, ends_program, leaves};
pub use words::{calls_in, says};

use super::model::{
    Block, Call, Expression, ExpressionKind, MemberKind, Statement, StatementKind, UnaryOperator,
};
use super::rule::Unit;
use super::walk::{Body, Event, Frame, Site};

/// Whose a variable is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The function's: a parameter or a variable in it.
    Local,
    /// A member of this class.
    Member(String),
    /// Neither: a constant, a variable outside, or a name that is declared elsewhere.
    Outside,
}

/// A variable or a part of one: `fd`, `addr.sun_path`, `clients[].fd`. How it is reached (`this->`, `self.`, `*`, `&`,
/// casts, `.get()`, `.as_raw_fd()`) does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Whose it is.
    pub scope: Scope,
    /// Its name and the parts below it, with dots; `[]` for any element.
    pub path: String,
}

/// Methods that give the same thing in another form.
const TRANSPARENT: &[&str] = &[
    "as_bytes",
    "as_c_str",
    "as_fd",
    "as_mut",
    "as_mut_ptr",
    "as_path",
    "as_ptr",
    "as_raw_fd",
    "as_ref",
    "as_slice",
    "as_str",
    "borrow",
    "borrow_mut",
    "c_str",
    "clone",
    "constData",
    "data",
    "deref",
    "expect",
    "get",
    "get_mut",
    "into",
    "into_raw_fd",
    "lock",
    "path",
    "to_owned",
    "to_path_buf",
    "to_str",
    "to_string",
    "to_string_lossy",
    "toLocal8Bit",
    "toStdString",
    "toUtf8",
    "unwrap",
];

/// How deep definitions are followed.
const MAX_STEPS: usize = 6;

/// Where a place gets a value.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'u, 'a> {
    /// The function it happens in.
    pub body: &'u Body<'a>,
    /// The declaration, assignment or call.
    pub site: Site<'a>,
    /// What it gets.
    pub given: Given<'a>,
}

/// What a place gets.
#[derive(Clone, Copy, Debug)]
pub enum Given<'a> {
    /// The value of this expression (for `+=` and the like: something made from it).
    Value(&'a Expression),
    /// What this call writes to it; it is the argument of this number.
    Written(&'a Call, usize),
    /// Nothing: it is declared without a value.
    Nothing,
}

impl Place {
    /// Whether `other` is this place or a part of it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.scope == other.scope
            && other
                .path
                .strip_prefix(&self.path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// Its first name.
    #[must_use]
    pub fn root(&self) -> &str {
        self.path.split(['.', '[']).next().unwrap_or_default()
    }

    /// Its last name.
    #[must_use]
    pub fn leaf(&self) -> &str {
        self.path.trim_end_matches("[]").rsplit('.').next().unwrap_or_default()
    }
}

impl<'a> Unit<'a> {
    /// The function that is called, when it stands in the reviewed files and only one has the name.
    #[must_use]
    pub fn callee(&self, call: &Call) -> Option<(&'a super::model::File, &'a super::model::Function)> {
        let mut named = self.program.functions(&call.name);
        let first = named.next()?;
        named.next().is_none().then_some(first)
    }

    /// The place that an expression in `body` names, if it names one.
    #[must_use]
    pub fn place(&self, body: &Body<'_>, expression: &Expression) -> Option<Place> {
        match &expression.kind {
            ExpressionKind::Name(name) => Some(self.named(body, name)),
            ExpressionKind::Field { base, name } => match &base.kind {
                ExpressionKind::Name(this) if this == "this" || this == "self" => Some(self.own(body, name)),
                _ => {
                    let base = self.place(body, base)?;
                    Some(Place { path: format!("{}.{name}", base.path), ..base })
                }
            },
            ExpressionKind::Index { base, .. } => {
                let base = self.place(body, base)?;
                Some(Place { path: format!("{}[]", base.path), ..base })
            }
            ExpressionKind::Unary {
                operator: UnaryOperator::Address | UnaryOperator::Dereference,
                operand,
            } => self.place(body, operand),
            ExpressionKind::Cast { value, .. } | ExpressionKind::Try(value) => self.place(body, value),
            ExpressionKind::Call(call) if TRANSPARENT.contains(&call.name.as_str()) => {
                self.place(body, call.receiver.as_ref()?)
            }
            _ => None,
        }
    }

    fn own(&self, body: &Body<'_>, name: &str) -> Place {
        let class = body.function.class.clone().unwrap_or_default();
        Place { scope: Scope::Member(class), path: name.to_owned() }
    }

    fn named(&self, body: &Body<'_>, name: &str) -> Place {
        let path = name.to_owned();
        if body.has_local(name) {
            return Place { scope: Scope::Local, path };
        }
        match &body.function.class {
            Some(class) if self.is_field(class, name) => Place { scope: Scope::Member(class.clone()), path },
            _ => Place { scope: Scope::Outside, path },
        }
    }

    /// Whether a class has a variable of this name; where no declaration of the class was read, names like `m_fd`
    /// and `fd_` count.
    fn is_field(&self, class: &str, name: &str) -> bool {
        match self.program.member(class, name) {
            Some((_, member)) => matches!(member.kind, MemberKind::Field),
            None => {
                let conventional = name.starts_with("m_") || (name.ends_with('_') && name.len() > 1);
                conventional && self.program.classes(class).next().is_none()
            }
        }
    }

    /// The bodies in which a place of this scope can change, seen from `body`.
    fn bodies_of<'u>(&'u self, body: &'u Body<'a>, scope: &Scope) -> Vec<&'u Body<'a>> {
        match scope {
            Scope::Local => vec![body],
            Scope::Member(class) => {
                let methods = self.bodies.iter().filter(|body| body.function.class.as_ref() == Some(class));
                methods.collect()
            }
            Scope::Outside => self.bodies.iter().collect(),
        }
    }

    /// Everything that gives a place (or, for a part, what it is a part of) a value, in the order of the file.
    #[must_use]
    pub fn definitions<'u>(&'u self, body: &'u Body<'a>, place: &Place) -> Vec<Definition<'u, 'a>> {
        let mut found = Vec::new();
        for body in self.bodies_of(body, &place.scope) {
            for site in body.sites() {
                if let Some(given) = self.given(body, *site, place) {
                    found.push(Definition { body, site: *site, given });
                }
            }
        }
        found
    }

    /// What `site` gives to `place`, if it does.
    fn given(&self, body: &Body<'a>, site: Site<'a>, place: &Place) -> Option<Given<'a>> {
        match site.event {
            Event::Statement(statement) => match &statement.kind {
                StatementKind::Declare { name, value, .. }
                    if place.scope == Scope::Local && (name == &place.path || binds(name, &place.path)) =>
                {
                    Some(value.as_ref().map_or(Given::Nothing, Given::Value))
                }
                _ => None,
            },
            Event::Expression(subject)
                if place.scope == Scope::Local && is_bound(body, site, &place.path) =>
            {
                Some(Given::Value(subject))
            }
            Event::Expression(expression) => match &expression.kind {
                ExpressionKind::Assign { target, value, .. } => {
                    (self.place(body, target)? == *place).then_some(Given::Value(value))
                }
                ExpressionKind::Call(call) => {
                    let written = written_arguments(call);
                    let mut numbers = (0..)
                        .zip(&call.arguments)
                        .filter(|(number, argument)| written.contains(number) || is_address(argument));
                    let (number, _) = numbers.find(|(_, argument)| {
                        self.place(body, argument).is_some_and(|target| target == *place)
                    })?;
                    Some(Given::Written(call, number))
                }
                ExpressionKind::Matches { pattern, value } => (place.scope == Scope::Local
                    && binds(pattern, &place.path))
                .then_some(Given::Value(value)),
                _ => None,
            },
        }
    }

    /// The expressions whose value an expression may have, itself not included, the nearest first: what its place was
    /// given, and what those were given, a few steps back.
    #[must_use]
    pub fn origins<'u>(
        &'u self,
        body: &'u Body<'a>,
        expression: &'a Expression,
    ) -> Vec<(&'u Body<'a>, &'a Expression)> {
        let mut found: Vec<(&'u Body<'a>, &'a Expression)> = Vec::new();
        let mut row = vec![(body, expression)];
        for _ in 0..MAX_STEPS {
            let mut next = Vec::new();
            for (body, expression) in row {
                let Some(place) = self.place(body, expression) else { continue };
                for definition in self.definitions(body, &place) {
                    let Given::Value(value) = definition.given else { continue };
                    for value in std::iter::once(value).chain(results(value)) {
                        if !found.iter().any(|(_, known)| std::ptr::eq(*known, value)) {
                            found.push((definition.body, value));
                            next.push((definition.body, value));
                        }
                    }
                }
            }
            row = next;
        }
        found
    }

    /// The type of an expression as declared: of its variable, parameter or member, without `const`, references and
    /// pointers. Empty if it is not known.
    #[must_use]
    pub fn type_of(&self, body: &Body<'a>, expression: &Expression) -> String {
        self.place(body, expression).map(|place| self.type_of_place(body, &place)).unwrap_or_default()
    }

    /// The type of a place as declared; see [`Unit::type_of`].
    #[must_use]
    pub fn type_of_place(&self, body: &Body<'a>, place: &Place) -> String {
        let declared = match &place.scope {
            Scope::Local => local_type(body, place),
            Scope::Member(class) => {
                let member = self.program.member(class, place.root());
                member.map(|(_, member)| member.ty.clone()).filter(|_| !place.path.contains('.'))
            }
            Scope::Outside => {
                self.program.constant(self.file, &place.path).map(|(_, constant)| constant.ty.clone())
            }
        };
        bare_type(&declared.unwrap_or_default())
    }

    /// Whether a place is looked at in a decision (compared, tested, matched, asserted) at or after `from`.
    #[must_use]
    pub fn is_tested_after(&self, body: &Body<'a>, place: &Place, from: Site<'a>) -> bool {
        body.sites().iter().filter(|site| site.index >= from.index).any(|site| {
            let Some(expression) = site.expression() else { return false };
            matches!(
                expression.kind,
                ExpressionKind::Name(_) | ExpressionKind::Field { .. } | ExpressionKind::Index { .. }
            ) && self.place(body, expression).is_some_and(|found| place.contains(&found))
                && body.decides(*site)
        })
    }
}

/// The declared type of a variable or parameter.
fn local_type(body: &Body<'_>, place: &Place) -> Option<String> {
    if place.path.contains('.') {
        return None;
    }
    let name = place.root();
    let parameter = body.function.parameters.iter().find(|parameter| parameter.name == name);
    if let Some(parameter) = parameter {
        return Some(parameter.ty.clone());
    }
    let lambda = body.sites().iter().flat_map(|site| body.around(*site)).find_map(|frame| match frame {
        Frame::Lambda(lambda) => lambda.parameters.iter().find(|parameter| parameter.name == name),
        _ => None,
    });
    let declared = body.sites().iter().find_map(|site| match &site.statement()?.kind {
        StatementKind::Declare { name: found, ty, .. } if found == name => Some(ty.clone()),
        _ => None,
    });
    declared.or_else(|| lambda.map(|parameter| parameter.ty.clone()))
}

/// A type without `const`, `&`, `*`, smart pointers and name spaces before it.
fn bare_type(ty: &str) -> String {
    let words = ty.replace(['&', '*'], " ");
    let words = words
        .split_whitespace()
        .filter(|word| !matches!(*word, "const" | "mut" | "struct" | "static" | "volatile"));
    let ty = words.collect::<Vec<_>>().join(" ");
    for pointer in [
        "unique_ptr<",
        "shared_ptr<",
        "QPointer<",
        "QScopedPointer<",
        "QSharedPointer<",
        "Arc<",
        "Rc<",
        "Box<",
        "Option<",
    ] {
        if let Some((_, inner)) = ty.split_once(pointer) {
            return bare_type(inner.trim_end().trim_end_matches('>'));
        }
    }
    ty
}

/// Whether a pattern binds a name: `Ok(stream)` binds `stream`.
fn binds(pattern: &str, name: &str) -> bool {
    let mut words = pattern.split(|character: char| !(character.is_alphanumeric() || character == '_'));
    pattern.contains(['(', '{', '[', ' ']) && words.any(|word| word == name)
}

/// Whether an arm of the `match` that decides on what is at a site binds a name.
fn is_bound(body: &Body<'_>, site: Site<'_>, name: &str) -> bool {
    let Some(Frame::Subject(decision)) = body.around(site).next() else { return false };
    let StatementKind::Switch { arms, .. } = &decision.kind else { return false };
    arms.iter().flat_map(|arm| &arm.patterns).any(|pattern| pattern == name || binds(pattern, name))
}

/// What `if`, `match` or a block that is an expression may have as its value: the last expressions in it.
fn results(expression: &Expression) -> Vec<&Expression> {
    match &expression.kind {
        ExpressionKind::Control(statement) => results_of(statement),
        _ => Vec::new(),
    }
}

fn results_of(statement: &Statement) -> Vec<&Expression> {
    let blocks: Vec<&Block> = match &statement.kind {
        StatementKind::Expression(value) if value.span.end == statement.span.end => {
            return if matches!(value.kind, ExpressionKind::Control(_)) {
                results(value)
            } else {
                vec![value]
            };
        }
        StatementKind::If { then, otherwise, .. } => std::iter::once(then).chain(otherwise).collect(),
        StatementKind::Switch { arms, .. } => arms.iter().map(|arm| &arm.body).collect(),
        StatementKind::Block(block) => vec![block],
        _ => return Vec::new(),
    };
    blocks.into_iter().filter_map(|block| block.statements.last()).flat_map(results_of).collect()
}

/// `&x` and `&mut x`.
fn is_address(argument: &Expression) -> bool {
    match &argument.kind {
        ExpressionKind::Unary { operator: UnaryOperator::Address, .. } => true,
        ExpressionKind::Cast { value, .. } => is_address(value),
        _ => false,
    }
}

/// The arguments through which well-known functions write, where no `&` shows it.
fn written_arguments(call: &Call) -> &'static [usize] {
    match call.name.as_str() {
        "strcpy" | "strncpy" | "strlcpy" | "strcat" | "strncat" | "strlcat" | "stpcpy" | "sprintf"
        | "snprintf" | "vsnprintf" | "memcpy" | "memmove" | "memset" | "mempcpy" | "bzero"
        | "explicit_bzero" | "g_strlcpy" | "g_snprintf" | "qstrncpy" | "getrandom" | "fgets" | "getcwd"
        | "realpath" | "strscpy" | "pipe" | "pipe2" => &[0],
        "read" | "recv" | "recvfrom" | "recvmsg" | "pread" | "readv" | "fread" | "readlink" => &[0, 1],
        "socketpair" => &[3],
        "gethostname" | "inet_pton" => &[0],
        _ => &[],
    }
}

#[cfg(test)]
mod tests;
