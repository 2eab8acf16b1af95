//! What a clause says: a table of forms over its words, each of which must fit the whole clause.

mod calls;
mod checks;
mod fixes;
mod form;
mod kinds;
mod memory;
mod places;
mod values;

use std::sync::LazyLock;

use self::form::{Form, Table};
use super::fact::{Fact, Level, Stated, Trait};
use super::phrase::{Mention, Piece};

/// What a clause says; nothing if no form fits.
pub(super) fn recognise(pieces: &[Piece]) -> Option<Vec<Stated>> {
    let mut stated = Vec::new();
    for alternative in one_of_each_list(pieces) {
        stated.extend(of_one(&alternative)?);
    }
    stated.extend(said_in_passing(pieces));
    Some(stated)
}

/// What would be so if a recommendation was followed; what would be no more is negated.
pub(super) fn recommended(pieces: &[Piece]) -> Option<Vec<Stated>> {
    static FIXES: LazyLock<Table> = LazyLock::new(|| Table::of(fixes::FORMS));
    let mut wanted = Vec::new();
    for alternative in one_of_each_list(pieces) {
        wanted.extend(FIXES.read(&form::Phrase::of(&alternative)?)?);
    }
    Some(wanted)
}

fn of_one(pieces: &[Piece]) -> Option<Vec<Stated>> {
    let phrase = form::Phrase::of(pieces)?;
    tables().find_map(|table| table.read(&phrase))
}

fn tables() -> impl Iterator<Item = &'static Table> {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
        let forms: [&[Form]; 6] =
            [places::FORMS, calls::FORMS, checks::FORMS, memory::FORMS, values::FORMS, kinds::FORMS];
        forms.into_iter().map(Table::of).collect()
    });
    TABLES.iter()
}

/// Phrases that are said of several things, once for each.
fn one_of_each_list(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let list = pieces.iter().position(|piece| piece.name().is_some_and(|name| !name.also.is_empty()));
    let Some((number, names)) = list.and_then(|number| Some((number, pieces.get(number)?.name()?.each())))
    else {
        return vec![pieces.to_vec()];
    };
    let each = names.into_iter().map(|name| {
        let mut phrase = pieces.to_vec();
        if let Some(place) = phrase.get_mut(number) {
            *place = Piece::Name(name);
        }
        phrase
    });
    each.collect()
}

/// What adjectives before names say.
fn said_in_passing(pieces: &[Piece]) -> Vec<Stated> {
    let names = pieces.iter().filter_map(Piece::name).flat_map(Mention::each);
    let said = names.flat_map(|name| {
        let bare = Mention { adjectives: Vec::new(), ..name.clone() };
        let facts = name.adjectives.into_iter().filter_map(move |word| {
            let what = bare.clone();
            Some(match word.as_str() {
                "public" => Fact::Access { what, access: Level::Public },
                "protected" => Fact::Access { what, access: Level::Protected },
                "private" => Fact::Access { what, access: Level::Private },
                "static" => Fact::Is { what, trait_: Trait::Static },
                "virtual" => Fact::Is { what, trait_: Trait::Virtual },
                "const" | "constant" => Fact::Is { what, trait_: Trait::Const },
                "global" => Fact::Is { what, trait_: Trait::Global },
                "local" => Fact::Is { what, trait_: Trait::Local },
                "signal" => Fact::Is { what, trait_: Trait::Signal },
                "slot" => Fact::Is { what, trait_: Trait::Slot },
                _ => return None,
            })
        });
        facts.collect::<Vec<_>>()
    });
    said.map(|fact| Stated { fact, negated: false, vague: false }).collect()
}

#[cfg(test)]
mod tests;
