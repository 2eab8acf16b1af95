//! How a request begins with its length.

use std::str::FromStr;

/// A length before a request: how many bytes it has, and their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LengthField {
    bytes: usize,
    name: &'static str,
}

/// Not a length field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no length field: expected u16be, u16le, u32be, u32le, u64be or u64le")]
pub struct LengthFieldError {
    given: String,
}

const ALL: [LengthField; 6] = [
    LengthField { bytes: 2, name: "u16be" },
    LengthField { bytes: 2, name: "u16le" },
    LengthField { bytes: 4, name: "u32be" },
    LengthField { bytes: 4, name: "u32le" },
    LengthField { bytes: 8, name: "u64be" },
    LengthField { bytes: 8, name: "u64le" },
];

impl FromStr for LengthField {
    type Err = LengthFieldError;

    fn from_str(given: &str) -> Result<Self, LengthFieldError> {
        let found = ALL.into_iter().find(|field| field.name == given);
        found.ok_or_else(|| LengthFieldError { given: given.to_owned() })
    }
}

impl LengthField {
    /// The field that claims the most: the same bytes in either order, as far as it is read without a sign; a bit less
    /// than that in either order where the sign would make it negative.
    pub(crate) fn claims(self) -> [Vec<u8>; 2] {
        let unsigned = vec![0xff; self.bytes];
        let mut signed = unsigned.clone();
        let highest = if self.name.ends_with("be") { signed.first_mut() } else { signed.last_mut() };
        if let Some(byte) = highest {
            *byte = 0x7f;
        }
        [unsigned, signed]
    }

    /// Whether the most it can claim is worth a probe.
    pub(crate) fn can_claim_much(self) -> bool {
        self.bytes > 2
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        self.name
    }
}

#[cfg(test)]
mod tests;
