//! Each passive check fires on its weak server, alone, and not on the safe twin.

use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use libtest_mimic::Trial;
use nearwire_review::endpoint::{Endpoint, Facts, Options, facts, survey};
use nearwire_review::{Severity, Verdict};

use crate::support::{Home, NOBODY, Server, assert_finds, at, found, is_root, passive, report_of};
use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("passive/sound_server", sound_server),
        trial("passive/sock_mode", sock_mode),
        trial("passive/dir_writable", dir_writable),
        trial("passive/sock_owner", sock_owner),
        trial("passive/abstract_name", abstract_name),
        trial("passive/tmp_path", tmp_path),
        trial("passive/stale_file", stale_file),
        trial("passive/other_namespace", other_namespace),
        trial("passive/backlog", backlog),
        trial("passive/fd_inherit", fd_inherit),
        trial("passive/excess_priv", excess_priv),
        trial("passive/unit_socketmode", unit_socketmode),
        trial("passive/endpoint_drift", endpoint_drift),
        trial("passive/listener_inventory", listener_inventory),
        trial("passive/by_process", by_process),
        trial("passive/symbolic_link", symbolic_link),
        trial("passive/survey", all_listening),
        trial("passive/no_connection", no_connection),
        trial("pages_are_true", pages_are_true),
    ]
}

/// What a look at a server of this kind finds, in a directory of this mode.
fn look(kind: &str, mode: u32) -> Vec<&'static str> {
    let home = Home::new(mode);
    let _server = Server::start(kind, &home.socket());
    found(&report_of(&at(&home.socket()), &passive()))
}

fn sound_server() {
    let home = Home::new(0o700);
    let server = Server::start("sound", &home.socket());
    let report = report_of(&at(&home.socket()), &passive());
    assert_finds(&report, &[]);
    assert!(report.incomplete.is_empty(), "{:?}", report.incomplete);
    assert!(report.subject.description.starts_with("stream, listening · "), "{:?}", report.subject);
    assert!(report.subject.description.contains(&format!("(pid {}, ", server.pid())), "{:?}", report.subject);
    assert!(report.subject.description.ends_with("passive, 0 connections made"), "{:?}", report.subject);
    for outcome in &report.outcomes {
        let passed = match outcome.check().id {
            "endpoint-drift" => false,
            id => only_looks(id),
        };
        assert_eq!(outcome.verdict() == Verdict::Pass, passed, "{outcome:?}");
    }
}

/// Whether a check looks without connecting.
fn only_looks(id: &str) -> bool {
    let check = nearwire_review::endpoint::checks().find(|check| check.id == id).unwrap();
    check.subjects.contains(&nearwire_review::SubjectKind::Endpoint)
}

fn sock_mode() {
    assert_eq!(look("open", 0o755), ["sock-mode"]);
    assert_eq!(look("open", 0o700), [""; 0], "the directory protects it");
    assert_eq!(look("sound", 0o755), [""; 0]);
}

fn dir_writable() {
    assert_eq!(look("sound", 0o777), ["dir-writable"]);
    assert_eq!(look("sound", 0o755), [""; 0]);
}

fn sock_owner() {
    if !is_root() {
        return;
    }
    let home = Home::new(0o700);
    let _server = Server::start("sound", &home.socket());
    assert_finds(&report_of(&at(&home.socket()), &passive()), &[]);
    std::os::unix::fs::chown(home.socket(), Some(4242), None).unwrap();
    assert_finds(&report_of(&at(&home.socket()), &passive()), &["sock-owner"]);
}

fn abstract_name() {
    let name = format!("nearwire-test-abstract-{}", std::process::id());
    let _server = Server::start("abstract", name.as_ref());
    let endpoint: Endpoint = format!("@{name}").parse().unwrap();
    assert_finds(&report_of(&endpoint, &passive()), &["abstract-name"]);
}

fn tmp_path() {
    assert_eq!(look("sound", 0o1777), ["tmp-path"]);
}

fn stale_file() {
    let home = Home::new(0o700);
    let mut server = Server::start("sound", &home.socket());
    assert_finds(&report_of(&at(&home.socket()), &passive()), &[]);
    server.kill();
    let report = report_of(&at(&home.socket()), &passive());
    assert_finds(&report, &["stale-file"]);
    assert_eq!(report.subject.description, "nobody is bound to it · passive, 0 connections made");
}

fn other_namespace() {
    if !is_root() {
        return;
    }
    // Its socket is not in our table, and must not pass for a left-over file.
    let home = Home::new(0o700);
    let path = home.path().join(format!("apart-{}.sock", std::process::id()));
    std::os::unix::fs::chown(home.path(), Some(0), Some(0)).unwrap();
    let _server = Server::start_apart("sound", &path);
    let report = report_of(&at(&path), &passive());
    assert_finds(&report, &[]);
    let stale = report.outcomes.iter().find(|outcome| outcome.check().id == "stale-file").unwrap();
    assert!(matches!(stale.verdict(), Verdict::NotTested { .. }), "{:?}", stale.verdict());
}

fn backlog() {
    assert_eq!(look("backlog", 0o700), ["backlog"]);
}

fn fd_inherit() {
    assert_eq!(look("fd-inherit", 0o700), ["fd-inherit"]);
}

fn excess_priv() {
    if !is_root() {
        return;
    }
    // What others cannot reach need not be bounded, so both are open.
    let home = Home::new(0o755);
    std::os::unix::fs::chown(home.path(), Some(0), Some(0)).unwrap();
    let _root = Server::start_as(Some(0), "open", &home.socket());
    assert_finds(&report_of(&at(&home.socket()), &passive()), &["excess-priv", "sock-mode"]);
    assert_eq!(look("open", 0o755), ["sock-mode"], "the twin has no privileges");
    let private = Home::new(0o755);
    std::os::unix::fs::chown(private.path(), Some(0), Some(0)).unwrap();
    let _root = Server::start_as(Some(0), "sound", &private.socket());
    assert_finds(&report_of(&at(&private.socket()), &passive()), &[]);
}

