//! SIGINT and SIGTERM as a wish to end. The second one ends the process at once.

use std::io;
use std::os::unix::net::UnixStream;

use nearwire_exchange::Stop;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level::pipe};

/// The exit code of a process that a second signal ended.
const INTERRUPTED: i32 = 3;
const ENDING: [i32; 2] = [SIGINT, SIGTERM];

/// A wish to stop that SIGINT and SIGTERM express from now on.
pub(crate) fn stop_on_signals() -> io::Result<Stop> {
    let stop = Stop::new();
    for signal in ENDING {
        // In this order: the first signal finds the flag unset and sets it; the second one ends the process.
        flag::register_conditional_shutdown(signal, INTERRUPTED, stop.flag())?;
        flag::register(signal, stop.flag())?;
    }
    Ok(stop)
}

/// A stream that becomes readable when SIGINT or SIGTERM comes, for whoever waits for nothing else.
pub(crate) fn readable_on_signals() -> io::Result<UnixStream> {
    let (reader, writer) = UnixStream::pair()?;
    for signal in ENDING {
        pipe::register(signal, writer.try_clone()?)?;
    }
    Ok(reader)
}
