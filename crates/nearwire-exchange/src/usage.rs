//! CPU time and context switches of threads and processes, as `/proc` tells them (see `proc(5)`).
//!
//! They say who was the bottleneck. Processes and threads come and go while they are looked at; one that has just
//! vanished is left out.

use procfs::FromRead;
use procfs::process::{Process, Stat, Status, Task};
use rustix::time::ClockId;
use std::collections::HashMap;
use std::iter::Sum;
use std::ops::Add;
use std::time::Duration;

#[cfg(test)]
mod tests;

/// Linux keeps this many bytes of a thread's name (`TASK_COMM_LEN` less the final zero).
const COMM_BYTES: usize = 15;

/// What threads have consumed since they began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Time on a processor, in user space and in the kernel.
    pub cpu: Duration,
    /// How much of that time they looked for something to do, before they slept ([`Spin`](nearwire::Spin)); zero where
    /// that is not known. It is counted by the event loops: `/proc` knows nothing of it.
    pub spun: Duration,
    /// Times they gave up the processor to wait for something.
    pub voluntary_switches: u64,
    /// Times the processor was taken from them.
    pub involuntary_switches: u64,
}

impl Usage {
    /// What the calling thread has consumed. `None` if `/proc` cannot be read.
    #[must_use]
    pub fn of_this_thread() -> Option<Self> {
        let cpu = rustix::time::clock_gettime(ClockId::ThreadCPUTime).try_into().ok()?;
        let status = Status::from_file("/proc/thread-self/status").ok()?;
        Some(Self::new(cpu, &status))
    }

    /// What the threads of this process whose name begins with `prefix` have consumed, to the nanosecond. Names
    /// count up to their 15th byte, which is all that Linux keeps. `None` if `/proc` cannot be read; nothing if
    /// there are no such threads.
    #[must_use]
    pub fn of_threads_named(prefix: &str) -> Option<Self> {
        let prefix = prefix.get(..prefix.floor_char_boundary(COMM_BYTES)).unwrap_or(prefix);
        let tasks = Process::myself().ok()?.tasks().ok()?;
        let named = |task: &Task| task.stat().is_ok_and(|stat| stat.comm.starts_with(prefix));
        Some(tasks.flatten().filter(named).filter_map(|task| Self::of_task(&task)).sum())
    }

    /// What process `pid` and all its descendants have consumed: a server may start a process per connection.
    ///
    /// Exited threads, and exited descendants that were waited for, count with their CPU time in clock ticks
    /// (normally 10 ms), but no longer with their switches. `None` if there is no such process or it cannot be read.
    #[must_use]
    pub fn of_process_tree(pid: i32) -> Option<Self> {
        let root = Self::of_process(pid)?;
        Some(root + descendants(pid).into_iter().filter_map(Self::of_process).sum())
    }

    /// What was consumed since `earlier`. What seems to have decreased, because a thread has ended, is 0.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            spun: self.spun.saturating_sub(earlier.spun),
            voluntary_switches: self.voluntary_switches.saturating_sub(earlier.voluntary_switches),
            involuntary_switches: self.involuntary_switches.saturating_sub(earlier.involuntary_switches),
        }
    }

    /// The same, of which so much was spent looking for something to do.
    #[must_use]
    pub fn with_spun(self, spun: Duration) -> Self {
        Self { spun, ..self }
    }

    /// One process. The sum over its tasks is exact but forgets tasks that have ended; the time of the process is
    /// rounded down but remembers them. Neither is ever too much, so the larger is the better.
    fn of_process(pid: i32) -> Option<Self> {
        let process = Process::new(pid).ok()?;
        let stat = process.stat().ok()?;
        let tasks: Self = process.tasks().ok()?.flatten().filter_map(|task| Self::of_task(&task)).sum();
        let waited_for = stat.cutime.saturating_add(stat.cstime);
        let waited_for = ticks(u64::try_from(waited_for).unwrap_or_default());
        Some(Self { cpu: tasks.cpu.max(own_ticks(&stat)).saturating_add(waited_for), ..tasks })
    }

    /// One task. Kernels without scheduler statistics tell the time in clock ticks only.
    fn of_task(task: &Task) -> Option<Self> {
        let cpu = match task.schedstat() {
            Ok(schedstat) => Duration::from_nanos(schedstat.sum_exec_runtime),
            Err(_) => own_ticks(&task.stat().ok()?),
        };
        Some(Self::new(cpu, &task.status().ok()?))
    }

    fn new(cpu: Duration, status: &Status) -> Self {
        Self {
            cpu,
            spun: Duration::ZERO,
            voluntary_switches: status.voluntary_ctxt_switches.unwrap_or_default(),
            involuntary_switches: status.nonvoluntary_ctxt_switches.unwrap_or_default(),
        }
    }
}

impl Add for Usage {
    type Output = Self;

    /// What both have consumed together, saturating.
    fn add(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_add(other.cpu),
            spun: self.spun.saturating_add(other.spun),
            voluntary_switches: self.voluntary_switches.saturating_add(other.voluntary_switches),
            involuntary_switches: self.involuntary_switches.saturating_add(other.involuntary_switches),
        }
    }
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::default(), Self::add)
    }
}

/// The threads of this process and of all its descendants. `None` if there is no such process or it cannot be read.
pub(crate) fn threads_of_process_tree(pid: i32) -> Option<Vec<i32>> {
    let threads = |pid| Some(Process::new(pid).ok()?.tasks().ok()?.flatten().map(|task| task.tid).collect());
    let mut all: Vec<i32> = threads(pid)?;
    all.extend(descendants(pid).into_iter().filter_map(threads).flatten());
    Some(all)
}

/// The processes below `pid`, at any depth.
fn descendants(pid: i32) -> Vec<i32> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for stat in procfs::process::all_processes().into_iter().flatten().flatten().filter_map(|p| p.stat().ok())
    {
        children.entry(stat.ppid).or_default().push(stat.pid);
    }
    below(pid, children)
}

/// Walks down a family tree. Each family is taken out when it is visited: the processes were read one after the
/// other, so reused numbers might describe a circle.
fn below(pid: i32, mut children: HashMap<i32, Vec<i32>>) -> Vec<i32> {
    let mut found = Vec::new();
    let mut open = vec![pid];
    while let Some(parent) = open.pop() {
        let family = children.remove(&parent).unwrap_or_default();
        found.extend(family.iter().copied().filter(|child| *child != pid));
        open.extend(family);
    }
    found
}

/// User and system time of a process or task, without children.
fn own_ticks(stat: &Stat) -> Duration {
    ticks(stat.utime.saturating_add(stat.stime))
}

fn ticks(ticks: u64) -> Duration {
    let per_second = procfs::ticks_per_second().max(1);
    let nanos_per_tick = 1_000_000_000 / per_second;
    Duration::from_secs(ticks / per_second) + Duration::from_nanos(ticks % per_second * nanos_per_tick)
}
