//! The security review: exit codes, wrong input, and where a report goes.

use snapbox::{assert_data_eq, file};

use crate::support::{Home, Output};

/// Removes whatever is at a path where everybody may write, and sets the socket's mode when it is too late.
const BAD: &str = r#"
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    strcpy(address.sun_path, "/tmp/demo.sock");
    unlink(address.sun_path);
    bind(server, (struct sockaddr *)&address, sizeof address);
    listen(server, 5);
    chmod(address.sun_path, 0600);
    return 0;
}
"#;

const GOOD: &str = "int add(int a, int b)\n{\n    return a + b;\n}\n";

fn home() -> Home {
    let home = Home::new();
    std::fs::write(home.path().join("bad.c"), BAD).unwrap();
    std::fs::write(home.path().join("good.c"), GOOD).unwrap();
    home
}

fn review(home: &Home, arguments: &[&str]) -> Output {
    home.run(&[&["review", "source"], arguments].concat())
}

#[test]
fn the_exit_code_says_what_was_found() {
    let home = home();
    let clean = review(&home, &["good.c"]);
    assert_eq!((clean.code(), clean.stderr.as_str()), (Some(0), ""), "{clean:?}");
    assert!(clean.stdout.contains("Nothing was found"), "{}", clean.stdout);
    let bad = review(&home, &["bad.c", "--check", "chmod-after-bind"]);
    assert_eq!(bad.code(), Some(1), "{bad:?}");
    assert!(bad.stdout.contains("chmod-after-bind · CWE-367"), "{}", bad.stdout);
    assert!(!bad.stdout.contains('\u{1b}'));
}

#[test]
fn what_fails_is_the_users_choice() {
    let home = home();
    let severity = |arguments: &[&str]| {
        let output =
            review(&home, &[&["bad.c", "--check", "chmod-after-bind", "--json"], arguments].concat());
        (output.code(), output.json()["findings"][0]["severity"].as_str().unwrap().to_owned())
    };
    let (_, found) = severity(&["--fail-on", "low"]);
    for (fail_on, rank) in [("low", 1), ("medium", 2), ("high", 3)] {
        let rank_found = match found.as_str() {
            "low" => 1,
            "medium" => 2,
            _ => 3,
        };
        assert_eq!(
            severity(&["--fail-on", fail_on]).0,
            Some(i32::from(rank_found >= rank)),
            "{fail_on} {found}"
        );
    }
}

#[test]
fn wrong_input_is_told_in_two_lines() {
    let home = home();
    std::fs::write(home.path().join("ignore"), "live-unlink\n").unwrap();
    std::fs::create_dir(home.path().join("empty")).unwrap();
    for (arguments, cause) in [
        (
            &["good.c", "--check", "chmod-before"][..],
            "error: --check there is no check \"chmod-before\"; there is",
        ),
        (
            &["good.c", "--check", "x"],
            "error: --check there is no check \"x\"; `nearwire review checks` lists them",
        ),
        (
            &["good.c", "--pillar", "CWE-1"],
            "error: --pillar \"CWE-1\" is no pillar: expected one of CWE-284, 435",
        ),
        (
            &["good.c", "--fail-on", "all"],
            "error: --fail-on \"all\" is no severity: expected low, medium or high",
        ),
        (
            &["good.c", "--export", "report.xml"],
            "error: --export report.xml: expected a file that ends in .json, .sarif, .md or .txt",
        ),
        (
            &["good.c", "--export", "/nowhere/report.md"],
            "error: cannot write the results to /nowhere/report.md",
        ),
        (
            &["good.c", "--pillar", "682", "--check", "chmod-after-bind"],
            "error: --pillar CWE-682: no such check",
        ),
        (&["missing.c"], "error: cannot read missing.c: No such file"),
        (&["empty"], "error: no C, C++ or Rust file in empty"),
        (&["good.c", "--ignore", "ignore"], "error: ignore:1: expected: check-id glob reason"),
        (&["\u{1b}[2J.c"], r"error: cannot read \u{1b}[2J.c"),
    ] {
        let output = review(&home, arguments);
        assert_eq!((output.code(), output.stdout.as_str()), (Some(2), ""), "{arguments:?} {output:?}");
        assert!(output.stderr.starts_with(cause), "{arguments:?}: {}", output.stderr);
        assert_eq!(output.stderr.lines().count(), 2, "{}", output.stderr);
    }
    for arguments in [&["review"][..], &["review", "source"], &["review", "everything"]] {
        assert_eq!(home.run(arguments).code(), Some(2));
    }
    let output = home.run(&["review", "checks", "chmod"]);
    assert!(output.stderr.contains("there is chmod-after-bind"), "{output:?}");
}

