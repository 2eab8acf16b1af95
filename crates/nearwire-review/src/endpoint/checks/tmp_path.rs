use super::Passive;
use crate::Fix;
use crate::endpoint::judge::{Draft, Judgement, quoted_path};
use crate::endpoint::look::Look;
use crate::source::checks::tmp_path::CHECK as SHARED;

pub(super) const CHECK: Passive = Passive { check: &SHARED, judge };

const STICKY_AND_WRITABLE: u32 = 0o1002;

fn judge(look: &Look) -> Judgement {
    let Some(file) = &look.file else { return Judgement::without_file() };
    let parent = file.path.parent();
    let shared = look.directories.iter().find(|directory| {
        Some(directory.path.as_path()) == parent
            && directory.mode & STICKY_AND_WRITABLE == STICKY_AND_WRITABLE
    });
    let Some(directory) = shared else { return Judgement::pass() };
    Draft::of(
        &look.name,
        &SHARED,
        "any user can take this name while the server is down, and clients will talk to them",
        directory.stat_line(),
    )
    .seen(file.stat_line())
    .finish(
        format!("ls -ld {} {}", quoted_path(&directory.path), quoted_path(&file.path)),
        Fix::advice(
            "Put it below /run or $XDG_RUNTIME_DIR, in a directory of the server's own with mode 0700.",
        )
        .with_example("[Service]\nRuntimeDirectory=app\nRuntimeDirectoryMode=0700"),
    )
    .into()
}

#[cfg(test)]
mod tests;
