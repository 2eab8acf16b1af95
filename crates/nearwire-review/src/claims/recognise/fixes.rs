//! Forms of recommendations. What is found is what would be so when the advice was followed; `un` marks advice to remove.

use super::form::{Form, Slots};
use crate::claims::fact::{Aim, Fact, Level, Operand, Release, Storage, Times, Trait};
use crate::claims::phrase::{Hint, Mention, Role};

pub(super) const FORMS: &[Form] = &[
    (
        r"(?:add|use|insert|put|include|declare|place|adding|using) <a>(?: macro)? (?:to|in|into|inside|at top of|at beginning of) (?:declaration of |definition of |body of )?<w>(?: declaration| definition| body)?",
        add_to,
    ),
    (r"(?:add|use|insert|include|adding|using) <a>", add_to),
    (
        r"(?:make|declare|mark|define|turn|change|keep|move|making|declaring|marking) (?:call-of )?<a> (?:a |as |into |to |to be )?(?P<k>private|protected|public|slot|signal|static|const|constant|virtual|override)(?: member| data member| method| slot| section| const)*(?: variable| function| section)?(?: of <w>)?",
        turned_into,
    ),
    (
        r"<a> should be (?:made |declared |marked |defined )?(?:as )?(?P<k>private|protected|public|slot|signal|static|const|constant|virtual|override)(?: member| data member| method)*(?: variable| function)?",
        turned_into,
    ),
    (
        r"(?:allocate|create|place|put|store|allocating) <a> (?:on (?P<p>stack|heap)|(?P<d>dynamically))(?: (?:using|with|by) (?:new|malloc|@[0-9]+|operator new))?(?: instead)?",
        allocate,
    ),
    (
        r"(?:allocate|create|allocating) <a> (?:using|with|by|via) (?P<p>new|malloc)(?: operator)?(?: instead)?",
        allocate,
    ),
    (r"<a> should be (?:allocated|created) (?:on (?P<p>stack|heap)|with (?P<q>new))", allocate),
    (
        r"(?:delete|free|release|close|clear|wipe|clean up|properly clean up|destroy|deallocate|properly free|properly close|properly delete|deleting|freeing|closing) (?:memory of )?<a>(?: (?:in|from|inside) <w>| when (?:it|object|class|@[0-9]+) is destroyed| on every path| afterwards| on error| on error path| before returning| when no longer needed| when done| after use)?",
        release,
    ),
    (r"<a> should be (?P<r>freed|deleted|closed|released)(?: (?:in|by) <w>)?", release),
    (
        r"(?:properly |always )?(?:initialize|initializing|set) <a>(?: (?:in|inside) <b>| in its constructor| in constructor| at declaration| when declared| before use| before using (?:it|@[0-9]+)| when it is declared| explicitly)?",
        initialise,
    ),
    (r"(?:initialize|set) <a> (?:to|with) <v>(?: (?:in|inside) <b>| at declaration)?", initialise_to),
    (r"<a> should be initialized(?: (?:to|with) <v>)?(?: (?:in|by) <b>| before use)?", initialise),
    (
        r"(?:add|perform|insert|implement|adding|include) (?:explicit |proper |additional |appropriate )?(?:(?P<z>null|bounds|range|length|size|sign) )?(?:check|checks|validation|test)(?: to ensure| to make sure| to verify| for| that| of| on| whether| if| ensuring)?(?: that)? <a>(?: AIM)?(?: before (?:using (?:it|@[0-9]+)|use|(?:it|@[0-9]+) is used))?IN",
        check,
    ),
    (
        r"(?:always |properly |explicitly )?(?:check|validate|verify|test|ensure|checking|validating|make sure)(?: that| whether| if)? <a>(?: AIM)?(?: before (?:using (?:it|@[0-9]+)|use|(?:it|@[0-9]+) is used))?IN",
        check,
    ),
    (
        r"<a> should be (?:checked|validated|verified)(?: AIM)?(?: before (?:using (?:it|@[0-9]+)|use|(?:it|@[0-9]+) is used))?",
        check,
    ),
    (
        r"(?:always |properly )?(?:check|verify|inspect|handle|use|test|checking|propagate) result-of <a>IN",
        result,
    ),
    (r"result-of <a> should be (?:checked|verified|handled|used)", result),
    (r"(?:check|verify)(?: that| whether| if) (?:call-of )?<a> (?:succeeds|succeeded|fails|failed)", result),
    (
        r"(?:handle|check|check for|report) (?:errors?|failure|failures) (?:of|from|returned by|in) (?:call-of )?<a>",
        result,
    ),
    (
        r"(?:change|replace) (?:comparison|condition|check)(?: in @[0-9]+)? (?:to|with|by) <a> <s> <v>(?: instead)?",
        compare,
    ),
    (
        r"(?:compare|comparing) <a> (?:to|with|against) <v>(?: (?:using|with|by) (?:operator )?<s>(?: operator)?)?(?: instead)?",
        compare,
    ),
    (r"<a> should be compared (?:to|with|against) <v>(?: (?:using|with) (?:operator )?<s>)?", compare),
    (r"<a> should be compared using (?:operator )?<s>(?: operator)?(?: instead)?", compare),
    (r"(?P<un>remove|delete|drop|eliminate|avoid|removing) call-of <a>IN", call),
    (r"(?P<un>remove|drop|eliminate|avoid|stop using|avoid using|removing|do not use|not use) <a>IN", call),
    (
        r"(?P<un>replace) (?:call-of )?<a> (?:with|by) (?:call-of )?(?:<b>|#[0-9]+)(?: instead)?(?: in @[0-9]+)?",
        call,
    ),
    (r"(?P<un>use) (?:<b>|#[0-9]+) (?:instead of|rather than|in place of) <a>IN", call),
    (
        r"(?:only |always )?(?:call|calling|make call-of|emit|calls|add call-of|insert call-of)(?: only)? <a>(?: only)? (?P<o>once)IN",
        call_once,
    ),
    (
        r"(?:ensure|make sure)(?: that)? (?:call-of )?<a> BE (?:only )?(?:called|made)(?: only)? (?P<o>once)",
        call_once,
    ),
    (
        r"(?:add check to |add check )?(?:ensure|make sure)(?: that)? (?:call-of )?<a> BE only (?:called|made)(?: only)? (?P<o>once)",
        call_once,
    ),
    (r"(?:call|calling|always call|calls|add call-of|insert call-of) <a>(?: (?:in|from|inside) <w>)?", call),
    (r"(?:call|calling|calls) <a> (?P<f>before|after) (?:calling |call-of )?<b>", order),
    (
        r"(?:add|use|put|adding|place) try catch(?: block| blocks| statement)?(?: (?:around|in|to|inside|within) (?:call-of |body of )?<w>)?",
        catches,
    ),
    (
        r"(?:wrap|enclose|surround) (?:call-of |body of )?<w> (?:in|with|by) try(?: catch)?(?: block| blocks| statement)?",
        catches,
    ),
    (
        r"(?:add|implement|provide)(?: proper)? (?:exception handling|exception handlers?)(?: (?:to|in|for|around) <w>)?",
        catches,
    ),
    (
        r"(?:properly )?(?:handle|catch)(?: any| all| possible)? exceptions?(?: (?:in|from|thrown by) <w>)?(?: that may (?:occur|arise|be thrown))?(?: there)?",
        catches,
    ),
    (
        r"(?:define|implement|add|provide|write|declare) (?P<x>destructor|constructor)(?: (?:to|for|in) <w>)?",
        role,
    ),
    (r"(?:define|implement|add|provide|write|declare) <a>", role_named),
    (r"(?:guard|protect|synchronize) <a> (?:with|by|using) (?:mutex|lock|mutex or lock)", locks),
    (r"(?:derive|inherit) <a> from <b>", derives),
    (
        r".*\b(?:coding standards?|coding conventions?|naming conventions?|style guide|best practices|coding style|format code|properly format).*",
        style,
    ),
];

