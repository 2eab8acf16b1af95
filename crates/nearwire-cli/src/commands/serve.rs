//! `nearwire serve`

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::time::Duration;

use nearwire::{Drain, Limits, Listener, Mode, Policy, ServerThread, SpawnError, services};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::advice;
use crate::args::{MaybeTime, Serve, ServeFormat, ServiceKind};
use crate::failure::Failure;
use crate::output::{self, OutputError};
use crate::render::serve as render;
use crate::signals;

/// How long it takes at most to notice that the server failed.
const LOOK_UP: Duration = Duration::from_secs(10);

pub(crate) fn run(arguments: &Serve) -> Result<ExitCode, Failure> {
    let cannot_watch = |error| Failure::target(format!("cannot watch for signals: {error}"), None);
    // A second signal ends the process at once: the drain's deadline need not be waited for.
    signals::stop_on_signals().map_err(cannot_watch)?;
    let signals = signals::readable_on_signals().map_err(cannot_watch)?;
    let listener = listen(arguments).map_err(|error| advice::bind(&arguments.address, &error))?;
    warn_of_contradictions(arguments);
    let server = spawn(arguments, listener).map_err(|error| Failure::target(error, None))?;
    let format = if arguments.json { ServeFormat::Json } else { arguments.format };
    output::print(&render::listening(format, &arguments.address))?;
    let mut asked = || output::print(&render::report(format, &server.report()));
    wait_for_the_end(&server, &signals, arguments.stop_on_eof.then_some(&mut asked))?;
    let report =
        server.shutdown(Drain::within(arguments.drain)).map_err(|error| Failure::target(error, None))?;
    output::print(&render::report(format, &report))?;
    Ok(ExitCode::SUCCESS)
}

fn listen(arguments: &Serve) -> Result<Listener, nearwire::BindError> {
    let MaybeTime(idle) = arguments.idle_timeout;
    let mut limits =
        Limits::default().connections(arguments.max_connections).backlog(arguments.backlog).idle(idle);
    limits = limits.spin(arguments.spin);
    if let Some(connections) = arguments.max_per_user {
        limits = limits.per_user(connections);
    }
    let mut builder = Listener::builder().policy(policy(arguments)).limits(limits);
    if let Some(mode) = arguments.mode {
        builder = builder.mode(mode);
    }
    if let Some(group) = arguments.group {
        builder = builder.group(group);
    }
    builder.bind(&arguments.address)
}

fn policy(arguments: &Serve) -> Policy {
    if arguments.anyone {
        return Policy::anyone();
    }
    let mut policy = Policy::same_user();
    for &user in &arguments.allow_user {
        policy = policy.or_user(user);
    }
    for &group in arguments.allow_group.iter().chain(&arguments.group) {
        policy = policy.or_group(group);
    }
    policy
}

/// Who is admitted by policy and kept out by permissions would wonder.
fn warn_of_contradictions(arguments: &Serve) {
    let wider = arguments.anyone || !arguments.allow_user.is_empty() || !arguments.allow_group.is_empty();
    if arguments.address.is_name() && (wider || arguments.group.is_some()) {
        output::warn("no other user can reach a plain NAME: its directory is private; give a path");
    } else if wider && !arguments.address.is_abstract() {
        let mode =
            arguments.mode.unwrap_or(if arguments.group.is_some() { Mode::GROUP } else { Mode::OWNER });
        if !mode.lets_others_connect() && arguments.group.is_none() {
            output::warn(&format!(
                "mode {mode} keeps other users out, whom you allow; try --mode 0666, or --group with a group of theirs"
            ));
        }
    }
    if arguments.address.is_abstract() && arguments.mode.is_some() {
        output::warn("an abstract name has no file, so --mode means nothing there");
    }
}

fn spawn(arguments: &Serve, listener: Listener) -> Result<ServerThread, SpawnError> {
    let threads = usize::from(arguments.threads.get());
    match arguments.service {
        ServiceKind::Echo => ServerThread::spawn_on(threads, listener, services::Echo),
        ServiceKind::Discard => ServerThread::spawn_on(threads, listener, services::Discard),
        ServiceKind::Source => ServerThread::spawn_on(threads, listener, services::Source),
    }
}

/// What to do when standard input has a line.
type OnLine<'a> = &'a mut dyn FnMut() -> Result<(), OutputError>;

/// Waits for a signal, for the end of standard input if that is watched, or for a server that failed.
pub(crate) fn wait_for_the_end(
    server: &ServerThread,
    signals: &UnixStream,
    mut on_line: Option<OnLine<'_>>,
) -> Result<(), OutputError> {
    let stdin = io::stdin();
    let timeout = Timespec::try_from(LOOK_UP).ok();
    while server.is_running() {
        let mut watched = vec![PollFd::new(signals, PollFlags::IN)];
        if on_line.is_some() {
            watched.push(PollFd::new(&stdin, PollFlags::IN));
        }
        // An interrupted call has a signal to tell of: the next round sees it.
        let _ = poll(&mut watched, timeout.as_ref());
        let [signalled, input] =
            [0, 1].map(|each| watched.get(each).is_some_and(|fd| !fd.revents().is_empty()));
        if signalled {
            break;
        }
        if let Some(on_line) = on_line.as_mut().filter(|_| input) {
            let mut buffer = [0; 512];
            let count = rustix::io::read(stdin.as_fd(), &mut buffer).unwrap_or(0);
            if count == 0 {
                break;
            }
            for _ in buffer.iter().take(count).filter(|&&byte| byte == b'\n') {
                on_line()?;
            }
        }
    }
    Ok(())
}
