//! A sentence with the things it names found: what stays are names, numbers, signs and the words between them.

mod groups;
mod kinds;
mod lists;
mod pronouns;
mod reduce;
mod verbs;

pub(super) use kinds::Hint;
pub(super) use verbs::is_verb_word;

use super::token::{Named, Token};

/// Which function of a class a name stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// What it says.
    #[default]
    Plain,
    /// The constructor of the class it names.
    Constructor,
    /// The destructor of the class it names.
    Destructor,
}

/// Something that a sentence names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mention {
    /// Its name.
    pub(super) name: String,
    /// Whose it is, where the sentence says so: `SocketFactory` of `SocketFactory::run`.
    pub(super) owner: Option<String>,
    /// What the sentence calls it: a method, a variable.
    pub(super) hint: Hint,
    /// Which function of it is meant.
    pub(super) role: Role,
    /// What the sentence says of it in passing: `static`, `private`.
    pub(super) adjectives: Vec<String>,
    /// Others that the same is said of: `a and b`.
    pub(super) also: Vec<Mention>,
}

impl Mention {
    fn of(named: &Named) -> Self {
        let hint = if named.is_call { Hint::Callable } else { Hint::Any };
        let is_destructor = named.name.starts_with('~');
        let role = if is_destructor { Role::Destructor } else { Role::Plain };
        let name = named.name.trim_start_matches('~').to_owned();
        let owner = named.owner.clone().filter(|_| !is_destructor);
        Self { name, owner, hint, role, ..Self::default() }
    }

    /// As it is written: `SocketFactory::run`.
    pub(super) fn shown(&self) -> String {
        match (self.role, &self.owner) {
            (Role::Constructor, _) => format!("the constructor of {}", self.name),
            (Role::Destructor, _) => format!("the destructor of {}", self.name),
            (Role::Plain, Some(owner)) => format!("{owner}::{}", self.name),
            (Role::Plain, None) => self.name.clone(),
        }
    }

    /// It and the others that the same is said of.
    pub(super) fn each(&self) -> Vec<Self> {
        let first = Self { also: Vec::new(), ..self.clone() };
        std::iter::once(first).chain(self.also.iter().cloned()).collect()
    }
}

/// A piece of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A word.
    Word(String),
    /// Something named.
    Name(Mention),
    /// A number.
    Number(i128),
    /// An operator.
    Sign(&'static str),
    /// Code, as written.
    Code(String),
    /// What separates.
    Break(char),
}

impl Piece {
    /// Whether it is this word.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(found) if found == word)
    }

    /// Whether it is one of these words.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        matches!(self, Self::Word(found) if words.contains(&found.as_str()))
    }

    /// The name, if it is one.
    pub(super) fn name(&self) -> Option<&Mention> {
        match self {
            Self::Name(mention) => Some(mention),
            _ => None,
        }
    }
}

/// What was spoken of before: what `it` and `this method` mean.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    /// `In the SocketFactory class,`: where everything that follows is.
    pub(super) within: Vec<Mention>,
    /// What the last clause spoke of, if of one thing only.
    pub(super) subject: Option<Mention>,
    /// The class, function and variable spoken of last.
    pub(super) class: Option<Mention>,
    /// The function spoken of last.
    pub(super) callable: Option<Mention>,
    /// The variable spoken of last.
    pub(super) value: Option<Mention>,
    /// Whether anything was spoken of.
    pub(super) has_heard: bool,
}

impl Context {
    /// Takes note of what a clause spoke of.
    pub(super) fn heard(&mut self, pieces: &[Piece]) {
        let names: Vec<&Mention> = pieces.iter().filter_map(Piece::name).collect();
        for name in &names {
            let place = match (name.role, name.hint) {
                (Role::Plain, Hint::Class) => &mut self.class,
                (_, Hint::Callable) => &mut self.callable,
                (Role::Plain, Hint::Value | Hint::Constant) => &mut self.value,
                _ => continue,
            };
            *place = Some((*name).clone());
        }
        self.has_heard |= !names.is_empty();
        // What stands behind `of` and `in` is not spoken of; `it` is the rest, if that is one thing.
        let places = ["of", "in", "within", "inside", "from", "for"];
        let is_place = |number: usize| {
            number
                .checked_sub(1)
                .and_then(|before| pieces.get(before))
                .is_some_and(|before| before.is_any(&places))
        };
        let spoken = pieces.iter().enumerate().filter(|(number, _)| !is_place(*number));
        let spoken: Vec<&Mention> = spoken.filter_map(|(_, piece)| piece.name()).collect();
        match (spoken.as_slice(), names.as_slice()) {
            (_, []) => {}
            ([only], _) | ([], [only]) => self.subject = Some((*only).clone()),
            _ => self.subject = None,
        }
    }
}

/// Whether a clause begins here: a verb (what it speaks of is the same as before), or a name and a verb.
pub(super) fn begins_clause(tokens: &[Token]) -> bool {
    let mut seen_name = false;
    for (number, token) in tokens.iter().take(9).enumerate() {
        match token {
            Token::Word(word) if is_verb_word(word) => return number == 0 || seen_name,
            Token::Word(word)
                if matches!(word.as_str(), "it" | "there" | "they" | "its" | "no" | "this")
                    && number == 0 =>
            {
                seen_name = true;
            }
            Token::Word(word) if matches!(word.as_str(), "constructor" | "destructor") => seen_name = true,
            Token::Word(word) if matches!(word.as_str(), "the" | "a" | "an" | "'s" | "of" | "in") => {}
            Token::Word(word)
                if kinds::kind(word).is_some() || kinds::ADJECTIVES.contains(&word.as_str()) => {}
            Token::Name(_) => seen_name = true,
            _ => return false,
        }
    }
    false
}

/// What the code calls something that a sentence writes in small letters.
pub(super) type Known<'k> = &'k dyn Fn(&str) -> Option<String>;

/// Finds what a row of tokens names.
pub(super) fn phrase(tokens: &[Token], context: &Context, known: Known<'_>) -> Vec<Piece> {
    let pieces = tokens.iter().map(|token| match token {
        Token::Word(word) => Piece::Word(word.clone()),
        Token::Name(named) => Piece::Name(Mention::of(named)),
        Token::Number(number) => Piece::Number(*number),
        Token::Sign(sign) => Piece::Sign(sign),
        Token::Code(code) => Piece::Code(code.clone()),
        Token::Break(mark) => Piece::Break(*mark),
    });
    reduce::reduce(pieces.collect(), context, known)
}
