use super::*;

#[test]
fn an_abstract_name_is_found_and_a_path_is_not() {
    assert_eq!(judge(&Look::for_test().without_file()).finding().check().id, "abstract-name");
    assert!(judge(&Look::for_test()).is_pass());
}

#[test]
fn a_server_that_turns_others_away_is_protected() {
    let mut look = Look::for_test().without_file();
    look.stranger_is_served = Some(false);
    assert!(judge(&look).is_pass());
}
