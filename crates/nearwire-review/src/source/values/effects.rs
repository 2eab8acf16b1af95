//! What well-known functions and macros do.

use crate::source::model::{BinaryOperator, Call, Expression, ExpressionKind, Span};
use crate::source::rule::Unit;
use crate::source::walk::{Body, Frame, Site};

/// Functions that let time pass.
const PAUSES: &[&str] = &[
    "clock_nanosleep",
    "delay",
    "g_usleep",
    "msleep",
    "nanosleep",
    "qSleep",
    "sleep",
    "sleep_for",
    "sleep_until",
    "sleep_ms",
    "usleep",
    "wait_for",
    "wait_timeout",
    "park_timeout",
    "backoff",
    "tick",
    "snooze",
    "pg_usleep",
];

/// Functions that wait until something is ready.
const POLLS: &[&str] = &[
    "epoll_pwait",
    "epoll_pwait2",
    "epoll_wait",
    "kevent",
    "poll",
    "ppoll",
    "pselect",
    "select",
    "event_base_loop",
    "waitForNewConnection",
    "WaitEventSetWait",
];

/// Functions and macros that only tell somebody.
const LOGS: &[&str] = &[
    "cerr",
    "clog",
    "cout",
    "debug",
    "dprintf",
    "eprintln",
    "eprint",
    "error",
    "fprintf",
    "fputs",
    "g_critical",
    "g_debug",
    "g_info",
    "g_message",
    "g_print",
    "g_printerr",
    "g_warning",
    "info",
    "log",
    "perror",
    "print",
    "printf",
    "println",
    "putchar",
    "puts",
    "qCritical",
    "qDebug",
    "qInfo",
    "qWarning",
    "syslog",
    "trace",
    "vsyslog",
    "warn",
    "warning",
    "warnx",
    "write_line",
    "elog",
    "ereport",
    "event",
];

/// Whether a name is that of something that only tells somebody: a known one, or one that says so (`server_log`).
#[must_use]
pub fn is_log_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let telling = |word: &str| {
        matches!(
            word,
            "log"
                | "logf"
                | "logger"
                | "debug"
                | "dbg"
                | "warn"
                | "warning"
                | "trace"
                | "printf"
                | "println"
                | "print"
                | "syslog"
                | "msg"
        )
    };
    LOGS.contains(&name) || lower.split(['_', ':']).any(telling) || lower.starts_with("log")
}

/// Whether a call lets time pass, itself or in a function of the reviewed files.
#[must_use]
pub fn pauses(unit: &Unit<'_>, call: &Call) -> bool {
    calls_one_of(unit, call, PAUSES)
}

/// Whether a call waits until something is ready, itself or in a function of the reviewed files.
#[must_use]
pub fn polls(unit: &Unit<'_>, call: &Call) -> bool {
    calls_one_of(unit, call, POLLS)
}

fn calls_one_of(unit: &Unit<'_>, call: &Call, names: &[&str]) -> bool {
    if names.contains(&call.name.as_str()) {
        return true;
    }
    let Some((_, function)) = unit.callee(call) else { return false };
    Body::of(function).calls_of(names).next().is_some()
}

/// Whether what is at a site only goes to somebody who reads it: it stands, at any depth, in what a function or macro
/// prints or logs.
#[must_use]
pub fn is_told<'a>(body: &Body<'a>, site: Site<'a>) -> bool {
    body.around(site)
        .take_while(|frame| !matches!(frame, Frame::Branch(..) | Frame::Arm(..) | Frame::LoopBody(_)))
        .any(|frame| match frame {
            Frame::Argument(call, _) => is_log_name(&call.name),
            Frame::Macro(name) => is_log_name(name),
            Frame::Binary(BinaryOperator::ShiftLeft, stream) => is_stream(stream),
            _ => false,
        })
}

/// `std::cerr`, `std::cerr << "…"`, `qWarning()`.
fn is_stream(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Name(name) => is_log_name(name.rsplit("::").next().unwrap_or(name)),
        ExpressionKind::Call(call) => is_log_name(&call.name),
        ExpressionKind::Binary { operator: BinaryOperator::ShiftLeft, left, .. } => is_stream(left),
        _ => false,
    }
}

impl<'a> Unit<'a> {
    /// A part of the file as it is quoted in a finding: its white space made one blank, and cut where it is long.
    #[must_use]
    pub fn quoted(&self, span: Span) -> String {
        const MAX: usize = 72;
        let text = self.file.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() <= MAX {
            return text;
        }
        text.chars().take(MAX).chain(['…']).collect()
    }
}
