//! The numbers an exchange is made of, each a type that can only hold a value which makes sense.
//!
//! A quantity is checked once, where it enters; code that receives one needs no check of its own. All of them
//! read the same notation, `100`, `10k`, `1M`, `64Ki`, with `_` allowed between digits, and print as plain
//! decimal numbers.

use std::fmt;
use std::str::FromStr;

#[cfg(test)]
mod tests;

/// Longest piece of an offending text that an error repeats, in characters.
const QUOTED_CHARS: usize = 40;

/// Why a number or a text is not the quantity it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuantityError {
    /// The text is not a number, or ends in a unit this quantity does not have.
    #[error("{text}: expected a number such as {expected}")]
    NotANumber {
        /// What was given, escaped and shortened.
        text: String,
        /// The quantity that was to be read, such as `connections`.
        quantity: &'static str,
        /// Texts that would have been accepted.
        expected: &'static str,
    },
    /// The number lies outside the range of this quantity.
    #[error("{text}: {rule}")]
    OutOfRange {
        /// What was given, escaped and shortened.
        text: String,
        /// The quantity that was to be made, such as `connections`.
        quantity: &'static str,
        /// The bound that was violated, in words.
        rule: &'static str,
    },
}

/// Defines one quantity: a validated integer with its bounds, its texts and the words for its errors.
macro_rules! quantity {
    (
        $(#[$doc:meta])*
        $name:ident($int:ty), $min:literal..=$max:literal, $quantity:literal,
        reads: $notation:ident, low: $low:literal, high: $high:literal
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($int);

        impl $name {
            /// The smallest value.
            pub const MIN: Self = Self($min);
            /// The largest value.
            pub const MAX: Self = Self($max);

            /// Accepts `value` if it lies within `MIN..=MAX`.
            ///
            /// # Errors
            /// [`QuantityError::OutOfRange`] naming the bound.
            pub fn new(value: $int) -> Result<Self, QuantityError> {
                Self::within_bounds(value, || value.to_string())
            }

            /// The plain number.
            #[must_use]
            pub const fn get(self) -> $int {
                self.0
            }

            fn within_bounds(value: $int, text: impl FnOnce() -> String) -> Result<Self, QuantityError> {
                let rule = match value {
                    ..$min => $low,
                    $min..=$max => return Ok(Self(value)),
                    _ => $high,
                };
                Err(QuantityError::OutOfRange { text: text(), quantity: $quantity, rule })
            }
        }

        impl FromStr for $name {
            type Err = QuantityError;

            fn from_str(text: &str) -> Result<Self, QuantityError> {
                let number = Notation::$notation.read(text).ok_or_else(|| QuantityError::NotANumber {
                    text: quoted(text),
                    quantity: $quantity,
                    expected: Notation::$notation.examples(),
                })?;
                // Whatever does not fit the integer is above MAX as well, and is reported so.
                let value = <$int>::try_from(number).unwrap_or(<$int>::MAX);
                Self::within_bounds(value, || quoted(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

quantity! {
    /// How many connections are open at the same time: 1 to 1 000 000.
    Connections(u32), 1..=1_000_000, "connections",
    reads: Count, low: "at least 1 connection is needed", high: "at most 1000000 connections are supported"
}

quantity! {
    /// Bytes in one chunk, the unit that is sent and awaited: 1 byte to 16 MiB. Its texts may end in `B`.
    ChunkSize(u32), 1..=16_777_216, "chunk size",
    reads: Bytes, low: "a chunk is at least 1 byte", high: "a chunk is at most 16777216 bytes (16 MiB)"
}

quantity! {
    /// Chunks to exchange in all, shared among the connections: 1 to 10^15.
    Iterations(u64), 1..=1_000_000_000_000_000, "iterations",
    reads: Count, low: "at least 1 chunk is needed", high: "at most 1000000000000000 chunks are supported"
}

quantity! {
    /// Chunks one connection may have in flight, sent and not yet wholly answered: 1 to 65 536, normally 1.
    Window(u32), 1..=65_536, "window",
    reads: Count, low: "a window is at least 1 chunk", high: "a window is at most 65536 chunks"
}

quantity! {
    /// Threads that drive the connections: 1 to 256, normally 1.
    Threads(u16), 1..=256, "threads",
    reads: Count, low: "at least 1 thread is needed", high: "at most 256 threads are supported"
}

impl ChunkSize {
    /// The size as a number of bytes on a stream.
    #[must_use]
    pub fn bytes(self) -> u64 {
        u64::from(self.0)
    }

    /// The size as the length of a buffer.
    #[must_use]
    pub const fn as_usize(self) -> usize {
        // Lossless: no system with local sockets has a usize below 32 bits.
        self.0 as usize
    }
}

impl Default for Window {
    /// One chunk in flight: the classic ping-pong.
    fn default() -> Self {
        Self::MIN
    }
}

impl Default for Threads {
    /// One thread.
    fn default() -> Self {
        Self::MIN
    }
}

/// How a quantity is written.
#[derive(Clone, Copy)]
enum Notation {
    /// A number with an optional multiplier.
    Count,
    /// The same, optionally followed by `B`.
    Bytes,
}

impl Notation {
    fn examples(self) -> &'static str {
        match self {
            Self::Count => "100, 10k, 1M or 64Ki",
            Self::Bytes => "100, 10k, 1M, 64Ki or 64KiB",
        }
    }

    /// The number `text` stands for, `u64::MAX` if it is larger than that, or `None` if it is no number.
    fn read(self, text: &str) -> Option<u64> {
        let text = match self {
            Self::Count => text,
            Self::Bytes => text.strip_suffix('B').unwrap_or(text),
        };
        let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(text.len());
        let (digits, unit) = text.split_at_checked(unit_at)?;
        Some(number(digits)?.saturating_mul(multiplier(unit)?))
    }
}

/// The value of decimal digits, saturating. `_` may stand between two digits only.
fn number(digits: &str) -> Option<u64> {
    if digits.split('_').any(str::is_empty) {
        return None;
    }
    let digits = digits.chars().filter_map(|c| c.to_digit(10));
    Some(digits.fold(0, |value: u64, digit| value.saturating_mul(10).saturating_add(u64::from(digit))))
}

/// `k` and `K` both mean a thousand, since both are common; `m` is refused because it reads as "milli".
fn multiplier(unit: &str) -> Option<u64> {
    Some(match unit {
        "" => 1,
        "k" | "K" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        _ => return None,
    })
}

/// A text as an error may repeat it: no control characters, no endless lines, never invisible.
fn quoted(text: &str) -> String {
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    let mut shown: String = text.chars().take(QUOTED_CHARS).flat_map(char::escape_debug).collect();
    if text.chars().nth(QUOTED_CHARS).is_some() {
        shown.push('…');
    }
    shown
}
