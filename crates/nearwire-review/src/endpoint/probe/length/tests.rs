use super::*;

#[test]
fn the_most_is_claimed_with_and_without_a_sign() {
    let field: LengthField = "u32be".parse().unwrap();
    assert_eq!(field.claims(), [vec![255; 4], vec![127, 255, 255, 255]]);
    let field: LengthField = "u32le".parse().unwrap();
    assert_eq!(field.claims(), [vec![255; 4], vec![255, 255, 255, 127]]);
    assert!(field.can_claim_much() && !"u16be".parse::<LengthField>().unwrap().can_claim_much());
}

#[test]
fn another_name_is_refused_with_those_there_are() {
    let error = "u8".parse::<LengthField>().unwrap_err().to_string();
    assert_eq!(error, "\"u8\" is no length field: expected u16be, u16le, u32be, u32le, u64be or u64le");
}
