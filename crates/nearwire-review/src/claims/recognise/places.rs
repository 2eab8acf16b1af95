//! Forms that say who may use something, that something exists, and what cannot be read off code.

use super::form::{Form, Slots};
use crate::claims::fact::{Fact, Level, Reach};
use crate::claims::phrase::Hint;

pub(super) const FORMS: &[Form] = &[
    (
        r"<a> BENOTHOW (?:declared |marked |defined |made |kept )?(?:as )?(?P<l>public|private|protected)(?: member| access)?(?: (?:in|of) (?P<w>@[0-9]+))?",
        access,
    ),
    (r"<a> (?:has|have) (?P<l>public|private|protected) (?:access|visibility)", access),
    (
        r"<a> BENOT (?:declared |defined |listed )?(?:in|under) (?P<l>public|private|protected) section(?: (?:in|of) (?P<w>@[0-9]+))?",
        access,
    ),
    (r"<a> BENOT publicly (?:accessible|exposed|visible|available|reachable|writable)", public),
    (
        r"<a> BENOT (?:accessible|exposed|visible|available|reachable) (?:from outside|to outside|outside|to everyone|to any code|to external code|outside of class|from outside of class|from outside class|to any external code)",
        public,
    ),
    (r"access to <a> BENOTHOW (?:restricted|limited|controlled)", guarded),
    (r"<a> BENOTHOW (?:encapsulated|guarded)", guarded),
    (
        r"(?:any|every|all|other|external|outside|arbitrary|unrelated|client)(?: other| external| outside)*(?: code| callers?| class| classes| functions?| objects?| users?| components?)? (?:can|is able to|are able to)(?P<not> not)? (?P<h>call|calls|modify|change|write|write to|overwrite|alter|manipulate|access|read) <a>(?: directly| freely)?",
        reach,
    ),
    (
        r"(?:anyone|anybody|everyone|everybody|code outside of class|code outside class) can(?P<not> not)? (?P<h>call|calls|modify|change|write|write to|overwrite|alter|manipulate|access|read) <a>",
        reach,
    ),
    (
        r"<a> can(?P<not> not)? be (?P<h>called|modified|changed|written|overwritten|altered|manipulated|accessed|read)(?: freely| directly)? (?:by|from) (?:any|every|anyone|everyone|anybody|external|outside|other|arbitrary)(?: of)?(?: other| external| outside)*(?: code| callers?| class| classes| functions?| objects?| @[0-9]+)?",
        reach,
    ),
    (r"there (?:is|are)(?P<no> no| not any)? <a>IN", exists),
    (r"<a> (?P<h>exists)IN", exists),
    (r"<a> (?:does|do)(?P<not> not) (?:actually )?existIN", exists),
    (r"<a> BENOT (?:declared|defined|implemented|present|found)IN", exists),
    (r"no <a> (?P<un>is|exists|are|was)(?: declared| defined| present| found)?IN", exists),
    (
        r"(?:<w>|code|program|it) (?:has|have|declares|declare|defines|define|contains|contain|implements|provides|offers)(?P<no> no| neither)? <a>",
        member,
    ),
    (
        r"(?:<w>|code|program)(?P<not> does not| do not| never) (?:have|declare|define|contain|implement|provide|offer)(?: any)? <a>",
        member,
    ),
    (r"<w> (?P<un>lacks|lack|misses|omits|is missing) <a>", member),
    (r"<a> (?P<un>is missing|is absent|is lacking) (?:in|from) <w>", member),
    (r"<w> (?:has|have|declares|defines|contains|provides)(?P<no> no)? (?P<r>destructor|constructor)", role),
    (
        r"<w>(?P<not> does not) (?:have|declare|define|contain|provide)(?: any)? (?P<r>destructor|constructor)",
        role,
    ),
    (r"<w> (?P<un>lacks) (?P<r>destructor|constructor)", role),
    (r"there is(?P<no> no)? (?P<r>destructor|constructor) (?:in|for) <w>", role),
    (r"(?:code|program|file|@[0-9]+) (?:includes|include) <a>", includes),
    (r"(?:code|program|file|@[0-9]+)(?P<not> does not| do not| never) include <a>", includes),
    (r"<a> BENOT included(?: in @[0-9]+)?", includes),
    (r"<a> (?P<u>derives|inherits|inherit|derived) (?:publicly )?from <b>", derives),
    (r"<a>(?P<not> does not) (?:derive|inherit) from <b>", derives),
    (r"<a> (?:extends|subclasses|implements) <b>", derives),
    (r"<a> BENOT (?:subclass of|derived from|child of|child class of|subtype of|kind of) <b>", derives),
    (r"<a> BENOT (?:declared|defined|located|found) (?:on|at|in) line <n>", at),
    (r"line <n> (?:of @[0-9]+ )?(?:contains|has|calls|uses|reads|declares|defines) <t>", line),
    (
        r".*\b(?:coding standards?|coding conventions?|naming conventions?|style guide|best practices|coding style|formatting|properly formatted|readab(?:le|ility)|maintainab(?:le|ility)|code quality|documented|documentation)\b.*",
        style,
    ),
    (
        r"(?:<a>|@[0-9]+ @[0-9]+|code|program|call-of <b>) BENOTHOW (?:thread-safe|thread safe|reentrant|re-entrant|secure|insecure|unsafe|safe|robust|atomic|idempotent|efficient|inefficient|correct|incorrect|wrong|vulnerable|vulnerable to .*|susceptible to .*|prone to .*|exploitable|neutralized|sanitized|encoded|escaped|hardened|protected against .*|synchronized|cleaned|filtered)",
        soundness,
    ),
    (r"call-of <a> BENOTHOW (?:protected|guarded|secured)", soundness),
];

