//! A report as Markdown, for an issue or a pull request: a summary, and a section for each pillar with findings. The code
//! that is reviewed can write nothing but text: no HTML, no link, no mention of anybody.

mod escape;

use std::fmt::Write;

use nearwire_review::{Finding, Location, Observation, Report};

use super::Context;
use super::section::{Section, Untested};
use super::words::{self, printable};
use escape::block;
pub(super) use escape::{code, prose};

pub(super) fn results(report: &Report, context: &Context) -> String {
    let sections = Section::all(report);
    let checks = words::counted(report.outcomes.len(), "check", "checks");
    let mut text = format!("# Security review of {}\n\n", code(&printable(&report.subject.name)));
    let _ = writeln!(text, "{} · {checks}\n", prose(&printable(&report.subject.description)));
    let _ = writeln!(text, "**Conclusion:** {}\n", prose(&words::conclusion(report, context).join(" ")));
    text += &summary(&sections);
    for section in sections.iter().filter(|section| !section.findings.is_empty()) {
        let _ = writeln!(text, "## {}. {} {}\n", section.number, section.pillar, section.pillar.name());
        text.extend(section.findings.iter().map(|finding| finding_text(finding)));
    }
    text += &list("Not tested", not_tested(report));
    text += &list("Suppressed", suppressed(report));
    let printed = |texts: &[String]| texts.iter().map(|text| prose(&printable(text))).collect();
    text += &list("Not examined", printed(&report.incomplete));
    text += &list("Not seen by this review", printed(&report.unseen));
    text
}

fn summary(sections: &[Section<'_>]) -> String {
    let mut text = "| | Pillar | Verdict |\n| ---: | :--- | :--- |\n".to_owned();
    for section in sections {
        let (pillar, verdict) = (section.pillar, section.verdict());
        let url = format!("https://cwe.mitre.org/data/definitions/{}.html", pillar.number());
        let _ = writeln!(text, "| {} | [{pillar}]({url}) {} | {verdict} |", section.number, pillar.name());
    }
    text + "\n"
}

fn finding_text(finding: &Finding) -> String {
    let (check, weakness) = (finding.check(), finding.weakness());
    let mut text = format!("### {}: {}\n\n", words::rank(finding), prose(&printable(finding.message())));
    let _ = writeln!(
        text,
        "{} · {} · [CWE-{}]({}) {}\n",
        place(finding.location()),
        code(check.id),
        weakness.number(),
        weakness.url(),
        prose(weakness.name()),
    );
    if let Location::Code { text: line, .. } = finding.location() {
        text += &block(language(finding.location()), &[line.trim()]);
    }
    text += "**Seen**\n\n";
    for observation in finding.evidence().iter() {
        let _ = writeln!(text, "- {}", seen(observation, finding.location()));
    }
    let _ = writeln!(text, "\n**Fix:** {}\n", prose(&printable(finding.fix().as_str())));
    if let Some(example) = finding.fix().example() {
        text += &block(language(finding.location()), &example.lines().collect::<Vec<_>>());
    }
    text += "**Repeat**\n\n";
    text += &block("console", &[&format!("$ {}", finding.reproduction().as_str())]);
    text + &format!("**See:** {}\n\n", see(finding))
}

fn place(location: &Location) -> String {
    let place = code(&location.to_string());
    match location {
        Location::Code { within: Some(within), .. } => format!("{place} in {}", code(&printable(within))),
        _ => place,
    }
}

fn seen(observation: &Observation, at: &Location) -> String {
    let text = prose(&printable(observation.text()));
    match observation.location() {
        Some(location) if location != at => format!("{text} · {}", code(&words::near(location, at))),
        _ => text,
    }
}

fn see(finding: &Finding) -> String {
    let check = finding.check();
    let page = code(&format!("nearwire review checks {}", check.id));
    let references = check.references.iter().map(|reference| prose(reference));
    std::iter::once(page).chain(references).collect::<Vec<_>>().join(" · ")
}

/// What GitHub calls the language of a file.
fn language(location: &Location) -> &'static str {
    let ending = location.file().and_then(|file| file.extension()).and_then(|ending| ending.to_str());
    match ending {
        Some("rs") => "rust",
        Some("c") => "c",
        Some(_) => "cpp",
        None => "",
    }
}

fn not_tested(report: &Report) -> Vec<String> {
    let untested = Untested::all(report);
    let lines = untested.iter().map(|untested| {
        let ids: Vec<String> = untested.ids(None).into_iter().map(code).collect();
        format!("{}: {}", ids.join(", "), prose(&printable(&untested.why())))
    });
    lines.collect()
}

fn suppressed(report: &Report) -> Vec<String> {
    let lines = report.suppressed.iter().map(|suppression| {
        let (finding, (file, line)) = (&suppression.finding, &suppression.by);
        let by = code(&format!("{}:{line}", nearwire::Escaped::new(file)));
        let reason = prose(&printable(&suppression.reason));
        format!("{} · {} · by {by}: {reason}", code(finding.check().id), place(finding.location()))
    });
    lines.collect()
}

fn list(title: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines: String = lines.iter().map(|line| format!("- {line}\n")).collect();
    format!("## {title}\n\n{lines}\n")
}

#[cfg(test)]
mod tests;
