use super::{is_credential, is_input, is_secret, words};

#[test]
fn words_of_all_ways_to_write_names() {
    for name in ["session_token", "sessionToken", "m_sessionToken", "SESSION_TOKEN", "SessionToken"] {
        assert_eq!(words(name), ["session", "token"], "{name}");
    }
}

#[test]
fn what_is_about_a_secret_is_none() {
    for name in ["token", "auth_cookie", "m_secret", "sessionKey", "cancel_key", "adminPassword"] {
        assert!(is_secret(name), "{name}");
    }
    for name in [
        "token_count",
        "cookieExpires",
        "token_bucket",
        "secret_file",
        "key",
        "tokens",
        "monkey",
        "session",
        "password_len",
    ] {
        assert!(!is_secret(name), "{name}");
    }
    assert!(!is_credential("nonce"));
}

#[test]
fn what_came_in() {
    assert!(is_input("input") && is_input("recv_buf") && is_input("clientToken"));
    assert!(!is_input("token") && !is_input("expected"));
}
