//! `nearwire compare`, with programs whose times are known: the ratio must be found, and failures told.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::{Home, Output};

/// A program that speaks PROTOCOL.md and exchanges nothing: a chunk takes as many nanoseconds as a file says.
const FAKE: &str = r#"#!/bin/sh
case "$1" in
serve)
    trap 'exit 0' TERM
    echo ready private
    while :; do sleep 0.01; done ;;
exchange)
    per_chunk=$(cat "$0.speed")
    echo "{\"elapsed_ns\": $(($8 * per_chunk)), \"bytes\": $(($8 * $6)), \"cpu_ns\": 1}" ;;
esac
"#;

/// Writes such a program; returns what to call it.
fn fake(home: &Home, name: &str, nanoseconds_per_chunk: u32) -> String {
    program(home, name, FAKE);
    set_speed(home, name, nanoseconds_per_chunk);
    format!("cmd:./{name} serve|./{name} exchange")
}

fn program(home: &Home, name: &str, text: &str) {
    let path = home.path().join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn set_speed(home: &Home, name: &str, nanoseconds_per_chunk: u32) {
    std::fs::write(home.path().join(format!("{name}.speed")), nanoseconds_per_chunk.to_string()).unwrap();
}

fn compare(home: &Home, more: &[&str]) -> Output {
    // The length of a slice is that of the baseline, if there is one.
    let slice: &[&str] = if more.contains(&"--baseline") { &[] } else { &["--slice", "1ms"] };
    home.run(&[&["compare", "--pairs", "5", "--json"], slice, more].concat())
}

/// A machine that was disturbed bears no verdict; then the ratio is all that can be asked for.
fn assert_judged(output: &Output, verdict: &str, code: i32) {
    let document = output.json();
    for judged in [&document["cases"][0], &document["overall"]] {
        if judged["doubt"].is_null() {
            assert_eq!(judged["verdict"], verdict, "{output:?}");
        }
    }
    if document["overall"]["doubt"].is_null() && document["cases"][0]["doubt"].is_null() {
        assert_eq!(output.code(), Some(code), "{output:?}");
    }
}

#[test]
fn a_known_ratio_is_found_and_the_exit_code_gates() {
    let home = Home::new();
    let (quick, slow) = (fake(&home, "quick", 1000), fake(&home, "slow", 2000));
    for (a, b, ratio, verdict, code) in [
        (&quick, &slow, 2.0, "faster", 0),
        (&slow, &quick, 0.5, "slower", 1),
        (&quick, &quick, 1.0, "unchanged", 0),
    ] {
        let output = compare(&home, &[a, b, "--cases", "exchange:2x100"]);
        let document = output.json();
        assert_eq!(document["schema"], "nearwire.compare/1");
        let case = &document["cases"][0];
        assert_eq!(
            (&case["case"], &case["connections"], &case["chunk_size"]),
            (&"exchange".into(), &2.into(), &100.into())
        );
        let found = case["ratio"].as_f64().unwrap();
        assert!((found - ratio).abs() < 1e-9, "{found} instead of {ratio}");
        assert!((document["overall"]["ratio"].as_f64().unwrap() - ratio).abs() < 1e-9);
        assert_judged(&output, verdict, code);
    }
}

/// The same, but a server serves no more than the three exchanges that check it.
const TIRING: &str = r#"#!/bin/sh
case "$1" in
serve)
    trap 'exit 0' TERM
    echo 0 >"$0.served"
    echo ready private
    while :; do sleep 0.01; done ;;
exchange)
    served=$(($(cat "$0.served") + 1))
    echo $served >"$0.served"
    [ $served -gt 3 ] && { echo "this server has served enough" >&2; exit 1; }
    echo "{\"elapsed_ns\": $(($8 * 1000)), \"bytes\": $(($8 * $6)), \"cpu_ns\": 1}" ;;
esac
"#;

/// The past of a server would be in its times; A, which serves more slices than others, had a longer one.
#[test]
fn every_slice_has_a_server_without_a_past() {
    let home = Home::new();
    for name in ["one", "other"] {
        program(&home, name, TIRING);
    }
    let output = compare(
        &home,
        &[
            "cmd:./one serve|./one exchange",
            "cmd:./other serve|./other exchange",
            "--cases",
            "exchange:2x100",
        ],
    );
    assert_eq!(output.json()["status"], "ok", "{output:?}");
    assert!(output.json()["cases"][0]["pairs"].as_u64().unwrap() >= 5, "{output:?}");
}

#[test]
fn our_own_sockets_are_checked_and_measured_as_a_program() {
    let home = Home::new();
    // No difference is as large as all of the time, so that noise cannot fail this.
    let output = compare(
        &home,
        &[
            "nearwire:socket",
            "nearwire:socket",
            "--cases",
            "exchange:3x1000,pingpong:5",
            "--threshold",
            "100%",
            "--counters",
        ],
    );
    assert!(matches!(output.code(), Some(0 | 4)), "{output:?}");
    let document = output.json();
    assert_eq!(document["cases"].as_array().unwrap().len(), 2);
    assert_eq!(document["status"], "ok");
    let side = &document["sides"][0];
    assert!(side["rtt_ns"]["p50"].as_u64().unwrap() > 0, "{side}");
    for whose in ["client_calls", "server_calls"] {
        let calls = &side["counters"][whose];
        if calls.is_null() && whose == "server_calls" {
            println!("skipped: the kernel does not let this user count system calls (perf_event_open(2))");
            continue;
        }
        let calls = calls.as_f64().unwrap();
        assert!((1.5..6.0).contains(&calls), "two calls for each chunk, and a share of waiting: {side}");
    }
}

