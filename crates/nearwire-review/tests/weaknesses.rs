//! The table of weaknesses against MITRE's own data (`tests/mitre/extract.py` says where it comes from).

#![allow(clippy::unwrap_used, missing_docs)]

use nearwire_review::{catalogue, weakness};

const MITRE: &str = include_str!("mitre/weaknesses.csv");

/// Number, abstraction, pillars and name of each weakness.
fn mitre() -> Vec<(u16, String, Vec<u16>, String)> {
    let rows = MITRE.lines().skip(1).map(|line| {
        let mut cells = line.splitn(4, ',');
        let number = cells.next().unwrap().parse().unwrap();
        let abstraction = cells.next().unwrap().to_owned();
        let pillars = cells.next().unwrap().split(' ').filter_map(|pillar| pillar.parse().ok()).collect();
        (number, abstraction, pillars, cells.next().unwrap().trim_matches('"').to_owned())
    });
    rows.collect()
}

#[test]
fn every_weakness_is_a_base_or_variant_under_its_pillar_with_its_name() {
    let mitre = mitre();
    assert!(mitre.len() > 900);
    for weakness in weakness::ALL {
        let (_, abstraction, pillars, name) = mitre.iter().find(|row| row.0 == weakness.number()).unwrap();
        assert!(abstraction == "Base" || abstraction == "Variant", "{weakness} is a {abstraction}");
        assert!(pillars.contains(&weakness.pillar().number()), "{weakness} is under {pillars:?}");
        assert_eq!(weakness.name(), name, "{weakness}");
    }
}

#[test]
fn every_check_maps_to_a_weakness_of_the_table() {
    for check in catalogue::all() {
        assert!(weakness::ALL.contains(&check.weakness), "{}", check.id);
    }
}
