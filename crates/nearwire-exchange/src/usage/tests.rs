use super::*;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;

fn pid(child: &Child) -> i32 {
    i32::try_from(child.id()).unwrap()
}

/// Keeps a processor busy for so much of this thread's own time.
fn burn(time: Duration) {
    let cpu = || Duration::try_from(rustix::time::clock_gettime(ClockId::ThreadCPUTime)).unwrap();
    let begin = cpu();
    while cpu() - begin < time {
        std::hint::spin_loop();
    }
}

/// Starts a shell whose script prints a line when it is ready and then waits for its standard input.
fn shell(script: &str) -> Child {
    let mut child =
        Command::new("sh").args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    child
}

const BUSY: &str = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";

#[test]
fn this_thread_is_measured() {
    let before = Usage::of_this_thread().unwrap();
    burn(Duration::from_millis(5));
    let used = Usage::of_this_thread().unwrap().since(&before);
    assert!(used.cpu >= Duration::from_millis(5), "{used:?}");
}

#[test]
fn waiting_is_a_voluntary_switch() {
    let before = Usage::of_this_thread().unwrap();
    let child = shell("echo ready; read x");
    let used = Usage::of_this_thread().unwrap().since(&before);
    assert!(used.voluntary_switches >= 1, "{used:?}");
    child.wait_with_output().unwrap();
}

#[test]
fn only_threads_of_the_name_are_measured() {
    let name = "usage-test-of-a-very-long-name";
    let (ready, is_ready) = mpsc::channel();
    let (done, until_done) = mpsc::channel::<()>();
    let burner = thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            burn(Duration::from_millis(5));
            ready.send(()).unwrap();
            // Ends with an error when the test drops its end.
            let _ = until_done.recv();
        })
        .unwrap();
    is_ready.recv().unwrap();
    let used = Usage::of_threads_named(name).unwrap();
    assert!(used.cpu >= Duration::from_millis(5), "{used:?}");
    assert!(Usage::of_threads_named("").unwrap().cpu >= used.cpu);
    assert_eq!(Usage::of_threads_named("no-such-thread"), Some(Usage::default()));
    drop(done);
    burner.join().unwrap();
}

#[test]
fn a_process_is_measured_with_its_descendants() {
    let idle = shell("echo ready; read x");
    let idle_used = Usage::of_process_tree(pid(&idle)).unwrap();
    // The busy one is a grandchild that still lives.
    let busy = shell(&format!("sh -c '{BUSY}; echo ready; read x; :'; :"));
    let used = Usage::of_process_tree(pid(&busy)).unwrap();
    assert!(used.cpu > idle_used.cpu + Duration::from_millis(10), "{used:?} {idle_used:?}");
    assert!(used.voluntary_switches >= 1);
    for child in [idle, busy] {
        child.wait_with_output().unwrap();
    }
}

#[test]
fn a_descendant_that_was_waited_for_still_counts() {
    let parent = shell(&format!("sh -c '{BUSY}; :'; echo ready; read x"));
    let used = Usage::of_process_tree(pid(&parent)).unwrap();
    assert!(used.cpu >= Duration::from_millis(20), "{used:?}");
    parent.wait_with_output().unwrap();
}

#[test]
fn pillar_703_exceptional_conditions_vanished_processes_are_none() {
    let mut child = shell("echo ready; read x");
    let pid = pid(&child);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(Usage::of_process_tree(pid), None);
    assert_eq!(Usage::of_process_tree(-1), None);
    assert_eq!(Usage::of_process_tree(0), None);
}

#[test]
fn processes_may_vanish_while_they_are_looked_at() {
    let children: Vec<Child> = (0..20).map(|_| Command::new("true").spawn().unwrap()).collect();
    let me = i32::try_from(std::process::id()).unwrap();
    assert!(Usage::of_process_tree(me).is_some());
    for mut child in children {
        assert!(Usage::of_process_tree(me).is_some());
        child.wait().unwrap();
    }
}

#[test]
fn a_circle_of_processes_is_walked_once() {
    let children = HashMap::from([(1, vec![2, 3]), (2, vec![4]), (4, vec![1, 5]), (9, vec![10])]);
    let mut found = below(1, children);
    found.sort_unstable();
    assert_eq!(found, [2, 3, 4, 5]);
}

#[test]
fn differences_and_sums_saturate() {
    let one = Usage {
        cpu: Duration::from_secs(3),
        spun: Duration::from_secs(2),
        voluntary_switches: 5,
        involuntary_switches: u64::MAX,
    };
    let other = Usage {
        cpu: Duration::from_secs(1),
        spun: Duration::from_secs(1),
        voluntary_switches: 7,
        involuntary_switches: 1,
    };
    let difference = one.since(&other);
    assert_eq!((difference.cpu, difference.spun), (Duration::from_secs(2), Duration::from_secs(1)));
    assert_eq!(other.since(&one).spun, Duration::ZERO);
    assert_eq!((difference.voluntary_switches, difference.involuntary_switches), (0, u64::MAX - 1));
    let sum: Usage = [one, other].into_iter().sum();
    assert_eq!((sum.cpu, sum.spun), (Duration::from_secs(4), Duration::from_secs(3)));
    assert_eq!((sum.voluntary_switches, sum.involuntary_switches), (12, u64::MAX));
}

#[test]
fn ticks_are_time() {
    let per_second = procfs::ticks_per_second();
    assert_eq!(ticks(per_second * 3), Duration::from_secs(3));
    assert_eq!(ticks(0), Duration::ZERO);
    assert!(ticks(u64::MAX) > Duration::from_secs(1));
}
