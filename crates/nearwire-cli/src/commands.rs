//! One file for each command.

pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod exchange;
pub(crate) mod man;
pub(crate) mod measure;
pub(crate) mod peer;
pub(crate) mod pingpong;
pub(crate) mod review;
pub(crate) mod serve;
pub(crate) mod suite;
