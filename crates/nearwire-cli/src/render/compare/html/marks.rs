//! How a side looks: a colour, a shape and a dash pattern of its own, so that none of them is needed to tell it.

use maud::{Markup, html};

/// As many colours as the style sheet has. After that they come again, with other shapes.
const COLOURS: usize = 6;
/// The radius of a mark.
const R: f64 = 4.0;

/// The class that gives a side's colour.
pub(super) fn class(side: usize) -> String {
    format!("s{}", side % COLOURS)
}

/// How the lines of a side are broken.
pub(super) fn dashes(side: usize) -> &'static str {
    match side % 4 {
        0 => "none",
        1 => "7 3",
        2 => "2 3",
        _ => "8 3 2 3",
    }
}

/// The shape of a side around a point.
pub(super) fn shape(side: usize, x: f64, y: f64) -> Markup {
    let class = class(side);
    let points = match side % 5 {
        0 => return html! { circle class={ "mark " (class) } cx=(number(x)) cy=(number(y)) r=(R) {} },
        1 => [(-R, -R), (R, -R), (R, R), (-R, R)].as_slice(),
        2 => [(0.0, -R * 1.2), (R * 1.2, R), (-R * 1.2, R)].as_slice(),
        3 => [(0.0, -R * 1.35), (R * 1.35, 0.0), (0.0, R * 1.35), (-R * 1.35, 0.0)].as_slice(),
        _ => [(-R * 1.2, -R), (R * 1.2, -R), (0.0, R * 1.2)].as_slice(),
    };
    let points: Vec<String> =
        points.iter().map(|(dx, dy)| format!("{},{}", number(x + dx), number(y + dy))).collect();
    html! { polygon class={ "mark " (class) } points=(points.join(" ")) {} }
}

/// A piece of a side's line with its mark, for a legend.
pub(super) fn swatch(side: usize) -> Markup {
    html! {
        svg.swatch width="30" height="14" viewBox="0 0 30 14" aria-hidden="true" {
            line class={ "line " (class(side)) } x1="1" y1="7" x2="29" y2="7" stroke-dasharray=(dashes(side)) {}
            (shape(side, 15.0, 7.0))
        }
    }
}

/// Which side the verdict favours: its colour, if any.
pub(super) fn favoured(verdict: &str, other: usize) -> Option<usize> {
    match verdict {
        "faster" => Some(0),
        "slower" => Some(other),
        _ => None,
    }
}

/// The mark of the side that a verdict favours, or a ring.
pub(super) fn verdict_mark(verdict: &str, other: usize) -> Markup {
    html! {
        svg.swatch width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" {
            @match favoured(verdict, other) {
                Some(side) => (shape(side, 7.0, 7.0)),
                None => circle.ring cx="7" cy="7" r=(R) {},
            }
        }
    }
}

/// A coordinate: a hundredth of a pixel is enough.
pub(super) fn number(value: f64) -> String {
    format!("{value:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
