use super::*;

#[test]
fn users_and_groups_add_up() {
    let policy = Policy::users([Uid::new(1)]).or_group(Gid::new(20));
    assert!(policy.admits(&Peer::for_test(1, 9, &[])));
    assert!(policy.admits(&Peer::for_test(2, 20, &[])));
    assert!(policy.admits(&Peer::for_test(2, 9, &[8, 20])));
    assert!(!policy.admits(&Peer::for_test(2, 9, &[8])));
}

#[test]
fn a_group_number_is_not_a_user_number() {
    assert!(!Policy::groups([Gid::new(7)]).admits(&Peer::for_test(7, 1, &[])));
    assert!(!Policy::users([Uid::new(7)]).admits(&Peer::for_test(1, 7, &[7])));
}

#[test]
fn root_is_nobody_special_for_a_server() {
    let me = Uid::current().as_raw();
    let root = Peer::for_test(0, 0, &[0]);
    assert_eq!(Policy::same_user().admits(&root), me == 0);
    assert!(Policy::root_or_same_user().admits(&root));
    assert!(Policy::root_or_same_user().admits(&Peer::for_test(me, 1, &[])));
}

#[test]
fn an_empty_policy_admits_nobody() {
    assert!(!Policy::users([]).admits(&Peer::for_test(0, 0, &[0])));
}

#[test]
fn one_user_is_told_from_several() {
    assert!(Policy::same_user().admits_one_user());
    assert!(!Policy::anyone().admits_one_user());
    assert!(!Policy::groups([Gid::new(1)]).admits_one_user());
    assert!(!Policy::users([Uid::new(1), Uid::new(2)]).admits_one_user());
}
