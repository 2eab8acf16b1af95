//! Where results go: stdout, and a file on request. Everything else the command says goes to stderr.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use nearwire::Escaped;

/// Results could not be written.
#[derive(Debug)]
pub(crate) struct OutputError {
    to: String,
    source: io::Error,
}

impl std::fmt::Display for OutputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot write the results to {}: {}", self.to, self.source)
    }
}

/// Prints on stdout, with colour where that is a terminal and NO_COLOR is not set.
pub(crate) fn print(text: &str) -> Result<(), OutputError> {
    let mut stdout = anstream::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|source| OutputError { to: "stdout".to_owned(), source })
}

/// How wide text for people is where nothing else is known, in columns.
pub(crate) const DEFAULT_WIDTH: usize = 100;

/// How wide text for people on stdout is: as wide as the terminal, within what can be read well.
pub(crate) fn width() -> usize {
    let terminal = terminal_size::terminal_size_of(io::stdout());
    terminal.map_or(DEFAULT_WIDTH, |(terminal_size::Width(width), _)| usize::from(width).clamp(80, 120))
}

/// Says something on stderr that is no result.
pub(crate) fn note(text: &str) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Says on stderr what the user should know, and goes on.
pub(crate) fn warn(text: &str) {
    let yellow = anstyle::AnsiColor::Yellow.on_default().bold();
    note(&format!("{yellow}warning:{yellow:#} {text}"));
}

pub(crate) fn stderr_has_colour() -> bool {
    let choice = anstream::AutoStream::choice(&io::stderr());
    choice != anstream::ColorChoice::Never
}

pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// A file for results. It is opened before the work begins, so that a wrong path costs nothing, and written at its
/// end, so that older results stay until there are new ones. If nothing is written, it leaves no new file behind.
#[derive(Debug)]
pub(crate) struct Export {
    file: File,
    path: PathBuf,
    /// Whether it was made for these results and is empty still.
    is_new: bool,
}

impl Export {
    pub(crate) fn open(path: PathBuf) -> Result<Self, OutputError> {
        let open = |new: bool| File::options().write(true).create_new(new).open(&path);
        // Something that comes into being between the two is an error, as is something that cannot be written.
        let opened = match open(true) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                open(false).map(|file| (file, false))
            }
            made => made.map(|file| (file, true)),
        };
        match opened {
            Ok((file, is_new)) => Ok(Self { file, path, is_new }),
            Err(source) => Err(OutputError { to: Escaped::new(&path).to_string(), source }),
        }
    }

    pub(crate) fn write(mut self, text: &str) -> Result<(), OutputError> {
        // A device or a FIFO cannot be cut, and need not be.
        let _ = self.file.set_len(0);
        self.is_new = false;
        self.file
            .write_all(text.as_bytes())
            .map_err(|source| OutputError { to: Escaped::new(&self.path).to_string(), source })
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        if self.is_new {
            // There is nobody left to tell if this fails.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
