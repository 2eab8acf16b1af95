//! Reports for tests of every format.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use nearwire_review::{
    Check, Confidence, Evidence, Finding, Fix, Location, Observation, Outcome, Region, Report, Reproduction,
    Severity, Subject, SubjectKind, Suppression, Weakness, weakness,
};

use super::Context;

/// Text in which every format finds something that it must not obey.
pub(super) const HOSTILE: &str = concat!(
    "</script><b>x</b>\u{1b}[31m\n\u{202e}\u{9b}2J ```` | [a](https://evil.example) ![i](javascript:x) ",
    "@everyone #1 www.evil.example &amp; {0} \\[ *b* _i_ ~s~ `"
);

const PAGE: &str = "\
# Anyone can connect

A socket file gets its mode from `bind` and the *umask*; whoever can **write** to it can connect. This page is long \
enough to be broken into several lines on every terminal.

## What is looked for

- `listen` without `UserAccessOption`
- a name without a directory, which lands in a directory that everybody may write to, and that is a long item
  1. nested, once
  2. nested, twice

```cpp
server.setSocketOptions(QLocalServer::UserAccessOption);
\tserver.listen(path);
```

More: <https://doc.qt.io>, and [unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html).
";

const fn check(id: &'static str, title: &'static str, weakness: Weakness, severity: Severity) -> Check {
    Check {
        id,
        title,
        weakness,
        severity,
        confidence: Confidence::High,
        subjects: &[SubjectKind::Source],
        references: &[],
        page: PAGE,
    }
}

pub(super) static QT_ACCESS: Check = Check {
    references: &["CVE-2013-0254"],
    ..check("qt-access", "a server of Qt lets everybody in", weakness::CWE_276, Severity::High)
};
pub(super) static PEER_AUTH: Check = Check {
    subjects: &[SubjectKind::Source, SubjectKind::ActiveEndpoint],
    confidence: Confidence::Medium,
    ..check(
        "peer-auth",
        "connections are accepted from every user, and nothing asks the kernel who is at the other end of them",
        weakness::CWE_306,
        Severity::Medium,
    )
};
pub(super) static SOCK_MODE: Check = Check {
    subjects: &[SubjectKind::Endpoint],
    ..check("sock-mode", "everybody may connect", weakness::CWE_276, Severity::High)
};
pub(super) static TMP_PATH: Check =
    check("tmp-path", "the socket lies where everybody may write", weakness::CWE_379, Severity::Medium);
pub(super) static FD_RECV: Check =
    check("fd-recv", "received descriptors are leaked", weakness::CWE_403, Severity::Medium);
pub(super) static CHMOD_AFTER_BIND: Check =
    check("chmod-after-bind", "the mode is set when it is too late", weakness::CWE_367, Severity::Medium);
pub(super) static ACCEPT_FATAL: Check =
    check("accept-fatal", "an error of accept ends the server", weakness::CWE_391, Severity::Low);
pub(super) static LIVE_UNLINK: Check =
    check("live-unlink", "the socket of a live server is removed", weakness::CWE_605, Severity::High);
pub(super) static FDSET: Check =
    check("fdset", "FD_SET writes out of bounds", weakness::CWE_676, Severity::High);

pub(super) fn context(width: usize) -> Context {
    Context {
        command: "nearwire review source src".to_owned(),
        directory: Some(PathBuf::from("/home/alice/project")),
        fail_on: Severity::Medium,
        width,
    }
}

/// The part of a line that `code` is.
pub(super) fn region(number: u32, line: &str, code: &str) -> Region {
    let start = u32::try_from(line.find(code).unwrap()).unwrap() + 1;
    let end_column = start + u32::try_from(code.len()).unwrap();
    Region { line: number, column: start, end_line: number, end_column }
}

fn at(file: &str, within: &str, number: u32, line: &str, code: &str) -> Location {
    let within = (!within.is_empty()).then(|| within.to_owned());
    Location::Code { file: file.into(), region: region(number, line, code), within, text: line.to_owned() }
}

fn again(id: &str, file: &str) -> Reproduction {
    Reproduction::command(format!("nearwire review source --check {id} {file}"))
}

const LISTEN: &str = "\t\tif (!server.listen(\"foo\")) return false;";

fn qt_access(number: u32) -> Finding {
    let place = at("src/server.cpp", "Server::start", number, LISTEN, "server.listen(\"foo\")");
    let evidence = Evidence::of(Observation::at(place.clone(), "`server` has listen(\"foo\")"))
        .and(Observation::at(
            at("src/server.h", "", 12, "    QLocalServer server;", "server"),
            "`server` is a QLocalServer",
        ))
        .and(Observation::fact("setSocketOptions is never called on `server`; \"foo\" has no directory, so it lands in the temporary one"));
    let fix = Fix::advice("allow only the user, and listen on a path in the user's runtime directory")
        .with_example("server.setSocketOptions(QLocalServer::UserAccessOption);\nserver.listen(path);");
    let message = "no UserAccessOption before: the socket gets the mode that the umask leaves";
    Finding::new(&QT_ACCESS, place, message, evidence, again("qt-access", "src/server.cpp"), fix)
}

fn simple(check: &'static Check, number: u32, line: &str, code: &str, message: &str) -> Finding {
    let place = at("src/main.c", "main", number, line, code);
    let evidence = Evidence::of(Observation::at(place.clone(), format!("{code}, and nothing before it")));
    Finding::new(
        check,
        place,
        message,
        evidence,
        again(check.id, "src/main.c"),
        Fix::advice("do it before bind()"),
    )
}

