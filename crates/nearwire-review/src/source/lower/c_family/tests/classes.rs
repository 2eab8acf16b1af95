use super::{c, cpp, lower};
use crate::source::model::Language;

#[test]
fn members_have_access_and_types() {
    assert_eq!(
        cpp("class A : public QObject, private virtual B<int> { int a = 3, *b{0}; public: char buf[100];\n\
             static const int n = 4; int (*hook)(int, char *); protected: A *next; };"),
        "(class A :QObject :B<int> (field a `int` private 3) (field b `int *` private (make `int *` 0)) \
         (field buf `char[100]` public) (field n `const int` public static const 4) \
         (field hook `int (*)(int, char *)` public) (field next `A *` protected))"
    );
}

#[test]
fn methods() {
    assert_eq!(
        cpp(
            "struct A { explicit A(int n = 1); ~A() override; virtual void m(int a) const = 0; A(const A &) = delete;\n\
             A &operator=(const A &); operator bool() const; static int s(void); };"
        ),
        "(struct A (method A public [(n `int`)]) (method ~A public virtual []) \
         (method m `void` public virtual [(a `int`)] const) (method A public [(`const A &`)]) \
         (method operator= `A &` public [(`const A &`)]) (method operator bool public [] const) \
         (method s `int` public [] static))"
    );
}

#[test]
fn methods_with_a_body_are_functions_of_the_class() {
    assert_eq!(
        cpp("class A { A(int a) : B(a), n{a, 1} { g(); } template <class T> void m(T t) { t(); } };"),
        "(class A (method A private body [(a `int`)]) (method m `void` private body [(t `T`)]))\n\
         (fn A::A [(a `int`)] (init B a) (init n a 1) {(call g)})\n\
         (fn A::m [(t `T`)] `void` {(call t)})"
    );
}

#[test]
fn methods_outside_of_the_class() {
    assert_eq!(
        cpp("void A::B::m(int x) const { }\nB<int>::B() : a(1) { }\nA::B::~B() { }\n\
             bool A::operator==(const A &o) { return true; }\nA::operator int() { return 1; }"),
        "(fn B::m [(x `int`)] `void` {})\n(fn B::B [] (init a 1) {})\n(fn B::~B [] {})\n\
         (fn A::operator== [(o `const A &`)] `bool` {(return true)})\n(fn A::operator int [] {(return 1)})"
    );
}

#[test]
fn classes_in_classes() {
    assert_eq!(
        cpp(
            "class A { struct B { int z; void m() { } } b; enum class E : int { X, Y = 4 }; enum { K = 5 }; };"
        ),
        "(class A (field b `struct B` private))\n\
         (struct B (field z `int` public) (method m `void` public body []))\n\
         (enum E (enumerator X `E` public const) (enumerator Y `E` public const 4))\n\
         (enum (enumerator K public const 5))\n\
         (fn B::m [] `void` {})"
    );
}

#[test]
fn structs_of_c() {
    assert_eq!(
        c(
            "typedef struct { int a; unsigned b : 3; } Point;\nstruct s { struct s *next; union { int i; char c[4]; }; };"
        ),
        "(struct Point (field a `int` public) (field b `unsigned` public))\n\
         (struct s (field next `struct s *` public) (field i `int` public) (field c `char[4]` public))"
    );
    assert_eq!(
        c("typedef enum { A = 5, B } kind; enum { SIZE = 1 << 4 };"),
        "(enum kind (enumerator A `kind` public const 5) (enumerator B `kind` public const))\n\
         (enum (enumerator SIZE public const (<< 1 4)))"
    );
}

#[test]
fn sections_of_qt() {
    assert_eq!(
        cpp(
            "class A : public QObject {\n    Q_OBJECT\n    Q_PROPERTY(int a READ a NOTIFY sig)\npublic:\n    A();\n\
             signals:\n    void sig(int);\npublic slots:\n    void on();\nprivate Q_SLOTS:\n    void test() { }\n\
             Q_SIGNALS:\n    void other();\nprivate:\n    void m();\n    Q_DISABLE_COPY(A)\n};"
        ),
        "(class A :QObject (macro Q_OBJECT) (macro Q_PROPERTY) (macro Q_DISABLE_COPY) (method A public []) \
         (method sig `void` public signal [(`int`)]) (method on `void` public slot []) \
         (method test `void` private slot body []) (method other `void` public signal []) \
         (method m `void` private []))\n\
         (fn A::test [] `void` {})"
    );
}

#[test]
fn a_macro_belongs_to_the_innermost_class() {
    let file =
        lower(Language::Cpp, "class A {\n  Q_OBJECT\n  struct B {\n    Q_GADGET\n    int a;\n  };\n};\n");
    let of = |name: &str| {
        let class = file.classes.iter().find(|class| class.name == name).expect("it is there");
        class.macros.iter().map(|(name, span)| (name.as_str(), file.slice(*span))).collect::<Vec<_>>()
    };
    assert_eq!(of("A"), [("Q_OBJECT", "Q_OBJECT")]);
    assert_eq!(of("B"), [("Q_GADGET", "Q_GADGET")]);
    assert!(!file.has_errors);
}

#[test]
fn macros_around_declarations_do_not_hide_them() {
    assert_eq!(
        cpp(
            "class Q_EXPORT A final : public B {\n  BOOL flag;\n  void CHECK(int) override;\n  int n() const Q_NOEXCEPT;\n};"
        ),
        "(class A :B (field flag `BOOL` private) (method CHECK `void` private virtual [(`int`)]) \
         (method n `int` private [] const))"
    );
}
