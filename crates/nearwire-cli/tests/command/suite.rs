//! All 17 cases, complete and verified.

use crate::support::{Home, Output};

fn good_cases(output: &Output) -> usize {
    let document = output.json();
    assert_eq!(document["schema"], "nearwire.exchange/1");
    let cases = document["cases"].as_array().unwrap();
    cases.iter().filter(|case| case["status"] == "ok" && case["verified"] == true).count()
}

/// Whether 10 000 connections are possible at all.
fn descriptors_suffice() -> bool {
    let hard = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum.unwrap_or(u64::MAX);
    if hard < 11_000 {
        println!("skipped: 10 000 connections need a hard limit of 11 000 descriptors, and it is {hard}");
    }
    hard >= 11_000
}

#[test]
fn all_seventeen_cases_complete_from_a_soft_limit_of_1024() {
    if !descriptors_suffice() {
        return;
    }
    let home = Home::new();
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", r#"ulimit -Sn 1024; exec "$0" suite --quick --json"#, env!("CARGO_BIN_EXE_nearwire")])
        .env("XDG_RUNTIME_DIR", home.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let output = crate::support::output(command.spawn().unwrap());
    assert_eq!(output.code(), Some(0), "{}", output.stderr);
    assert_eq!(good_cases(&output), 17);
    assert!(home.leftovers().is_empty());
}

#[test]
fn windows_threads_and_odd_sizes_are_exact() {
    let home = Home::new();
    for more in [
        &["--window", "7", "--threads", "3"][..],
        &["--server", "thread", "--window", "100"],
        &["--verify", "count", "--threads", "2"],
    ] {
        let sizes = [
            "exchange",
            "--connections",
            "1,3,7",
            "--chunk-size",
            "1,101,70001,1Mi",
            "--iterations",
            "23",
            "--json",
        ];
        let output = home.run(&[&sizes[..], more].concat());
        assert_eq!(output.code(), Some(0), "{output:?}");
        for case in output.json()["cases"].as_array().unwrap() {
            assert_eq!(case["status"], "ok");
            assert_eq!(case["chunks"], 23);
            assert_eq!(case["bytes"], 23 * case["chunk_size"].as_u64().unwrap());
            assert_eq!(case["rtt_ns"]["count"], 23);
            assert_eq!(case["verified"], !more.contains(&"count"));
        }
    }
    assert!(home.leftovers().is_empty());
}

#[test]
fn a_duration_ends_between_chunks() {
    let home = Home::new();
    let output = home.run(&[
        "exchange",
        "--connections",
        "2",
        "--chunk-size",
        "1000",
        "--duration",
        "200ms",
        "--json",
    ]);
    assert_eq!(output.code(), Some(0), "{output:?}");
    let document = output.json();
    let case = &document["cases"][0];
    assert!(case["iterations"].is_null());
    assert_eq!(case["bytes"].as_u64().unwrap(), case["chunks"].as_u64().unwrap() * 1000);
    assert_eq!(case["verified"], true);
}

#[test]
fn a_payload_from_a_file_is_sent_and_verified() {
    let home = Home::new();
    std::fs::write(home.path().join("payload"), b"a request\r\n").unwrap();
    let output = home.run(&[
        "exchange",
        "--payload",
        "payload",
        "--connections",
        "3",
        "--chunk-size",
        "11",
        "--iterations",
        "100",
        "--json",
    ]);
    assert_eq!(output.code(), Some(0), "{output:?}");
    assert_eq!(output.json()["settings"]["payload"], "payload");
    assert_eq!(good_cases(&output), 1);
}
