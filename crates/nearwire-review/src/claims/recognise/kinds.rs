//! Forms that say what something is, and a few about whole functions.

use super::form::{Form, Slots};
use crate::claims::fact::{Fact, Trait};
use crate::claims::phrase::Hint;

pub(super) const FORMS: &[Form] = &[
    (
        r"<a> BENOT (?:declared |defined |marked |implemented )?(?:as )?(?P<k>signal|slot|virtual|override|const|static|constant|global|local|member|method|function|macro|class|struct|enum|pointer|array|parameter|unsigned|signed|read-only|immutable|mutable|unused)(?: qualified)?(?: member)?(?: function| method| variable| member| field| array| constant| integer| type| value)*(?: (?:in|of|inside|within|by) (?P<w>@[0-9]+))?",
        is,
    ),
    (r"<a> BENOT (?:overridden|overriding method|overriding)", overrides),
    (
        r"<a> overrides (?:(?:virtual |base )?(?:method|function)(?: of base class| of its base class)?)",
        overrides,
    ),
    (r"<w> overrides <a>", overrides),
    (r"<a> (?:does )?(?P<not>not) override(?: anything)?", overrides),
    (
        r"(?:<w>|code|program|crate) (?:contains|uses|has|needs)(?P<no> no)? unsafe\b(?: code| block| blocks)?",
        unsafe_code,
    ),
    (
        r"(?:<w>|code|program|crate)(?P<not> does not| never) (?:contain|use|have|need)(?: any)? unsafe\b(?: code| block| blocks)?",
        unsafe_code,
    ),
    (r"there is(?P<no> no)? unsafe\b(?: code| block| blocks)?IN", unsafe_code),
    (r"unsafe\b(?: code| block| blocks)? BENOT usedIN", unsafe_code),
    (
        r"<a> BENOTHOW (?:protected|guarded|synchronized) (?:by|with)(?: any)? (?:mutex|lock|mutexes|locks|mutex or lock|lock or mutex|synchronization)",
        locks_of,
    ),
    (
        r"(?:there is|code uses|program uses|code has)(?P<no> no) (?:mutex|lock|locking|synchronization|synchronization primitive)(?: (?:around|for|protecting|on) <a>)?",
        locks_of,
    ),
    (r"no (?:mutex|lock) (?P<un>protects|guards) <a>", locks_of),
];

fn is(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let mut what = slots.name("a")?;
    if let Some(within) = slots.name("w").filter(|_| what.owner.is_none()) {
        what.owner = Some(within.name);
    }
    let trait_ = match slots.text("k")? {
        "signal" => Trait::Signal,
        "slot" => Trait::Slot,
        "virtual" => Trait::Virtual,
        "override" => Trait::Override,
        "const" | "read-only" | "immutable" => Trait::Const,
        "static" => Trait::Static,
        "constant" => Trait::Constant,
        "mutable" => Trait::Variable,
        "global" => Trait::Global,
        "local" => Trait::Local,
        "member" => Trait::Member,
        "method" => Trait::Method,
        "function" => Trait::Function,
        "macro" => Trait::Macro,
        "class" => Trait::Class,
        "struct" => Trait::Struct,
        "enum" => Trait::Enum,
        "pointer" => Trait::Pointer,
        "array" => Trait::Array,
        "parameter" => Trait::Parameter,
        "unsigned" => Trait::Unsigned,
        "signed" => Trait::Signed,
        "unused" => Trait::Unused,
        _ => return None,
    };
    Some(vec![Fact::Is { what, trait_ }])
}

fn overrides(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let mut what = slots.name("a")?;
    if let Some(class) = slots.name("w") {
        what.owner = Some(class.name);
    }
    (what.hint != Hint::Value).then(|| vec![Fact::Is { what, trait_: Trait::Override }])
}

fn unsafe_code(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Unsafe { within: slots.name("w") }])
}

fn locks_of(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Locks { what: slots.name("a") }])
}
