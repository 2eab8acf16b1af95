//! Everything in the code that has a name.

use crate::claims::code::{Code, In, last_name};
use crate::claims::phrase::Hint;
use crate::source::model::{
    Class, Constant, Expression, File, Macro, Member, MemberKind, Parameter, Span, StatementKind,
};

/// A function or method.
#[derive(Clone)]
pub(in crate::claims) struct Callable<'c> {
    /// Its name.
    pub(in crate::claims) name: String,
    /// Its class.
    pub(in crate::claims) class: Option<String>,
    /// Its declaration in the class.
    pub(in crate::claims) member: Option<(&'c File, &'c Class, &'c Member)>,
    /// Its bodies: none where only a declaration or a call was seen, several with overloads.
    pub(in crate::claims) bodies: Vec<In<'c>>,
    /// Its declaration outside of classes.
    pub(in crate::claims) prototype: Option<(&'c File, Span)>,
}

/// A variable in a function.
#[derive(Clone, Copy)]
pub(in crate::claims) struct Local<'c> {
    pub(in crate::claims) at: In<'c>,
    pub(in crate::claims) name: &'c str,
    pub(in crate::claims) ty: &'c str,
    pub(in crate::claims) value: Option<&'c Expression>,
    pub(in crate::claims) is_static: bool,
    pub(in crate::claims) is_const: bool,
    pub(in crate::claims) span: Span,
}

