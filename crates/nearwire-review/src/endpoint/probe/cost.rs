//! What a review cost the endpoint.

use std::fmt;

use crate::endpoint::look::ProcessId;

/// Connections made and bytes sent, and how the server was before and after.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) connections: u64,
    pub(crate) bytes: u64,
    pub(crate) before: Option<ProcessId>,
    pub(crate) after: Option<ProcessId>,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.connections == 1 { "" } else { "s" };
        write!(f, "{} connection{plural} made, {} bytes sent", self.connections, self.bytes)?;
        match (self.before, self.after) {
            (Some(before), Some(after)) if before == after => {
                write!(f, ", pid {} with start time {} before and after", before.pid, before.started)
            }
            (Some(before), Some(after)) => write!(
                f,
                ", pid {} with start time {} before, {} with {} after",
                before.pid, before.started, after.pid, after.started
            ),
            (Some(before), None) => {
                write!(f, ", pid {} with start time {} is gone", before.pid, before.started)
            }
            (None, _) => Ok(()),
        }
    }
}
