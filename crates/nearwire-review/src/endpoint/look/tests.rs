//! Endpoints made by hand, for the tests of checks: sound in every respect but the one that a test changes.

use super::*;

/// The user that serves.
pub(crate) const SERVER: u32 = 65_534;
/// Somebody else.
pub(crate) const OTHER: u32 = 4_242;

impl SocketFile {
    pub(crate) fn for_test() -> Self {
        Self {
            path: "/run/app/app.sock".into(),
            device: 1,
            inode: 2,
            mode: 0o600,
            uid: SERVER,
            gid: SERVER,
            has_acl: false,
        }
    }
}

impl Directory {
    pub(crate) fn for_test(path: &str, mode: u32, uid: u32) -> Self {
        Self { path: path.into(), mode, uid, gid: 0 }
    }
}

impl Process {
    pub(crate) fn for_test(pid: i32) -> Self {
        Self {
            id: ProcessId { pid, started: 1 },
            parent: 1,
            command: "app".to_owned(),
            program: Some("/usr/bin/app".into()),
            uid: SERVER,
            gid: SERVER,
            capabilities: 0,
            no_new_privileges: Some(true),
            seccomp: Some(2),
            descriptor_limit: Some(1024),
            descriptors: vec![Descriptor { number: 3, flags: 0o2_000_002 }],
            was_given_sockets: false,
        }
    }
}

impl Look {
    /// A server of mode 0600 in directories of root's.
    pub(crate) fn for_test() -> Self {
        let file = SocketFile::for_test();
        Self {
            name: "/run/app/app.sock".to_owned(),
            address: Address::try_from(file.path.as_path()).unwrap(),
            socket: Some(Socket {
                inode: 77,
                kind: SocketKind::Stream,
                listening: true,
                waiting: 0,
                backlog: 128,
            }),
            file: Some(file),
            directories: ["/", "/run", "/run/app"].map(|path| Directory::for_test(path, 0o755, 0)).to_vec(),
            processes: vec![Process::for_test(10)],
            channels: Vec::new(),
            units: Vec::new(),
            baseline: None,
            bound_elsewhere: false,
            stranger_is_served: None,
            incomplete: Vec::new(),
        }
    }

    pub(crate) fn with_mode(mut self, mode: u32) -> Self {
        self.file = Some(SocketFile { mode, ..SocketFile::for_test() });
        self
    }

    /// The same at an abstract name.
    pub(crate) fn without_file(mut self) -> Self {
        (self.file, self.name, self.directories) = (None, "@app".to_owned(), Vec::new());
        self
    }

    /// The same where the processes cannot be seen.
    pub(crate) fn without_processes(mut self) -> Self {
        self.processes.clear();
        self
    }
}

#[test]
fn a_stat_line_is_as_ls_shows_it() {
    let line = |mode| Directory::for_test("/d", mode, 0).stat_line();
    assert_eq!(line(0o1777), "drwxrwxrwt root root /d");
    assert_eq!(line(0o2750), "drwxr-s--- root root /d");
    assert_eq!(line(0o4600), "drwS------ root root /d");
    let file = SocketFile { mode: 0o222, uid: 0, gid: 0, ..SocketFile::for_test() };
    assert_eq!(file.stat_line(), "s-w--w--w- root root /run/app/app.sock");
}

#[test]
fn others_reach_it_by_mode_or_as_owner_of_the_file() {
    assert!(!Look::for_test().is_open_to_others());
    assert!(Look::for_test().with_mode(0o666).is_open_to_others());
    assert!(Look::for_test().without_file().is_open_to_others());
    let mut given = Look::for_test();
    given.file = Some(SocketFile { uid: OTHER, ..SocketFile::for_test() });
    assert!(given.is_open_to_others());
}
