//! The checks of source code: one file each, with its page in `docs/checks/`.

pub(crate) mod abstract_name;
pub(crate) mod fd_inherit;
pub(crate) mod live_unlink;
pub(crate) mod tmp_path;

mod accept_fatal;
mod accept_spin;
mod accepting;
mod broken_pipe;
mod chmod_after_bind;
mod client_verify;
mod cmsg_size;
mod connect_spin;
mod cred_fail_open;
mod credentials;
mod double_close;
mod exact_count;
mod fd_recv;
mod fdset;
mod id_wrap;
mod identifiers;
mod len_arith;
mod listen_unchecked;
mod log_inject;
mod memfd_unsealed;
mod partial_compare;
mod peer_name_trust;
mod peer_process;
mod pid_use;
mod qt_access;
mod root_only_auth;
mod start_race;
mod sunpath_copy;
mod unbounded_read;
mod uninit_send;
mod weak_token;

use super::rule::Rule;

/// All of them, in the order of pillars.
pub(super) const RULES: &[Rule] = &[
    qt_access::RULE,
    abstract_name::RULE,
    root_only_auth::RULE,
    start_race::RULE,
    tmp_path::RULE,
    fd_inherit::RULE,
    fd_recv::RULE,
    memfd_unsealed::RULE,
    unbounded_read::RULE,
    uninit_send::RULE,
    cmsg_size::RULE,
    len_arith::RULE,
    id_wrap::RULE,
    accept_spin::RULE,
    connect_spin::RULE,
    chmod_after_bind::RULE,
    pid_use::RULE,
    peer_name_trust::RULE,
    client_verify::RULE,
    weak_token::RULE,
    exact_count::RULE,
    partial_compare::RULE,
    accept_fatal::RULE,
    cred_fail_open::RULE,
    listen_unchecked::RULE,
    broken_pipe::RULE,
    log_inject::RULE,
    live_unlink::RULE,
    sunpath_copy::RULE,
    fdset::RULE,
    double_close::RULE,
];
