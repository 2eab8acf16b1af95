//! CWE-284, access control: who may not come in, never does, and not a byte of it is read; clients check servers too.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::Path;

use nearwire::services::Echo;
use nearwire::{
    Address, BindError, Connect, ConnectError, Drain, Gid, Listener, Mode, Policy, RefusalCause,
    ServerThread, Uid,
};

use crate::support::puppet::Puppet;
use crate::support::{
    Event, NOBODY, PATIENCE, Watchdog, Watched, address, await_that, bind, chmod, connect, exchange, file_id,
    is_root_or_skip, mode_of, open_directory, patient, socket_in, sticky_directory,
};

/// A group that nobody is a member of, unless a test says so.
const GROUP: u32 = 54_321;

fn bind_for_everybody(address: &Address, policy: Policy) -> Listener {
    Listener::builder().policy(policy).mode(Mode::EVERYBODY).limits(patient()).bind(address).unwrap()
}

#[test]
fn a_peer_of_another_user_is_refused_before_a_byte_of_it_is_read() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    // Everybody gets through directory and mode: the policy alone protects.
    let listener = bind_for_everybody(&address, Policy::same_user());
    let mut stranger = Puppet::of_user(NOBODY);
    stranger.must(&format!("connect {}", path.display()));
    // The bytes lie there before the server so much as looks.
    stranger.must("send hello");

    let (service, events) = Watched::new(Echo);
    let server = ServerThread::spawn(listener, service).unwrap();
    assert_eq!(events.refused(), RefusalCause::Policy);
    assert!(stranger.ask("exchange more").starts_with("error"));

    exchange(&connect(&address), b"mine");
    let report = server.shutdown(Drain::within(PATIENCE)).unwrap();
    assert_eq!(report.refused(RefusalCause::Policy), 1);
    assert_eq!((report.refused_in_all(), report.served, report.received_bytes), (1, 1, 4));
    let received: Vec<Event> =
        events.so_far().into_iter().filter(|event| matches!(event, Event::Received(_))).collect();
    assert_eq!(received, [Event::Received(4)], "the service saw the stranger's bytes");
}

#[test]
fn the_blocking_listener_refuses_another_user_too() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let listener = bind_for_everybody(&address, Policy::same_user());
    let mut stranger = Puppet::of_user(NOBODY);
    stranger.must(&format!("connect {}", path.display()));
    stranger.must("send hello");
    let _mine = connect(&address);
    let (_, peer) = listener.accept_within(PATIENCE).unwrap().expect("the second client may come in");
    assert_eq!((peer.uid(), peer.pid()), (Uid::current(), i32::try_from(std::process::id()).ok()));
    assert!(stranger.ask("exchange more").starts_with("error"));
}

#[test]
fn another_user_cannot_connect_at_all_with_the_default_mode() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let listener = Listener::builder().policy(Policy::anyone()).limits(patient()).bind(&address).unwrap();
    let mut stranger = Puppet::of_user(NOBODY);
    let answer = stranger.ask(&format!("connect {}", path.display()));
    assert!(answer.starts_with("error NotPermitted"), "{answer}");
    drop(listener);
}

#[test]
fn a_supplementary_group_is_admitted_and_its_absence_is_not() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let policy = Policy::same_user().or_group(Gid::new(GROUP));
    for everybody in [false, true] {
        let mut builder = Listener::builder().policy(policy.clone()).group(Gid::new(GROUP)).limits(patient());
        if everybody {
            builder = builder.mode(Mode::EVERYBODY); // then the policy alone decides
        }
        let server = ServerThread::spawn(builder.bind(&address).unwrap(), Echo).unwrap();

        let mut member = Puppet::new();
        member.must(&format!("become {NOBODY} 4 {GROUP}"));
        member.must(&format!("connect {}", path.display()));
        assert_eq!(member.must("exchange hello"), "hello");

        let mut stranger = Puppet::new();
        stranger.must(&format!("become {NOBODY} 4"));
        let answer = stranger.ask(&format!("connect {}", path.display()));
        if everybody {
            assert_eq!(answer, "ok");
            assert!(stranger.ask("exchange hello").starts_with("error"));
        } else {
            assert!(answer.starts_with("error NotPermitted"), "{answer}");
        }
        let report = server.shutdown(Drain::within(PATIENCE)).unwrap();
        assert_eq!((report.served, report.refused(RefusalCause::Policy)), (1, u64::from(everybody)));
    }
}

/// Lets servers and clients meet a private directory that somebody else prepared; says what they answer.
fn with_private_directory(prepare: impl FnOnce(&Path)) -> [String; 2] {
    let base = open_directory();
    prepare(&base.path().join("nearwire"));
    ["serve demo", "connect demo"]
        .map(|command| Puppet::builder().variable("XDG_RUNTIME_DIR", base.path()).spawn().ask(command))
}

