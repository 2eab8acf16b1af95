//! The machine a result was measured on. Results of different machines are not comparable, so every result names
//! its own; what cannot be found out is left open and never an error.

use procfs::Current;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

#[cfg(test)]
mod tests;

/// Where Linux describes each known weakness of the processor, one file each.
const VULNERABILITIES: &str = "/sys/devices/system/cpu/vulnerabilities";
/// Longest text kept about anything, in characters.
const TEXT_CHARS: usize = 128;
/// Most bytes read of any one file. The first processor, which is all that is looked at, needs about 1.5 KiB.
const FILE_BYTES: u64 = 64 * 1024;

/// What identifies a machine for the purpose of comparing results.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Machine {
    /// The processor, as `/proc/cpuinfo` names it.
    pub cpu_model: Option<String>,
    /// Processors that are online.
    pub logical_cpus: Option<u32>,
    /// The release of the kernel, such as `6.18.44`, as `uname` tells it.
    pub kernel: String,
    /// The architecture, such as `x86_64`, as `uname` tells it.
    pub architecture: String,
    /// What the machine is a guest of, such as `KVM`; `unknown` if it is a guest of something unnamed. `None` if it
    /// is none, or does not know.
    pub hypervisor: Option<String>,
    /// Memory the kernel can use, in bytes.
    pub memory_bytes: Option<u64>,
    /// How the first processor chooses its frequency, such as `performance`.
    pub governor: Option<String>,
    /// Weaknesses of the processor: how many the kernel mitigates, and which are left open.
    pub mitigations: Option<String>,
}

impl Machine {
    /// Looks at the machine this runs on.
    #[must_use]
    pub fn detect() -> Self {
        let cpuinfo = read("/proc/cpuinfo");
        let uname = rustix::system::uname();
        Self {
            cpu_model: cpuinfo.as_deref().and_then(cpu_model),
            logical_cpus: read("/sys/devices/system/cpu/online").as_deref().and_then(count_of_list),
            kernel: clean(&uname.release().to_string_lossy()),
            architecture: clean(&uname.machine().to_string_lossy()),
            hypervisor: hypervisor(&Traces::read(cpuinfo.as_deref())),
            memory_bytes: procfs::Meminfo::current().ok().map(|memory| memory.mem_total),
            governor: read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
            mitigations: mitigations(Path::new(VULNERABILITIES)),
        }
    }
}

impl fmt::Display for Machine {
    /// One line, such as `2 × Intel(R) Xeon(R) Processor (KVM) · Linux 6.18.44`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(cpus) = self.logical_cpus {
            write!(f, "{cpus} × ")?;
        }
        match &self.cpu_model {
            Some(model) => f.write_str(model)?,
            None => write!(f, "unknown {} processor", self.architecture)?,
        }
        match self.hypervisor.as_deref() {
            Some("unknown") => f.write_str(" (virtual)")?,
            Some(hypervisor) => write!(f, " ({hypervisor})")?,
            None => {}
        }
        write!(f, " · Linux {}", self.kernel)
    }
}

/// Where a hypervisor leaves traces in a guest.
#[derive(Default)]
struct Traces {
    /// The processor has the flag `hypervisor`: true of every guest on x86, unknown elsewhere.
    flag: bool,
    /// `/sys/hypervisor/type`, present under Xen.
    hypervisor_type: Option<String>,
    /// The clocks of the kernel, some of which only a certain hypervisor offers.
    clocks: Option<String>,
    /// The maker of the machine, according to its firmware.
    vendor: Option<String>,
}

impl Traces {
    fn read(cpuinfo: Option<&str>) -> Self {
        Self {
            flag: cpuinfo
                .and_then(|text| field(text, "flags"))
                .is_some_and(|flags| flags.split_whitespace().any(|flag| flag == "hypervisor")),
            hypervisor_type: read_line("/sys/hypervisor/type"),
            clocks: read_line("/sys/devices/system/clocksource/clocksource0/available_clocksource"),
            vendor: read_line("/sys/class/dmi/id/sys_vendor"),
        }
    }
}

fn hypervisor(traces: &Traces) -> Option<String> {
    let named = match traces.hypervisor_type.as_deref() {
        Some("xen") => Some("Xen".to_owned()),
        other => other.map(str::to_owned),
    };
    let by_clock = traces.clocks.as_deref().and_then(hypervisor_of_clocks).map(str::to_owned);
    let found = named.or(by_clock);
    if traces.flag {
        return found.or_else(|| traces.vendor.clone()).or_else(|| Some("unknown".to_owned()));
    }
    // Real machines have vendors, too. Only this one makes nothing but guests.
    found.or_else(|| traces.vendor.clone().filter(|vendor| vendor == "QEMU"))
}

fn hypervisor_of_clocks(clocks: &str) -> Option<&'static str> {
    clocks.split_whitespace().find_map(|clock| match clock {
        "kvm-clock" => Some("KVM"),
        "xen" => Some("Xen"),
        _ => clock.starts_with("hyperv").then_some("Hyper-V"),
    })
}

/// The name of the first processor. Which field holds it depends on the architecture.
fn cpu_model(cpuinfo: &str) -> Option<String> {
    ["model name", "Model", "cpu", "cpu model", "uarch"]
        .iter()
        .find_map(|name| field(cpuinfo, name))
        .map(clean)
}

/// The first `name : value` of a text of such lines, if the value is not empty.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, value)| found.trim() == name && !value.trim().is_empty())
        .map(|(_, value)| value)
}

/// How many numbers a list such as `0-3,8` names.
fn count_of_list(list: &str) -> Option<u32> {
    list.trim().split(',').try_fold(0_u32, |count, range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        count.checked_add(last.checked_sub(first)?.checked_add(1)?)
    })
}

/// Sums up a directory with one file per weakness, each beginning `Not affected`, `Mitigation` or `Vulnerable`.
fn mitigations(directory: &Path) -> Option<String> {
    let mut mitigated = 0_u32;
    let mut open = Vec::new();
    for entry in directory.read_dir().ok()?.flatten() {
        let state = read_line(entry.path()).unwrap_or_default();
        if state.contains("Vulnerable") {
            open.push(entry.file_name().to_string_lossy().into_owned());
        } else if state.contains("Mitigation") {
            mitigated += 1;
        }
    }
    open.sort_unstable();
    let open = if open.is_empty() { "none".to_owned() } else { open.join(" ") };
    Some(clean(&format!("{mitigated} mitigated, open: {open}")))
}

fn read_line(path: impl AsRef<Path>) -> Option<String> {
    read(path).map(|text| clean(&text)).filter(|text| !text.is_empty())
}

fn read(path: impl AsRef<Path>) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(FILE_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A text that can be printed on one line: short, and without control characters.
fn clean(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(TEXT_CHARS).collect()
}
