//! Forms about where things lie, whether they have a value from the beginning, and who gives them back.

use super::form::{Form, Slots};
use crate::claims::fact::{Fact, Release, Storage};
use crate::claims::phrase::Role;

pub(super) const FORMS: &[Form] = &[
    (
        r"<a> (?:BENOT )?(?:allocated|created|placed|stored|located|kept|declared|constructed|made|lives?|resides?|lies) (?:statically |dynamically )?on (?P<p>stack|heap)IN",
        allocated,
    ),
    (r"<a> BENOT on (?P<p>stack|heap)IN", allocated),
    (r"<a> BENOT (?P<p>stack|heap)[- ]allocated(?: buffer| array| object)?IN", allocated),
    (r"<a> BENOT (?P<p>stack|heap) (?:buffer|array|variable|object)IN", allocated),
    (r"<a> BENOT (?P<p>dynamically|statically) allocatedIN", allocated),
    (r"<a> BENOT allocated (?P<p>dynamically|statically)IN", allocated),
    (
        r"<a> BENOT (?:allocated|created|made|constructed|obtained) (?:with|using|by|via|through|by means of) (?:operator )?(?P<p>new)(?: operator)?IN",
        allocated,
    ),
    (
        r"<a> BENOT (?:allocated|created|made|obtained) (?:with|using|by|via|through|by calling|by call-of) <b>IN",
        allocated_by,
    ),
    (r"(?:<w>|code) allocates <a> (?:with|using|by|via|through|by calling) <b>", allocated_by),
    (r"(?:<w>|code) allocates <a> (?:with|using) (?P<p>new)", allocated),
    (r"(?:<w>|code) allocates <a> on (?P<p>stack|heap)", allocated),
    (
        r"(?:memory|storage) (?:for|of) <a> BENOT allocated (?:on|with|using) (?P<p>stack|heap|new)IN",
        allocated,
    ),
    (
        r"<a> BENOTHOW (?:initialized|given initial value|given value|assigned initial value)(?: before use| before being used| before (?:it|@[0-9]+) is used| before its first use| when declared| at declaration| on declaration)?IN",
        initialised,
    ),
    (
        r"<a> (?P<un>is uninitialized|remains uninitialized|is left uninitialized|is used uninitialized|stays uninitialized|is used without initialization|is used without being initialized|has no initial value|is not given initial value|is declared without initial value|is declared without initializer|has no initializer)IN",
        initialised,
    ),
    (
        r"<a> (?P<un>is used before it is initialized|is used before being initialized|is used before initialization)",
        initialised,
    ),
    (r"<a> (?:has|is given) (?:initial value|initializer)IN", initialised),
    (
        r"<w> (?P<un>does not|never|fails to|neglects to|forgets to)(?P<how> properly)? (?:initialize|initializes) <a>",
        initialised,
    ),
    (r"<w> (?P<how>properly )?initializes <a>", initialised),
    (
        r"(?:memory (?:of|for|held by|allocated for|owned by) )?<a> BENOTHOW (?P<r>freed|deleted|released|closed|deallocated|destroyed|cleaned up|disposed|disposed of|cleared|given back|free|delete|close)(?: again| afterwards| when (?:it|@[0-9]+|object|class) is destroyed| when object is destroyed| on destruction| upon destruction)?IN",
        released,
    ),
    (
        r"(?:<w>|code|program)(?P<not> does not| never| do not)(?P<how> properly)? (?P<r>free|delete|release|close|deallocate|destroy|clean up|dispose of|frees|deletes|closes|releases)(?: memory of| memory for)? <a>(?: in <b>)?",
        released,
    ),
    (
        r"(?:<w>|code|program) (?P<un>fails to|neglects to|forgets to|omits to)(?P<how> properly)? (?P<r>free|delete|release|close|deallocate|destroy|clean up|dispose of)(?: memory of| memory for)? <a>",
        released,
    ),
    (
        r"(?:<w>|code|program) (?P<how>properly )?(?P<r>frees|deletes|releases|closes|deallocates|destroys|cleans up)(?: memory of)? <a>",
        released,
    ),
    (r"<a> (?P<un>leaks|is leaked|is never given back|BE leaked|leak)IN", released),
    (r"(?:<w>|code) (?P<un>leaks) <a>", released),
    (r"there is(?P<no> no) (?P<r>free|delete|close)(?: call)? for <a>IN", released),
];

fn allocated(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let place = match slots.text("p")? {
        "stack" => Storage::Stack,
        "heap" | "dynamically" => Storage::Heap,
        "new" => Storage::New,
        _ => Storage::Static,
    };
    Some(vec![Fact::Allocated { what: slots.variable()?, place }])
}

fn allocated_by(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let by = slots.name("b")?;
    let is_malloc = matches!(by.name.as_str(), "malloc" | "calloc" | "realloc");
    is_malloc
        .then(|| slots.variable().map(|what| vec![Fact::Allocated { what, place: Storage::Malloc }]))
        .flatten()
}

fn initialised(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let by_constructor = slots.name("w").is_some_and(|within| within.role == Role::Constructor);
    let what = if by_constructor { slots.name("a")? } else { slots.variable()? };
    Some(vec![Fact::Initialised { what, by_constructor }])
}

fn released(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let how = match slots.text("r").unwrap_or_default() {
        "freed" | "free" | "frees" => Release::Free,
        "deleted" | "delete" | "deletes" => Release::Delete,
        "closed" | "close" | "closes" => Release::Close,
        _ => Release::Any,
    };
    Some(vec![Fact::Released {
        what: slots.name("a")?,
        how,
        within: slots.name("b").or_else(|| slots.name("w")),
    }])
}
