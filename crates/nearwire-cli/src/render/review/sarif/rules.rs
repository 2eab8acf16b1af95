//! Checks as rules, and the weaknesses they map to as a taxonomy.

use nearwire_review::{Check, Confidence, Report, Severity, Weakness};

use super::model::{
    Component, Configuration, Help, Relationship, Rule, RuleProperties, Target, Taxon, Taxonomy, Text,
};

/// Every check of the report.
pub(super) struct Rules {
    checks: Vec<&'static Check>,
    weaknesses: Vec<Weakness>,
}

/// The taxonomy as others refer to it.
pub(super) fn cwe() -> Component {
    Component { name: "CWE", index: 0 }
}

impl Rules {
    pub(super) fn of(report: &Report) -> Self {
        let checks: Vec<_> = report.outcomes.iter().map(nearwire_review::Outcome::check).collect();
        let mut weaknesses: Vec<Weakness> = checks.iter().map(|check| check.weakness).collect();
        weaknesses.sort_by_key(Weakness::number);
        weaknesses.dedup();
        Self { checks, weaknesses }
    }

    pub(super) fn index(&self, check: &Check) -> Option<usize> {
        self.checks.iter().position(|each| each.id == check.id)
    }

    pub(super) fn descriptors(&self) -> Vec<Rule> {
        self.checks.iter().map(|check| self.descriptor(check)).collect()
    }

    fn descriptor(&self, check: &'static Check) -> Rule {
        Rule {
            id: check.id,
            short_description: Text { text: check.title },
            help: Help { text: check.page, markdown: check.page },
            help_uri: check.weakness.url(),
            default_configuration: Configuration { level: level(check) },
            relationships: self.relationship(check).into_iter().collect(),
            properties: RuleProperties {
                tags: tags(check),
                precision: check.confidence.name(),
                security_severity: security_severity(check.severity),
            },
        }
    }

    fn relationship(&self, check: &Check) -> Option<Relationship> {
        let index = self.weaknesses.iter().position(|weakness| *weakness == check.weakness)?;
        let target = Target { id: check.weakness.number().to_string(), index, tool_component: cwe() };
        Some(Relationship { target, kinds: ["superset"] })
    }

    pub(super) fn taxonomy(&self) -> Taxonomy {
        let taxon = |weakness: &Weakness| Taxon {
            id: weakness.number().to_string(),
            short_description: Text { text: weakness.name() },
            help_uri: weakness.url(),
        };
        Taxonomy {
            name: "CWE",
            organization: "MITRE",
            information_uri: "https://cwe.mitre.org/",
            is_comprehensive: false,
            taxa: self.weaknesses.iter().map(taxon).collect(),
        }
    }
}

fn level(check: &Check) -> &'static str {
    match (check.confidence, check.severity) {
        (Confidence::Low, _) | (_, Severity::Low) => "note",
        (_, Severity::Medium) => "warning",
        (_, Severity::High) => "error",
    }
}

/// The weakness and its pillar, in the spelling of GitHub's own rules.
fn tags(check: &Check) -> Vec<String> {
    let cwe = |number: u16| format!("external/cwe/cwe-{number:03}");
    vec!["security".to_owned(), cwe(check.weakness.number()), cwe(check.weakness.pillar().number())]
}

/// In the middle of the ranges that GitHub calls high, medium and low.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}