fn one(fact: Fact) -> Option<Vec<Fact>> {
    Some(vec![fact])
}

fn add_to(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let (what, within) = (slots.name("a")?, slots.name("w"));
    if what.hint == Hint::Macro || what.name.starts_with("Q_") {
        return one(Fact::HasMacro { class: within, name: what.name });
    }
    if what.hint == Hint::File || what.name.ends_with(".h") {
        return one(Fact::Includes { header: what.name });
    }
    (what.hint != Hint::Any && within.is_some()).then(|| vec![Fact::Exists { what, within }])
}

fn turned_into(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let what = slots.name("a")?;
    one(match slots.text("k")? {
        "private" => Fact::Access { what, access: Level::Private },
        "protected" => Fact::Access { what, access: Level::Protected },
        "public" => Fact::Access { what, access: Level::Public },
        "slot" => Fact::Is { what, trait_: Trait::Slot },
        "signal" => Fact::Is { what, trait_: Trait::Signal },
        "static" => Fact::Is { what, trait_: Trait::Static },
        "virtual" => Fact::Is { what, trait_: Trait::Virtual },
        "override" => Fact::Is { what, trait_: Trait::Override },
        _ => Fact::Is { what, trait_: Trait::Const },
    })
}

fn allocate(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let place = match slots.text("p").or(slots.text("q")).or(slots.text("d"))? {
        "stack" => Storage::Stack,
        "new" => Storage::New,
        "malloc" => Storage::Malloc,
        _ => Storage::Heap,
    };
    one(Fact::Allocated { what: slots.name("a")?, place })
}

