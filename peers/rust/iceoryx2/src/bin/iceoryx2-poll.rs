//! Shows iceoryx2 as its own benchmarks run it: both sides look for samples all the time, and nobody ever sleeps.

fn main() -> std::process::ExitCode {
    iceoryx2_peer::run("iceoryx2-poll", iceoryx2_peer::Waiting::Polling)
}
