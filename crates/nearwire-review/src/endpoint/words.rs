//! What an endpoint is, in one line.

use std::time::Duration;

use procfs::Current;

use super::look::{Look, Process};
use super::names;
use super::probe::Cost;

/// Kind, state and server of an endpoint, and what the review cost it. Not escaped.
pub(crate) fn describe(look: &Look, cost: Option<&Cost>) -> String {
    let mut parts = Vec::new();
    parts.push(match &look.socket {
        Some(socket) if socket.listening => format!("{}, listening", socket.kind.name()),
        Some(socket) => format!("{}, bound", socket.kind.name()),
        None => "nobody is bound to it".to_owned(),
    });
    if let Some(server) = look.server() {
        parts.push(process(server, look.processes.len()));
        if !look.channels.is_empty() {
            let names: Vec<&str> = look.channels.iter().map(|channel| channel.name.as_str()).collect();
            parts.push(format!("also listens on {}", names.join(", ")));
        }
    }
    parts.push(match cost {
        None => "passive, 0 connections made".to_owned(),
        Some(cost) => format!("active, {cost}"),
    });
    parts.join(" · ")
}

fn process(server: &Process, holders: usize) -> String {
    let user = names::user(server.uid);
    let mut text = format!("{} (pid {}, user {user})", server.command, server.id.pid);
    if let Some(age) = age(server.id.started) {
        text.push_str(&format!(" since {}", roughly(age)));
    }
    match holders.saturating_sub(1) {
        0 => {}
        1 => text.push_str(", held by 1 more process"),
        more => text.push_str(&format!(", held by {more} more processes")),
    }
    text
}

/// How long ago a process began.
fn age(started: u64) -> Option<Duration> {
    let up = procfs::Uptime::current().ok()?.uptime_duration();
    let began = Duration::from_secs(started / procfs::ticks_per_second().max(1));
    Some(up.saturating_sub(began))
}

/// A time in its largest unit.
fn roughly(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
