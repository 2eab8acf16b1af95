use super::*;

const X86: &str = "processor\t: 0\nmodel\t\t: 207\nmodel name\t: Intel(R) Xeon(R) Processor\n\
                   flags\t\t: fpu hypervisor lm\n\nprocessor\t: 1\nmodel name\t: Other\n";

fn machine() -> Machine {
    Machine {
        cpu_model: cpu_model(X86),
        logical_cpus: Some(2),
        kernel: "6.18.44".to_owned(),
        architecture: "x86_64".to_owned(),
        hypervisor: Some("KVM".to_owned()),
        memory_bytes: None,
        governor: None,
        mitigations: None,
    }
}

#[test]
fn this_machine_is_detected() {
    let machine = Machine::detect();
    assert_eq!(machine.architecture, std::env::consts::ARCH);
    assert!(!machine.kernel.is_empty());
    assert!(machine.memory_bytes.is_some_and(|bytes| bytes > 0));
    assert_eq!(machine, Machine::detect());
    assert_eq!(machine.to_string().lines().count(), 1);
}

#[test]
fn a_machine_is_one_line() {
    assert_eq!(machine().to_string(), "2 × Intel(R) Xeon(R) Processor (KVM) · Linux 6.18.44");
    let unknown = Machine { cpu_model: None, logical_cpus: None, hypervisor: None, ..machine() };
    assert_eq!(unknown.to_string(), "unknown x86_64 processor · Linux 6.18.44");
    let unnamed = Machine { hypervisor: Some("unknown".to_owned()), ..machine() };
    assert_eq!(unnamed.to_string(), "2 × Intel(R) Xeon(R) Processor (virtual) · Linux 6.18.44");
}

#[test]
fn fields_are_found_by_their_whole_name() {
    assert_eq!(field(X86, "model").map(str::trim), Some("207"));
    assert_eq!(cpu_model("Model\t\t: Raspberry Pi 4\n"), Some("Raspberry Pi 4".to_owned()));
    assert_eq!(cpu_model("model name\t:\n"), None);
    assert_eq!(cpu_model(""), None);
    assert!(Traces::read(Some(X86)).flag);
    assert!(!Traces::read(Some("flags : hypervisors")).flag);
    assert!(!Traces::read(None).flag);
}

#[test]
fn lists_are_counted() {
    let cases = [("0", Some(1)), ("0-1\n", Some(2)), ("0-3,8-11,15", Some(9))];
    let broken = [("", None), ("a", None), ("3-1", None), ("0-4294967295", None), ("0,", None), ("-1", None)];
    for (list, count) in cases.into_iter().chain(broken) {
        assert_eq!(count_of_list(list), count, "{list:?}");
    }
}

#[test]
fn hypervisors_are_recognised_by_their_traces() {
    let some = |text: &str| Some(text.to_owned());
    let guest = || Traces { flag: true, ..Traces::default() };
    let clocks = |names| Traces { clocks: some(names), ..guest() };
    assert_eq!(hypervisor(&Traces::default()), None);
    assert_eq!(hypervisor(&guest()), some("unknown"));
    assert_eq!(hypervisor(&clocks("tsc kvm-clock ")), some("KVM"));
    assert_eq!(hypervisor(&clocks("hyperv_clocksource_tsc_page")), some("Hyper-V"));
    assert_eq!(hypervisor(&clocks("tsc")), some("unknown"));
    assert_eq!(hypervisor(&Traces { hypervisor_type: some("xen"), ..clocks("tsc") }), some("Xen"));
    assert_eq!(hypervisor(&Traces { vendor: some("VMware, Inc."), ..guest() }), some("VMware, Inc."));
    let real = |vendor| Traces { vendor: some(vendor), ..Traces::default() };
    assert_eq!(hypervisor(&real("Dell Inc.")), None);
    assert_eq!(hypervisor(&real("QEMU")), some("QEMU"));
}

#[test]
fn mitigations_are_summed_up() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(mitigations(dir.path()), Some("0 mitigated, open: none".to_owned()));
    for (name, state) in
        [("a", "Not affected"), ("b", "Mitigation: x"), ("d", "Vulnerable"), ("c", "Vulnerable: y")]
    {
        std::fs::write(dir.path().join(name), state).unwrap();
    }
    assert_eq!(mitigations(dir.path()), Some("1 mitigated, open: c d".to_owned()));
    assert_eq!(mitigations(&dir.path().join("none")), None);
}

#[test]
fn pillar_707_neutralization_texts_are_short_and_printable() {
    assert_eq!(clean(" a\u{1b}[2Jb\n"), "a[2Jb");
    assert_eq!(clean(&"x".repeat(10_000)).len(), TEXT_CHARS);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("endless");
    std::fs::write(&path, vec![0xff; 200_000]).unwrap();
    assert!(read(&path).is_some_and(|text| text.chars().count() <= 65_536));
    assert_eq!(read(dir.path()), None);
    assert_eq!(read_line(dir.path().join("missing")), None);
}
