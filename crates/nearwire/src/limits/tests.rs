use super::*;
use crate::ids::Uid;

#[test]
fn a_user_alone_may_have_all_and_one_of_several_a_quarter() {
    let limits = Limits::default();
    assert_eq!(limits.validate(&Policy::same_user()).unwrap().per_user, 512);
    assert_eq!(limits.validate(&Policy::anyone()).unwrap().per_user, 128);
    assert_eq!(limits.connections(3).validate(&Policy::anyone()).unwrap().per_user, 1);
    assert_eq!(limits.per_user(7).validate(&Policy::users([Uid::ROOT])).unwrap().per_user, 7);
}

#[test]
fn zero_is_refused_wherever_it_stands() {
    let limits = Limits::default();
    for (wrong, expected) in [
        (limits.connections(0), "connections"),
        (limits.per_user(0), "connections per user"),
        (limits.backlog(0), "waiting clients"),
        (limits.idle(Some(Duration::ZERO)), "idle time"),
        (limits.stall(Duration::ZERO), "time without reading"),
        (limits.buffer(0), "buffered bytes"),
    ] {
        let error = wrong.validate(&Policy::same_user()).unwrap_err();
        assert_eq!(error, LimitsError::Zero { what: expected });
    }
}

#[test]
fn more_connections_than_descriptors_are_refused() {
    let error = Limits::default().connections(u32::MAX).validate(&Policy::same_user()).unwrap_err();
    assert!(matches!(error, LimitsError::Descriptors { asked: u32::MAX, .. }), "{error}");
}
