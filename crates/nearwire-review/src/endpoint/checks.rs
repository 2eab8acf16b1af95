//! The checks of endpoints by looking only: one file each, with its page in `docs/checks/`.

pub(crate) mod abstract_name;
mod backlog;
mod dir_writable;
mod endpoint_drift;
mod excess_priv;
mod fd_inherit;
mod listener_inventory;
mod sock_mode;
mod sock_owner;
mod stale_file;
mod tmp_path;
mod unit_socketmode;

use super::judge::Judgement;
use super::look::Look;
use crate::Check;

/// A check that judges what was seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passive {
    /// Its entry in the catalogue.
    pub(crate) check: &'static Check,
    /// Judges.
    pub(crate) judge: fn(&Look) -> Judgement,
}

/// All of them, in the order of pillars.
pub(crate) const PASSIVE: &[Passive] = &[
    sock_mode::CHECK,
    dir_writable::CHECK,
    sock_owner::CHECK,
    abstract_name::CHECK,
    unit_socketmode::CHECK,
    excess_priv::CHECK,
    listener_inventory::CHECK,
    endpoint_drift::CHECK,
    tmp_path::CHECK,
    stale_file::CHECK,
    backlog::CHECK,
    fd_inherit::CHECK,
];
