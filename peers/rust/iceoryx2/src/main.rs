//! Shows iceoryx2 with its events: a side that has nothing to do sleeps, and is woken by a notification.

fn main() -> std::process::ExitCode {
    iceoryx2_peer::run("iceoryx2", iceoryx2_peer::Waiting::Events)
}