/// Something that has a name.
#[derive(Clone)]
pub(in crate::claims) enum Entity<'c> {
    Class {
        file: &'c File,
        class: &'c Class,
    },
    Callable(Callable<'c>),
    Field {
        file: &'c File,
        class: &'c Class,
        member: &'c Member,
    },
    Enumerator {
        file: &'c File,
        class: &'c Class,
        member: &'c Member,
    },
    Constant {
        file: &'c File,
        constant: &'c Constant,
    },
    Macro {
        file: &'c File,
        entry: &'c Macro,
    },
    Local(Local<'c>),
    Parameter {
        at: In<'c>,
        parameter: &'c Parameter,
    },
    /// Used in a function, declared in a way that was not seen.
    Used {
        at: In<'c>,
        name: String,
    },
}

impl<'c> Entity<'c> {
    /// Whether it can be what a sentence calls it.
    pub(super) fn fits(&self, hint: Hint) -> bool {
        match hint {
            Hint::Any | Hint::File => true,
            Hint::Class => matches!(self, Self::Class { .. }),
            Hint::Callable => matches!(self, Self::Callable(_) | Self::Macro { .. }),
            Hint::Macro => matches!(self, Self::Macro { .. }),
            Hint::Value | Hint::Constant => !matches!(self, Self::Class { .. } | Self::Callable(_)),
        }
    }

    pub(super) fn is_member_of(&self, name: &str) -> bool {
        match self {
            Self::Callable(callable) => callable.class.as_deref() == Some(name),
            Self::Field { class, .. } | Self::Enumerator { class, .. } => class.name == name,
            _ => false,
        }
    }

    /// Whether it is a variable in a method of a class.
    pub(super) fn is_inside_class(&self, name: &str) -> bool {
        self.function().is_some_and(|at| at.class() == Some(name))
    }

    pub(super) fn is_in_function(&self, name: &str) -> bool {
        self.function().is_some_and(|at| at.body.function.name == name)
    }

    /// Whether it stands outside of classes and functions.
    pub(super) fn is_free(&self) -> bool {
        match self {
            Self::Class { .. } | Self::Constant { .. } | Self::Macro { .. } | Self::Enumerator { .. } => true,
            Self::Callable(callable) => callable.class.is_none(),
            _ => false,
        }
    }

    /// The function it is a variable of.
    pub(in crate::claims) fn function(&self) -> Option<In<'c>> {
        match self {
            Self::Local(local) => Some(local.at),
            Self::Parameter { at, .. } | Self::Used { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// Where it is declared.
    pub(in crate::claims) fn place(&self) -> Option<(&'c File, Span)> {
        match self {
            Self::Class { file, class } => Some((*file, class.name_span)),
            Self::Field { file, member, .. } | Self::Enumerator { file, member, .. } => {
                Some((*file, member.span))
            }
            Self::Constant { file, constant } => Some((*file, constant.span)),
            Self::Macro { file, entry } => Some((*file, entry.span)),
            Self::Local(local) => Some((local.at.file(), local.span)),
            Self::Parameter { at, .. } | Self::Used { at, .. } => {
                Some((at.file(), at.body.function.name_span))
            }
            Self::Callable(callable) => callable.place(),
        }
    }

    /// What it is, in words.
    pub(in crate::claims) fn is(&self) -> String {
        match self {
            Self::Class { class, .. } => format!("{} is a {}", class.name, kind_of(class)),
            Self::Callable(callable) => match &callable.class {
                Some(class) => format!("{} is a method of {class}", callable.name),
                None => format!("{} is a function", callable.name),
            },
            Self::Field { class, member, .. } => {
                format!("{} is a member of {}: {}", member.name, class.name, member.ty)
            }
            Self::Enumerator { class, member, .. } => {
                format!("{} is a constant of {}", member.name, class.name)
            }
            Self::Constant { constant, .. } if constant.is_const => {
                format!("{} is a constant", constant.name)
            }
            Self::Constant { constant, .. } => format!("{} is a global variable", constant.name),
            Self::Macro { entry, .. } => format!("{} is a macro", entry.name),
            Self::Local(local) => format!("{} is a local variable of {}", local.name, local.at.name()),
            Self::Parameter { at, parameter } => {
                format!("{} is a parameter of {}", parameter.name, at.name())
            }
            Self::Used { at, name } => {
                format!("{name} is used in {}, declared in a way that was not read", at.name())
            }
        }
    }
}

impl<'c> Callable<'c> {
    /// Where it is declared or defined.
    pub(in crate::claims) fn place(&self) -> Option<(&'c File, Span)> {
        let body = self.bodies.first().map(|at| (at.file(), at.body.function.name_span));
        self.member.map(|(file, _, member)| (file, member.span)).or(body).or(self.prototype)
    }

    /// `Class::name`, or `name`.
    pub(in crate::claims) fn shown(&self) -> String {
        match &self.class {
            Some(class) => format!("{class}::{}", self.name),
            None => self.name.clone(),
        }
    }
}

fn kind_of(class: &Class) -> &'static str {
    use crate::source::model::ClassKind;
    match class.kind {
        ClassKind::Class => "class",
        ClassKind::Struct => "struct",
        ClassKind::Union => "union",
        ClassKind::Enum => "enum",
        ClassKind::Trait => "trait",
    }
}

/// Everything that has this name.
pub(super) fn named<'c>(code: &'c Code<'_>, name: &str) -> Vec<Entity<'c>> {
    let mut found = Vec::new();
    let mut callables: Vec<Callable<'c>> = Vec::new();
    for file in code.program.files() {
        let classes = file.classes.iter().filter(|class| class.name == name);
        found.extend(classes.map(|class| Entity::Class { file, class }));
        for class in &file.classes {
            for member in class.members.iter().filter(|member| member.name == name) {
                match member.kind {
                    MemberKind::Field => found.push(Entity::Field { file, class, member }),
                    MemberKind::Enumerator => found.push(Entity::Enumerator { file, class, member }),
                    // A constructor is asked for as one; the name alone is the class.
                    MemberKind::Method { .. } if class.name == name => {}
                    MemberKind::Method { .. } => {
                        of_class(&mut callables, name, Some(&class.name), |callable| {
                            callable.member = callable.member.or(Some((file, class, member)));
                        });
                    }
                }
            }
        }
        // `int Session::count_ = 0;` defines a member that is declared in its class.
        let constants = file.constants.iter().filter(|constant| {
            constant.name == name && !is_member_definition(file.slice(constant.span), name)
        });
        found.extend(constants.map(|constant| Entity::Constant { file, constant }));
        let macros = file.macros.iter().filter(|entry| entry.name == name);
        found.extend(macros.map(|entry| Entity::Macro { file, entry }));
        if let Some((_, span)) = file.prototypes.iter().find(|(found, _)| found == name) {
            of_class(&mut callables, name, None, |callable| callable.prototype = Some((file, *span)));
        }
    }
    for at in code.bodies() {
        if at.body.function.name == name && at.class() != Some(name) {
            of_class(&mut callables, name, at.class(), |callable| callable.bodies.push(at));
        }
        inside(at, name, &mut found);
    }
    found.extend(callables.into_iter().map(Entity::Callable));
    found
}

fn of_class<'c>(
    callables: &mut Vec<Callable<'c>>,
    name: &str,
    class: Option<&str>,
    change: impl FnOnce(&mut Callable<'c>),
) {
    if let Some(known) = callables.iter_mut().find(|callable| callable.class.as_deref() == class) {
        return change(known);
    }
    let class = class.map(str::to_owned);
    let mut callable =
        Callable { name: name.to_owned(), class, member: None, bodies: Vec::new(), prototype: None };
    change(&mut callable);
    callables.push(callable);
}

fn is_member_definition(declaration: &str, name: &str) -> bool {
    declaration.contains(&format!("::{name}"))
}

/// The parameters and variables of a function with this name.
fn inside<'c>(at: In<'c>, name: &str, found: &mut Vec<Entity<'c>>) {
    let parameters = at.body.function.parameters.iter().filter(|parameter| parameter.name == name);
    found.extend(parameters.map(|parameter| Entity::Parameter { at, parameter }));
    for site in at.body.sites() {
        let Some(statement) = site.statement() else { continue };
        let StatementKind::Declare { name: declared, ty, value, is_static, is_const, .. } = &statement.kind
        else {
            continue;
        };
        if declared == name {
            found.push(Entity::Local(Local {
                at,
                name: declared,
                ty,
                value: value.as_ref(),
                is_static: *is_static,
                is_const: *is_const,
                span: statement.span,
            }));
        }
    }
}

/// The classes of the variables with this name, as far as they are declared.
pub(super) fn types_of(code: &Code<'_>, name: &str) -> Vec<String> {
    let types = named(code, name).into_iter().filter_map(|entity| {
        let ty = match &entity {
            Entity::Field { member, .. } => member.ty.clone(),
            Entity::Constant { constant, .. } => constant.ty.clone(),
            Entity::Local(local) => local.ty.to_owned(),
            Entity::Parameter { parameter, .. } => parameter.ty.clone(),
            _ => return None,
        };
        let plain = ty.replace(['*', '&'], " ").replace("const ", " ").replace("mut ", " ");
        Some(last_name(plain.trim())).filter(|ty| !ty.is_empty())
    });
    let mut types: Vec<_> = types.collect();
    types.sort();
    types.dedup();
    types
}
