#![allow(clippy::unwrap_used)]

use crate::source::model::Language;
use crate::source::rule::Unit;
use crate::source::testing::with_unit;

/// Of every function: how many bindings it has, and what names them, as written.
fn names(unit: &Unit<'_>) -> Vec<(String, Vec<String>)> {
    let shown = |name: &&crate::source::model::Expression| unit.file.slice(name.span).to_owned();
    let of_each = unit.bodies.iter().flat_map(|body| {
        let bindings = unit.bindings_through(body).into_iter();
        bindings.map(|binding| (body.function.name.clone(), binding.names.iter().map(shown).collect()))
    });
    of_each.collect()
}

fn expected(pairs: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let owned = |(function, names): &(&str, &[&str])| {
        ((*function).to_owned(), names.iter().map(|name| (*name).to_owned()).collect())
    };
    pairs.iter().map(owned).collect()
}

#[test]
fn a_name_is_what_is_copied_to_sun_path_here_or_by_a_function() {
    let code = r#"
        static void fill(struct sockaddr_un *to, const char *from) { strcpy(to->sun_path, from); }
        int direct(int fd, const char *path) {
            struct sockaddr_un addr;
            snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
            return bind(fd, (struct sockaddr *)&addr, sizeof(addr));
        }
        int filled(int fd, const char *path) {
            struct sockaddr_un addr;
            fill(&addr, path);
            return bind(fd, (struct sockaddr *)&addr, sizeof(addr));
        }
        int handed(int fd) { return direct(fd, "/run/a"); }
        int remote(int fd, struct sockaddr_in *addr) { return bind(fd, (struct sockaddr *)addr, sizeof(*addr)); }
        "#;
    with_unit(Language::C, code, |unit| {
        let all: &[(&str, &[&str])] =
            &[("direct", &["path"]), ("filled", &["path"]), ("handed", &["\"/run/a\""])];
        assert_eq!(names(unit), expected(all));
    });
}

#[test]
fn a_name_of_rust_is_the_argument_or_what_made_the_address() {
    let code = r#"
        fn direct(path: &Path) { let _ = UnixListener::bind(path); }
        fn by_address(path: &Path) -> io::Result<UnixListener> {
            let address = SocketAddr::from_pathname(path)?;
            UnixListener::bind_addr(&address)
        }
        fn remote(address: &str) { let _ = TcpListener::bind(address); }
        "#;
    with_unit(Language::Rust, code, |unit| {
        assert_eq!(names(unit), expected(&[("direct", &["path"]), ("by_address", &["path"])]));
        assert!(unit.bodies.iter().flat_map(|body| unit.bindings(body)).all(|binding| binding.listens));
    });
}

#[test]
fn a_local_server_of_qt_is_known_by_its_type_or_where_it_is_made() {
    let code = r#"
        class Own : public QLocalServer { void open(const QString &name) { listen(name); } };
        void made() { auto *server = new QLocalServer; server->listen("made"); }
        void remote() { QTcpServer server; server.listen(QHostAddress::Any); }
        void other(Playlist &list) { list.listen("song"); }
        "#;
    with_unit(Language::Cpp, code, |unit| {
        assert_eq!(names(unit), expected(&[("open", &["name"]), ("made", &["\"made\""])]));
    });
}

#[test]
fn the_same_name_is_the_same_variable_sun_path_or_text() {
    let code = r#"
        #define PATH "/run/a"
        int f(int fd, const char *other) {
            struct sockaddr_un addr;
            strcpy(addr.sun_path, PATH);
            same(addr.sun_path); same(PATH); same("/run/a");
            different(other); different("/run/b");
            return bind(fd, (struct sockaddr *)&addr, sizeof(addr));
        }"#;
    with_unit(Language::C, code, |unit| {
        let body = unit.bodies.first().unwrap();
        let bindings = unit.bindings(body);
        let binding = bindings.first().unwrap();
        for (_, call) in body.calls_of(&["same", "different"]) {
            let named = unit.names_same(body, binding, call.arguments.first().unwrap());
            assert_eq!(named, call.name == "same", "{:?}", unit.file.slice(call.name_span));
        }
    });
}
