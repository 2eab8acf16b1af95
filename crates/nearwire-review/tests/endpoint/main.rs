//! Reviews of living endpoints: deliberately weak servers, each with a safe twin, and hostile ones.
//!
//! The servers are this program once more, started with `serve KIND PATH`; as root they run as `nobody`, so that nothing
//! but what is weak about them differs from a sound server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may panic
#![allow(clippy::print_stdout)] // a server says that it is ready

mod active;
mod hostile;
mod passive;
mod servers;
mod support;

use std::ffi::OsString;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    match words.as_slice() {
        [order, kind, path] if order == "serve" => {
            servers::serve(kind.to_str().unwrap(), path.as_ref());
            ExitCode::SUCCESS
        }
        [order] if order == "visit" => {
            nearwire_review::endpoint::visit(&mut std::io::stdin(), &mut std::io::stdout()).unwrap();
            ExitCode::SUCCESS
        }
        _ => {
            let mut trials = passive::trials();
            trials.extend(active::trials());
            trials.extend(hostile::trials());
            let mut arguments = Arguments::from_args();
            // They wait more than they work.
            arguments.test_threads.get_or_insert(8);
            libtest_mimic::run(&arguments, trials).exit_code()
        }
    }
}

/// A test that fails by panicking.
fn trial(name: &str, run: fn()) -> Trial {
    Trial::test(name, move || {
        run();
        Ok(())
    })
}
