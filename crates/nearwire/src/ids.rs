//! User and group numbers as types, so that one cannot be taken for the other.

use std::fmt;

/// A numeric user id of this machine (as the kernel sees it in our user namespace).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Uid(u32);

/// A numeric group id of this machine (as the kernel sees it in our user namespace).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Gid(u32);

impl Uid {
    /// The superuser.
    pub const ROOT: Self = Self(0);

    /// The user `raw`.
    #[must_use]
    pub const fn new(raw: u32) -> Self {
        Self(raw)
    }

    /// The effective user of this process.
    #[must_use]
    pub fn current() -> Self {
        Self(rustix::process::geteuid().as_raw())
    }

    /// The number.
    #[must_use]
    pub const fn as_raw(self) -> u32 {
        self.0
    }
}

impl Gid {
    /// The group `raw`.
    #[must_use]
    pub const fn new(raw: u32) -> Self {
        Self(raw)
    }

    /// The effective group of this process.
    #[must_use]
    pub fn current() -> Self {
        Self(rustix::process::getegid().as_raw())
    }

    /// The number.
    #[must_use]
    pub const fn as_raw(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Gid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
