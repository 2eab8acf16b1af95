//! Another process, and if need be another user: this test program once more, doing what it is told through a pipe.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::str::FromStr;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use nearwire::services::{Discard, Echo, Source};
use nearwire::{
    Address, Connect, Drain, Gid, Limits, Listener, Mode, Policy, RefusalCause, Report, ServerThread, Stream,
    Uid,
};
use rustix::process::{Resource, Rlimit};
use tempfile::TempDir;

use super::{PATIENCE, chmod, patient, within_patience};

/// Set in a puppet's environment, and nowhere else.
const ROLE: &str = "NEARWIRE_TEST_PUPPET";
/// How an answer begins; whatever else the test harness prints does not.
const ANSWER: &str = "@@";

/// A process that does what it is told.
pub(crate) struct Puppet {
    process: Child,
    commands: Option<ChildStdin>,
    answers: Receiver<String>,
    _program: Option<TempDir>,
}

/// A process to be started.
pub(crate) struct Builder {
    user: Option<u32>,
    variables: Vec<(String, PathBuf)>,
    wrapper: Vec<String>,
}

impl Builder {
    /// Runs as this user, and as its group of the same number.
    pub(crate) fn user(mut self, user: u32) -> Self {
        self.user = Some(user);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &Path) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs under another command.
    pub(crate) fn under(mut self, wrapper: &[&str]) -> Self {
        self.wrapper = wrapper.iter().map(|&word| word.to_owned()).collect();
        self
    }

    pub(crate) fn spawn(self) -> Puppet {
        let (program, copy) = program_for(self.user);
        let mut words = self.wrapper.iter().map(PathBuf::from).chain([program]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args(["--exact", "support::puppet::child", "--ignored", "--nocapture"]);
        command.env(ROLE, "1").envs(self.variables).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(user) = self.user {
            // As root, this clears the supplementary groups too.
            command.uid(user).gid(user);
        }
        let mut process = command.spawn().unwrap();
        let (sender, answers) = channel();
        let output = BufReader::new(process.stdout.take().unwrap());
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some(answer) = line.strip_prefix(ANSWER)
                    && sender.send(answer.to_owned()).is_err()
                {
                    break;
                }
            }
        });
        let puppet = Puppet { commands: process.stdin.take(), process, answers, _program: copy };
        assert_eq!(puppet.answer(), "ready");
        puppet
    }
}

/// This program, where `user` can read it.
fn program_for(user: Option<u32>) -> (PathBuf, Option<TempDir>) {
    let program = std::env::current_exe().unwrap();
    let for_everybody = |path: &Path, bits: u32| {
        fs::metadata(path).is_ok_and(|found| found.permissions().mode() & bits == bits)
    };
    let reachable = program.ancestors().skip(1).all(|directory| for_everybody(directory, 0o001));
    if user.is_none() || (reachable && for_everybody(&program, 0o005)) {
        return (program, None);
    }
    let directory = super::open_directory();
    let copy = directory.path().join("ten_pillars");
    fs::copy(&program, &copy).unwrap();
    chmod(&copy, 0o755);
    (copy, Some(directory))
}

impl Puppet {
    pub(crate) fn builder() -> Builder {
        Builder { user: None, variables: Vec::new(), wrapper: Vec::new() }
    }

    pub(crate) fn new() -> Self {
        Self::builder().spawn()
    }

    pub(crate) fn of_user(user: u32) -> Self {
        Self::builder().user(user).spawn()
    }

    /// Does it, and says how it went.
    pub(crate) fn ask(&mut self, command: &str) -> String {
        self.tell(command);
        self.answer()
    }

    /// Does it, and it must succeed; says what the answer is.
    pub(crate) fn must(&mut self, command: &str) -> String {
        let answer = self.ask(command);
        match answer.strip_prefix("ok") {
            Some(rest) => rest.trim_start().to_owned(),
            None => panic!("{command}: {answer}"),
        }
    }

    /// As [`Puppet::must`], for a number.
    pub(crate) fn number(&mut self, command: &str) -> u64 {
        self.must(command).parse().unwrap()
    }

    /// Says what to do, without waiting for it.
    pub(crate) fn tell(&mut self, command: &str) {
        let commands = self.commands.as_mut().unwrap();
        commands.write_all(format!("{command}\n").as_bytes()).unwrap();
    }

    pub(crate) fn answer(&self) -> String {
        self.answers.recv_timeout(PATIENCE).expect("a puppet answers")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.process), signal).unwrap();
    }

    /// Ends it as `kill -9` does, and waits until it is gone.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Puppet {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The puppet itself.