#[test]
fn a_private_directory_squatted_by_another_user_is_not_used() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let answers = with_private_directory(|path| {
        fs::create_dir(path).unwrap();
        chmod(path, 0o700);
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    });
    for answer in answers {
        assert!(answer.starts_with("error Directory(Owner"), "{answer}");
    }
}

#[test]
fn a_private_directory_that_is_a_symbolic_link_is_not_used() {
    let _watchdog = Watchdog::new();
    let elsewhere = open_directory();
    let answers = with_private_directory(|path| symlink(elsewhere.path(), path).unwrap());
    for answer in answers {
        assert!(answer.starts_with("error Directory(NotADirectory"), "{answer}");
    }
    assert!(fs::read_dir(elsewhere.path()).unwrap().next().is_none());
}

#[test]
fn a_private_directory_that_others_may_write_to_is_not_used() {
    let _watchdog = Watchdog::new();
    for mode in [0o777, 0o770, 0o1777] {
        let answers = with_private_directory(|path| {
            fs::create_dir(path).unwrap();
            chmod(path, mode);
        });
        for answer in answers {
            assert!(answer.starts_with("error Directory(Writable"), "{mode:o}: {answer}");
        }
    }
}

#[test]
fn a_base_of_the_private_directory_that_others_control_is_not_used() {
    let _watchdog = Watchdog::new();
    let base = open_directory();
    chmod(base.path(), 0o777);
    let answer = Puppet::builder().variable("XDG_RUNTIME_DIR", base.path()).spawn().ask("serve demo");
    assert!(answer.starts_with("error Directory(Writable"), "{answer}");
    let answer = Puppet::builder().variable("XDG_RUNTIME_DIR", Path::new("run")).spawn().ask("serve demo");
    assert!(answer.starts_with("error Directory(NotAbsolute"), "{answer}");
}

#[test]
fn a_name_lives_in_a_directory_that_only_this_user_can_enter() {
    let _watchdog = Watchdog::new();
    // Bits that the umask takes are bits we need back, and those it leaves are not given to others.
    for umask in ["0000", "0022", "0077", "0777"] {
        let base = open_directory();
        let mut server = Puppet::builder().variable("XDG_RUNTIME_DIR", base.path()).spawn();
        server.must(&format!("umask {umask}"));
        server.must("serve demo");
        assert_eq!(mode_of(&base.path().join("nearwire")), 0o700, "umask {umask}");
        assert_eq!(mode_of(&base.path().join("nearwire/demo.sock")), 0o600, "umask {umask}");
        let mut client = Puppet::builder().variable("XDG_RUNTIME_DIR", base.path()).spawn();
        client.must("connect demo");
        assert_eq!(client.must("exchange hello"), "hello");
    }
}

#[test]
fn a_name_works_for_an_ordinary_user_whatever_the_umask() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    for umask in ["0000", "0077", "0777"] {
        let base = open_directory();
        chown(base.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        let mut server = Puppet::builder().user(NOBODY).variable("XDG_RUNTIME_DIR", base.path()).spawn();
        server.must(&format!("umask {umask}"));
        assert_eq!(server.ask("serve demo"), "ok", "umask {umask}");
        assert_eq!(mode_of(&base.path().join("nearwire")), 0o700, "umask {umask}");
    }
}

#[test]
fn a_server_of_another_user_gets_no_byte() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = sticky_directory();
    let (path, address) = socket_in(&directory);
    let mut impostor = Puppet::of_user(NOBODY);
    impostor.must(&format!("serve {} policy=anyone mode=0666", path.display()));

    match Connect::new().within(PATIENCE).to(&address) {
        Err(ConnectError::NotTrusted { server, .. }) => assert_eq!(server.uid(), Uid::new(NOBODY)),
        other => panic!("{other:?}"),
    }
    await_that("the impostor sees us go", || impostor.number("closed") == 1);
    assert_eq!(impostor.must("report"), "served=1 received=0 policy=0");
    // The same server is fine for whoever trusts it.
    let stream = Connect::new().trusting(Policy::users([Uid::new(NOBODY)])).to(&address).unwrap();
    exchange(&stream, b"hello");
}

#[test]
fn a_server_is_trusted_by_who_listens_not_by_whose_file_it_is() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = sticky_directory();
    let (path, address) = socket_in(&directory);
    let mut impostor = Puppet::of_user(NOBODY);
    impostor.must(&format!("serve {} policy=anyone mode=0666", path.display()));
    chown(&path, Some(0), Some(0)).unwrap();
    let refused = Connect::new().within(PATIENCE).to(&address);
    assert!(matches!(refused, Err(ConnectError::NotTrusted { .. })), "{refused:?}");
}

