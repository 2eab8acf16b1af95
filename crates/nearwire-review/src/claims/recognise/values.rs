//! Forms about values, lengths, types, what is returned and how many parameters there are.

use super::form::{Form, Slots};
use crate::claims::fact::Fact;
use crate::claims::phrase::Hint;

pub(super) const FORMS: &[Form] = &[
    (
        r"<a> BENOT (?:hardcoded (?:to|as|at|with)|set to|fixed (?:at|to)|defined (?:as|to be)|initialized (?:to|with)|assigned|declared as|calculated as|computed as|equal to|initially|constant with value|always|worth|limited to) (?:value )?(?:of )?<v>IN",
        value,
    ),
    (r"<a> BENOT (?P<v>-?[0-9]+|null|true|false)IN", value),
    (r"<a> has(?: constant| fixed| initial| hardcoded)? value(?: of)? <v>IN", value),
    (r"<a> (?:equals|holds(?: value)?) <v>", value),
    (r"value of <a> BENOT <v>IN", value),
    (r"(?:<w>|code) (?:sets|initializes) <a> to <v>", value),
    (r"<a> BENOT (?:constant|const)(?:,)? (?:with|of|equal to) (?:value )?(?:of )?<v>", constant_value),
    (r"<a> BENOT <n> (?:bytes?|characters?|elements?|entries|items)(?: long| in size| large| wide)?", length),
    (
        r"<a> (?:has|can hold|holds|provides room for|has room for|offers)(?: fixed)?(?: size of| length of| space for| room for| capacity of| up to)? <n>(?: bytes?| characters?| elements?| entries| items)?",
        length,
    ),
    (
        r"(?:size|length|capacity) of <a> BENOT(?: fixed at| limited to)? <n>(?: bytes?| characters?| elements?| entries)?",
        length,
    ),
    (
        r"<a> BENOT(?: fixed-size| fixed size| static| local)?(?: buffer| array| stack buffer)? of(?: size)? <n>(?: bytes?| characters?| chars?| elements?| entries| items)?",
        length,
    ),
    (r"<a> BENOT <n> bytes(?: buffer| array| stack buffer)", length),
    (
        r"<a> BENOT (?:of type|declared as|defined as|of class|object of type|object of class|instance of|declared with type) <t>",
        ty,
    ),
    (r"<a> BENOT of <t>", ty),
    (r"<a> BENOT (?:raw |plain |simple )?<t>(?: object| instance| variable| array| pointer)?", ty),
    (r"<a> 's type BENOT <t>", ty),
    (r"<a> has type <t>", ty),
    (r"type of <a> BENOT <t>", ty),
    (r"<a> (?:returns|return) <v>", returns),
    (r"<a>(?P<not> does not| never) (?:return|returns) <v>", returns),
    (r"<a> (?:takes|has|accepts|expects|receives)(?P<no> no) (?:parameters?|arguments?)", no_parameters),
    (r"<a> (?:takes|has|accepts|expects|receives) (?:exactly )?<n> (?:parameters?|arguments?)", parameters),
];

fn value(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let what = slots.variable()?;
    (what.hint != Hint::Callable).then_some(())?;
    Some(vec![Fact::Value { what, value: slots.value()? }])
}

fn constant_value(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let what = slots.name("a")?;
    let constant = Fact::Is { what: what.clone(), trait_: crate::claims::fact::Trait::Constant };
    Some(vec![constant, Fact::Value { what, value: slots.value()? }])
}

fn length(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Length { what: slots.variable()?, count: slots.number("n")? }])
}

fn ty(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Type { what: slots.name("a")?, ty: slots.ty()? }])
}

fn returns(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Returns { what: slots.name("a")?, value: slots.value()? }])
}

/// `takes no parameters` says that it has none: the form's `no` makes it a negation, of having any.
fn no_parameters(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Parameters { what: slots.name("a")?, count: -1 }])
}

fn parameters(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Parameters { what: slots.name("a")?, count: slots.number("n")? }])
}
