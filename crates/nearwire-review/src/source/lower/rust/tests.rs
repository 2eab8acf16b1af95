mod expressions;
mod hostile;
mod items;
mod macros;
mod statements;

use super::file;
use crate::source::model::{File, dump};

fn read(text: &str) -> File {
    file("a.rs".into(), text.to_owned()).unwrap()
}

/// What a function does that has this body.
fn body(text: &str) -> String {
    let file = read(&format!("fn f() {{ {text} }}"));
    assert!(!file.has_errors, "{text}");
    let block = dump::block(&file.functions[0].body);
    block[1..block.len() - 1].to_owned()
}
