//! Text that a peer or a file name controls, made safe to print on a terminal.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;

/// Shows bytes with every control character, invalid byte, invisible or direction-changing character escaped.
///
/// Printable text stays as it is; a backslash is doubled, so that the output is unambiguous.
///
/// ```
/// use nearwire::Escaped;
/// assert_eq!(Escaped::new("\u{1b}[31mred").to_string(), r"\u{1b}[31mred");
/// assert_eq!(Escaped::new("naïve.sock").to_string(), "naïve.sock");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(&'a [u8]);

impl<'a> Escaped<'a> {
    /// Wraps text, a path or any other system string.
    #[must_use]
    pub fn new<T: AsRef<OsStr> + ?Sized>(text: &'a T) -> Self {
        Self(text.as_ref().as_bytes())
    }

    /// Wraps bytes.
    #[must_use]
    pub fn bytes(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    // `escape_debug` guards quotes for Rust literals; here they are plain text.
                    '\'' | '"' => write!(f, "{character}")?,
                    _ => write!(f, "{}", character.escape_debug())?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