fn unit_socketmode() {
    let (home, units) = (Home::new(0o700), tempfile::tempdir().unwrap());
    let _server = Server::start("sound", &home.socket());
    let options = Options { unit_directories: Some(vec![units.path().to_owned()]), ..Options::default() };
    let unit = |mode: &str| {
        let path = home.socket().canonicalize().unwrap();
        let text = format!("[Socket]\nListenStream={}\n{mode}", path.display());
        std::fs::write(units.path().join("app.socket"), text).unwrap();
        found(&report_of(&at(&home.socket()), &options))
    };
    assert_eq!(unit(""), ["unit-socketmode"]);
    assert_eq!(unit("SocketMode=0600\n"), [""; 0]);
}

fn endpoint_drift() {
    let home = Home::new(0o700);
    let _server = Server::start("sound", &home.socket());
    let saved = home.path().join("baseline.json");
    std::fs::write(&saved, facts(&at(&home.socket())).unwrap().to_json()).unwrap();
    let options = || Options { baseline: Some(Facts::read(&saved).unwrap()), ..passive() };
    assert_finds(&report_of(&at(&home.socket()), &options()), &[]);
    std::fs::set_permissions(home.socket(), std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_finds(&report_of(&at(&home.socket()), &options()), &["endpoint-drift"]);
    std::fs::write(&saved, "{}").unwrap();
    assert!(Facts::read(&saved).unwrap_err().to_string().contains("no baseline"));
}

fn listener_inventory() {
    assert_eq!(look("two-listeners", 0o700), ["listener-inventory"]);
}

fn by_process() {
    let home = Home::new(0o700);
    let server = Server::start("two-listeners", &home.socket());
    let report = report_of(&Endpoint::Process(server.pid()), &passive());
    assert_finds(&report, &["abstract-name"]);
    assert!(
        report.subject.name.starts_with("@nearwire-test-"),
        "the one that most can reach: {:?}",
        report.subject
    );
    let error = nearwire_review::endpoint::review(&Endpoint::Process(i32::MAX), &passive()).unwrap_err();
    assert!(error.to_string().starts_with("process 2147483647: "), "{error}");
    let idle = std::process::Command::new("sleep").arg("100").spawn().unwrap();
    let idle = scopeguard(idle);
    let error = nearwire_review::endpoint::review(&Endpoint::Process(idle.pid()), &passive()).unwrap_err();
    assert!(error.to_string().ends_with("listens on no local socket"), "{error}");
}

/// A child that ends with the test.
struct Guard(std::process::Child);

fn scopeguard(child: std::process::Child) -> Guard {
    Guard(child)
}

impl Guard {
    fn pid(&self) -> i32 {
        i32::try_from(self.0.id()).unwrap()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn symbolic_link() {
    // The link lies where others may write, so they decide where clients go.
    let (home, links) = (Home::new(0o700), Home::new(0o777));
    let _server = Server::start("sound", &home.socket());
    let link = links.path().join("link.sock");
    std::os::unix::fs::symlink(home.socket(), &link).unwrap();
    assert_finds(&report_of(&at(&link), &passive()), &["dir-writable"]);
}

fn all_listening() {
    let home = Home::new(0o755);
    let _server = Server::start("open", &home.socket());
    let surveyed = survey(&passive()).unwrap();
    let path = home.socket().canonicalize().unwrap();
    let mine = surveyed.iter().find(|each| each.name == path.to_str().unwrap()).unwrap();
    let report = mine.report.as_ref().unwrap();
    assert_finds(report, &["sock-mode"]);
    assert_eq!(report.count(Severity::High), 1);
    if is_root() {
        assert_eq!(
            std::fs::metadata(&path).map(|file| std::os::unix::fs::MetadataExt::uid(&file)).unwrap(),
            NOBODY
        );
    }
}

fn no_connection() {
    // Its queue would show a client: nobody accepts.
    let home = Home::new(0o700);
    let server = Server::start("never-accepts", &home.socket());
    let begun = Instant::now();
    let report = report_of(&at(&home.socket()), &passive());
    assert!(begun.elapsed() < std::time::Duration::from_secs(60), "it does not wait for the server");
    assert_finds(&report, &["backlog"]);
    let evidence = report.findings().next().unwrap().evidence().iter().next().unwrap().text().to_owned();
    assert_eq!(evidence, "0 of 1 clients wait (UNIX_DIAG_RQLEN)");
    drop(server);
}

/// The head of each page agrees with the catalogue, and it has all its sections.
fn pages_are_true() {
    let mut ids = Vec::new();
    for check in nearwire_review::endpoint::checks() {
        let mut lines = check.page.lines();
        assert_eq!(lines.next().unwrap(), format!("# {}: {}", check.id, check.title));
        let head = lines.nth(1).unwrap();
        let expected =
            format!("{} · severity {} · confidence {} · ", check.weakness, check.severity, check.confidence);
        assert!(head.starts_with(&expected), "{}: {head:?}, expected {expected:?}", check.id);
        let passive = check.subjects.contains(&nearwire_review::SubjectKind::Endpoint);
        let how = if passive { "endpoint (passive" } else { "endpoint (active" };
        assert!(head.contains(how), "{}: {head:?}, expected {how:?}", check.id);
        for section in ["## Why", "## Before", "## After", "## When it is wrong", "## References"] {
            assert!(check.page.contains(&format!("\n{section}\n")), "{}: {section}", check.id);
        }
        ids.push(check.id);
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "each name once");
}
