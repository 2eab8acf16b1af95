//! Types as they are written.

use super::Asked;
use crate::claims::code::last_name;
use crate::claims::reply::Reply;
use crate::claims::resolve::Entity;
use crate::source::model::Language;

/// What is known of a type by how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A number, a character, a truth value.
    Plain,
    /// A pointer without an owner.
    Pointer,
    /// `char[100]` and the like.
    Array,
    /// A container that keeps its elements on the heap and frees them itself.
    Owning,
    /// Gives back what it holds, whatever that is.
    Guard,
    /// Something else.
    Other,
}

const PLAIN: &[&str] = &[
    "int",
    "unsigned",
    "unsigned int",
    "long",
    "unsigned long",
    "long long",
    "unsigned long long",
    "short",
    "unsigned short",
    "char",
    "unsigned char",
    "signed char",
    "bool",
    "float",
    "double",
    "size_t",
    "ssize_t",
    "off_t",
    "uid_t",
    "gid_t",
    "pid_t",
    "mode_t",
    "time_t",
    "socklen_t",
    "int8_t",
    "int16_t",
    "int32_t",
    "int64_t",
    "uint8_t",
    "uint16_t",
    "uint32_t",
    "uint64_t",
    "qint8",
    "qint16",
    "qint32",
    "qint64",
    "quint8",
    "quint16",
    "quint32",
    "quint64",
    "qsizetype",
    "uint",
    "uchar",
    "ulong",
    "ushort",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "RawFd",
    "in_addr_t",
];

const OWNING: &[&str] = &[
    "QByteArray",
    "QVector",
    "QList",
    "vector",
    "Vec",
    "VecDeque",
    "HashMap",
    "HashSet",
    "BTreeMap",
    "BTreeSet",
    "QHash",
    "QMap",
    "QSet",
    "String",
    "map",
    "unordered_map",
    "deque",
    "list",
    "set",
    "unordered_set",
];

const GUARDS: &[&str] = &[
    "unique_ptr",
    "shared_ptr",
    "Box",
    "Rc",
    "Arc",
    "OwnedFd",
    "File",
    "UnixStream",
    "UnixListener",
    "UnixDatagram",
    "TcpStream",
    "QScopedPointer",
    "QSharedPointer",
    "string",
    "QString",
    "QFile",
    "QLocalSocket",
    "QLocalServer",
    "lock_guard",
    "unique_lock",
];

/// What a type is, as far as its name says.
pub(super) fn sort_of(ty: &str) -> Sort {
    let ty = ty.trim();
    if ty.contains('[') && (ty.ends_with(']') || ty.starts_with('[')) {
        return Sort::Array;
    }
    if ty.ends_with('*')
        || ty.ends_with("* const")
        || ty.starts_with("*mut")
        || ty.starts_with("*const")
        || ty.contains("*const ")
    {
        return Sort::Pointer;
    }
    if ty.contains('&') {
        return Sort::Other;
    }
    let bare = bare(ty);
    let last = last_name(&bare);
    if PLAIN.contains(&bare.as_str()) || PLAIN.contains(&last.as_str()) {
        Sort::Plain
    } else if OWNING.contains(&last.as_str()) {
        Sort::Owning
    } else if GUARDS.contains(&last.as_str()) {
        Sort::Guard
    } else {
        Sort::Other
    }
}

/// Without `const`, `static`, `struct` and the like.
pub(super) fn bare(ty: &str) -> String {
    let dropped = [
        "const",
        "static",
        "volatile",
        "struct",
        "class",
        "enum",
        "mut",
        "constexpr",
        "mutable",
        "inline",
        "extern",
    ];
    let words = ty.split_whitespace().filter(|word| !dropped.contains(word));
    words.collect::<Vec<_>>().join(" ")
}

/// The type of something as declared, where it has one.
pub(super) fn declared<'e>(entity: &'e Entity<'_>) -> Option<&'e str> {
    let ty = match entity {
        Entity::Field { member, .. } => member.ty.as_str(),
        Entity::Constant { constant, .. } => constant.ty.as_str(),
        Entity::Local(local) => local.ty,
        Entity::Parameter { parameter, .. } => parameter.ty.as_str(),
        _ => return None,
    };
    let known = !ty.is_empty() && !matches!(bare(ty).as_str(), "auto" | "auto *" | "_");
    known.then_some(ty)
}

/// Whether it is of a type.
pub(super) fn is_of(asked: Asked<'_>, entity: &Entity<'_>, ty: &str) -> Reply {
    if let Entity::Class { .. } = entity {
        return super::kinds::derives(asked, entity, ty);
    }
    let Some(found) = declared(entity) else {
        return Reply::open(format!("its type is not written: {}", entity.is()));
    };
    let says = format!("{}, declared as {found}", entity.is());
    let (claimed, written) = (squeezed(ty), squeezed(found));
    let without_arguments = written.split('<').next().unwrap_or_default();
    let reply = if claimed == written
        || (!claimed.contains('<') && claimed == without_arguments && written.contains('<'))
    {
        Reply::yes(says)
    } else if is_alias(&claimed)
        || is_alias(&written)
        || claimed.trim_end_matches(['*', '&']) == written.trim_end_matches(['*', '&'])
    {
        Reply::open(says)
    } else {
        Reply::no(says)
    };
    match entity.place() {
        Some((file, span)) => reply.at(file, span),
        None => reply,
    }
}

fn squeezed(ty: &str) -> String {
    let plain = bare(ty).replace("std::", "").replace("&mut ", "&").replace("Qt::", "");
    plain
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" *", "*")
        .replace(" &", "&")
        .replace("< ", "<")
}

/// Names that say nothing of what stands behind them; general words.
fn is_alias(ty: &str) -> bool {
    let last = last_name(ty);
    matches!(
        last.as_str(),
        "auto" | "Self" | "T" | "string" | "integer" | "pointer" | "number" | "boolean" | "buffer"
    ) || ty.ends_with("_t") && !PLAIN.contains(&ty)
}

/// Whether a number of this type is never negative; nothing where that is not known.
pub(super) fn is_unsigned(ty: &str) -> Option<bool> {
    let bare = bare(ty).replace("std::", "").replace(['&', '*'], "");
    let bare = bare.trim();
    if !PLAIN.contains(&bare) || bare == "char" {
        return None;
    }
    let unsigned = bare.starts_with("unsigned")
        || bare.starts_with("quint")
        || (bare.starts_with('u') && bare != "uid_t")
        || matches!(bare, "size_t" | "socklen_t" | "uid_t" | "gid_t" | "mode_t" | "bool");
    Some(unsigned)
}

/// Whether the language makes sure that a variable has a value before it is read.
pub(super) fn always_has_value(language: Language) -> bool {
    language == Language::Rust
}
