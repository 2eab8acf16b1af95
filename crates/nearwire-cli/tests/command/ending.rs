//! Every end leaves nothing behind: Ctrl-C, SIGKILL of the client, death of the server.

use std::process::Stdio;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Home, WATCHDOG, output};

/// A measurement that would run for a minute, once its own server listens.
fn long_run(home: &Home) -> (std::process::Child, Pid) {
    let child = home
        .nearwire(&["exchange", "--connections", "5", "--chunk-size", "100", "--duration", "60s", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let server = wait_for(|| server_of(&child));
    // Connected, and so past all preparation: its sockets are open.
    wait_for(|| (open_sockets(Pid::from_child(&child)) >= 5).then_some(()));
    (child, server)
}

/// Looks again until there is something to see.
fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < WATCHDOG, "it did not come");
        std::thread::yield_now();
    }
}

/// The process that `child` started.
fn server_of(child: &std::process::Child) -> Option<Pid> {
    let parent = child.id().to_string();
    std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).find_map(|entry| {
        let status = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let mut fields = status.rsplit_once(") ")?.1.split(' ');
        let is_child = fields.nth(1) == Some(parent.as_str());
        let pid = entry.file_name().to_str()?.parse().ok()?;
        is_child.then(|| Pid::from_raw(pid)).flatten()
    })
}

fn open_sockets(pid: Pid) -> usize {
    let Ok(entries) = std::fs::read_dir(format!("/proc/{}/fd", pid.as_raw_nonzero())) else { return 0 };
    let links = entries.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
}

/// Gone, or a zombie that nobody here can wait for.
fn is_gone(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    stat.map_or(true, |stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')))
}

#[test]
fn an_interrupted_run_prints_what_there_is_and_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM] {
        let home = Home::new();
        let (child, server) = long_run(&home);
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = output(child);
        assert_eq!(output.code(), Some(3), "{output:?}");
        let document = output.json();
        assert_eq!(document["cases"][0]["status"], "interrupted");
        assert!(output.stderr.starts_with("error: interrupted"), "{}", output.stderr);
        assert!(is_gone(server), "its server is left behind");
        assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
        assert_eq!(
            home.run(&["exchange", "--iterations", "10", "-q"]).code(),
            Some(0),
            "a second run straight after"
        );
    }
}

/// timeout(1) sends its signal twice, to the process and to its group.
#[test]
fn a_comparison_that_is_told_twice_at_once_to_end_leaves_no_process() {
    let home = Home::new();
    let child = home
        .nearwire(&[
            "compare",
            "nearwire:socket",
            "nearwire:socket",
            "--cases",
            "exchange:1x100",
            "--slice",
            "20s",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = wait_for(|| server_of(&child));
    for signal in [Signal::INT, Signal::TERM] {
        kill_process(Pid::from_child(&child), signal).unwrap();
    }
    let output = output(child);
    assert_eq!(output.code(), Some(3), "{output:?}");
    assert!(output.stderr.contains("interrupted"), "{}", output.stderr);
    assert!(is_gone(started), "what it started is left behind");
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
}

#[test]
fn a_killed_client_leaves_no_server() {
    let home = Home::new();
    let (mut child, server) = long_run(&home);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for(|| is_gone(server).then_some(()));
    wait_for(|| home.leftovers().is_empty().then_some(()));
}

#[test]
fn the_death_of_the_server_ends_the_run_at_once() {
    let home = Home::new();
    let (child, server) = long_run(&home);
    kill_process(server, Signal::KILL).unwrap();
    let output = output(child);
    assert_eq!(output.code(), Some(3), "{output:?}");
    assert!(output.stderr.contains("(the server process was ended by signal 9)"), "{}", output.stderr);
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let home = Home::new();
    let mut child = home
        .nearwire(&["exchange", "--iterations", "10"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = output(child);
    assert_eq!(output.code(), Some(3), "{output:?}");
    assert!(output.stderr.starts_with("error: cannot write the results to stdout"), "{}", output.stderr);
    assert!(home.leftovers().is_empty());
}
