//! What the server's processes use.

use std::time::Duration;

use procfs::process::Process;

use crate::endpoint::look::ProcessId;

/// Sums over the processes that hold the socket. One that has ended counts no more.
#[derive(Clone, Debug)]
pub(crate) struct Usage(Vec<ProcessId>);

impl Usage {
    pub(crate) fn of(processes: Vec<ProcessId>) -> Self {
        Self(processes)
    }

    /// How many descriptors they have; `None` where that may not be seen.
    pub(crate) fn descriptors(&self) -> Option<u64> {
        self.sum(|process| Some(u64::try_from(process.fd_count().ok()?).unwrap_or(u64::MAX)))
    }

    /// Their time on a processor.
    pub(crate) fn processor(&self) -> Option<Duration> {
        let ticks = self.sum(|process| {
            let stat = process.stat().ok()?;
            Some(stat.utime.saturating_add(stat.stime))
        })?;
        Some(Duration::from_millis(ticks.saturating_mul(1000) / procfs::ticks_per_second().max(1)))
    }

    /// The memory that is theirs alone and was written to, in bytes.
    pub(crate) fn dirty(&self) -> Option<u64> {
        self.sum(|process| {
            let rollup = process.smaps_rollup().ok()?;
            let map = rollup.memory_map_rollup.iter().next()?;
            map.extension.map.get("Private_Dirty").copied()
        })
    }

    /// Address space and resident memory, in bytes.
    pub(crate) fn memory(&self) -> Option<(u64, u64)> {
        let address_space = self.sum(|process| Some(process.stat().ok()?.vsize))?;
        let pages = self.sum(|process| Some(process.stat().ok()?.rss))?;
        Some((address_space, pages.saturating_mul(procfs::page_size())))
    }

    /// Adds up what is seen of those that are still the same; `None` where not one can be seen.
    fn sum(&self, look: impl Fn(&Process) -> Option<u64>) -> Option<u64> {
        let still = self.0.iter().filter(|id| ProcessId::now(id.pid) == Some(**id));
        let seen: Vec<u64> = still.filter_map(|id| look(&Process::new(id.pid).ok()?)).collect();
        (!seen.is_empty()).then(|| seen.iter().fold(0, |sum: u64, each| sum.saturating_add(*each)))
    }
}
