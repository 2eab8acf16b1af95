//! On an abstract socket "only root may" is less than it sounds: every process with uid 0 in the network namespace connects,
//! also that of a container without any other right over the host.

use super::abstract_name::abstract_by;
use super::credentials::{self, Part};
use crate::source::model::Language;
use crate::source::rule::{Draft, Findings, Rule, Unit};
use crate::source::values::says;
use crate::source::walk::{Body, Site};
use crate::{Check, Confidence, Fix, Severity, SubjectKind, weakness};

static CHECK: Check = Check {
    id: "root-only-auth",
    title: "uid 0 is all that an abstract socket asks for",
    weakness: weakness::CWE_290,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    subjects: &[SubjectKind::Source],
    references: &["CVE-2020-15257"],
    page: include_str!("../../../../../docs/checks/root-only-auth.md"),
};

pub(super) const RULE: Rule = Rule {
    check: &CHECK,
    languages: &[Language::C, Language::Cpp, Language::Rust],
    needles: credentials::NEEDLES,
    run,
};

/// What asks for more than the user.
const MORE: &[&str] =
    &["PEERPIDFD", "PEERSEC", "PEERGROUPS", "cgroup", "getpeercon", "ns/mnt", "ns/user", "ns/pid"];

fn run(unit: &Unit<'_>, found: &mut Findings<'_>) {
    if says(&unit.file.text, MORE) {
        return;
    }
    let Some(bound) = abstract_bind(unit) else { return };
    let mut tests = Vec::new();
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        match root_tests(unit, body) {
            Some(found) => tests.extend(found),
            None => return,
        }
    }
    for site in tests {
        report(unit, site, bound, found);
    }
}

/// Where the file binds an abstract name; `None` if it binds others as well, or none.
fn abstract_bind<'a>(unit: &Unit<'a>) -> Option<Site<'a>> {
    let mut found = None;
    for body in unit.bodies.iter().filter(|body| !body.function.is_test) {
        for binding in unit.bindings(body) {
            abstract_by(unit, body, &binding)?;
            found = Some(binding.site);
        }
    }
    found
}

/// Where a peer's user is compared with 0; `None` if something else is done with it, which may ask for more.
fn root_tests<'a>(unit: &Unit<'a>, body: &Body<'a>) -> Option<Vec<Site<'a>>> {
    let mut tests = Vec::new();
    for site in body.sites() {
        let Some(expression) = site.expression() else { continue };
        match credentials::part(unit, body, expression) {
            Some(Part::User) => {}
            Some(Part::Group) => return None,
            _ => continue,
        }
        for used in
            credentials::uses(unit, body, *site).into_iter().filter(|used| credentials::matters(body, *used))
        {
            match credentials::compared_with(body, used) {
                Some(Some(0)) => tests.push(used),
                _ => return None,
            }
        }
    }
    Some(tests)
}

fn report<'a>(unit: &Unit<'a>, site: Site<'a>, bound: Site<'a>, found: &mut Findings<'_>) {
    let seen = format!("`{}` is compared with 0", unit.quoted(site.span()));
    let message = "root of every container in this network namespace passes for root of this machine";
    let draft = Draft::at(unit.file, site.span(), message, seen)
        .seen(
            unit.file,
            bound.span(),
            "the name that is bound here is abstract: no directory or mode keeps anybody out",
        )
        .fact("nothing else in this file asks who the peer is (SO_PEERPIDFD, SO_PEERSEC, groups, cgroup)");
    let fix = Fix::advice(
        "Bind a path in a directory that only root can enter; file systems, unlike abstract names, are the container's own.",
    );
    let example = match unit.file.language {
        Language::Rust => "UnixListener::bind(\"/run/<service>/control.sock\")?",
        _ => {
            "memcpy(addr.sun_path, \"/run/<service>/control.sock\", sizeof(\"/run/<service>/control.sock\"));"
        }
    };
    found.add(draft, fix.with_example(example));
}
