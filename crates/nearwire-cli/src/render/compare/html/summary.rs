//! The top of the page: who was compared, what it comes to, and what limits it.

use maud::{Markup, html};

use crate::render::compare::html::marks;
use crate::render::compare::text::view::{Contender, View};
use crate::render::compare::text::words;

pub(super) fn summary(view: &View<'_>) -> Markup {
    html! {
        header {
            p.kicker { "nearwire compare" }
            h1 {
                @for (index, side) in view.sides().enumerate() {
                    @if index > 0 { " " small { "against" } " " }
                    span.side { (marks::swatch(index)) " " span.letter { (side.letter) } " " (side.name) }
                }
            }
            p.muted { (words::design(view.document)) " · noise: " (words::noise(view)) }
            p.muted { (words::machine(&view.document.machine)) }
            @if let Some(baseline) = words::baseline(view.document) { p.muted { (baseline) } }
        }
        (caveats(view))
        @if view.contenders.is_empty() {
            p.notice { "There was nobody to compare with." }
        }
        div.cards {
            @for (index, contender) in view.contenders.iter().enumerate() { (card(index + 1, contender, view)) }
        }
    }
}

/// What limits the results comes before them.
fn caveats(view: &View<'_>) -> Markup {
    let doubts = words::doubts(view);
    html! {
        @if let Some(early) = words::ended_early(view) {
            p.notice role="status" { b { "Not complete: " } (early) }
        }
        @if !doubts.is_empty() {
            ul.notice { @for doubt in &doubts { li { b { "Doubt: " } (doubt) } } }
        }
    }
}

fn card(index: usize, contender: &Contender<'_>, view: &View<'_>) -> Markup {
    let Contender { side, overall, .. } = contender;
    html! {
        section.card aria-label={ "Overall: " (side.letter) " against A" } {
            p.label { "Overall " (side.letter) "/A" @if view.contenders.len() > 1 { " · " (side.name) } }
            @if let Some(ratio) = words::sound(overall.ratio) {
                p.headline {
                    (marks::verdict_mark(&overall.verdict, index)) " " (words::ratio(ratio))
                    @if let Some(interval) = words::sound_interval(overall.ci) {
                        " " small { (words::interval(interval)) }
                    }
                }
            }
            p { b { (words::meaning(overall, side, view.document.settings.threshold)) } }
            p.muted { (tally(contender)) }
        }
    }
}

/// `12 A faster · 3 unchanged`.
fn tally(contender: &Contender<'_>) -> String {
    let counts = ["faster", "slower", "unchanged", "inconclusive"].map(|verdict| {
        let count = contender.cases.iter().filter(|case| case.verdict == verdict).count();
        (count, words::verdict(verdict, &contender.side))
    });
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} × {word}"))
        .collect();
    if told.is_empty() { "no case was compared".to_owned() } else { told.join(" · ") }
}
