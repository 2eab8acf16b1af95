//! How to read the page, and under which circumstances it was made.

use maud::{Markup, html};
use std::time::Duration;

use crate::render::compare::text::view::View;
use crate::render::compare::text::words;
use crate::render::units;

pub(super) fn section(view: &View<'_>) -> Markup {
    let document = view.document;
    html! {
        (reading(view))
        section aria-labelledby="settings" {
            h2 #settings { "How it was measured" }
            div.columns {
                (list("Settings", &settings(view)))
                (list("Machine", &machine(view)))
            }
            h3 { "To repeat it" }
            pre.scroll tabindex="0" { code { (words::printable(&document.command)) } }
        }
        footer.muted { "nearwire " (words::printable(&document.version)) " · " (words::printable(&document.schema)) }
    }
}

fn reading(view: &View<'_>) -> Markup {
    let other = view.contenders.first().map_or("B", |contender| contender.side.letter.as_str());
    let threshold = words::share(view.document.settings.threshold);
    let pairs = match view.document.settings.baseline {
        None => "run one right after the other",
        Some(_) => "drawn from the two runs at random",
    };
    html! {
        section aria-labelledby="reading" {
            h2 #reading { "How to read this" }
            p {
                "A ratio such as " (other) "/A is the time of " (other) " over the time of A for the same work, the median "
                "of pairs of slices " (pairs) ": above 1, A takes less time. "
                "Its 95 % interval comes from a bootstrap that resamples the pairs."
            }
            p {
                "One side is called faster only if the whole interval lies further from 1 than " (threshold)
                " and further than A seems to differ from itself; “unchanged” means that the whole interval lies "
                "within " (threshold) ", and everything else is “inconclusive”. An asterisk marks a case whose evidence "
                "bears no verdict at all. “Overall” is the geometric mean of the cases."
            }
        }
    }
}

fn list(title: &str, entries: &[(&str, String)]) -> Markup {
    html! {
        div {
            h3 { (title) }
            dl { @for (name, value) in entries { div { dt { (name) } dd { (value) } } } }
        }
    }
}

fn settings(view: &View<'_>) -> Vec<(&'static str, String)> {
    let document = view.document;
    let settings = &document.settings;
    let time = |nanoseconds| units::duration(Duration::from_nanos(nanoseconds));
    let slice = match settings.baseline {
        None => format!("about {} of the slowest side", time(settings.slice_ns)),
        Some(_) => "as many chunks as in the earlier run".to_owned(),
    };
    let mut entries = vec![
        ("pairs of a case", format!("{}, up to three times as many while undecided", settings.pairs)),
        ("order", order(settings.baseline.is_some()).to_owned()),
        ("slice", slice),
        ("counts as a difference", words::share(settings.threshold)),
        ("chunks in flight", format!("{} on each connection", units::count(settings.window.into()))),
        ("seed", settings.seed.to_string()),
        ("bound to CPUs", bound(settings.pinned)),
        ("cases", format!("{} of {} planned", view.keys.len(), document.planned_cases)),
        ("took", time(document.elapsed_ns)),
    ];
    if let Some(baseline) = &settings.baseline {
        entries.push(("earlier run", words::printable(baseline)));
    }
    entries
}

fn order(earlier_run: bool) -> &'static str {
    if earlier_run {
        "one run after the other; new processes for each slice"
    } else {
        "ABBA, shuffled; new processes for each slice"
    }
}

fn bound(pinned: Option<[u32; 2]>) -> String {
    match pinned {
        Some([server, client]) => format!("server to {server}, client to {client}"),
        None => "no".to_owned(),
    }
}

fn machine(view: &View<'_>) -> Vec<(&'static str, String)> {
    let machine = &view.document.machine;
    let known =
        |value: Option<String>| value.map_or_else(|| "unknown".to_owned(), |value| words::printable(&value));
    vec![
        ("CPU", known(machine.cpu_model.clone())),
        ("logical CPUs", known(machine.logical_cpus.map(|cpus| cpus.to_string()))),
        ("architecture", words::printable(&machine.architecture)),
        ("kernel", words::printable(&machine.kernel)),
        (
            "hypervisor",
            machine.hypervisor.as_deref().map_or_else(|| "none seen".to_owned(), words::printable),
        ),
        ("memory", known(machine.memory_bytes.map(units::bytes))),
        ("governor", known(machine.governor.clone())),
        ("mitigations", known(machine.mitigations.clone())),
    ]
}
