use super::*;
use crate::render::compare::text::samples;

fn drawn(values: &[(f64, f64, f64)], width: usize) -> Vec<String> {
    let template = samples::document("a", &[("b", 1.0)]).cases.remove(0);
    let cases: Vec<CaseV1> = values
        .iter()
        .map(|(low, ratio, high)| CaseV1 { ratio: Some(*ratio), ci: Some([*low, *high]), ..template.clone() })
        .collect();
    let axis = Axis::around(cases.iter(), width);
    let mut lines = vec![axis.head()];
    lines.extend(cases.iter().map(|case| axis.bar(case)));
    assert!(lines.iter().all(|line| line.chars().count() == width), "{lines:#?}");
    lines
}

#[test]
fn the_range_follows_the_data() {
    assert_eq!(
        drawn(&[(1.4, 2.0, 2.8), (0.9, 1.0, 1.1)], 25),
        ["0.5 ┊   1   ┊   2   ┊   4", "        ┊   ├───●───┤    ", "       ├●┤               "]
    );
    assert_eq!(drawn(&[(0.97, 1.0, 1.03)], 25), ["0.8   ┊     1     ┊  1.25", "          ├─●─┤          "]);
}

#[test]
fn what_lies_beyond_the_range_is_an_arrow() {
    let lines = drawn(&[(300.0, 350.0, 400.0), (20.0, 40.0, 80.0), (0.001, 0.002, 0.003)], 25);
    assert_eq!(lines.get(1).map(String::as_str), Some("            ┊           ▸"));
    assert!(lines.get(2).is_some_and(|line| line.contains('●') && line.ends_with('▸')), "{lines:#?}");
    assert!(lines.get(3).is_some_and(|line| line.starts_with("◂ ")), "{lines:#?}");
}

#[test]
fn numbers_that_are_none_are_not_drawn() {
    assert_eq!(
        drawn(&[(f64::NAN, f64::NAN, f64::NAN)], 25).get(1).map(|line| line.trim().to_owned()),
        Some("┊".to_owned())
    );
    assert_eq!(
        drawn(&[(0.0, 0.0, f64::INFINITY)], 25).get(1).map(|line| line.trim().to_owned()),
        Some("┊".to_owned())
    );
}
