//! Forms about calls: who calls what, how often, where, in which order.

use super::form::{Form, Slots};
use crate::claims::fact::{Fact, Times};
use crate::claims::phrase::Hint;

pub(super) const FORMS: &[Form] = &[
    (r"<a> BE (?:only |exactly )?called twice once (?:in|from|by) <b> and once (?:in|from|by) <c>", in_two),
    (r"<a> BE called (?:both )?(?:in|from|by) <b> and (?:in|from|by) <c>", in_both),
    (r"<a> BENOT (?:called|used) in (?:a )?loopIN", in_loop),
    (r"<a> BENOT (?:called|used) (?:inside|within) loopIN", in_loop),
    (r"(?:<w>|code) (?:calls|call|uses) <a> (?:in|inside|within) loop", in_loop),
    (r"(?:<w>|code)(?P<not> does not| never) (?:call|calls|use) <a> (?:in|inside|within) loop", in_loop),
    (r"<a> BENOT called (?P<o>before|after) (?:call-of )?<b>IN", order),
    (r"<w> calls <a> (?P<o>before|after) (?:calling |call-of )?<b>", order),
    (r"(?:call-of )?<a> (?:happens|comes|occurs) (?P<o>before|after) (?:call-of )?<b>IN", order),
    (r"(?:call-of )?<a> BE(?: only)? (?:called|used|made)(?: only)? TIMESIN", counted),
    (r"(?:call-of )?<a> (?:can|could|may|might) be called TIMESIN", counted),
    (r"<a> BE (?:called|used) (?:in|from|by|within) <w> TIMES", counted),
    (r"(?:<w>|code|program|it) (?:only )?(?:calls|call|uses) <a>(?: only)? TIMES", counted),
    (r"<a> BE TIMES calledIN", counted),
    (r"there (?:is|are) (?:exactly )?(?:<n>|(?P<one>only 1)) call-of <a>IN", number_of_calls),
    (r"there (?:is|are)(?P<no> no| not any)? (?:call-of|use of|uses of) <a>IN", called),
    (r"<a> BENOT (?:ever )?(?:called|used|referenced)IN", called),
    (r"<a> BENOT (?P<un>unused)", called),
    (
        r"(?:<w>|code|program|it|server|client) (?:directly )?(?:calls|call|uses|use|makes call-of|makes use of|relies on|performs|copies with|reads with) <a>",
        called,
    ),
    (
        r"(?:<w>|code|program|it|server|client)(?P<not> does not| do not| never) (?:call|calls|use|uses|make call-of|make use of|rely on)(?: any)? <a>",
        called,
    ),
    (r"(?:<w>|code|program|server|client) (?:makes|contains|has)(?P<no> no)? call-of <a>", called),
    (
        r"(?:<w>|code|program|server|client)(?P<not> does not) (?:make|contain|have)(?: any)? call-of <a>",
        called,
    ),
    (r"call-of <a> BENOT (?:made|present|done|performed)IN", called),
    (r"<w> (?P<un>fails|forgets|neglects|omits) to call(?:s)? <a>", called),
    (r"no <a> BE (?P<un>called|used)IN", called),
];

fn within(slots: &Slots<'_>) -> Option<crate::claims::phrase::Mention> {
    slots.name("w")
}

fn callee(slots: &Slots<'_>) -> Option<crate::claims::phrase::Mention> {
    let what = slots.name("a")?;
    // Variables are used, not called; that says nothing that a count of calls could answer.
    (!matches!(what.hint, Hint::Value | Hint::Constant | Hint::Class | Hint::File)).then_some(what)
}

fn called(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Called { what: callee(slots)?, times: Times::Some, within: within(slots) }])
}

fn counted(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let times = match slots.text("times")? {
        "once" | "exactly once" | "only once" | "just once" | "single time" | "1 time" => Times::Exactly(1),
        "twice" | "exactly twice" | "2 times" => Times::Exactly(2),
        "more than once" | "multiple times" | "several times" | "repeatedly" | "many times"
        | "at least twice" => Times::AtLeast(2),
        _ => Times::Exactly(slots.number("k")?),
    };
    Some(vec![Fact::Called { what: callee(slots)?, times, within: within(slots) }])
}

fn number_of_calls(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let count = slots.number("n").or_else(|| slots.text("one").map(|_| 1))?;
    Some(vec![Fact::Called { what: callee(slots)?, times: Times::Exactly(count), within: within(slots) }])
}

fn in_two(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let what = callee(slots)?;
    let all = Fact::Called { what: what.clone(), times: Times::Exactly(2), within: None };
    let each = ["b", "c"].into_iter().map(|place| Fact::Called {
        what: what.clone(),
        times: Times::Exactly(1),
        within: slots.name(place),
    });
    Some(std::iter::once(all).chain(each).collect())
}

fn in_both(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let what = callee(slots)?;
    let each = ["b", "c"].into_iter().map(|place| Fact::Called {
        what: what.clone(),
        times: Times::Some,
        within: slots.name(place),
    });
    Some(each.collect())
}

fn in_loop(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::InLoop { what: callee(slots)?, within: within(slots) }])
}

fn order(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let (one, other) = (callee(slots)?, slots.name("b")?);
    let (first, second) = if slots.text("o")? == "before" { (one, other) } else { (other, one) };
    Some(vec![Fact::Before { first, second, within: within(slots) }])
}
