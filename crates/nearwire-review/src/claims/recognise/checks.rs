//! Forms about checks, comparisons and what is done with errors.

use super::form::{Form, Slots};
use crate::claims::fact::{Aim, Fact};
use crate::claims::phrase::Hint;

pub(super) const FORMS: &[Form] = &[
    (
        r"<a> BENOT (?:only )?compared (?:to|with|against) <v>(?: (?:using|with|by|by means of|via) (?:operator )?<s>(?: operator| comparison| sign)?)?IN",
        compared,
    ),
    (
        r"<a> BENOT compared (?:using|with|by) (?:operator )?<s>(?: operator)?(?: (?:to|with|against) <v>)?IN",
        compared,
    ),
    (r"<a> BENOT checked for (?P<s>equality) (?:with|to|against) <v>IN", compared),
    (
        r"(?:<w>|code) (?:compares|compare) <a> (?:to|with|against) <v>(?: (?:using|with|by) (?:operator )?<s>(?: operator| comparison)?)?",
        compared,
    ),
    (
        r"(?:<w>|code)(?P<not> does not| never) (?:compare|compares) <a>(?: (?:to|with|against) <v>(?: (?:using|with|by) (?:operator )?<s>(?: operator)?)?)?",
        compared,
    ),
    (r"(?:<w>|code) (?:checks|tests) (?:if|whether|that) <a> <s> <v>", compared),
    (
        r"comparison (?:of|between) <a> (?:and|with|to|against) <v> uses (?:operator )?<s>(?: operator)?IN",
        compared,
    ),
    (r"there is(?P<no> no)? comparison (?:of|between) <a> (?:and|with|to|against) <v>IN", compared),
    (r"<a> BENOT comparedIN", compared),
    (
        r"(?:there is|it is)(?P<no> no) (?:(?P<z>null|nullptr|bounds|range|length|size|sign) )?(?:checks?|checking|validation|verification)(?: (?:of|on|for|that|whether|done on|performed on|made on))? <a>(?: AIM)?(?: before use| before (?:it|@[0-9]+) is used| before using (?:it|@[0-9]+))?IN",
        checked,
    ),
    (
        r"no (?:(?P<z>null|bounds|range|length|size|sign) )?(?:check|checks|validation|verification|bounds checking) (?P<un>is|are) (?:performed|done|made|carried out)(?: on| of| for) <a>(?: AIM)?(?: before (?:use|it is used|using (?:it|@[0-9]+)))?IN",
        checked,
    ),
    (
        r"<a> BENOTHOW (?:checked|validated|verified|tested|examined|inspected|bounds-checked|range-checked|sanity-checked)(?: AIM)?(?: before use| before being used| before (?:it|@[0-9]+) is used| before using (?:it|@[0-9]+))?IN",
        checked,
    ),
    (
        r"<a> (?P<un>is unchecked|is unvalidated|goes unchecked|is used unchecked|is used without (?:any |first |prior )?(?:check|checks|checking|checking it|checking @[0-9]+|validation|validating it|validating @[0-9]+|being checked|being validated))IN",
        checked,
    ),
    (
        r"(?:<w>|code) (?P<un>does not|never|fails to|neglects to|forgets to|omits to)(?P<how> properly| correctly)? (?:check|checks|validate|verify|test) <a>(?: AIM)?(?: before use| before using (?:it|@[0-9]+))?",
        checked,
    ),
    (
        r"(?:<w>|code) (?P<how>properly |correctly )?(?:checks|validates|verifies|tests) <a>(?: AIM)?(?: before use| before using (?:it|@[0-9]+))?",
        checked,
    ),
    (
        r"(?:<w>|code) uses <a> (?P<un>without) (?:first )?(?:checking|validating|verifying)(?: it| @[0-9]+)?(?: AIM)?",
        checked,
    ),
    (
        r"(?:<w>|code) (?:checks|tests|verifies|validates) (?:if|whether|that) <a> (?P<g>is null|is negative|is 0|is nonnull|is not null|is positive|is non-negative|is valid|is in range)",
        checked,
    ),
    (
        r"(?:<w>|code) (?P<un>does not|never|fails to) (?:check|checks|test|verify) (?:if|whether|that) <a> (?P<g>is null|is negative|is 0|is nonnull|is not null|is positive|is non-negative|is valid|is in range)",
        checked,
    ),
    (
        r"result-of <a> BENOTHOW (?:checked|used|verified|inspected|tested|handled|examined|evaluated|validated|looked at|considered)(?: for errors?| for failure)?IN",
        result,
    ),
    (
        r"result-of <a> (?P<un>is ignored|is discarded|is dropped|is unchecked|goes unchecked|is thrown away)IN",
        result,
    ),
    (r"result-of <a> BE(?P<un> silently) (?:ignored|discarded|dropped)IN", result),
    (
        r"(?:<w>|code) (?P<un>does not|never|fails to|neglects to|forgets to|omits to) (?:check|checks|verify|test|inspect|use|handle) result-of <a>",
        result,
    ),
    (r"(?:<w>|code) (?:checks|verifies|tests|inspects|handles|uses) result-of <a>", result),
    (r"(?:<w>|code) (?P<un>ignores|discards|drops|throws away) result-of <a>", result),
    (
        r"(?:<w>|code) (?P<un>does not|never|fails to) (?:check|verify|checks) (?:whether|that|if) (?:call-of )?<a> (?:succeeds|succeeded|fails|failed|was successful|is successful)",
        result,
    ),
    (
        r"(?:<w>|code) (?:checks|verifies) (?:whether|that|if) (?:call-of )?<a> (?:succeeds|succeeded|fails|failed|was successful|is successful)",
        result,
    ),
    (
        r"<a> BE called (?P<un>without) (?:checking|verifying|inspecting|testing|any check of) (?:(?:its|@[0-9]+ 's) )?(?:return value|return code|result|result-of @[0-9]+|for errors?|return)IN",
        result,
    ),
    (
        r"(?:<w>|code) calls <a> (?P<un>without) (?:checking|verifying|inspecting|testing) (?:(?:its|@[0-9]+ 's) )?(?:return value|return code|result|result-of @[0-9]+|for errors?)",
        result,
    ),
    (
        r"(?:errors?|failure|failures) (?:of|from|returned by|in) (?:call-of )?<a> BE(?P<un> not| never| silently)(?: properly)? (?:checked|handled|detected|reported)IN",
        result,
    ),
    (
        r"(?:errors?|failure|failures) (?:of|from|returned by|in) (?:call-of )?<a> BE(?P<un>) (?:ignored|dropped)IN",
        result,
    ),
    (
        r"there is(?P<no> no)(?P<how> proper| adequate)? (?:error handling|error check|error checking) (?:for|of|around|after) (?:call-of )?<a>IN",
        result,
    ),
    (
        r"there (?:is|are)(?P<no> no)?(?P<how> proper| adequate| explicit)? (?:handling of exceptions?|exception handling|exception handlers?|handling for exceptions?|try catch|try catch blocks?|try blocks?|catch blocks?|try catch statements?)(?: (?:in|around|for|within|inside|anywhere in) (?:call-of )?<w>)?(?: in <b>)?",
        catches,
    ),
    (
        r"<w> (?:has|contains|uses|have)(?P<no> no)?(?: proper)? (?:exception handling|try catch|try catch blocks?|try blocks?|exception handlers?|catch blocks?)",
        catches,
    ),
    (
        r"<w>(?P<not> does not| do not) (?:have|contain|use)(?: any)?(?P<how> proper)? (?:exception handling|try catch|try catch blocks?|try blocks?|exception handlers?|catch blocks?)",
        catches,
    ),
    (
        r"(?:<w>|code|program)(?P<not> does not| never)(?P<how> properly| correctly)? (?:handle|catch|handles|catches)(?: any| possible| potential)? exceptions?",
        catches,
    ),
    (r"(?:<w>|code|program) (?P<how>properly )?(?:handles|catches)(?: any| all)? exceptions?", catches),
    (r"(?:any )?exceptions? BENOTHOW (?:handled|caught)IN", catches),
    (r"no exceptions? (?P<un>is|are) (?:handled|caught)IN", catches),
    (
        r"<w> (?P<un>lacks)(?: proper| any)? (?:exception handling|try catch|try catch block|exception handler)",
        catches,
    ),
    (r"<w> BENOT (?:wrapped|enclosed|surrounded) (?:in|by|with) try(?: catch)?(?: block)?", catches),
    (r"(?:<w>|code|program) (?:throws|raises)(?P<no> no)? exceptions?", throws),
    (
        r"(?:<w>|code|program)(?P<not> does not| never) (?:throw|throws|raise)(?: any| an)? exceptions?",
        throws,
    ),
];

