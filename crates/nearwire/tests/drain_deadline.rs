//! A loop that has drained waits for the one that accepts without using a CPU, though the deadline is over.
#![allow(clippy::unwrap_used, clippy::expect_used)] // tests may panic

use std::io::Write;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use nearwire::{Address, Drain, Listener, Peer, Reply, ServerThread, Service, Stream};

const PATIENCE: Duration = Duration::from_secs(30);
/// How long the loop is watched: 50 ticks of the CPU clock.
const WATCHED: Duration = Duration::from_millis(500);

/// Its first message keeps its event loop busy until the test lets it go on.
struct Gated {
    entered: Sender<()>,
    gate: Mutex<Receiver<()>>,
}

impl Service for Gated {
    type Connection = ();

    fn accepted(&self, _peer: &Peer) {}

    fn received(&self, _connection: &mut (), _bytes: &[u8], _reply: &mut Reply<'_>) {
        self.entered.send(()).unwrap();
        let _ = self.gate.lock().unwrap().recv_timeout(PATIENCE);
    }
}

/// Ticks of CPU time that the server's threads have used (proc_pid_stat(5)).
fn ticks() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let stats =
        tasks.map(|task| std::fs::read_to_string(task.unwrap().path().join("stat")).unwrap_or_default());
    stats
        .filter_map(|stat| {
            let (name, fields) = stat.rsplit_once(") ")?;
            let mut times = fields.split(' ').skip(11);
            let ticks = times.next()?.parse::<u64>().ok()? + times.next()?.parse::<u64>().ok()?;
            name.contains(ServerThread::THREAD_NAME).then_some(ticks)
        })
        .sum()
}

#[test]
fn a_drained_loop_waits_for_the_others_without_spinning() {
    let directory = tempfile::tempdir().unwrap();
    let address = Address::try_from(directory.path().join("s").as_path()).unwrap();
    let ((entered, is_inside), (open, gate)) = (channel(), channel());
    let service = Gated { entered, gate: Mutex::new(gate) };
    let server = ServerThread::spawn_on(2, Listener::bind(&address).unwrap(), service).unwrap();
    // The first connection is the accepting loop's.
    let mut stream = Stream::connect(&address).unwrap();
    stream.write_all(b"x").unwrap();
    is_inside.recv_timeout(PATIENCE).unwrap();
    let (ended, end) = channel();
    std::thread::spawn(move || ended.send(server.shutdown(Drain::now()).unwrap()).unwrap());
    let before = ticks();
    assert_eq!(end.recv_timeout(WATCHED).map(drop), Err(RecvTimeoutError::Timeout), "the gate is closed");
    let used = ticks() - before;
    assert!(used < 20, "{used} of 50 ticks were used for waiting");
    open.send(()).unwrap();
    assert_eq!(end.recv_timeout(PATIENCE).unwrap().closed_in_all(), 1);
}
