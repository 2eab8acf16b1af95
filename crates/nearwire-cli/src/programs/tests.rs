use super::*;

#[test]
fn our_own_sockets_may_be_told_how_to_wait() {
    let [plain, off] = ["nearwire:socket", "nearwire:socket,spin=off"].map(|name| find(name, None).unwrap());
    assert_eq!(plain.serve[1..], ["peer", "serve"]);
    assert_eq!(off.serve[1..], ["peer", "serve", "--spin=off"]);
    assert_eq!(off.exchange[1..], ["peer", "exchange", "--spin=off"]);
    for wrong in ["nearwire:socket,", "nearwire:socket,spin=", "nearwire:socket,spin=1h", "nearwire:sockets"]
    {
        assert!(find(wrong, None).is_err(), "{wrong}");
    }
}
