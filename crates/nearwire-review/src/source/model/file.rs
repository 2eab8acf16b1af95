//! Files and what they declare.

use std::path::PathBuf;

use super::{Block, Expression};

/// The language of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// C.
    C,
    /// C++, with or without Qt.
    Cpp,
    /// Rust.
    Rust,
}

impl Language {
    /// Its name, as people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::C => "C",
            Self::Cpp => "C++",
            Self::Rust => "Rust",
        }
    }
}

/// Bytes of a file, from `start` to before `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// Whether all of `other` lies in it.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A file of source code.
#[derive(Clone, Debug)]
pub struct File {
    /// As it was named to the review, or found below what was named.
    pub path: PathBuf,
    /// Its language.
    pub language: Language,
    /// Its bytes, invalid UTF-8 replaced.
    pub text: String,
    /// What `#include`s (`sys/socket.h`, without brackets or quotes) and `use`s name (`std::os::unix::net::UnixListener`).
    pub includes: Vec<String>,
    /// Functions and methods with a body, in the order of the file. Lambdas and closures stand in the expressions
    /// where they are written; nested Rust functions stand here as well.
    pub functions: Vec<Function>,
    /// Classes, structs, unions, enums, traits; an `impl` block in Rust adds to the class of its type in this file, or
    /// makes one.
    pub classes: Vec<Class>,
    /// Variables and constants outside of functions and classes, `static` ones inside functions not included.
    pub constants: Vec<Constant>,
    /// `#define`s and `macro_rules!`.
    pub macros: Vec<Macro>,
    /// Comments.
    pub comments: Vec<Comment>,
    /// Functions that are declared here without a body: name, and where.
    pub prototypes: Vec<(String, Span)>,
    /// The offset of the first byte of each line.
    pub lines: Vec<u32>,
    /// Whether a part of it could not be parsed.
    pub has_errors: bool,
    /// Whether something was left out because it nests too deep.
    pub is_cut: bool,
}

/// A function or method with a body.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its last name: `run` of `SocketFactory::run`; `~Name` of a destructor.
    pub name: String,
    /// The class, struct or type whose method it is: `SocketFactory`.
    pub class: Option<String>,
    /// Its parameters, `self` in Rust and the `this` of C++ left out.
    pub parameters: Vec<Parameter>,
    /// What it returns, as written; empty for none and for constructors.
    pub returns: String,
    /// The members that a C++ constructor initialises before its body: `member(value)`.
    pub initialisers: Vec<(String, Vec<Expression>)>,
    /// What it does.
    pub body: Block,
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
    /// Whether it is test code: `#[test]`, `#[tokio::test]` and the like, or inside `#[cfg(test)]`.
    pub is_test: bool,
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name; empty where it has none, the whole pattern where that is more than a name.
    pub name: String,
    /// Its type as written, without the name: `const char *`, `&Path`.
    pub ty: String,
}

/// Who may use a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Everybody (`pub` in Rust, whatever its restriction).
    Public,
    /// The class and those that derive from it.
    Protected,
    /// The class itself (in Rust: the module).
    Private,
}

/// What kind of type it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClassKind {
    /// `class`
    Class,
    /// `struct`
    Struct,
    /// `union`
    Union,
    /// `enum`; its constants are members.
    Enum,
    /// `trait`
    Trait,
}

/// A class, struct, union, enum or trait.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its last name.
    pub name: String,
    /// What kind of type it is.
    pub kind: ClassKind,
    /// What it derives from or implements.
    pub bases: Vec<String>,
    /// Its members, in the order of the file.
    pub members: Vec<Member>,
    /// Macros that stand alone in its body, such as `Q_OBJECT`.
    pub macros: Vec<(String, Span)>,
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
}

/// What Qt makes of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QtRole {
    /// Declared under `signals:` or `Q_SIGNALS:`.
    Signal,
    /// Declared under `slots:` or `Q_SLOTS:`.
    Slot,
}

/// What a member is.
#[derive(Clone, Debug)]
pub enum MemberKind {
    /// A variable.
    Field,
    /// A method, with or without a body here.
    Method {
        /// Its parameters.
        parameters: Vec<Parameter>,
        /// What Qt makes of it.
        qt: Option<QtRole>,
        /// `virtual`, or `override`
        is_virtual: bool,
        /// `const` after its parameters; in Rust, it takes `&self`.
        is_const: bool,
        /// Whether its body stands here; else it may stand in another file.
        has_body: bool,
    },
    /// A constant of an enum.
    Enumerator,
}

/// A member of a class.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: MemberKind,
    /// Its type, or what the method returns, as written. An array is `char[100]`.
    pub ty: String,
    /// Who may use it.
    pub access: Access,
    /// `static`
    pub is_static: bool,
    /// `const`, `constexpr`
    pub is_const: bool,
    /// Its initial value, where one is written at the declaration.
    pub initial: Option<Expression>,
    /// The declaration.
    pub span: Span,
}

/// A variable or constant outside of functions.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// Its type, as written.
    pub ty: String,
    /// Its value, where one is written.
    pub value: Option<Expression>,
    /// Whether it never changes: `const`, `constexpr`, a Rust `const` or `static` without `mut`.
    pub is_const: bool,
    /// The declaration.
    pub span: Span,
}

/// A macro.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Macro {
    /// Its name.
    pub name: String,
    /// What it stands for, as written.
    pub text: String,
    /// The definition.
    pub span: Span,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// All of it.
    pub span: Span,
}

impl File {
    /// The text of a part of it.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The line (from 1) that an offset lies in.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> u32 {
        u32::try_from(self.lines.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// A line (from 1), without its line break.
    #[must_use]
    pub fn line(&self, number: u32) -> &str {
        let start = self.lines.get((number as usize).saturating_sub(1)).copied();
        let end = self.lines.get(number as usize).copied();
        let start = start.map_or(self.text.len(), |start| start as usize);
        let end = end.map_or(self.text.len(), |end| end as usize);
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// The part of the file, in lines and columns, that a span is.
    #[must_use]
    pub fn region(&self, span: Span) -> crate::Region {
        let position = |offset: u32| {
            let line = self.line_of(offset);
            let start = self.lines.get((line as usize).saturating_sub(1)).copied().unwrap_or_default();
            (line, offset.saturating_sub(start).saturating_add(1))
        };
        let ((line, column), (end_line, end_column)) = (position(span.start), position(span.end));
        crate::Region { line, column, end_line, end_column }
    }

    /// The function, method or nothing around an offset; the innermost.
    #[must_use]
    pub fn function_at(&self, span: Span) -> Option<&Function> {
        let around = self.functions.iter().filter(|function| function.span.contains(span));
        around.min_by_key(|function| function.span.end - function.span.start)
    }

    /// Where a span is.
    #[must_use]
    pub fn location(&self, span: Span) -> crate::Location {
        let region = self.region(span);
        let within = self.function_at(span).map(Function::qualified);
        let text = self.line(region.line).to_owned();
        crate::Location::Code { file: self.path.clone(), region, within, text }
    }
}

impl Function {
    /// `Class::name`, or `name`.
    #[must_use]
    pub fn qualified(&self) -> String {
        match &self.class {
            Some(class) => format!("{class}::{}", self.name),
            None => self.name.clone(),
        }
    }
}
