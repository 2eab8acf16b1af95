//! What a review can say about code.

use super::phrase::Mention;

/// Something that is so or is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// It is declared somewhere, or in a class or function.
    Exists { what: Mention, within: Option<Mention> },
    /// Who may use it.
    Access { what: Mention, access: Level },
    /// Code outside of the class can call, read or change it.
    Reachable { what: Mention, how: Reach },
    /// It is called: how often, where.
    Called { what: Mention, times: Times, within: Option<Mention> },
    /// It stands in a loop.
    InLoop { what: Mention, within: Option<Mention> },
    /// The first is called before the second.
    Before { first: Mention, second: Mention, within: Option<Mention> },
    /// Where it lies.
    Allocated { what: Mention, place: Storage },
    /// It has a value from the beginning; from the constructor, if that is said.
    Initialised { what: Mention, by_constructor: bool },
    /// What it is worth.
    Value { what: Mention, value: Literal },
    /// How many elements it has.
    Length { what: Mention, count: i128 },
    /// It is compared with something, with an operator if one is said.
    Compared { what: Mention, with: Option<Operand>, sign: Option<&'static str>, within: Option<Mention> },
    /// It is looked at before it is used.
    Checked { what: Mention, aim: Aim, within: Option<Mention> },
    /// Something is done with what a call returns.
    ResultUsed { what: Mention, within: Option<Mention> },
    /// Exceptions are caught there; without a place, anywhere.
    Catches { within: Option<Mention> },
    /// Exceptions are thrown there.
    Throws { within: Option<Mention> },
    /// It is freed, deleted or closed, somewhere or there.
    Released { what: Mention, how: Release, within: Option<Mention> },
    /// What it is.
    Is { what: Mention, trait_: Trait },
    /// Its type.
    Type { what: Mention, ty: String },
    /// A class has a macro in its body.
    HasMacro { class: Option<Mention>, name: String },
    /// A file is included, or a path used.
    Includes { header: String },
    /// A class derives from another.
    Derives { class: Mention, base: String },
    /// A function returns something.
    Returns { what: Mention, value: Literal },
    /// How many parameters a function has.
    Parameters { what: Mention, count: i128 },
    /// A class has a constructor or destructor of its own.
    HasRole { class: Mention, is_destructor: bool },
    /// There is a block of `unsafe`.
    Unsafe { within: Option<Mention> },
    /// There is a lock.
    Locks { what: Option<Mention> },
    /// A line of the code has this in it.
    Line { number: i128, has: String },
    /// It is declared there.
    At { what: Mention, number: i128 },
    /// What no reading of code decides: style, standards, soundness.
    Undecidable { what: Option<Mention>, why: &'static str },
}

/// Who may use a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Public,
    Protected,
    Private,
    /// Not everybody: `is not properly protected`.
    Guarded,
}

/// What others can do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Call,
    Change,
    Read,
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    /// At least once.
    Some,
    /// So many times.
    Exactly(i128),
    /// At least so many times.
    AtLeast(i128),
}

/// Where a variable lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storage {
    Stack,
    Heap,
    New,
    Malloc,
    Static,
}

/// What something is looked at for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    Any,
    Null,
    Negative,
    Zero,
    Bounds,
}

/// How something is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Release {
    Any,
    Free,
    Delete,
    Close,
}

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trait {
    Signal,
    Slot,
    Virtual,
    Override,
    Const,
    Static,
    Constant,
    Variable,
    Local,
    Global,
    Member,
    Method,
    Function,
    Macro,
    Class,
    Struct,
    Enum,
    Pointer,
    Array,
    Parameter,
    Unsigned,
    Signed,
    Unused,
}

/// A value that a sentence says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Number(i128),
    Null,
    Boolean(bool),
    /// Something named: `EXIT_FAILURE`, another variable.
    Name(String),
}

/// What something is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Literal(Literal),
    Name(Mention),
}

/// A fact and what the sentence says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    /// The fact.
    pub(super) fact: Fact,
    /// Whether the sentence says that it is not so.
    pub(super) negated: bool,
    /// Whether the sentence says `properly` or the like: what is not done at all is not done properly, but what is
    /// done may be done improperly.
    pub(super) vague: bool,
}
