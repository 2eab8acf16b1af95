use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::ActiveCheck;
use super::target::{Stop, Target};
use crate::Fix;
use crate::endpoint::judge::{Judgement, quoted_path};
use crate::endpoint::look::SocketFile;
use crate::source::checks::live_unlink::CHECK as SHARED;

pub(super) const CHECK: ActiveCheck = ActiveCheck { check: &SHARED, takes_messages: false, probe };

/// How long the second instance may take to start.
const WITHIN: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

fn probe(target: &mut Target<'_>) -> Result<Judgement, Stop> {
    let Some(command) = &target.active.second_instance else {
        return Ok(Judgement::needs("it needs to start a second instance", "--second-instance CMD"));
    };
    let Some(file) = &target.look.file else { return Ok(Judgement::without_file()) };
    let mut second =
        Second::start(command).map_err(|error| Stop::Ours(format!("the second instance: {error}")))?;
    let deadline = Instant::now() + WITHIN;
    let found_instead = loop {
        if let Some(other) = other_than(file) {
            break Some(other);
        }
        if second.has_ended() || Instant::now() >= deadline {
            // It may have acted as it ended.
            break other_than(file);
        }
        std::thread::sleep(LOOK_AGAIN);
    };
    drop(second);
    let Some(found_instead) = found_instead else { return Ok(Judgement::pass()) };
    Ok(target
        .draft(
            &SHARED,
            "a second instance takes the socket away from the running server",
            format!("{} (inode {}) was there, then {found_instead}", file.stat_line(), file.inode),
        )
        .seen(format!(
            "the first server still runs, and new clients cannot reach it: pid {}",
            target.look.server().map_or(0, |server| server.id.pid)
        ))
        .finish(
            format!(
                "stat -c %i {0}; {1} & stat -c %i {0}",
                quoted_path(&file.path),
                command.to_string_lossy()
            ),
            Fix::advice("Hold a lock beside the socket, and unlink and bind only with it."),
        )
        .into())
}

/// What is at the path now, if it is not the file that was there.
fn other_than(file: &SocketFile) -> Option<String> {
    match std::fs::symlink_metadata(&file.path) {
        Ok(found) if (found.dev(), found.ino()) == (file.device, file.inode) => None,
        Ok(found) => Some(format!("inode {}", found.ino())),
        Err(error) => Some(error.to_string()),
    }
}

/// The second instance, with all that it starts; ended when this is dropped.
struct Second(Child);

impl Second {
    fn start(command: &OsStr) -> std::io::Result<Self> {
        let null = Stdio::null;
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(command).stdin(null()).stdout(null()).stderr(null()).process_group(0);
        Ok(Self(shell.spawn()?))
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        // Its group is its own; what left the group has left us, too.
        let _ = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.0),
            rustix::process::Signal::KILL,
        );
        let _ = self.0.wait();
    }
}