fn not_tested(check: &'static Check) -> Outcome {
    Outcome::not_tested(check, "no file in Rust", Some("give files in Rust, too".to_owned()))
}

fn report(outcomes: Vec<Outcome>) -> Report {
    Report {
        subject: Subject {
            name: "src".to_owned(),
            description: "3 files, 212 lines of C++, 400 lines of C (2 of them about local sockets)"
                .to_owned(),
        },
        outcomes,
        suppressed: Vec::new(),
        incomplete: Vec::new(),
        unseen: vec![
            "what other files, libraries and macros do that were not given".to_owned(),
            "the mode and owner of directories at run time (nearwire review endpoint shows them)".to_owned(),
        ],
    }
}

/// Something of everything.
pub(super) fn mixed() -> Report {
    let chmod = "    chmod(path, 0600);";
    let warning = simple(
        &CHMOD_AFTER_BIND,
        88,
        chmod,
        "chmod(path, 0600)",
        "whoever connects before this line stays connected",
    );
    let accept = "    while ((fd = accept(server, NULL, NULL)) >= 0) {";
    let unlink = "    unlink(address.sun_path);";
    let accepted = simple(
        &LIVE_UNLINK,
        30,
        unlink,
        "unlink(address.sun_path)",
        "removes the socket of a running server",
    );
    let tmp = "    strcpy(address.sun_path, \"/tmp/x.sock\");";
    let mut report = report(vec![
        Outcome::of(&QT_ACCESS, vec![qt_access(47), qt_access(52)]),
        not_tested(&PEER_AUTH),
        Outcome::of(
            &TMP_PATH,
            vec![simple(&TMP_PATH, 29, tmp, "\"/tmp/x.sock\"", "everybody may write to /tmp")],
        ),
        not_tested(&FD_RECV),
        Outcome::of(&CHMOD_AFTER_BIND, vec![warning.with_confidence(Confidence::Low)]),
        Outcome::of(
            &ACCEPT_FATAL,
            vec![simple(&ACCEPT_FATAL, 101, accept, "accept(server, NULL, NULL)", "EMFILE ends the loop")],
        ),
        Outcome::of(&LIVE_UNLINK, Vec::new()),
    ]);
    report.suppressed = vec![Suppression {
        finding: accepted,
        by: ("src/main.c".into(), 29),
        reason: "a lock is held".to_owned(),
    }];
    report.incomplete = vec!["src/huge.c: larger than 8 MiB, not read".to_owned()];
    report
}

/// Nothing was found.
pub(super) fn clean() -> Report {
    report(vec![Outcome::of(&QT_ACCESS, Vec::new()), Outcome::of(&LIVE_UNLINK, Vec::new())])
}

/// Nothing was run, for one reason.
pub(super) fn nothing() -> Report {
    report([&QT_ACCESS, &TMP_PATH, &CHMOD_AFTER_BIND, &FDSET].map(not_tested).to_vec())
}

/// A live endpoint.
pub(super) fn endpoint() -> Report {
    let place = Location::Endpoint { name: "/tmp/app.sock".to_owned() };
    let evidence = Evidence::of(Observation::fact("srwxrwxrwx alice alice /tmp/app.sock"));
    let fix = Fix::advice("fchmod(fd, 0600) between socket() and bind()");
    let again = Reproduction::command("stat /tmp/app.sock");
    let message = "anyone on this machine can connect";
    let found = Finding::new(&SOCK_MODE, place, message, evidence, again, fix);
    let mut report = report(vec![
        Outcome::of(&SOCK_MODE, vec![found]),
        Outcome::not_tested(&PEER_AUTH, "it would connect as another user", Some("--active".to_owned())),
    ]);
    report.subject = Subject {
        name: "/tmp/app.sock".to_owned(),
        description: "stream, listening · app (pid 4242, uid 1000) since 2 h".to_owned(),
    };
    report
}

/// Every text that others control, at its worst.
pub(super) fn hostile() -> Report {
    let file = PathBuf::from(OsStr::from_bytes(b"src/\xff`</script>\x1b[2J\xe2\x80\xae a[b](c).cpp"));
    let line = format!("\t\tcall(\"{HOSTILE}\"); // e\u{301} 漢字");
    let place = Location::Code {
        file: file.clone(),
        region: Region { line: 1, column: 3, end_line: 3, end_column: 2 },
        within: Some(HOSTILE.to_owned()),
        text: line,
    };
    let evidence = Evidence::of(Observation::at(place.clone(), HOSTILE)).and(Observation::fact(HOSTILE));
    let fix = Fix::advice(HOSTILE).with_example(format!("{HOSTILE}\n```\n{HOSTILE}"));
    let found = Finding::new(&QT_ACCESS, place, HOSTILE, evidence, Reproduction::command(HOSTILE), fix);
    let mut report = report(vec![
        Outcome::of(&QT_ACCESS, vec![found.clone(), found.clone()]),
        Outcome::not_tested(&TMP_PATH, HOSTILE, Some(HOSTILE.to_owned())),
    ]);
    report.subject = Subject { name: HOSTILE.to_owned(), description: HOSTILE.to_owned() };
    report.suppressed = vec![Suppression { finding: found, by: (file, 7), reason: HOSTILE.to_owned() }];
    report.incomplete = vec![HOSTILE.to_owned()];
    report.unseen = vec![HOSTILE.to_owned()];
    report
}