#[test]
fn a_socket_squatted_by_another_user_is_not_removed() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = sticky_directory();
    let (path, address) = socket_in(&directory);
    let mut squatter = Puppet::of_user(NOBODY);
    squatter.must(&format!("serve {} policy=anyone mode=0666", path.display()));
    squatter.kill();
    fs::remove_file(directory.path().join("demo.sock.lock")).unwrap();
    let squatted = file_id(&path);
    match Listener::bind(&address) {
        Err(BindError::NotOurs { owner, .. }) => assert_eq!(owner, Uid::new(NOBODY)),
        other => panic!("{other:?}"),
    }
    assert!(squatted.is_some());
    assert_eq!(file_id(&path), squatted);
}

#[test]
fn a_lock_squatted_by_another_user_is_not_trusted() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = sticky_directory();
    let (_, address) = socket_in(&directory);
    let lock = directory.path().join("demo.sock.lock");
    fs::write(&lock, "").unwrap();
    chmod(&lock, 0o666);
    chown(&lock, Some(NOBODY), Some(NOBODY)).unwrap();
    let squatted = file_id(&lock);
    match Listener::bind(&address) {
        Err(BindError::NotOurs { owner, .. }) => assert_eq!(owner, Uid::new(NOBODY)),
        // `fs.protected_regular` (proc_sys_fs(5)) lets nobody open such a file.
        Err(BindError::Io { source, .. }) => assert_eq!(source.kind(), std::io::ErrorKind::PermissionDenied),
        other => panic!("{other:?}"),
    }
    assert_eq!(file_id(&lock), squatted);
}

#[test]
fn a_directory_that_another_user_controls_is_not_used() {
    let _watchdog = Watchdog::new();
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    chmod(directory.path(), 0o777);
    let refused = Listener::bind(&address).map(drop).unwrap_err().to_string();
    assert!(refused.contains("may be written by others"), "{refused}");
    if is_root_or_skip() {
        chmod(directory.path(), 0o755);
        chown(directory.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        let refused = Listener::bind(&address).map(drop).unwrap_err().to_string();
        assert!(refused.contains("belongs to user 65534"), "{refused}");
    }
    assert_eq!(file_id(&path), None);
}

#[test]
fn an_abstract_name_is_protected_by_the_policy() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let name = format!("@nearwire-test-{}", std::process::id());
    let address: Address = name.parse().unwrap();
    let (service, events) = Watched::new(Echo);
    let server = ServerThread::spawn(bind(&address), service).unwrap();
    let mut stranger = Puppet::of_user(NOBODY);
    // The kernel lets everybody connect; whoever is not admitted then meets a closed connection.
    stranger.must(&format!("connect {name}"));
    assert_eq!(events.refused(), RefusalCause::Policy);
    assert!(stranger.ask("exchange hello").starts_with("error"));
    exchange(&connect(&address), b"hello");
    drop(server);
}

#[test]
fn modes_are_exact_whatever_the_umask_which_stays_as_it_is() {
    let _watchdog = Watchdog::new();
    let group = rustix::process::getegid().as_raw();
    for umask in ["0000", "0022", "0077", "0177", "0777"] {
        let directory = open_directory();
        let (path, _) = socket_in(&directory);
        let mut server = Puppet::new();
        server.must(&format!("umask {umask}"));
        for (options, mode) in [
            (String::new(), 0o600),
            (format!(" group={group}"), 0o660),
            (" mode=0666".to_owned(), 0o666),
            (" mode=0622".to_owned(), 0o622),
        ] {
            server.must(&format!("serve {}{options}", path.display()));
            assert_eq!(mode_of(&path), mode, "umask {umask}{options}");
            server.must("drop");
            assert_eq!(server.must(&format!("umask {umask}")), umask);
        }
    }
}

#[test]
fn the_group_of_the_file_is_the_one_asked_for() {
    let _watchdog = Watchdog::new();
    if !is_root_or_skip() {
        return;
    }
    let directory = open_directory();
    let (path, address) = socket_in(&directory);
    let policy = Policy::same_user().or_group(Gid::new(GROUP));
    let listener = Listener::builder().policy(policy).group(Gid::new(GROUP)).bind(&address).unwrap();
    let found = fs::symlink_metadata(&path).unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::gid(&found), GROUP);
    assert_eq!(mode_of(&path), 0o660);
    drop(listener);
}

#[test]
fn an_address_of_a_path_keeps_its_directory() {
    let directory = open_directory();
    let (path, expected) = socket_in(&directory);
    assert_eq!(address(&path), expected);
    assert_eq!(expected.path().unwrap(), Some(path));
}