#[test]
#[ignore = "a process of other tests"]
fn child() {
    if std::env::var_os(ROLE).is_none() {
        return;
    }
    say("ready");
    let mut stage = Stage::default();
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        match stage.perform(words[0], &words[1..]) {
            Ok(answer) => say(&format!("ok {answer}")),
            Err(error) => say(&format!("error {error}")),
        }
    }
    std::process::exit(0);
}

fn say(answer: &str) {
    // The harness may have begun a line; an answer has one of its own.
    let mut output = std::io::stdout().lock();
    output.write_all(format!("\n{ANSWER}{}\n", answer.trim_end()).as_bytes()).unwrap();
    output.flush().unwrap();
}

/// What a puppet has in its hands.
#[derive(Default)]
struct Stage {
    server: Option<ServerThread>,
    listener: Option<Listener>,
    streams: Vec<Stream>,
    files: Vec<File>,
}

type Answer = Result<String, String>;

impl Stage {
    fn perform(&mut self, command: &str, words: &[&str]) -> Answer {
        match command {
            "serve" => self.serve(words),
            "race" => {
                // Spinning, so that the others begin at the same moment.
                let start = Duration::from_nanos(words[1].parse().unwrap());
                while SystemTime::UNIX_EPOCH.elapsed().unwrap() < start {
                    std::hint::spin_loop();
                }
                self.serve(&words[..1])
            }
            "listen" => {
                self.listener = Some(bind(words).map_err(debug)?);
                Ok(String::new())
            }
            "accept-within" => {
                let wait = Duration::from_millis(words[0].parse().unwrap());
                let accepted = self.listener.as_ref().unwrap().accept_within(wait).map_err(debug)?;
                Ok(if accepted.is_some() { "somebody" } else { "nobody" }.to_owned())
            }
            "drop" => {
                (self.server, self.listener) = (None, None);
                Ok(String::new())
            }
            "shutdown" => {
                let drain = Drain::within(Duration::from_millis(words[0].parse().unwrap()));
                self.server.take().unwrap().shutdown(drain).map(|report| tell(&report)).map_err(debug)
            }
            "report" => Ok(tell(&self.report())),
            "closed" => Ok(self.report().closed_in_all().to_string()),
            "pauses" => Ok(self.report().accept_pauses.to_string()),
            "connect" => {
                self.streams.push(connect(words)?);
                Ok(String::new())
            }
            "send" => self.streams.last().unwrap().write_all_of(words[0].as_bytes()),
            "exchange" => exchange(self.streams.last().unwrap(), words[0]),
            "hang-up" => Ok({
                self.streams.clear();
                String::new()
            }),
            "umask" => Ok(format!("{:04o}", umask(words[0]))),
            _ => self.perform_on_process(command, words),
        }
    }

    fn perform_on_process(&mut self, command: &str, words: &[&str]) -> Answer {
        match command {
            "become" => become_user(words).map(|()| String::new()),
            "descriptors" => Ok(fs::read_dir("/proc/self/fd").unwrap().count().to_string()),
            "descriptor-limit" => {
                let limit = Rlimit { current: Some(words[0].parse().unwrap()), maximum: None };
                rustix::process::setrlimit(
                    Resource::Nofile,
                    Rlimit { maximum: rustix::process::getrlimit(Resource::Nofile).maximum, ..limit },
                )
                .map_err(debug)?;
                Ok(String::new())
            }
            "use-up-descriptors" => {
                while let Ok(file) = File::open("/dev/null") {
                    self.files.push(file);
                }
                self.files.truncate(self.files.len() - words[0].parse::<usize>().unwrap());
                Ok(String::new())
            }
            "free-descriptors" => Ok({
                self.files.clear();
                String::new()
            }),
            "pending-signals" => Ok(pending_signals()),
            "write-to-the-dead" => write_to_the_dead(words[0]),
            _ => Err(format!("no such command: {command}")),
        }
    }

    fn serve(&mut self, words: &[&str]) -> Answer {
        let listener = bind(words).map_err(debug)?;
        let server = match options(words).get("service").copied() {
            Some("discard") => ServerThread::spawn(listener, Discard),
            Some("source") => ServerThread::spawn(listener, Source),
            _ => ServerThread::spawn(listener, Echo),
        };
        self.server = Some(server.map_err(debug)?);
        Ok(String::new())
    }

    fn report(&self) -> Report {
        self.server.as_ref().map(ServerThread::report).unwrap_or_default()
    }
}

