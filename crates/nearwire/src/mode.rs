//! The permission bits of a socket file.

use std::fmt;
use std::str::FromStr;

use crate::escape::Escaped;

/// Permission bits of a socket file, 0 to 0777. Connecting needs the write bit (unix(7)); read and execute bits mean
/// nothing.
///
/// ```
/// use nearwire::Mode;
/// let mode: Mode = "0660".parse()?;
/// assert!(mode.lets_group_connect() && !mode.lets_others_connect());
/// # Ok::<(), nearwire::ModeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Mode(u16);

/// A text or number that is not a mode: the caller's mistake.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: expected an octal mode from 0 to 0777, such as 0600", Escaped::new(.given))]
pub struct ModeError {
    given: String,
}

impl Mode {
    /// Only the owner may connect: the default.
    pub const OWNER: Self = Self(0o600);
    /// The owner and the socket's group may connect.
    pub const GROUP: Self = Self(0o660);
    /// Everybody may connect.
    pub const EVERYBODY: Self = Self(0o666);

    /// The mode `bits`.
    ///
    /// # Errors
    /// [`ModeError`] when other bits than the nine permission bits are set.
    pub fn new(bits: u32) -> Result<Self, ModeError> {
        match u16::try_from(bits) {
            Ok(bits) if bits <= 0o777 => Ok(Self(bits)),
            _ => Err(ModeError { given: format!("{bits:#o}") }),
        }
    }

    /// The nine permission bits.
    #[must_use]
    pub fn bits(self) -> u32 {
        u32::from(self.0)
    }

    /// Whether members of the socket's group may connect.
    #[must_use]
    pub fn lets_group_connect(self) -> bool {
        self.0 & 0o020 != 0
    }

    /// Whether everybody may connect.
    #[must_use]
    pub fn lets_others_connect(self) -> bool {
        self.0 & 0o002 != 0
    }
}

impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, ModeError> {
        let wrong = || ModeError { given: text.to_owned() };
        let digits = text.strip_prefix("0o").unwrap_or(text);
        // `from_str_radix` would take a sign.
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let bits = u32::from_str_radix(digits, 8).map_err(|_| wrong())?;
        Self::new(bits).map_err(|_| wrong())
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}

#[cfg(test)]
mod tests;
