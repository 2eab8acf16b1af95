//! Forms of clauses, written as patterns with shorthands, and what they find.

use regex::{Captures, Regex};

use crate::claims::fact::{Fact, Literal, Operand, Stated};
use crate::claims::phrase::{Mention, Piece, Role};

/// A form, and what a clause of this form says.
///
/// In a form, `<a>` to `<d>` and `<w>` are names, `<n>` is a number, `<v>` a value, `<t>` a type, `<s>` an operator; `BE`, `NOT`,
/// `HOW` and `IN` are the words for being, for not, for how well, and for where.
pub(super) type Form = (&'static str, Make);

/// Makes facts of what a form found.
type Make = fn(&Slots<'_>) -> Option<Vec<Fact>>;

/// Forms, ready to be used.
pub(super) struct Table(Vec<(Regex, Make)>);

/// The longest clause that is read, in bytes of its plain form.
const MAX_LENGTH: usize = 400;

/// Words at the end of a clause that only say that all of the code is meant.
const EVERYWHERE: &[&str] = &[
    " at all",
    " anywhere",
    " ever",
    " in code",
    " in source code",
    " in program",
    " in codebase",
    " in source",
    " in implementation",
    " in provided code",
    " in reviewed code",
    " in this code",
    " in whole program",
    " of code",
    " at any point",
    " anywhere in code",
    " in shown code",
    " at any time",
    " in entire program",
    " in entire code",
];

impl Table {
    /// Makes a table of forms. A form that is wrong is left out; a test says so.
    pub(super) fn of(forms: &[Form]) -> Self {
        let ready = forms.iter().filter_map(|(form, make)| Some((Regex::new(&expanded(form)).ok()?, *make)));
        Self(ready.collect())
    }

    /// What a phrase says by the first form that fits.
    pub(super) fn read(&self, phrase: &Phrase) -> Option<Vec<Stated>> {
        self.0.iter().find_map(|(form, make)| {
            let captures = form.captures(&phrase.text)?;
            let has = |name: &str| captures.name(name).is_some();
            let negated = has("not") || has("no") || has("un");
            let twice = [has("not"), has("no"), has("un")].into_iter().filter(|found| *found).count() > 1;
            let vague = has("how");
            let facts = make(&Slots { captures: &captures, phrase })?;
            (!twice).then(|| facts.into_iter().map(|fact| Stated { fact, negated, vague }).collect())
        })
    }
}

fn expanded(form: &str) -> String {
    // Groups that a form names itself are no shorthands.
    let mut pattern = form.replace("(?P<", "\u{1}");
    for (short, long) in [
        ("BE", "(?:is|are|was|were|be|been|has been|have been|being|gets|remains|stays)"),
        ("NOT", "(?P<not> not| never| no longer| neither| not ever)?"),
        (
            "DOES",
            "(?P<not> does not| do not| did not| never| can not| fails to| fail to| neglects to| forgets to| omits to)?",
        ),
        ("NO", "(?P<no> no| not any| not have any| not a single| neither)"),
        (
            "HOW",
            "(?P<how> properly| correctly| adequately| sufficiently| safely| securely| appropriately| carefully| fully| thoroughly| explicitly)?",
        ),
        (
            "IN",
            "(?: (?:in|within|inside|from|by|of|throughout|into|inside of|from within|in body of) (?P<w>@[0-9]+))?",
        ),
        (
            "AIM",
            "(?:(?:(?:for|against|if|whether|to be|to see if|to ensure|that|to make sure)(?: it| @[0-9]+)?(?: is| are)?|is|are) )?(?P<g>null|nullptr|null pointer|being null|nonnull|not null|negative|being negative|non-negative|not negative|nonnegative|non-zero|nonzero|not 0|negative values?|zero|0|being 0|positive|bounds|overflow|overflows|out of bounds|within bounds|in range|range|upper bound|its size|its length|valid|validity|errors?)",
        ),
        (
            "TIMES",
            "(?P<times>exactly once|only once|just once|once|exactly twice|at least twice|twice|more than once|multiple times|several times|many times|repeatedly|single time|(?:exactly |only )?(?P<k>[0-9]+) times)",
        ),
        ("<n>", "(?P<n>-?[0-9]+)"),
        ("<m>", "(?P<m>-?[0-9]+)"),
        ("<v>", "(?P<v>-?[0-9]+|null|true|false|@[0-9]+)"),
        ("<t>", "(?P<t>@[0-9]+|#[0-9]+)"),
        (
            "<s>",
            "(?P<s>==|!=|<=|>=|<|>|equality|inequality|less than or equal to|greater than or equal to|less than|greater than|equal to)",
        ),
    ] {
        pattern = pattern.replace(short, &long.replace("(?P<", "\u{1}"));
    }
    for name in ["a", "b", "c", "d", "w"] {
        pattern = pattern.replace(&format!("<{name}>"), &format!("(?P<{name}>@[0-9]+)"));
    }
    format!("^(?:{})$", pattern.replace('\u{1}', "(?P<"))
}

/// A clause in its plain form: words in small letters, `@0` for names, `#0` for code.
#[derive(Debug)]
pub(super) struct Phrase {
    text: String,
    names: Vec<Mention>,
    codes: Vec<String>,
}

impl Phrase {
    /// The plain form; nothing if it is too long to be read.
    pub(super) fn of(pieces: &[Piece]) -> Option<Self> {
        let (mut names, mut codes, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for piece in pieces {
            words.push(match piece {
                Piece::Word(word) => plain(word),
                Piece::Number(number) => number.to_string(),
                Piece::Sign(sign) => (*sign).to_owned(),
                Piece::Break(_) => continue,
                Piece::Name(mention) => {
                    names.push(mention.clone());
                    format!("@{}", names.len().saturating_sub(1))
                }
                Piece::Code(code) => {
                    codes.push(code.clone());
                    format!("#{}", codes.len().saturating_sub(1))
                }
            });
        }
        let mut text = words.join(" ");
        while let Some(rest) = EVERYWHERE.iter().find_map(|end| text.strip_suffix(end)) {
            text = rest.to_owned();
        }
        text = without_use(text);
        (text.len() <= MAX_LENGTH).then_some(Self { text, names, codes })
    }

    fn named(&self, place: &str) -> Option<&Mention> {
        self.names.get(place.strip_prefix('@')?.parse::<usize>().ok()?)
    }
}

/// Without `before it is used` at the end: a check that comes later is no check.
fn without_use(text: String) -> String {
    let Some((head, tail)) = text.rsplit_once(" before ") else { return text };
    let it = |word: &str| word == "it" || word.starts_with('@');
    let words: Vec<_> = tail.split(' ').collect();
    let is_use = match words.as_slice() {
        ["use"] | ["being", "used"] | ["its" | "@0", "use"] => true,
        ["using" | "dereferencing" | "accessing", what]
        | [what, "is", "used" | "dereferenced" | "accessed"] => it(what),
        _ => false,
    };
    if is_use { head.to_owned() } else { text }
}

/// Number words as digits; compounds taken apart.
fn plain(word: &str) -> String {
    let plain = match word {
        "zero" => "0",
        "one" => "1",
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        "seven" => "7",
        "eight" => "8",
        "ten" => "10",
        "try-catch" => "try catch",
        "nothing" => "nothing",
        "isnt" => "is not",
        "doesnt" => "does not",
        "cant" => "can not",
        "invoked" | "executed" | "triggered" => "called",
        "invokes" | "invoke" => "calls",
        "emitted" | "raised" => "called",
        "emits" | "emit" => "calls",
        _ => word,
    };
    match plain.strip_suffix("-byte") {
        Some(count) => format!("{count} bytes"),
        None => plain.to_owned(),
    }
}

/// What a form found in a clause.
pub(super) struct Slots<'p> {
    captures: &'p Captures<'p>,
    phrase: &'p Phrase,
}

impl Slots<'_> {
    /// What stands at a place, as written in the plain form.
    pub(super) fn text(&self, place: &str) -> Option<&str> {
        self.captures.name(place).map(|found| found.as_str().trim())
    }

    /// The name at a place.
    pub(super) fn name(&self, place: &str) -> Option<Mention> {
        let mention = self.phrase.named(self.text(place)?)?;
        Some(Mention { adjectives: Vec::new(), ..mention.clone() })
    }

    /// The variable at `<a>`, and whose it is if the clause says in which function; nothing if it says in which constructor.
    pub(super) fn variable(&self) -> Option<Mention> {
        let what = self.name("a")?;
        match self.name("w") {
            Some(within) if within.role == Role::Plain => {
                let owner = what.owner.clone().unwrap_or(within.name);
                Some(Mention { owner: Some(owner), ..what })
            }
            Some(_) => None,
            None => Some(what),
        }
    }

    /// The number at a place.
    pub(super) fn number(&self, place: &str) -> Option<i128> {
        self.text(place)?.parse().ok()
    }

    /// The value at `<v>`.
    pub(super) fn value(&self) -> Option<Literal> {
        let text = self.text("v")?;
        Some(match text {
            "null" => Literal::Null,
            "true" => Literal::Boolean(true),
            "false" => Literal::Boolean(false),
            _ => match self.phrase.named(text) {
                Some(mention) => Literal::Name(mention.name.clone()),
                None => Literal::Number(text.parse().ok()?),
            },
        })
    }

    /// What is compared with, at `<v>`.
    pub(super) fn operand(&self) -> Option<Operand> {
        let text = self.text("v")?;
        match self.phrase.named(text) {
            Some(mention) => Some(Operand::Name(mention.clone())),
            None => self.value().map(Operand::Literal),
        }
    }

    /// The operator at `<s>`.
    pub(super) fn sign(&self) -> Option<&'static str> {
        Some(match self.text("s")? {
            "==" | "equality" | "equal to" => "==",
            "!=" | "inequality" => "!=",
            "<=" | "less than or equal to" => "<=",
            ">=" | "greater than or equal to" => ">=",
            "<" | "less than" => "<",
            ">" | "greater than" => ">",
            _ => return None,
        })
    }

    /// The type at `<t>`.
    pub(super) fn ty(&self) -> Option<String> {
        let text = self.text("t")?;
        match text.strip_prefix('#') {
            Some(number) => self.phrase.codes.get(number.parse::<usize>().ok()?).cloned(),
            None => self.phrase.named(text).map(|mention| match &mention.owner {
                Some(owner) => format!("{owner}::{}", mention.name),
                None => mention.name.clone(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_a_pattern() {
        use super::super::{calls, checks, fixes, kinds, memory, places, values};
        let tables = [
            places::FORMS,
            calls::FORMS,
            checks::FORMS,
            memory::FORMS,
            values::FORMS,
            kinds::FORMS,
            fixes::FORMS,
        ];
        let forms = tables.iter().flat_map(|table| table.iter());
        let wrong: Vec<_> = forms
            .filter_map(|(form, _)| Regex::new(&expanded(form)).err().map(|error| format!("{form}: {error}")))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
