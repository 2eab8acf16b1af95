//! Every ratio with its interval on one logarithmic axis, grouped by contender. Places are percentages, so that the
//! bars follow the width of the window while text keeps its size.

use maud::{Markup, html};

use crate::render::compare::document::{CaseV1, OverallV1};
use crate::render::compare::html::marks;
use crate::render::compare::html::scale::Scale;
use crate::render::compare::text::view::{Contender, Side, View};
use crate::render::compare::text::words;

/// The axis covers a factor of this at least: noise shall not look like a difference.
const LEAST: f64 = 1.6;
/// The axis reaches no further; what lies beyond is an arrow.
const FURTHEST: f64 = 120.0;
/// Labels stand so far apart, as a share of the axis.
const APART: f64 = 0.1;
/// What a direction's label needs, as a share of the axis.
const ROOM: f64 = 0.22;
/// The height of a row in pixels, and its middle.
const HEIGHT: f64 = 26.0;
const MIDDLE: f64 = HEIGHT / 2.0;

/// What is drawn in a row.
struct Row<'a> {
    name: String,
    ratio: Option<f64>,
    interval: Option<[f64; 2]>,
    floor: Option<[f64; 2]>,
    verdict: &'a str,
    doubted: bool,
    whole: bool,
}

/// Where everything stands.
struct Axis {
    scale: Scale,
    threshold: f64,
}

pub(super) fn section(view: &View<'_>) -> Markup {
    html! {
        section aria-labelledby="ratios" {
            h2 #ratios { "How much longer the others take" }
            @if let Some(axis) = Axis::around(view) {
                (legend(view))
                @for (index, contender) in view.contenders.iter().enumerate() {
                    (group(index + 1, contender, view, &axis))
                }
            } @else {
                p.muted { "No case was compared, so there is nothing to show." }
            }
        }
    }
}

fn legend(view: &View<'_>) -> Markup {
    let share = words::share(view.document.settings.threshold);
    html! {
        ul.legend {
            li {
                svg.swatch width="30" height="14" aria-hidden="true" { rect.band width="30" height="14" {} }
                " less than " (share) " apart"
            }
            li {
                svg.swatch width="30" height="14" aria-hidden="true" { rect.floor y="4" width="30" height="6" {} }
                " noise: A against itself"
            }
            li { (marks::verdict_mark("inconclusive", 0)) " neither is faster" }
            @for (index, side) in view.sides().enumerate() {
                li { (marks::swatch(index)) " " (side.letter) " faster" }
            }
        }
    }
}

fn group(index: usize, contender: &Contender<'_>, view: &View<'_>, axis: &Axis) -> Markup {
    let Contender { side, cases, overall } = contender;
    html! {
        @if cases.is_empty() {
            p.muted { "Nothing was compared with " (side.letter) " " (side.name) "." }
        } @else {
            figure.ratios {
                figcaption { (side.letter) " " b { (side.name) } " against A " b { (view.a.name) } }
                (axis.head(side))
                @for case in cases { (axis.row(&Row::of_case(case), index, side)) }
                (axis.row(&Row::of_overall(overall), index, side))
            }
        }
    }
}

impl<'a> Row<'a> {
    fn of_case(case: &'a CaseV1) -> Self {
        Self {
            name: words::case(case.key()),
            ratio: words::sound(case.ratio),
            interval: words::sound_interval(case.ci),
            floor: words::sound_interval(case.floor),
            verdict: &case.verdict,
            doubted: case.doubt.is_some(),
            whole: false,
        }
    }

    fn of_overall(overall: &'a OverallV1) -> Self {
        Self {
            name: "overall".to_owned(),
            ratio: words::sound(overall.ratio),
            interval: words::sound_interval(overall.ci),
            floor: None,
            verdict: &overall.verdict,
            doubted: overall.doubt.is_some(),
            whole: true,
        }
    }

    fn description(&self, side: &Side<'_>) -> String {
        let Some(ratio) = self.ratio else { return format!("{}: nothing was measured", self.name) };
        let interval = words::interval_or_nothing(self.interval);
        let verdict = words::verdict(self.verdict, side);
        let ratio = words::ratio(ratio);
        format!("{}: {}/A {ratio}, 95 % interval {interval}: {verdict}", self.name, side.letter)
    }
}

