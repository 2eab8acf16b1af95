use super::*;
use crate::limits::Limits;

fn admission(connections: u32, per_user: u32) -> Arc<Admission> {
    let policy = Policy::anyone();
    let limits = Limits::default().connections(connections).per_user(per_user).validate(&policy).unwrap();
    Admission::new(policy, &limits)
}

fn peer(uid: u32) -> Peer {
    Peer::for_test(uid, uid, &[])
}

#[test]
fn one_user_cannot_take_the_place_of_another() {
    let admission = admission(3, 2);
    let first = admission.admit(&peer(1)).unwrap();
    let _second = admission.admit(&peer(1)).unwrap();
    assert_eq!(admission.admit(&peer(1)).unwrap_err(), RefusalCause::ConnectionsPerUser);
    let _other = admission.admit(&peer(2)).unwrap();
    assert_eq!(admission.admit(&peer(2)).unwrap_err(), RefusalCause::Connections);
    drop(first);
    assert!(admission.admit(&peer(2)).is_ok());
}

#[test]
fn places_are_given_back_and_nothing_is_kept_of_who_left() {
    let admission = admission(1, 1);
    for uid in 0..1000 {
        drop(admission.admit(&peer(uid)).unwrap());
    }
    assert_eq!(admission.live().connections, 0);
    assert!(admission.live().users.is_empty());
}

#[test]
fn the_policy_comes_before_the_numbers() {
    let policy = Policy::users([Uid::new(1)]);
    let limits = Limits::default().connections(1).validate(&policy).unwrap();
    let admission = Admission::new(policy, &limits);
    let _full = admission.admit(&peer(1)).unwrap();
    assert_eq!(admission.admit(&peer(2)).unwrap_err(), RefusalCause::Policy);
}
