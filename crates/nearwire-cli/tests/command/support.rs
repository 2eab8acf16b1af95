//! Runs the command in an environment of its own, with a deadline on everything.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

/// Far more than anything here takes.
pub(crate) const WATCHDOG: Duration = Duration::from_secs(120);

/// A private runtime directory that is gone with the test.
pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        Self(directory)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// `nearwire` with these arguments, in this home and nothing else of our environment.
    pub(crate) fn nearwire(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nearwire"));
        command.args(arguments).env_clear().env("XDG_RUNTIME_DIR", self.path()).current_dir(self.path());
        command.stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        output(self.nearwire(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// The socket and lock files of names in this home.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.path().join("nearwire")) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

/// What a process gave.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Collects what a process gives; kills it when it takes too long.
pub(crate) fn output(mut child: Child) -> Output {
    let (sender, results) = channel();
    let pipes: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|pipe| Box::new(pipe) as _),
        child.stderr.take().map(|pipe| Box::new(pipe) as _),
    ];
    for (number, pipe) in pipes.into_iter().enumerate() {
        let sender = sender.clone();
        std::thread::spawn(move || {
            let mut text = Vec::new();
            if let Some(mut pipe) = pipe {
                let _ = pipe.read_to_end(&mut text);
            }
            let _ = sender.send((number, String::from_utf8_lossy(&text).into_owned()));
        });
    }
    let mut texts = [String::new(), String::new()];
    for _ in 0..2 {
        let Ok((number, text)) = results.recv_timeout(WATCHDOG) else {
            child.kill().unwrap();
            panic!("the process did not end: {texts:?}");
        };
        texts[number] = text;
    }
    let [stdout, stderr] = texts;
    Output { status: child.wait().unwrap(), stdout, stderr }
}

/// A running `nearwire serve`, killed if the test forgets it.
pub(crate) struct Server {
    child: Option<Child>,
    stdout: BufReader<ChildStdout>,
    pub(crate) first_line: String,
}

impl Server {
    /// Starts it and waits for the line that says that it listens.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first_line = String::new();
        stdout.read_line(&mut first_line).unwrap();
        Self { child: Some(child), stdout, first_line }
    }

    pub(crate) fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(self.child.as_ref().unwrap())
    }

    /// Sends it a signal, and collects the rest of what it gives.
    pub(crate) fn end(mut self, signal: rustix::process::Signal) -> Output {
        rustix::process::kill_process(self.pid(), signal).unwrap();
        let mut output = output(self.child.take().unwrap());
        self.stdout.read_to_string(&mut output.stdout).unwrap();
        output
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