fn level(slots: &Slots<'_>) -> Option<Level> {
    Some(match slots.text("l")? {
        "public" => Level::Public,
        "private" => Level::Private,
        _ => Level::Protected,
    })
}

fn access(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let mut what = slots.name("a")?;
    if let Some(within) = slots.name("w").filter(|_| what.owner.is_none()) {
        what.owner = Some(within.name);
    }
    let says_not = slots.text("not").is_some() || slots.text("how").is_some();
    let access = level(slots)?;
    // `is not protected` complains that nothing guards it, not that it is private.
    let access = if access == Level::Protected && says_not { Level::Guarded } else { access };
    Some(vec![Fact::Access { what, access }])
}

fn public(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Access { what: slots.name("a")?, access: Level::Public }])
}

fn guarded(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Access { what: slots.name("a")?, access: Level::Guarded }])
}

fn how(slots: &Slots<'_>) -> Option<Reach> {
    Some(match slots.text("h")? {
        "call" | "calls" | "called" => Reach::Call,
        "access" | "accessed" | "read" => Reach::Read,
        _ => Reach::Change,
    })
}

fn reach(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Reachable { what: slots.name("a")?, how: how(slots)? }])
}

fn exists(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Exists { what: slots.name("a")?, within: slots.name("w") }])
}

fn member(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let (what, within) = (slots.name("a")?, slots.name("w"));
    if what.hint == Hint::Macro {
        return Some(vec![Fact::HasMacro { class: within, name: what.name }]);
    }
    Some(vec![Fact::Exists { what, within }])
}

fn role(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let is_destructor = slots.text("r")? == "destructor";
    Some(vec![Fact::HasRole { class: slots.name("w")?, is_destructor }])
}

fn includes(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Includes { header: slots.name("a")?.name }])
}

fn derives(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Derives { class: slots.name("a")?, base: slots.name("b")?.name }])
}

fn at(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::At { what: slots.name("a")?, number: slots.number("n")? }])
}

fn line(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Line { number: slots.number("n")?, has: slots.ty()? }])
}

fn style(_: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Undecidable { what: None, why: "this is a judgement of style" }])
}

fn soundness(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let what = slots.name("a").or_else(|| slots.name("b"));
    Some(vec![Fact::Undecidable { what, why: "whether that is so cannot be read off code" }])
}