fn release(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    one(Fact::Released { what: slots.name("a")?, how: Release::Any, within: slots.name("w") })
}

fn initialise(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    one(Fact::Initialised { what: slots.name("a")?, by_constructor: false })
}

fn initialise_to(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    one(Fact::Value { what: slots.name("a")?, value: slots.value()? })
}

fn check(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let (what, within) = (slots.name("a")?, slots.name("w"));
    if what.hint == Hint::Callable {
        return slots.text("g").is_none().then(|| vec![Fact::ResultUsed { what, within }]);
    }
    let aim = super::checks::aim(slots)?;
    // `ensure x` alone says nothing.
    let bare = aim == Aim::Any && slots.text("z").is_none() && slots.text("g").is_none();
    one(Fact::Checked { what, aim: if bare { Aim::Any } else { aim }, within })
}

fn result(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    one(Fact::ResultUsed { what: slots.name("a")?, within: slots.name("w") })
}

fn compare(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let with: Option<Operand> = slots.operand();
    one(Fact::Compared { what: slots.name("a")?, with, sign: slots.sign(), within: None })
}

fn call(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let what = slots.name("a")?;
    let is_callable =
        !matches!(what.hint, Hint::Value | Hint::Constant | Hint::Class | Hint::File | Hint::Macro);
    is_callable.then(|| vec![Fact::Called { what, times: Times::Some, within: slots.name("w") }])
}

fn call_once(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    one(Fact::Called { what: slots.name("a")?, times: Times::Exactly(1), within: slots.name("w") })
}

fn order(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let (one_, other) = (slots.name("a")?, slots.name("b")?);
    let (first, second) = if slots.text("f")? == "before" { (one_, other) } else { (other, one_) };
    one(Fact::Before { first, second, within: None })
}

fn catches(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    one(Fact::Catches { within: slots.name("w") })
}

fn role(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let is_destructor = slots.text("x")? == "destructor";
    one(Fact::HasRole { class: slots.name("w")?, is_destructor })
}

fn role_named(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let what = slots.name("a")?;
    let class = Mention { role: Role::Plain, hint: Hint::Class, ..what.clone() };
    match what.role {
        Role::Constructor => one(Fact::HasRole { class, is_destructor: false }),
        Role::Destructor => one(Fact::HasRole { class, is_destructor: true }),
        Role::Plain => None,
    }
}

fn locks(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    one(Fact::Locks { what: slots.name("a") })
}

fn derives(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    one(Fact::Derives { class: slots.name("a")?, base: slots.name("b")?.name })
}

fn style(_: &Slots<'_>) -> Option<Vec<Fact>> {
    one(Fact::Undecidable { what: None, why: "this is a matter of style" })
}
