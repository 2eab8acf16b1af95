//! A server in a process of its own: the test program once more.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use nearwire::services::Echo;
use nearwire::{Address, Drain, Limits, Listener, Policy, ServerThread, Spin};

/// Tells the test program to be a server, at the address that it holds.
const ADDRESS: &str = "NEARWIRE_TEST_SERVER";
const CONNECTIONS: &str = "NEARWIRE_TEST_CONNECTIONS";
/// What a server says, on a line of its own, when it listens.
const READY: &str = "listening";

/// A server process. It ends when this is dropped.
pub(crate) struct ServerProcess {
    process: Child,
    /// Open as long as the server is to live.
    lifeline: Option<ChildStdin>,
}

impl ServerProcess {
    /// Starts an echo server; returns when it listens. `wrapper` is a command to run it under, if any.
    pub(crate) fn start(path: &Path, connections: u32, wrapper: &[&str]) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut words = wrapper.iter().map(|word| (*word).into()).chain([program.into_os_string()]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args(["--exact", "child", "--ignored", "--nocapture"]);
        command.env(ADDRESS, path).env(CONNECTIONS, connections.to_string());
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lifeline = process.stdin.take();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, ready) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if line == READY {
                    let _ = sender.send(());
                }
            }
        });
        ready.recv_timeout(Duration::from_secs(30)).expect("the server starts");
        Self { process, lifeline }
    }

    /// Which process it is (or the command it runs under).
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Lets the server end, and waits until it has.
    pub(crate) fn end(mut self) {
        self.lifeline.take();
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.lifeline.take();
        let _ = self.process.wait();
    }
}

/// The server process itself; called by the test `child` of each program.
pub(crate) fn serve() {
    let Some(path) = std::env::var_os(ADDRESS) else { return };
    let address = Address::try_from(Path::new(&path)).unwrap();
    let _ = Limits::raise_descriptor_limit();
    let connections = std::env::var(CONNECTIONS).unwrap().parse().unwrap();
    let limits = Limits::default().connections(connections).backlog(connections).idle(None);
    // The calls of a server that spins depend on when its peers speak.
    let limits = limits.spin(Spin::OFF);
    let listener = Listener::builder().policy(Policy::same_user()).limits(limits).bind(&address).unwrap();
    let server = ServerThread::spawn(listener, Echo).unwrap();
    let mut output = std::io::stdout().lock();
    output.write_all(format!("\n{READY}\n").as_bytes()).unwrap();
    output.flush().unwrap();
    drop(output);
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    server.shutdown(Drain::within(Duration::from_secs(10))).unwrap();
}
