//! Where the resources of one server and its clients are: all have a prefix that is made from PATH.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use common::{Result, While as _};
use iceoryx2::config::Config;
use iceoryx2::prelude::*;
use iceoryx2::service::builder::Builder;

pub(crate) struct Names {
    prefix: String,
    config: Config,
}

impl Names {
    pub(crate) fn new(path: &Path, peer: &str) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        (std::path::absolute(path).during("path")?, peer).hash(&mut hasher);
        let prefix = format!("nearwire_{:016x}_", hasher.finish());
        let mut config = Config::default(); // whatever this machine's files say
        config.global.prefix = FileName::new(prefix.as_bytes()).during("prefix")?;
        Ok(Self { prefix, config })
    }

    /// Removes what dead nodes left behind, too.
    pub(crate) fn node(&self) -> Result<Node<ipc::Service>> {
        NodeBuilder::new().config(&self.config).create().during("create a node")
    }

    /// The library keeps one file for all nodes, and its directories, for ever. The last node takes them away.
    pub(crate) fn tidy(&self) {
        let mut nodes = 0;
        let listed = Node::<ipc::Service>::list(&self.config, |_| {
            nodes += 1;
            CallbackProgression::Continue
        });
        if listed.is_err() || nodes > 0 {
            return;
        }
        let ours = |name: &OsStr| name.to_string_lossy().starts_with(&self.prefix);
        for entry in fs::read_dir("/dev/shm").into_iter().flatten().flatten() {
            if ours(&entry.file_name()) {
                let _ = fs::remove_file(entry.path());
            }
        }
        let root = self.config.global.root_path().to_string();
        for directory in ["services", "nodes", ""] {
            let _ = fs::remove_dir(Path::new(&root).join(directory)); // not when others use it
        }
    }
}

/// Where clients ask the server.
pub(crate) const CONTROL: &str = "control";
/// What wakes the server.
pub(crate) const SERVER: &str = "server";

/// The service called `name`.
pub(crate) fn service(node: &Node<ipc::Service>, name: &str) -> Result<Builder<ipc::Service>> {
    Ok(node.service_builder(&ServiceName::new(name).during("name")?))
}

/// What wakes the client of `session`.
pub(crate) fn client(session: u64) -> String {
    format!("{session}/client")
}

/// The two services of connection `c`: to the server, and back.
pub(crate) fn connection(session: u64, c: usize) -> [String; 2] {
    [format!("{session}/{c}/there"), format!("{session}/{c}/back")]
}