impl Axis {
    /// `None` if there is nothing to draw.
    fn around(view: &View<'_>) -> Option<Self> {
        view.rows().next()?;
        let threshold = view.document.settings.threshold;
        let band = [1.0 + threshold, 1.0 / (1.0 + threshold)];
        let intervals =
            view.rows().flat_map(|case| [words::sound_interval(case.ci), words::sound_interval(case.floor)]);
        let ratios = view.rows().filter_map(|case| words::sound(case.ratio));
        let values = intervals.flatten().flatten().chain(ratios).chain(band);
        let scale = Scale::over(values, LEAST)?.within(1.0 / FURTHEST, FURTHEST);
        Some(Self { scale, threshold })
    }

    fn place(&self, ratio: f64) -> String {
        format!("{:.2}%", self.scale.share(ratio) * 100.0)
    }

    fn width(&self, [low, high]: [f64; 2]) -> String {
        format!("{:.2}%", (self.scale.share(high) - self.scale.share(low)) * 100.0)
    }

    fn head(&self, side: &Side<'_>) -> Markup {
        let middle = self.scale.share(1.0);
        html! {
            div.row.head {
                span.name {}
                svg.bar height="38" aria-hidden="true" {
                    @if middle >= ROOM {
                        text.direction x=(self.place(1.0)) dx="-10" y="12" text-anchor="end" {
                            "◂ " (side.letter) " faster"
                        }
                    }
                    @if middle <= 1.0 - ROOM {
                        text.direction x=(self.place(1.0)) dx="10" y="12" { "A faster ▸" }
                    }
                    @for tick in self.scale.ticks(APART) {
                        text.tick x=(self.place(tick)) y="32" text-anchor="middle" { (tick) }
                    }
                }
                span.value { (side.letter) "/A" }
                span.verdict { "verdict" }
            }
        }
    }

    fn row(&self, row: &Row<'_>, index: usize, side: &Side<'_>) -> Markup {
        let class = if row.whole { "row whole" } else { "row" };
        html! {
            div class=(class) {
                span.name { (row.name) }
                svg.bar height=(HEIGHT) role="img" {
                    title { (row.description(side)) }
                    desc { "The ratio as a point, its interval as a line, on a logarithmic axis." }
                    (self.background(row))
                    @if let Some(ratio) = row.ratio { (self.interval(row, ratio, index)) }
                }
                span.value {
                    (words::ratio_or_nothing(row.ratio)) " "
                    small { (words::interval_or_nothing(row.interval)) }
                }
                span.verdict {
                    (marks::verdict_mark(row.verdict, index)) " " (words::verdict(row.verdict, side))
                    @if row.doubted { "*" }
                }
            }
        }
    }

    fn background(&self, row: &Row<'_>) -> Markup {
        let band = [1.0 / (1.0 + self.threshold), 1.0 + self.threshold];
        html! {
            @for tick in self.scale.ticks(APART) {
                line.grid x1=(self.place(tick)) x2=(self.place(tick)) y1="0" y2=(HEIGHT) {}
            }
            rect.band x=(self.place(band[0])) width=(self.width(band)) y="0" height=(HEIGHT) {}
            @if let Some(floor) = row.floor {
                rect.floor x=(self.place(floor[0])) width=(self.width(floor)) y=(MIDDLE - 3.0) height="6" {}
            }
            line.one x1=(self.place(1.0)) x2=(self.place(1.0)) y1="0" y2=(HEIGHT) {}
        }
    }

    fn interval(&self, row: &Row<'_>, ratio: f64, index: usize) -> Markup {
        let [low, high] = row.interval.unwrap_or([ratio, ratio]);
        let favoured = marks::favoured(row.verdict, index);
        let class = favoured.map_or_else(|| "none".to_owned(), marks::class);
        let ends = [low, high].map(|end| (self.place(end), self.scale.contains(end)));
        html! {
            line class={ "interval " (class) } x1=(self.place(low)) x2=(self.place(high)) y1=(MIDDLE) y2=(MIDDLE) {}
            @for (place, _) in ends.iter().filter(|(_, shown)| *shown) {
                line class={ "interval " (class) } x1=(place) x2=(place) y1=(MIDDLE - 4.0) y2=(MIDDLE + 4.0) {}
            }
            @if low < 1.0 && !self.scale.contains(low) { text class={ "arrow " (class) } x="0" y=(MIDDLE + 4.5) { "◂" } }
            @if high > 1.0 && !self.scale.contains(high) { text class={ "arrow " (class) } x="100%" y=(MIDDLE + 4.5) text-anchor="end" { "▸" } }
            @if self.scale.contains(ratio) {
                svg.place x=(self.place(ratio)) y=(MIDDLE) {
                    @match favoured {
                        Some(side) => (marks::shape(side, 0.0, 0.0)),
                        None => circle.ring cx="0" cy="0" r="4" {},
                    }
                }
            }
        }
    }
}
