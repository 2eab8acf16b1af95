//! The programs that are needed and may be missing, and our own sources for them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::process::Process;

/// Makes a missing program a failure.
const REQUIRE: &str = "NEARWIRE_REQUIRE_TOOLS";
/// How long a compiler may take for a page of C++: Qt's headers are large, and the machine may be busy.
const COMPILER_PATIENCE: Duration = Duration::from_secs(120);
const QT: [&str; 2] = ["Qt6Network", "Qt6Core"];

/// Whether socat is there; if not, says that the test is skipped.
pub(crate) fn has_socat() -> bool {
    is_there(succeeds(Command::new("socat").arg("-V")), "socat is", "socat")
}

/// As [`has_socat`], for Python 3.
pub(crate) fn has_python() -> bool {
    is_there(succeeds(Command::new("python3").arg("--version")), "python3 is", "python3")
}

/// As [`has_socat`], for all that it takes to build a program with Qt 6.
pub(crate) fn has_qt() -> bool {
    let found = succeeds(Command::new("g++").arg("--version"))
        && succeeds(Command::new("pkg-config").arg("--exists").args(QT));
    is_there(found, "g++, pkg-config or Qt 6 are", "g++ pkg-config qt6-base-dev")
}

fn is_there(found: bool, what: &str, packages: &str) -> bool {
    if !found {
        let reason = format!("{what} not installed (apt-get install {packages})");
        assert!(std::env::var_os(REQUIRE).is_none_or(|value| value != "1"), "{reason}, and {REQUIRE}=1");
        println!("skipped: {reason}");
    }
    found
}

fn succeeds(command: &mut Command) -> bool {
    Process::try_start(command.stderr(Stdio::null())).is_ok_and(|process| process.end().success())
}

/// A source beside this one.
fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop").join(name)
}

pub(crate) fn socat() -> Command {
    Command::new("socat")
}

/// One of our Python programs, apart from whatever this user has installed or set.
pub(crate) fn python(script: &str) -> Command {
    let mut command = Command::new("python3");
    command.arg("-I").arg(source(script));
    command
}

/// One of our C++ programs, compiled into `directory`.
pub(crate) fn qt(program: &str, directory: &Path) -> Command {
    let executable = directory.join(program);
    let flags = Process::start(Command::new("pkg-config").args(["--cflags", "--libs"]).args(QT)).rest();
    let mut compiler = Command::new("g++");
    compiler.args(["-std=c++17", "-fPIC", "-Wall", "-Wextra"]).arg(source(&format!("{program}.cpp")));
    compiler.arg("-o").arg(&executable);
    compiler.args(String::from_utf8(flags).unwrap().split_whitespace());
    assert!(
        Process::start(&mut compiler).end_within(COMPILER_PATIENCE).success(),
        "{program} does not compile"
    );
    Command::new(executable)
}
