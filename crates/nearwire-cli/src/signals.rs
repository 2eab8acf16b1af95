//! SIGINT and SIGTERM as a wish to end. The second one ends the process at once.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use nearwire_exchange::Stop;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level::pipe};

/// The exit code of a process that a second signal ended.
const INTERRUPTED: i32 = 3;
const ENDING: [i32; 2] = [SIGINT, SIGTERM];
/// Signals so close to the first one are the same wish: timeout(1) sends two.
const TOGETHER: Duration = Duration::from_millis(500);

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

/// The same for a run that has processes of others to end, which an end at once would leave behind: a second signal counts
/// only when it is not [`TOGETHER`] with the first.
pub(crate) fn stop_on_signals_with_time() -> io::Result<Stop> {
    let stop = Stop::new();
    let (told, mut signals) = (stop.clone(), readable_on_signals()?);
    std::thread::Builder::new().name("nearwire-signals".to_owned()).spawn(move || {
        let mut signal = [0];
        let mut first: Option<Instant> = None;
        while signals.read_exact(&mut signal).is_ok() {
            told.stop();
            if first.get_or_insert_with(Instant::now).elapsed() > TOGETHER {
                std::process::exit(INTERRUPTED);
            }
        }
    })?;
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