#[test]
fn what_could_not_be_examined_is_not_clean() {
    let home = home();
    std::fs::create_dir(home.path().join("src")).unwrap();
    std::fs::rename(home.path().join("good.c"), home.path().join("src/good.c")).unwrap();
    std::fs::write(home.path().join("src/huge.c"), vec![b'\n'; (8 << 20) + 1]).unwrap();
    let output = review(&home, &["src"]);
    assert_eq!(output.code(), Some(3), "{output:?}");
    assert!(output.stdout.contains("Not examined\n    src/huge.c: "), "{}", output.stdout);
}

#[test]
fn every_format_goes_to_stdout_and_to_a_file() {
    let home = home();
    for (format, ending, start) in [
        ("text", "txt", "Security review of bad.c · 1 file"),
        ("markdown", "md", "# Security review of `bad.c`"),
        ("json", "json", "{\n  \"schema\": \"nearwire.review/1\""),
        ("sarif", "sarif", "{\n  \"$schema\": "),
    ] {
        let file = format!("report.{ending}");
        let output = review(&home, &["bad.c", "--format", format, "--export", &file]);
        assert_eq!((output.code(), output.stderr.as_str()), (Some(1), ""), "{output:?}");
        assert!(output.stdout.starts_with(start), "{}", output.stdout);
        let exported = std::fs::read_to_string(home.path().join(&file)).unwrap();
        assert_eq!(exported, output.stdout);
    }
}

#[test]
fn files_in_sarif_are_relative_to_where_the_command_ran() {
    let home = home();
    let path = home.path().join("bad.c");
    let output = review(&home, &[path.to_str().unwrap(), "--format", "sarif"]);
    let results = output.json()["runs"][0]["results"].as_array().unwrap().clone();
    assert!(!results.is_empty());
    for result in results {
        assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "bad.c");
    }
}

#[test]
fn only_the_checks_under_a_pillar_run() {
    let home = home();
    let output = review(&home, &["bad.c", "--pillar", "CWE-691,cwe-664", "--json"]);
    for check in output.json()["checks"].as_array().unwrap() {
        let chosen = [691, 664].map(serde_json::Value::from).contains(&check["pillar"]);
        if !chosen {
            assert_eq!(check["verdict"], "not_tested", "{check}");
        }
    }
}

#[test]
fn checks_are_listed_and_explained() {
    let home = home();
    let list = home.run(&["review", "checks"]);
    assert_eq!(list.code(), Some(0), "{list:?}");
    assert!(list.stdout.contains("CWE-691 Insufficient Control Flow Management\n"), "{}", list.stdout);
    let json = home.run(&["review", "checks", "--json"]).json();
    assert_eq!(json["schema"], "nearwire.checks/1");
    for check in json["checks"].as_array().unwrap() {
        let id = check["id"].as_str().unwrap();
        let page = home.run(&["review", "checks", id]);
        assert_eq!(page.code(), Some(0));
        assert!(page.stdout.starts_with(&format!("{id}: ")), "{}", page.stdout);
        assert!(page.stdout.lines().all(|line| !line.contains("](")), "{}", page.stdout);
    }
    let raw = home.run(&["review", "checks", "chmod-after-bind", "--format", "markdown"]);
    assert!(raw.stdout.starts_with("# chmod-after-bind: "), "{}", raw.stdout);
    let some = home.run(&["review", "checks", "--pillar", "703"]).stdout;
    assert!(some.contains("CWE-703") && !some.contains("CWE-691 "), "{some}");
}

#[test]
fn completions_and_manual_pages_know_it() {
    let home = home();
    assert!(home.run(&["completions", "bash"]).stdout.contains("nearwire__subcmd__review__subcmd__source"));
    assert_eq!(home.run(&["man", "--directory", "."]).code(), Some(0));
    for page in ["nearwire-review.1", "nearwire-review-source.1", "nearwire-review-checks.1"] {
        assert!(home.path().join(page).exists(), "{page}");
    }
}

#[test]
fn the_help_is_as_it_was_read() {
    let home = home();
    let help = |command: &[&str]| {
        let output = home.run(&[&["review"], command, &["--help"]].concat());
        assert_eq!(output.code(), Some(0));
        assert!(output.stdout.lines().all(|line| line.chars().count() <= 80), "{}", output.stdout);
        output.stdout
    };
    assert_data_eq!(help(&["source"]), file!["snapshots/help-review-source.txt"].raw());
    assert_data_eq!(help(&["checks"]), file!["snapshots/help-review-checks.txt"].raw());
}
