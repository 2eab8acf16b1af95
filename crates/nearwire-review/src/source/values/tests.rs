#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::source::model::Language;
use crate::source::testing::with_unit;

/// The first argument of the call of `name`, and the function it stands in.
fn argument<'u, 'a>(unit: &'u Unit<'a>, name: &str) -> (&'u Body<'a>, &'a Expression) {
    let mut all = unit.bodies.iter().flat_map(|body| body.calls().map(move |(_, call)| (body, call)));
    let (body, call) = all.find(|(_, call)| call.name == name).unwrap();
    (body, call.arguments.first().unwrap())
}

#[test]
fn a_text_is_followed_through_variables_constants_and_formats() {
    let code = r#"
        #define DIRECTORY "/run/app"
        static const char *const NAME = "app.sock";
        void f(void) {
            char path[108];
            struct sockaddr_un addr;
            snprintf(path, sizeof path, "%s/%s", DIRECTORY, NAME);
            strncpy(addr.sun_path, path, sizeof addr.sun_path - 1);
            use(addr.sun_path);
        }"#;
    with_unit(Language::C, code, |unit| {
        let (body, path) = argument(unit, "use");
        assert_eq!(unit.texts(body, path), ["/run/app/app.sock"]);
    });
}

#[test]
fn a_text_is_followed_through_rust_paths() {
    let code = r#"
        const NAME: &str = "app.sock";
        fn f(user: &str) {
            let path = std::env::temp_dir().join(format!("{user}-{}", 1)).join(NAME);
            bind(&path);
        }"#;
    with_unit(Language::Rust, code, |unit| {
        let (body, path) = argument(unit, "bind");
        assert_eq!(unit.texts(body, path), ["/tmp/{}-{}/app.sock"]);
    });
}

#[test]
fn members_are_one_place_in_all_methods() {
    let code = r#"
        class Server { int m_fd; void open(); void close(); };
        void Server::open() { m_fd = socket(AF_UNIX, SOCK_STREAM, 0); }
        void Server::close() { shut(this->m_fd); int other = 1; local(other); }"#;
    with_unit(Language::Cpp, code, |unit| {
        let (body, fd) = argument(unit, "shut");
        let place = unit.place(body, fd).unwrap();
        assert_eq!(place, Place { scope: Scope::Member("Server".to_owned()), path: "m_fd".to_owned() });
        assert_eq!(unit.definitions(body, &place).len(), 1);
        assert_eq!(unit.family(body, fd), Family::Local);
        let (body, other) = argument(unit, "local");
        assert_eq!(unit.place(body, other).unwrap().scope, Scope::Local);
    });
}

#[test]
fn the_family_of_an_accepted_socket_is_that_of_its_listener() {
    let code = "
        fn f() {
            let listener = UnixListener::bind(path)?;
            let tcp = TcpListener::bind(address)?;
            loop { let (stream, _) = listener.accept()?; local(&stream); let (other, _) = tcp.accept()?; net(&other); unknown(x); }
        }";
    with_unit(Language::Rust, code, |unit| {
        let family = |name| {
            let (body, argument) = argument(unit, name);
            unit.family(body, argument)
        };
        assert_eq!(family("local"), Family::Local);
        assert_eq!(family("net"), Family::Network);
        assert_eq!(family("unknown"), Family::Unknown);
    });
}

#[test]
fn a_place_contains_its_parts_only() {
    let place = |path: &str| Place { scope: Scope::Local, path: path.to_owned() };
    assert!(place("addr").contains(&place("addr.sun_path")));
    assert!(place("fds").contains(&place("fds[]")));
    assert!(!place("addr").contains(&place("address")));
    assert!(!place("addr.sun_path").contains(&place("addr")));
}

#[test]
fn blocks_that_leave_are_told_from_those_that_go_on() {
    let code = "int f(int x) { if (x) { log(); return 1; } if (x) { log(); } if (x) { exit(1); } if (x) { if (x) return 1; else return 2; } return 0; }";
    with_unit(Language::C, code, |unit| {
        let blocks =
            unit.file.functions[0].body.statements.iter().filter_map(|statement| match &statement.kind {
                StatementKind::If { then, .. } => Some((leaves(then), ends_program(then))),
                _ => None,
            });
        assert_eq!(blocks.collect::<Vec<_>>(), [(true, false), (false, false), (true, true), (true, false)]);
    });
}

#[test]
fn what_is_tested_later_is_found() {
    let code = "void f(int s) { int r = bind(s, a, n); int q = listen(s, 1); log(q); if (r < 0) return; }";
    with_unit(Language::C, code, |unit| {
        let body = &unit.bodies[0];
        let place = |path: &str| Place { scope: Scope::Local, path: path.to_owned() };
        let first = body.sites()[0];
        assert!(unit.is_tested_after(body, &place("r"), first));
        assert!(!unit.is_tested_after(body, &place("q"), first));
    });
}

#[test]
fn what_an_arm_binds_comes_from_what_is_matched() {
    let code = "
        fn f(path: &Path) {
            let listener = match UnixListener::bind(path) {
                Ok(made) => made,
                Err(error) => return tell(error),
            };
            take(listener);
        }";
    with_unit(Language::Rust, code, |unit| {
        for name in ["take", "tell"] {
            let (body, value) = argument(unit, name);
            let origins = unit.origins(body, value);
            let (_, bind) = origins.last().unwrap();
            assert_eq!(unit.file.slice(bind.span), "UnixListener::bind(path)");
        }
        let (body, listener) = argument(unit, "take");
        assert_eq!(unit.family(body, listener), Family::Local);
    });
}

#[test]
fn a_declaration_hides_the_one_before() {
    let code = "
        fn open(address: SocketAddr) -> io::Result<TcpListener> { todo!() }
        fn f(path: &Path, address: SocketAddr) -> io::Result<()> {
            let listener = open(address).context(address)?;
            first(listener);
            let listener = UnixListener::bind(path).context(path)?;
            second(listener);
        }";
    with_unit(Language::Rust, code, |unit| {
        let family = |name: &str| {
            let (body, listener) = argument(unit, name);
            unit.family(body, listener)
        };
        assert_eq!((family("first"), family("second")), (Family::Network, Family::Local));
    });
}
