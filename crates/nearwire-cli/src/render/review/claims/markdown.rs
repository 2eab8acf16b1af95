//! The answers as Markdown, for an issue: neither the review nor the code can write anything but text.

use std::fmt::Write;

use nearwire_review::Location;
use nearwire_review::claims::{Answer, ClaimsReport};

use super::super::markdown::{code, prose};
use super::super::words::printable;
use super::{effect, heading, places, sentences, totals, verdict};

pub(super) fn results(report: &ClaimsReport) -> String {
    let mut text = format!("# The claims of a review\n\n{}\n\n**{}**\n\n", heading(report), totals(report));
    for statement in &report.statements {
        let title = statement.title.as_deref().map(|title| prose(&printable(title))).unwrap_or_default();
        let answer = verdict(statement).map_or("advice", Answer::name);
        let _ = writeln!(
            text,
            "## {}. {title}{}{answer}\n",
            statement.number,
            if title.is_empty() { "" } else { ": " }
        );
        for said in sentences(statement) {
            let _ = writeln!(text, "> {}\n", prose(&printable(said.sentence)));
            for claim in said.claims {
                let _ = writeln!(text, "- **{}**{}", claim.answer.name(), told(&claim.says, &claim.shown));
            }
            for fix in said.fixes {
                let _ = writeln!(text, "- {}{}", effect(fix), told(&fix.says, &fix.shown));
            }
            text.push('\n');
        }
    }
    if !report.incomplete.is_empty() {
        text += "## Not read\n\n";
        report.incomplete.iter().for_each(|what| text += &format!("- {}\n", prose(&printable(what))));
    }
    text
}

fn told(says: &str, shown: &[Location]) -> String {
    let mut text = String::new();
    if !says.is_empty() {
        let _ = write!(text, ": {}", prose(&printable(says)));
    }
    let places = places(shown);
    if !places.is_empty() {
        let _ = write!(text, " ({})", code(&places));
    }
    text
}