/// The variant and all it says.
fn debug<E: std::fmt::Debug>(error: E) -> String {
    format!("{error:?}")
}

fn tell(report: &Report) -> String {
    let policy = report.refused(RefusalCause::Policy);
    format!("served={} received={} policy={policy}", report.served, report.received_bytes)
}

/// `key=value` among the words.
fn options<'a>(words: &[&'a str]) -> HashMap<&'a str, &'a str> {
    words.iter().filter_map(|word| word.split_once('=')).collect()
}

fn number<T: FromStr<Err: std::fmt::Debug>>(options: &HashMap<&str, &str>, key: &str) -> Option<T> {
    options.get(key).map(|value| value.parse().unwrap())
}

fn bind(words: &[&str]) -> Result<Listener, nearwire::BindError> {
    let address: Address = words[0].parse().unwrap();
    let options = options(words);
    let mut limits: Limits = patient();
    if let Some(most) = number(&options, "connections") {
        limits = limits.connections(most);
    }
    let policy = match options.get("policy") {
        Some(&"anyone") => Policy::anyone(),
        _ => Policy::same_user(),
    };
    let mut builder = Listener::builder().policy(policy).limits(limits);
    if let Some(mode) = number::<Mode>(&options, "mode") {
        builder = builder.mode(mode);
    }
    if let Some(group) = number(&options, "group") {
        builder = builder.group(Gid::new(group));
    }
    builder.bind(&address)
}

fn connect(words: &[&str]) -> Result<Stream, String> {
    let address: Address = words[0].parse().unwrap();
    let mut connect = Connect::new().within(PATIENCE);
    if let Some(user) = number(&options(words), "trusting") {
        connect = connect.trusting(Policy::users([Uid::new(user)]));
    }
    connect.to(&address).map(within_patience).map_err(debug)
}

trait WriteAllOf {
    fn write_all_of(&self, bytes: &[u8]) -> Answer;
}

impl WriteAllOf for Stream {
    fn write_all_of(&self, bytes: &[u8]) -> Answer {
        let mut stream = self;
        stream.write_all(bytes).map(|()| String::new()).map_err(debug)
    }
}

fn exchange(mut stream: &Stream, message: &str) -> Answer {
    stream.write_all(message.as_bytes()).map_err(debug)?;
    let mut answer = vec![0; message.len()];
    stream.read_exact(&mut answer).map_err(debug)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn umask(octal: &str) -> u32 {
    let mask = u32::from_str_radix(octal, 8).unwrap();
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(mask)).as_raw_mode()
}

/// Takes on a user, its group, and the groups that follow. Threads started afterwards take over from this one.
fn become_user(words: &[&str]) -> Result<(), String> {
    let numbers: Vec<u32> = words.iter().map(|word| word.parse().unwrap()).collect();
    let (user, groups) = numbers.split_first().unwrap();
    let groups: Vec<_> = groups.iter().map(|&group| rustix::process::Gid::from_raw(group)).collect();
    let (user, group) = (rustix::process::Uid::from_raw(*user), rustix::process::Gid::from_raw(*user));
    rustix::thread::set_thread_groups(&groups).map_err(debug)?;
    rustix::thread::set_thread_res_gid(group, group, group).map_err(debug)?;
    rustix::thread::set_thread_res_uid(user, user, user).map_err(debug)
}

/// The signals that wait for any thread of this process, as hexadecimal bits.
fn pending_signals() -> String {
    let mut pending = 0;
    for thread in fs::read_dir("/proc/self/task").unwrap() {
        let Ok(status) = fs::read_to_string(thread.unwrap().path().join("status")) else { continue };
        for line in status.lines() {
            if let Some(bits) = line.strip_prefix("SigPnd:").or_else(|| line.strip_prefix("ShdPnd:")) {
                pending |= u64::from_str_radix(bits.trim(), 16).unwrap();
            }
        }
    }
    format!("{pending:x}")
}

/// Writes to a peer that is gone, in one way or another.
fn write_to_the_dead(way: &str) -> Answer {
    if way == "pipe" {
        let (reader, mut writer) = std::io::pipe().unwrap();
        drop(reader);
        return Ok(debug(writer.write_all(b"lost").unwrap_err().kind()));
    }
    let (mut one, other) = Stream::pair().unwrap();
    drop(other);
    let written = match way {
        "vectored" => one.write_vectored(&[std::io::IoSlice::new(b"lost")]),
        _ => one.write(b"lost"),
    };
    Ok(debug(written.unwrap_err().kind()))
}
