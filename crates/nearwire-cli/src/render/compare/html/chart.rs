//! A small chart with a line for each side over a logarithmic height, and the legend of several.

use maud::{Markup, html};

use crate::render::compare::html::marks;
use crate::render::compare::html::scale::Scale;
use crate::render::compare::text::view::Side;

/// The drawing, in units of its own: it is scaled to the width that it gets.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 190.0;
/// Where the lines are drawn.
const LEFT: f64 = 58.0;
const RIGHT: f64 = WIDTH - 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = HEIGHT - 24.0;
/// Points keep this distance from the sides.
const INSET: f64 = 16.0;
/// Labels of the height stand so far apart, as a share of it.
const APART: f64 = 0.1;

/// One point: where it stands from 0 to 1, its value, and what it says.
pub(super) struct Point {
    pub(super) place: f64,
    pub(super) value: f64,
    pub(super) says: String,
}

/// What a chart shows of one side.
pub(super) struct Line {
    pub(super) side: usize,
    pub(super) points: Vec<Point>,
}

pub(super) struct Chart<'a> {
    pub(super) title: String,
    /// What it shows, for those who do not see it.
    pub(super) description: String,
    /// What stands below it, from 0 to 1.
    pub(super) places: Vec<(f64, String)>,
    pub(super) scale: Scale,
    /// How a height is labelled.
    pub(super) label: &'a dyn Fn(f64) -> String,
    pub(super) lines: Vec<Line>,
}

impl Chart<'_> {
    pub(super) fn figure(&self) -> Markup {
        let view_box = format!("0 0 {WIDTH} {HEIGHT}");
        html! {
            figure.chart {
                figcaption { (self.title) }
                svg viewBox=(view_box) role="img" {
                    title { (self.title) }
                    desc { (self.description) }
                    (self.axes())
                    @for line in &self.lines { (line.drawn(&self.scale)) }
                }
            }
        }
    }

    fn axes(&self) -> Markup {
        html! {
            @for tick in self.scale.ticks(APART) {
                @let y = marks::number(height(&self.scale, tick));
                line.grid x1=(LEFT) x2=(RIGHT) y1=(y) y2=(y) {}
                text.tick x=(LEFT - 6.0) y=(y) dy="4" text-anchor="end" { ((self.label)(tick)) }
            }
            @for (place, label) in &self.places {
                @let x = marks::number(across(*place));
                line.grid x1=(x) x2=(x) y1=(BOTTOM) y2=(BOTTOM + 4.0) {}
                text.tick x=(x) y=(BOTTOM + 17.0) text-anchor="middle" { (label) }
            }
            line.frame x1=(LEFT) x2=(RIGHT) y1=(BOTTOM) y2=(BOTTOM) {}
        }
    }
}

impl Line {
    fn drawn(&self, scale: &Scale) -> Markup {
        let places: Vec<(f64, f64, &Point)> = self
            .points
            .iter()
            .map(|point| (across(point.place), height(scale, point.value), point))
            .collect();
        let path: Vec<String> =
            places.iter().map(|(x, y, _)| format!("{},{}", marks::number(*x), marks::number(*y))).collect();
        html! {
            polyline class={ "line " (marks::class(self.side)) } points=(path.join(" "))
                stroke-dasharray=(marks::dashes(self.side)) {}
            @for (x, y, point) in places {
                g { title { (point.says) } (marks::shape(self.side, x, y)) }
            }
        }
    }
}

/// Which line is whose.
pub(super) fn legend<'a>(sides: impl Iterator<Item = (usize, &'a Side<'a>)>) -> Markup {
    html! {
        ul.legend {
            @for (index, side) in sides { li { (marks::swatch(index)) " " (side.letter) " " (side.name) } }
        }
    }
}

fn across(place: f64) -> f64 {
    LEFT + INSET + place * (RIGHT - LEFT - 2.0 * INSET)
}

fn height(scale: &Scale, value: f64) -> f64 {
    BOTTOM - scale.share(value) * (BOTTOM - TOP)
}

/// A round number without what binary fractions add to it.
pub(super) fn round(value: f64) -> String {
    format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
