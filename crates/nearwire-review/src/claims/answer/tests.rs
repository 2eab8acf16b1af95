use super::*;
use crate::claims::Answer;
use crate::claims::fact::{Reach, Storage, Times};
use crate::claims::phrase::{Hint, Role};
use crate::source::lower;
use crate::source::model::Language;
use crate::source::program::Program;

fn ask(language: Language, code: &str, fact: &Fact) -> Reply {
    let program = Program::of(vec![lower::file("a".into(), language, code.as_bytes()).unwrap()]);
    let code = Code::of(&program);
    super::fact(Asked { code: &code, within: &[] }, fact)
}

fn named(name: &str) -> Mention {
    Mention { name: name.to_owned(), ..Mention::default() }
}

fn callable(name: &str) -> Mention {
    Mention { hint: Hint::Callable, ..named(name) }
}

#[test]
fn a_method_that_an_unseen_base_may_have_is_not_absent() {
    let fact = Fact::Exists { what: callable("run"), within: Some(named("A")) };
    assert_eq!(
        ask(Language::Cpp, "class A : public Unknown { void f(); };", &fact).answer,
        Answer::CannotBeDecided
    );
    assert_eq!(
        ask(Language::Cpp, "class A : public QObject { void f(); };", &fact).answer,
        Answer::DoesNotHold
    );
    assert_eq!(ask(Language::Cpp, "class A { void run(); };", &fact).answer, Answer::Holds);
}

#[test]
fn a_private_member_that_a_public_method_sets_can_be_changed_in_a_way() {
    let fact = Fact::Reachable { what: named("x"), how: Reach::Change };
    let code = "class A { public: void set(int v); private: int x; }; void A::set(int v) { x = v; }";
    assert_eq!(ask(Language::Cpp, code, &fact).answer, Answer::CannotBeDecided);
    let code = "class A { public: int get() const; private: int x; }; int A::get() const { return x; }";
    assert_eq!(ask(Language::Cpp, code, &fact).answer, Answer::DoesNotHold);
}

#[test]
fn calls_of_another_class_are_not_counted() {
    let what = Mention { owner: Some("A".to_owned()), ..callable("go") };
    let fact = Fact::Called { what, times: Times::Exactly(1), within: None };
    let code = "struct A { void go(); }; struct B { void go(); }; void f() { A a; B b; a.go(); b.go(); }";
    assert_eq!(ask(Language::Cpp, code, &fact).answer, Answer::Holds);
    let code = "struct A { void go(); }; struct B { void go(); }; void f(X x) { A a; a.go(); x->y().go(); }";
    assert_eq!(ask(Language::Cpp, code, &fact).answer, Answer::CannotBeDecided);
}

#[test]
fn a_call_in_a_function_that_is_called_is_no_plain_absence() {
    let fact = Fact::Called { what: callable("gets"), times: Times::Some, within: Some(named("main")) };
    let code = "void in(char *b) { gets(b); } int main(void) { char b[9]; in(b); return 0; }";
    assert_eq!(ask(Language::C, code, &fact).answer, Answer::CannotBeDecided);
}

#[test]
fn names_that_mean_several_things_are_decided_only_together() {
    let fact = Fact::Allocated { what: named("b"), place: Storage::Stack };
    let both = "void f(void) { char b[9]; } void g(void) { int b = 0; }";
    assert_eq!(ask(Language::C, both, &fact).answer, Answer::Holds);
    let one = "void f(void) { char b[9]; } void g(void) { char *b = malloc(9); }";
    assert_eq!(ask(Language::C, one, &fact).answer, Answer::CannotBeDecided);
}

#[test]
fn what_is_not_there_is_neither_so_nor_otherwise() {
    let stated = |negated| Stated {
        fact: Fact::Access { what: callable("run"), access: crate::claims::fact::Level::Public },
        negated,
        vague: false,
    };
    let program = Program::of(vec![lower::file("a".into(), Language::Cpp, b"class A {};").unwrap()]);
    let code = Code::of(&program);
    let asked = Asked { code: &code, within: &[] };
    assert_eq!(answer(asked, &stated(false)).answer, Answer::DoesNotHold);
    assert_eq!(answer(asked, &stated(true)).answer, Answer::DoesNotHold);
}

#[test]
fn a_pointer_that_is_handed_on_may_be_freed() {
    let fact = Fact::Released { what: named("p"), how: crate::claims::fact::Release::Free, within: None };
    let handed = "void f(void) { char *p = malloc(9); store(p); }";
    assert_eq!(ask(Language::C, handed, &fact).answer, Answer::CannotBeDecided);
    let kept = "void f(void) { char *p = malloc(9); strcpy(p, \"x\"); }";
    assert_eq!(ask(Language::C, kept, &fact).answer, Answer::DoesNotHold);
    let freed = "void f(void) { char *p = malloc(9); free(p); }";
    assert_eq!(ask(Language::C, freed, &fact).answer, Answer::Holds);
}

#[test]
fn constructors_are_asked_for_by_role() {
    let class = Mention { role: Role::Constructor, hint: Hint::Callable, ..named("A") };
    let fact = Fact::Called { what: callable("g"), times: Times::Some, within: Some(class) };
    let code = "struct A { A(); void g(); }; A::A() { g(); }";
    assert_eq!(ask(Language::Cpp, code, &fact).answer, Answer::Holds);
}
