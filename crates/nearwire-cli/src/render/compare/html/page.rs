//! The page around its sections.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::render::compare::html::{about, latency, ratios, summary, tables, throughput};
use crate::render::compare::text::view::View;

const STYLE: &str = include_str!("style.css");

/// Should something foreign slip into the page, the browser still runs no script and asks no server.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

pub(super) fn page(view: &View<'_>) -> Markup {
    let names: Vec<&str> = view.sides().map(|side| side.name.as_str()).collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "nearwire " (view.document.version) };
                title { (names.join(" against ")) " – nearwire compare" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (summary::summary(view))
                    (ratios::section(view))
                    (latency::section(view))
                    (throughput::section(view))
                    (tables::section(view))
                    (about::section(view))
                }
            }
        }
    }
}
