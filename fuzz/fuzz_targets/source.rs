//! Any bytes are read as source code in three languages, and reviewed with all checks.

#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nearwire_review::source::model::{Function, Language};
use nearwire_review::source::walk::Body;
use nearwire_review::source::{self, Options, lower};

/// A directory of this process alone, in memory where there is one.
static DIRECTORY: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let directory = base.join(format!("nearwire-fuzz-{}", std::process::id()));
    fs::create_dir_all(&directory).expect("a directory for the file");
    directory
});

fuzz_target!(|bytes: &[u8]| {
    for (language, name) in [(Language::C, "a.c"), (Language::Cpp, "a.cpp"), (Language::Rust, "a.rs")] {
        if let Ok(file) = lower::file(name.into(), language, bytes) {
            file.functions.iter().for_each(|function: &Function| drop(Body::of(function)));
        }
        let path = DIRECTORY.join(name);
        fs::write(&path, bytes).expect("a file to review");
        if let Ok(report) = source::review(&[path], &Options::default()) {
            for finding in report.findings() {
                assert!(finding.location().region().is_some(), "{finding:?}");
            }
        }
    }
});