#[test]
fn every_format_shows_the_same_comparison() {
    let home = Home::new();
    let (quick, slow) = (fake(&home, "quick", 1000), fake(&home, "slow", 2000));
    for (file, expected) in [
        ("r.txt", "2.00"),
        ("r.md", "|"),
        ("r.csv", "exchange,2,100,"),
        ("r.html", "<svg"),
        ("r.json", "\"ratio\""),
    ] {
        compare(&home, &[&quick, &slow, "--cases", "exchange:2x100", "--export", file]);
        let text = std::fs::read_to_string(home.path().join(file)).unwrap();
        assert!(text.contains(expected), "{file}: {text}");
        assert!(!text.contains('\u{1b}'));
        if file == "r.html" {
            assert!(
                text.contains("default-src 'none'") || text.contains("default-src &#39;none&#39;"),
                "{text}"
            );
            assert!(
                !text.contains("src=\"") && !text.contains("<script") && !text.contains("href=\"http"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_baseline_finds_what_became_slower_and_trusts_no_other_machine() {
    let home = Home::new();
    let (program, other) = (fake(&home, "program", 1000), fake(&home, "other", 1000));
    compare(&home, &[&program, &other, "--cases", "exchange:2x100", "--export", "before.json"]);
    assert_judged(&compare(&home, &["--baseline", "before.json", &program]), "unchanged", 0);
    set_speed(&home, "program", 3000);
    let output = compare(&home, &["--baseline", "before.json", &program]);
    let ratio = output.json()["cases"][0]["ratio"].as_f64().unwrap();
    assert!((ratio - 1.0 / 3.0).abs() < 1e-9, "{ratio}");
    assert_judged(&output, "slower", 1);
    let document = output.json();
    let sides = document["sides"].as_array().unwrap();
    let of = |name: &str| {
        sides.iter().find(|side| side["name"] == name).unwrap()["slices_ns"][0].as_u64().unwrap()
    };
    assert_eq!(of(&program), 3 * of("baseline before.json"), "each side shows its own times");

    let file = home.path().join("before.json");
    let mut before: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    before["machine"]["kernel"] = "another".into();
    std::fs::write(&file, before.to_string()).unwrap();
    let output = compare(&home, &["--baseline", "before.json", &program]);
    assert_eq!(output.code(), Some(4), "{output:?}");
    assert_eq!(output.json()["cases"][0]["doubt"], "other_machine");
}

#[test]
fn programs_that_fail_are_told_and_nothing_is_left() {
    let home = Home::new();
    let good = fake(&home, "good", 1000);
    program(&home, "mute", "#!/bin/sh\necho 'it is broken' >&2\nexit 1\n");
    program(
        &home,
        "liar",
        "#!/bin/sh\n[ \"$1\" = serve ] && { echo ready private; exec sleep 60; }\necho '{\"elapsed_ns\": 1, \"bytes\": 1, \"cpu_ns\": 1}'\n",
    );
    program(
        &home,
        "babbler",
        "#!/bin/sh\n[ \"$1\" = serve ] && { echo ready private; exec sleep 60; }\necho hello\n",
    );
    for (name, cause) in [
        ("mute", "the server did not get ready: it is broken"),
        ("liar", "1 of 3500050 bytes came back"),
        ("babbler", "expected a line with elapsed_ns, bytes and cpu_ns, got: hello"),
    ] {
        let bad = format!("cmd:./{name} serve|./{name} exchange");
        let output = compare(&home, &[&good, &bad, "--cases", "exchange:1x10"]);
        assert_eq!(output.code(), Some(3), "{output:?}");
        assert!(output.stderr.contains(cause), "{}", output.stderr);
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let home = Home::new();
    for (arguments, cause) in [
        (&["compare", "nearwire:socket"][..], "error: one program alone: at least two are compared"),
        (&["compare", "nearwire:socket", "no-such-peer"], "error: no-such-peer: there is no such peer in"),
        (
            &["compare", "a", "b", "--cases", "exchange:10"],
            "error: --cases exchange:10: expected suite, quick, or a case",
        ),
        (
            &["compare", "a", "b", "--cases", "pingpong:0"],
            "error: --cases 0: at least 1 connection is needed",
        ),
        (
            &["compare", "a", "b", "--threshold", "0%"],
            "error: --threshold 0%: expected a share above 0 % and up to 100 %, such as 5%",
        ),
        (&["compare", "a", "b", "--pairs", "2"], "error: 2 pairs: expected 5 to 200"),
        (&["compare", "a", "b", "--pin", "0"], "error: --pin 0: expected two CPU numbers, such as 0,1"),
        (&["compare", "nearwire:socket", "--baseline", "missing.json"], "error: missing.json: No such file"),
        (&["compare", "cmd:x", "b"], "error: cmd:x: expected cmd:SERVE_COMMAND|EXCHANGE_COMMAND"),
    ] {
        let output = home.run(arguments);
        assert_eq!(output.code(), Some(2), "{output:?}");
        assert!(output.stderr.starts_with(cause), "{}", output.stderr);
        assert_eq!(output.stderr.lines().count(), 2, "{}", output.stderr);
    }
}
