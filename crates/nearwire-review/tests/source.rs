//! What a review of source code does with what it is given: files of any kind, suppressions, choices.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use nearwire_review::source::{self, MAX_FILE_BYTES, Options, SourceError};
use nearwire_review::{Report, Verdict, catalogue};

/// Copies to a socket's name without looking at its length: `sunpath-copy`, once.
const WRONG: &str = r#"
#include <string.h>
#include <sys/un.h>
void name(struct sockaddr_un *addr, const char *path) {
    addr->sun_family = AF_UNIX;
    strcpy(addr->sun_path, path);
}
"#;

fn write(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn review(path: &Path) -> Report {
    source::review(&[path.to_owned()], &Options::default()).unwrap()
}

/// The checks that found something.
fn ids(report: &Report) -> Vec<&str> {
    report.findings().map(|finding| finding.check().id).collect()
}

#[test]
fn every_check_has_an_outcome_and_every_pillar_a_check() {
    let directory = tempfile::tempdir().unwrap();
    let report = review(&write(directory.path(), "a.c", WRONG));
    assert_eq!(report.outcomes.len(), source::checks().count());
    for pillar in nearwire_review::Pillar::ALL {
        assert!(report.under(pillar).count() > 0, "{pillar} has no check");
    }
    let report = review(&write(directory.path(), "a.rs", "fn f(s: UnixStream) {}"));
    let not_tested = report.outcomes.iter().find(|outcome| outcome.check().id == "sunpath-copy").unwrap();
    assert!(matches!(not_tested.verdict(), Verdict::NotTested { .. }), "there is no C here");
}

#[test]
fn a_comment_with_a_reason_leaves_a_finding_out() {
    let directory = tempfile::tempdir().unwrap();
    let allowed = WRONG.replace(
        "    strcpy",
        "    // nearwire: allow(sunpath-copy) the caller checks the length\n    strcpy",
    );
    let report = review(&write(directory.path(), "a.c", &allowed));
    assert_eq!(ids(&report), [""; 0]);
    let suppression = report.suppressed.first().unwrap();
    assert_eq!(suppression.reason, "the caller checks the length");
    assert_eq!(suppression.by.1, 6);
}

#[test]
fn a_comment_without_a_reason_has_no_effect_and_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let allowed = WRONG.replace("path);\n}", "path); /* nearwire: allow(sunpath-copy) */\n}");
    let report = review(&write(directory.path(), "a.c", &allowed));
    assert_eq!(ids(&report), ["sunpath-copy"]);
    assert!(
        report.incomplete.iter().any(|note| note.contains("without a reason")),
        "{:?}",
        report.incomplete
    );
}

#[test]
fn a_file_of_exceptions_leaves_findings_out() {
    let directory = tempfile::tempdir().unwrap();
    let code = write(directory.path(), "a.c", WRONG);
    let ignore = write(directory.path(), "ignore", "# known\n\nsunpath-copy **/a.c checked by the caller\n");
    let options = Options { ignore: Some(ignore.clone()), ..Options::default() };
    let report = source::review(&[code], &options).unwrap();
    assert_eq!(ids(&report), [""; 0]);
    assert_eq!(report.suppressed.first().unwrap().by, (ignore, 3));
}

#[test]
fn a_wrong_line_in_that_file_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let code = write(directory.path(), "a.c", WRONG);
    for wrong in ["sunpath-copy\n", "no-such-check *.c because\n", "sunpath-copy [ because\n"] {
        let ignore = write(directory.path(), "ignore", wrong);
        let options = Options { ignore: Some(ignore), ..Options::default() };
        let error = source::review(std::slice::from_ref(&code), &options).unwrap_err();
        assert!(
            matches!(error, SourceError::Ignore(_)) && error.to_string().contains("ignore:1:"),
            "{error}"
        );
    }
}

#[test]
fn only_chosen_checks_run() {
    let directory = tempfile::tempdir().unwrap();
    let code = write(directory.path(), "a.c", WRONG);
    let options = Options { checks: vec![catalogue::find("fdset").unwrap()], ..Options::default() };
    let report = source::review(&[code], &options).unwrap();
    assert_eq!(ids(&report), [""; 0]);
    let ran =
        report.outcomes.iter().filter(|outcome| !matches!(outcome.verdict(), Verdict::NotTested { .. }));
    assert_eq!(ran.map(|outcome| outcome.check().id).collect::<Vec<_>>(), ["fdset"]);
}

#[test]
fn fingerprints_survive_when_lines_move() {
    let directory = tempfile::tempdir().unwrap();
    let code = write(directory.path(), "a.c", WRONG);
    let before = review(&code).findings().next().unwrap().fingerprint();
    std::fs::write(&code, format!("\n\n/* moved */\n{WRONG}")).unwrap();
    assert_eq!(review(&code).findings().next().unwrap().fingerprint(), before);
}

#[test]
fn anything_may_lie_in_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    write(root, "a.c", WRONG);
    std::os::unix::fs::symlink(root, root.join("circle")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", root.join("zero.c")).unwrap();
    let status = std::process::Command::new("mkfifo").arg(root.join("fifo.c")).status().unwrap();
    assert!(status.success());
    std::fs::write(root.join("bytes.c"), (0..=255).cycle().take(100_000).collect::<Vec<u8>>()).unwrap();
    write(
        root,
        "deep.c",
        &format!("#include <sys/un.h>\nint f(void) {{ return {}1; }}", "(".repeat(100_000)),
    );
    write(root, "deep.rs", &format!("// UnixStream\nfn f() {{ {} }}", "[".repeat(100_000)));
    write(root, "deep.cpp", &format!("// QLocalServer\nvoid f() {{ {} }}", "if (a) {".repeat(50_000)));
    std::fs::File::create(root.join("huge.c")).unwrap().set_len(100 << 20).unwrap();
    let report = within(Duration::from_secs(60), root);
    assert_eq!(ids(&report), ["sunpath-copy"]);
    assert!(report.incomplete.iter().any(|note| note.contains("huge.c") && note.contains("larger")));
}

/// Reviews in another thread, so that a review that does not end fails the test.
fn within(time: Duration, path: &Path) -> Report {
    let (send, receive) = std::sync::mpsc::channel();
    let path = path.to_owned();
    std::thread::spawn(move || drop(send.send(review(&path))));
    receive.recv_timeout(time).unwrap_or_else(|_| panic!("the review takes longer than {time:?}"))
}

#[test]
fn what_cannot_be_reviewed_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing");
    let error = source::review(&[missing], &Options::default()).unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
    let error = source::review(&[directory.path().to_owned()], &Options::default()).unwrap_err();
    assert!(matches!(error, SourceError::NothingToReview { .. }), "{error}");
    let text = write(directory.path(), "README.md", "AF_UNIX");
    let error = source::review(&[text], &Options::default()).unwrap_err();
    assert!(matches!(error, SourceError::UnknownLanguage { .. }), "{error}");
    let huge = directory.path().join("huge.c");
    std::fs::File::create(&huge).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
    let error = source::review(&[huge], &Options::default()).unwrap_err();
    assert!(error.to_string().contains("larger"), "{error}");
}