fn compared(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let what = slots.name("a")?;
    if what.hint == Hint::Callable {
        return None;
    }
    Some(vec![Fact::Compared { what, with: slots.operand(), sign: slots.sign(), within: slots.name("w") }])
}

pub(super) fn aim(slots: &Slots<'_>) -> Option<Aim> {
    let words = [slots.text("g"), slots.text("z")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let has = |word: &str| words.contains(word);
    Some(match words.as_str() {
        "" => Aim::Any,
        _ if has("valid") => Aim::Any,
        _ if has("null") => Aim::Null,
        _ if has("negative") || has("positive") || has("sign") => Aim::Negative,
        _ if has("bound")
            || has("overflow")
            || has("range")
            || has("length")
            || has("size")
            || has("limit")
            || has("maximum") =>
        {
            Aim::Bounds
        }
        _ if has("zero") || has("0") => Aim::Zero,
        _ => return None,
    })
}

fn checked(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let what = slots.name("a")?;
    // `f is not checked` means what it returns.
    if what.hint == Hint::Callable {
        return Some(vec![Fact::ResultUsed { what, within: slots.name("w") }])
            .filter(|_| slots.text("g").is_none());
    }
    Some(vec![Fact::Checked { what, aim: aim(slots)?, within: slots.name("w") }])
}

fn result(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::ResultUsed { what: slots.name("a")?, within: slots.name("w") }])
}

fn catches(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    let within = slots.name("b").or_else(|| slots.name("w"));
    Some(vec![Fact::Catches { within }])
}

fn throws(slots: &Slots<'_>) -> Option<Vec<Fact>> {
    Some(vec![Fact::Throws { within: slots.name("w") }])
}
